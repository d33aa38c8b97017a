#include "import/keras/hdf5_library.h"

#include <dlfcn.h>
#include <string.h>

const char *hdf5_name(void)
{
    return HEADRACE_HDF5;
}

/* POSIX has functions and data in pointers of one kind; C has not. */
static bool find(void *library, const char *name, void *to)
{
    void *found = dlsym(library, name);
    memcpy(to, &found, sizeof found);
    return found != NULL;
}

/* In a program that is linked with HDF5 the variable may be in the program,
 * and the library's own unused (a copy relocation). */
static bool find_variable(void *library, const char *name, hid_t *to)
{
    const hid_t *found;
    void *program = dlopen(NULL, RTLD_NOW);
    if ((program == NULL || !find(program, name, &found)) &&
        !find(library, name, &found))
        return false;
    *to = *found;
    return true;
}

bool hdf5_load(struct hdf5 *h)
{
    void *library = dlopen(HEADRACE_HDF5, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return false;
#define HDF5_FIND(member, function)                                            \
    if (!find(library, #function, &h->member))                                 \
        return false;
    HDF5_CALLS(HDF5_FIND)
#undef HDF5_FIND
    /* The variables are set by its start. */
    return h->open() >= 0 &&
           find_variable(library, "H5P_CLS_FILE_ACCESS_ID_g",
                         &h->file_access) &&
           find_variable(library, "H5T_NATIVE_FLOAT_g", &h->native_float);
}
