#include "tests/fuzz/programs/fuzz_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[4096];

static void remove_file(void)
{
    unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/headrace-fuzz-%ld",
             folder == NULL ? "/tmp" : folder, (long)getpid());
    return atexit(remove_file);
}

const char *fuzz_program_file(void)
{
    return path;
}
