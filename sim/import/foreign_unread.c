/* Files that people have and that are not read: what each is, and how it
 * becomes one that is. */
#include "import/foreign.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

static const char pytorch[] =
    "with the model in PyTorch: torch.onnx.export(model.eval(), "
    "(example_input,), 'net.onnx')";
static const char saved_model[] =
    "python -m tf2onnx.convert --saved-model FOLDER --output net.onnx; or "
    "model.save('net.keras') of Keras";
static const char packed[] = "unpack it first";
static const char spelling[] = "rename it: endings are in small letters";

static const struct unread {
    const char *ending, *what, *remedy;
} kinds[] = {
    { ".pt", "weights or code of PyTorch", pytorch },
    { ".pth", "weights or code of PyTorch", pytorch },
    { ".ckpt", "a checkpoint, which holds weights and no network", pytorch },
    { ".safetensors", "weights without a network", pytorch },
    { ".tflite", "a model of TensorFlow Lite",
      "python -m tf2onnx.convert --tflite FILE --output net.onnx" },
    { ".pb", "a graph of TensorFlow", saved_model },
    { ".gz", "packed", packed },
    { ".xz", "packed", packed },
    { ".bz2", "packed", packed },
    { ".zip", "packed", packed },
    { ".tar", "packed", packed },
    { ".tgz", "packed", packed },
    { ".onnx", "an ONNX file by its name", spelling },
    { ".keras", "a file of Keras by its name", spelling },
    { ".h5", "a file of Keras by its name", spelling },
    { ".hdf5", "a file of Keras by its name", spelling },
};

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), end = strlen(ending);
    return length > end && strcasecmp(path + length - end, ending) == 0;
}

bool foreign_is_unread(const char *path, struct diag *d)
{
    struct arena *own = arena_new();
    struct stat st;
    bool is_there = stat(path, &st) == 0;
    const char *what = NULL, *remedy = NULL;
    if (is_there && S_ISDIR(st.st_mode)) {
        if (stat(file_join(own, path, "saved_model.pb"), &st) == 0) {
            what = "a SavedModel of TensorFlow";
            remedy = saved_model;
        }
    } else if (is_there) {
        for (size_t i = 0; what == NULL && i < sizeof kinds / sizeof *kinds;
             i++)
            if (ends_in(path, kinds[i].ending)) {
                what = kinds[i].what;
                remedy = kinds[i].remedy;
            }
    }
    if (what != NULL) {
        diag_error(d, (struct place){ .file = path }, DIAG_FILE_OPEN,
                   "it is %s, which is not read", what);
        diag_hint(d, "%s", remedy);
    }
    arena_free(own);
    return what != NULL;
}
