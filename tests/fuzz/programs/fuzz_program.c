#include "tests/fuzz/programs/fuzz_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HEADRACE_LIBFUZZER
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

static char path[4096];

static void remove_file(void)
{
    unlink(path);
}

#ifdef HEADRACE_LIBFUZZER
static void forget_fuzzer(void)
{
    __sanitizer_set_death_callback(NULL);
}

/* Readers whose library runs in a process of its own: without this the child,
 * too, would write down what it died of. */
static int spare_children(void)
{
    return pthread_atfork(NULL, NULL, forget_fuzzer);
}
#else
static int spare_children(void)
{
    return 0;
}
#endif

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/headrace-fuzz-%ld",
             folder == NULL ? "/tmp" : folder, (long)getpid());
    if (atexit(remove_file) != 0 || spare_children() != 0)
        abort();
    return 0;
}

const char *fuzz_program_file(void)
{
    return path;
}
