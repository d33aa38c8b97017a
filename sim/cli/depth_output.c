#include "cli/depth_output.h"

#include <stddef.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "import/foreign.h"
#include "import/model.h"
#include "report/depth_files.h"
#include "report/model_depths.h"

static bool is_same_folder(const char *a, const char *b)
{
    struct stat x, y;
    if (stat(*a == '\0' ? "." : a, &x) != 0 ||
        stat(*b == '\0' ? "." : b, &y) != 0)
        return true; /* writing there will fail, and say why */
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool depth_output_has_config(const struct model *m, struct diag *d)
{
    if (!foreign_is(m->path))
        return true;
    diag_error(d, (struct place){ .file = m->path }, DIAG_UNSUPPORTED,
               "--write writes a config anew, and this is another tool's "
               "file");
    diag_hint(d, "'headrace import' makes a config of it; or a config names "
                 "it as 'network', 'file' (docs/model-config.md)");
    return false;
}

void depth_output_check_folder(const char *path, const struct model *m,
                               struct arena *a, struct diag *d)
{
    if (is_same_folder(file_folder(a, path), m->folder))
        return;
    diag_warning(d, (struct place){ .file = path }, DIAG_FILE_WRITE,
                 "not in the folder of '%s': files that the model names are "
                 "not found from there",
                 m->path);
}

bool depth_output_write(const struct depth_output *o, const struct model *m,
                        const struct design *design, const uint32_t *depths,
                        struct diag *d)
{
    struct arena *a = arena_new();
    struct text *model = text_new(a), *hls4ml = text_new(a),
                *finn = text_new(a);
    bool ok = o->model == NULL ||
              model_depths_print(a, design, depths, m->path, model, d);
    ok &= o->hls4ml == NULL || depth_files_hls4ml(a, design, depths, hls4ml, d);
    ok &= o->finn == NULL || depth_files_finn(a, design, depths, finn, d);
    if (ok && o->model != NULL) {
        depth_output_check_folder(o->model, m, a, d);
        ok = terminal_write(o->model, model, d);
    }
    ok = ok && (o->hls4ml == NULL || terminal_write(o->hls4ml, hls4ml, d));
    ok = ok && (o->finn == NULL || terminal_write(o->finn, finn, d));
    arena_free(a);
    return ok;
}
