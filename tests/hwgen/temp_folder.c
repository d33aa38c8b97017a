#include "temp_folder.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *new_folder(struct arena *a, const char *pattern)
{
    char *path = arena_strdup(a, pattern);
    ck_assert_ptr_nonnull(mkdtemp(path));
    return path;
}

char *temp_folder_new(struct arena *a)
{
    return new_folder(a, "/tmp/headrace test-XXXXXX");
}

char *temp_folder_new_plain(struct arena *a)
{
    return new_folder(a, "/tmp/headrace-test-XXXXXX");
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void temp_folder_remove(const char *path)
{
    struct arena *a = arena_new();
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        chmod(path, S_IRWXU);
        DIR *folder = opendir(path);
        ck_assert_ptr_nonnull(folder);
        for (struct dirent *e; (e = readdir(folder)) != NULL;)
            if (!is_dots(e->d_name))
                temp_folder_remove(file_join(a, path, e->d_name));
        closedir(folder);
        rmdir(path);
    } else {
        unlink(path);
    }
    arena_free(a);
}

char *temp_folder_text(struct arena *a, const char *folder, const char *name)
{
    enum { BYTES_MAX = 1 << 26 };
    size_t length = 0;
    char *text = file_read(a, file_join(a, folder, name), BYTES_MAX, &length,
                           diag_new(a));
    ck_assert_msg(text != NULL, "cannot read '%s/%s'", folder, name);
    return text;
}

bool temp_folder_has(const char *folder, const char *name)
{
    struct arena *a = arena_new();
    bool has = access(file_join(a, folder, name), F_OK) == 0;
    arena_free(a);
    return has;
}

int temp_folder_count(const char *folder)
{
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    int count = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        count += !is_dots(e->d_name);
    closedir(d);
    return count;
}
