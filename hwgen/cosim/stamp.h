/* stamp -- is a build still that of the files it was made from?
 *
 * A hash over everything that goes into a build is kept in a file beside what
 * came out. */
#ifndef HEADRACE_HWGEN_COSIM_STAMP_H
#define HEADRACE_HWGEN_COSIM_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct diag;

struct stamp {
    uint64_t hash;
};

struct stamp stamp_new(void);
void stamp_add(struct stamp *s, const char *string);
/* Name and text of a file.  False: it cannot be read, said why. */
bool stamp_add_file(struct stamp *s, const char *folder, const char *name,
                    struct diag *diag);

/* True if `product` is there and was made with this stamp. */
bool stamp_is_current(const struct stamp *s, const char *path,
                      const char *product);
/* The build that is there is none any more, or the one of this stamp. */
void stamp_remove(const char *path);
bool stamp_write(const struct stamp *s, const char *path, struct diag *diag);

#endif
