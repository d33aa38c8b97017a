"""v2.py [FOLDER]: the samples of Keras 2 (see requirements.txt), one of each
container."""
import os
import sys

import keras

from networks import image, randomize, repack, save_case, sequence, vector

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
    os.path.abspath(__file__))


def write(name, build, endings, seed):
    keras.backend.clear_session()
    model = build(keras)
    randomize(model, seed)
    save_case(folder, name, model, seed)
    for ending in endings:
        path = os.path.join(folder, name + ending)
        if ending == ".json":
            with open(path, "w", encoding="utf-8") as f:
                f.write(model.to_json())
        elif "weights" in ending:
            model.save_weights(path)
        else:
            model.save(path)
        if ending == ".keras":
            repack(path)


write("v2_image", image, [".keras"], 1)
write("v2_sequence", sequence, [".h5"], 2)
write("v2_vector", vector, [".json", "_weights.h5"], 3)
