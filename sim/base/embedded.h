/* embedded -- a file that the build put into the program (hwgen/embed.cmake).
 * A table of them is sorted by name and ends with a row of zeros, which its
 * count leaves out. */
#ifndef HEADRACE_BASE_EMBEDDED_H
#define HEADRACE_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* without folders: "xczu9eg.json" */
    const char *text; /* with a zero behind it, which length leaves out */
    size_t length;
};

#endif
