/* link_parameters -- what the modules of a link are told (docs/links.md): of
 * its two ends and the line between them, or of a crossing. */
#ifndef HEADRACE_HWGEN_LINK_PARAMETERS_H
#define HEADRACE_HWGEN_LINK_PARAMETERS_H

struct link;
struct text;

enum link_part {
    LINK_PART_SENDER = 1,
    LINK_PART_RECEIVER = 2,
    LINK_PART_LINE = 4,
    LINK_PART_CROSSING = 8
};

/* Name of the part's module. */
const char *link_module(enum link_part part);

/* The localparams id__NAME of a link's modules, for the package. */
void link_package_rows(struct text *t, const struct link *l, const char *id);

/* "link_sender #( ... )", with parameters from package pkg. */
void link_begin_instance(struct text *t, enum link_part part, const char *id,
                         const char *pkg);

#endif
