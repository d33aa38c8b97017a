/* zip_reader -- the entries of a zip archive, which is not believed.
 *
 * The archive is held in memory, so what its directory takes is bounded by
 * its length (at most 1 GiB).  An entry is read only if it says that it is no
 * larger than the caller allows, and no bomb: above ZIP_FREE bytes at most
 * ZIP_RATIO times as large as it is packed, and as the archive is.  An entry
 * that is longer than it says is an error, and so is one whose checksum is
 * wrong; memory is taken for no more than it says.  Names are as written: who
 * makes files of them has to check them (file_path_fault). */
#ifndef HEADRACE_BASE_ZIP_READER_H
#define HEADRACE_BASE_ZIP_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct zip_reader;

/* Weights and images do not shrink so much; a frame of zeros that is below
 * ZIP_FREE may. */
#define ZIP_FREE (UINT64_C(16) << 20)
enum { ZIP_RATIO = 200 };

/* NULL: said why in d, under `code` (a file that cannot be read at all:
 * file-open).  Has to be closed. */
struct zip_reader *zip_reader_open(const char *path, enum diag_code code,
                                   struct diag *d);
/* The same from memory, lent until it is closed; `path` is for messages. */
struct zip_reader *zip_reader_parse(const char *path, const void *bytes,
                                    size_t length, enum diag_code code,
                                    struct diag *d);
void zip_reader_close(struct zip_reader *z); /* accepts NULL */

uint32_t zip_reader_count(const struct zip_reader *z);
/* Of an entry below the count; lent. */
const char *zip_reader_name(const struct zip_reader *z, uint32_t entry);
/* The first entry of that name; false: there is none. */
bool zip_reader_find(const struct zip_reader *z, const char *name,
                     uint32_t *entry);
/* What an entry says that it unpacks to; 0: it does not say. */
uint64_t zip_reader_size(const struct zip_reader *z, uint32_t entry);
/* The bytes of an entry, with a NUL behind them that is not counted; the
 * arena's.  NULL: said why. */
char *zip_reader_read(struct zip_reader *z, uint32_t entry, uint64_t max_bytes,
                      struct arena *a, size_t *length, struct diag *d);

#endif
