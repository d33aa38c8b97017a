/* hdf5_library -- HDF5's library, loaded when it is needed.
 *
 * It drags in forty others (TLS, LDAP, Kerberos ... for files on servers),
 * which cost every start of the program 7 MB and 20 ms.  Few runs read HDF5,
 * and those in a process of their own; that one loads it.  The header of HDF5
 * gives the types, so that a call is checked as if it were linked. */
#ifndef HEADRACE_IMPORT_KERAS_HDF5_LIBRARY_H
#define HEADRACE_IMPORT_KERAS_HDF5_LIBRARY_H

#include <stdbool.h>

#include <hdf5.h>

/* What is called: the member, and the function (by its versioned name, where
 * the header chooses one). */
#define HDF5_CALLS(CALL)                                                       \
    CALL(open, H5open)                                                         \
    CALL(set_error_report, H5Eset_auto2)                                       \
    CALL(set_plugins, H5PLset_loading_state)                                   \
    CALL(new_properties, H5Pcreate)                                            \
    CALL(close_properties, H5Pclose)                                           \
    CALL(keep_in_memory, H5Pset_fapl_core)                                     \
    CALL(set_image, H5Pset_file_image)                                         \
    CALL(open_file, H5Fopen)                                                   \
    CALL(visit, H5Ovisit1)                                                     \
    CALL(open_object, H5Oopen)                                                 \
    CALL(close_object, H5Oclose)                                               \
    CALL(set_properties, H5Dget_create_plist)                                  \
    CALL(external_count, H5Pget_external_count)                                \
    CALL(layout, H5Pget_layout)                                                \
    CALL(set_type, H5Dget_type)                                                \
    CALL(set_space, H5Dget_space)                                              \
    CALL(read_set, H5Dread)                                                    \
    CALL(class_of, H5Tget_class)                                               \
    CALL(size_of, H5Tget_size)                                                 \
    CALL(is_variable, H5Tis_variable_str)                                      \
    CALL(rank_of, H5Sget_simple_extent_ndims)                                  \
    CALL(sizes_of, H5Sget_simple_extent_dims)                                  \
    CALL(count_of, H5Sget_simple_extent_npoints)                               \
    CALL(has_attribute, H5Aexists)                                             \
    CALL(open_attribute, H5Aopen)                                              \
    CALL(attribute_type, H5Aget_type)                                          \
    CALL(attribute_space, H5Aget_space)                                        \
    CALL(read_attribute, H5Aread)

/* H5F_ACC_RDONLY, which calls the library as it is written there. */
enum { HDF5_READ_ONLY = 0 };

struct hdf5 {
#define HDF5_MEMBER(member, function) __typeof__(function) *member;
    HDF5_CALLS(HDF5_MEMBER)
#undef HDF5_MEMBER
    /* H5P_FILE_ACCESS and H5T_NATIVE_FLOAT, which are variables there. */
    hid_t file_access, native_float;
};

/* The name by which it is loaded ("libhdf5_serial.so.103"). */
const char *hdf5_name(void);

/* False: it is not there, or another version; the process keeps what was
 * loaded. */
bool hdf5_load(struct hdf5 *h);

#endif
