/* parameters -- what each kernel's module is told: numbers, and the memory
 * files that it reads.  With parameters_*.c this is the one place in hwgen
 * that knows kernels.
 *
 * To add a kernel: its module in hwgen/rtl under the kernel's name, and in
 * the parameters_*.c of its family a function that lists the module's
 * parameters and a row in the table. */
#ifndef HEADRACE_HWGEN_PARAMETERS_H
#define HEADRACE_HWGEN_PARAMETERS_H

#include <stdint.h>

#include "design/design.h"

struct arena;
struct text;

enum parameter_kind {
    PARAMETER_NUMBER, /* int */
    PARAMETER_LIST,   /* 32 bits an item, the first item lowest */
    PARAMETER_FILE    /* name of a memory file */
};

enum { PARAMETERS_MAX = 40, PARAMETER_NAME_SIZE = 24 };

struct parameter {
    char name[PARAMETER_NAME_SIZE]; /* of the module's parameter */
    enum parameter_kind kind;
    int64_t value;      /* of a number */
    const char *suffix; /* of a file */
};

struct parameters {
    uint32_t count;
    struct parameter items[PARAMETERS_MAX];
    uint32_t list_count; /* no module has more than one list */
    uint32_t list[DESIGN_PORTS_MAX];
};

/* A file that a module reads with $readmemh (memory_file.h). */
struct memory {
    const char *parameter; /* of the module: the file's name */
    const char *suffix;    /* of the file: "weights" */
    struct text *(*write)(struct arena *a, const struct process *p);
};

enum { MODULE_MEMORIES_MAX = 2 };

struct module {
    const char *name; /* of the kernel and of the file in hwgen/rtl */
    void (*list)(const struct process *p, struct parameters *l);
    struct memory memories[MODULE_MEMORIES_MAX]; /* those that have a name */
};

/* NULL if there is no hardware for the kernel. */
const struct module *module_find(const char *kernel);

/* All parameters of a process's module, the files last. */
void module_parameters(const struct process *p, struct parameters *l);

#endif
