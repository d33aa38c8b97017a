/* parameters -- what each kernel's module is told: the one place in hwgen
 * that knows kernels.
 *
 * To add a kernel: its module in hwgen/rtl under the kernel's name, a
 * function in parameters.c that lists the module's parameters, and a row in
 * the table there. */
#ifndef HEADRACE_HWGEN_PARAMETERS_H
#define HEADRACE_HWGEN_PARAMETERS_H

#include <stdint.h>

struct process;

struct parameter {
    const char *name;   /* of the module's parameter */
    int64_t value;      /* unless it is a file */
    const char *suffix; /* of the memory file; NULL: a number */
};

enum { PARAMETERS_MAX = 40 };

struct parameters {
    uint32_t count;
    struct parameter items[PARAMETERS_MAX];
};

struct module {
    const char *name; /* of the kernel and of the file in hwgen/rtl */
    void (*list)(const struct process *p, struct parameters *l);
    /* Products that make one output value; NULL: the module reads no memory
     * files of weights and biases. */
    uint64_t (*terms)(const struct process *p);
};

enum { MODULE_WEIGHTS, MODULE_BIASES };
extern const char *const module_file_suffixes[]; /* "weights", "bias" */

/* NULL if there is no hardware for the kernel. */
const struct module *module_find(const char *kernel);

#endif
