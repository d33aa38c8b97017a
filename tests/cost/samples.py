"""Which configurations of each module are synthesised: for each a function
that draws parameters at random.  The range is that of real layers, with
sizes at which synthesis takes seconds.
"""

import random

QUANT = (0, 0, 0, 2, 2, 6, 1, 4)     # modes of docs/hardware.md, convert.sv
OVERFLOW = (1, 1, 1, 0, 0, 3, 2)


def divisors(n, most=1 << 30):
    return [d for d in range(1, min(n, most) + 1) if n % d == 0]


def bits(n):
    return max(0, (n - 1).bit_length())


def draw_target(rng, prefix="OUT", wide=False):
    width = rng.choice((4, 6, 8, 8, 8, 12, 16) + ((32,) if wide else ()))
    return {prefix + "_WIDTH": width, prefix + "_FRAC": width // 2,
            prefix + "_SIGNED": rng.choice((0, 1, 1)),
            prefix + "_QUANT": rng.choice(QUANT),
            prefix + "_OVERFLOW": rng.choice(OVERFLOW)}


def draw_source(rng, prefix="IN"):
    width = rng.choice((2, 4, 6, 8, 8, 8, 8, 12, 16))
    return {prefix + "_WIDTH": width, prefix + "_FRAC": width // 2,
            prefix + "_SIGNED": rng.choice((0, 1, 1))}


def draw_window(rng, image):
    while True:
        kh, kw = rng.choice(((1, 1), (3, 3), (3, 3), (3, 3), (5, 5), (2, 2),
                             (1, 5), (1, 3)))
        if kh <= image[0] and kw <= image[1]:
            break
    stride = rng.choice((1, 1, 1, 2))
    return {"KERNEL_H": kh, "KERNEL_W": kw,
            "STRIDE_H": stride if kh > 1 else 1, "STRIDE_W": stride}


def draw_image(rng):
    size = rng.choice((7, 8, 14, 16, 28, 32, 55, 56, 112, 224))
    return (1, size) if rng.random() < 0.15 else (size, size)


def draw_activation(rng):
    relu = rng.choice((0, 1))
    return {"RELU": relu, "RELU_MAX": 6 if relu and rng.random() < 0.3 else 0}


def draw_sums(rng, p, terms):
    """Weights, accumulator and output of a kernel with multipliers."""
    width = rng.choice((2, 4, 6, 8, 8, 8, 8, 12, 16))
    p.update({"WEIGHT_WIDTH": width, "WEIGHT_FRAC": max(0, width - 2),
              "WEIGHT_SIGNED": rng.choice((1, 1, 1, 1, 0))})
    product_frac = p["IN_FRAC"] + p["WEIGHT_FRAC"]
    exact = p["IN_WIDTH"] + width + bits(terms) + 2
    if rng.random() < 0.75:
        p.update({"ACC_WIDTH": exact, "ACC_FRAC": product_frac,
                  "ACC_QUANT": 0})
    else:
        drop = rng.randint(0, product_frac)
        p.update({"ACC_WIDTH": max(8, exact - drop - rng.randint(0, 4)),
                  "ACC_FRAC": product_frac - drop,
                  "ACC_QUANT": rng.choice(QUANT)})
    p.update(draw_activation(rng))
    p.update(draw_target(rng))


def draw_lanes_out(rng, channels, pe, sf):
    fit = [l for l in divisors(channels)
           if (l % pe == 0 or pe % l == 0) and pe <= l * sf]
    return rng.choice(fit + [channels])


def most_multipliers(rng):
    return rng.choice((2, 4, 9, 9, 16, 36))


def conv2d(rng):
    while True:
        h, w = draw_image(rng)
        c = rng.choice((1, 3, 3, 4, 8, 8, 16, 16, 24, 32))
        oc = rng.choice((4, 6, 8, 16, 16, 20, 32, 64))
        p = {"H": h, "W": w, "C": c, "OC": oc,
             "IN_LANES": rng.choice([l for l in divisors(c)])}
        p.update(draw_window(rng, (h, w)))
        terms = p["KERNEL_H"] * p["KERNEL_W"] * c
        p.update(draw_source(rng))
        if terms * p["IN_WIDTH"] > 1200:
            continue
        p["PE"] = rng.choice(divisors(oc, 16))
        p["SIMD"] = rng.choice(divisors(terms, 36))
        if p["PE"] * p["SIMD"] > most_multipliers(rng):
            continue
        if oc // p["PE"] * (terms // p["SIMD"]) > 8192:
            continue
        p["OUT_LANES"] = draw_lanes_out(rng, oc, p["PE"], terms // p["SIMD"])
        if p["OUT_LANES"] > 32:
            continue
        p["PACKED"] = 1 if p["PE"] % 2 == 0 and rng.random() < 0.2 else 0
        draw_sums(rng, p, terms)
        return p


def depthwise_conv2d(rng):
    while True:
        h, w = draw_image(rng)
        c = rng.choice((4, 8, 8, 16, 16, 24, 32))
        p = {"H": h, "W": w, "C": c, "IN_LANES": rng.choice(divisors(c))}
        p.update(draw_window(rng, (h, w)))
        terms = p["KERNEL_H"] * p["KERNEL_W"]
        p.update(draw_source(rng))
        if terms == 1 or terms * c * p["IN_WIDTH"] > 1200:
            continue
        p["PE"] = rng.choice(divisors(c, 16))
        p["SIMD"] = rng.choice(divisors(terms))
        if p["PE"] * p["SIMD"] > most_multipliers(rng):
            continue
        p["OUT_LANES"] = draw_lanes_out(rng, c, p["PE"], terms // p["SIMD"])
        draw_sums(rng, p, terms)
        return p


def dense(rng):
    while True:
        inputs = rng.choice((16, 32, 64, 84, 120, 128, 256, 400, 512))
        outputs = rng.choice((4, 8, 10, 10, 16, 32, 64, 84, 128))
        p = {"INPUTS": inputs, "OUTPUTS": outputs,
             "IN_LANES": rng.choice(divisors(inputs, 32))}
        p.update(draw_source(rng))
        p["PE"] = rng.choice(divisors(outputs, 16))
        p["SIMD"] = rng.choice([s for s in divisors(inputs, 36)
                                if s % p["IN_LANES"] == 0 or
                                p["IN_LANES"] % s == 0])
        if p["PE"] * p["SIMD"] > most_multipliers(rng):
            continue
        sf = inputs // p["SIMD"]
        if outputs // p["PE"] * sf > 8192:
            continue
        p["OUT_LANES"] = draw_lanes_out(rng, outputs, p["PE"], sf)
        if p["OUT_LANES"] > 32:
            continue
        p["PACKED"] = 1 if p["PE"] % 2 == 0 and rng.random() < 0.2 else 0
        draw_sums(rng, p, inputs)
        return p


def draw_pool(rng):
    h, w = draw_image(rng)
    p = {"H": h, "W": w, "TOKENS": rng.choice((1, 1, 2, 4, 8, 16, 20)),
         "LANES": rng.choice((1, 2, 3, 4, 8, 16))}
    return p


def draw_pool_window(rng, p):
    k = rng.choice((2, 2, 3, 3))
    if p["H"] == 1:
        p.update({"KERNEL_H": 1, "KERNEL_W": k, "STRIDE_H": 1, "STRIDE_W": 2})
    else:
        s = rng.choice((1, 2, k))
        p.update({"KERNEL_H": k, "KERNEL_W": k, "STRIDE_H": s, "STRIDE_W": s})


def value(rng):
    return {"WIDTH": rng.choice((2, 4, 6, 8, 8, 12, 16)),
            "IS_SIGNED": rng.choice((0, 1))}


def maxpool2d(rng):
    p = draw_pool(rng)
    p.update(value(rng))
    draw_pool_window(rng, p)
    return p


def average(count):
    shift = 16 + bits(count)
    return {"RECIPROCAL": ((1 << shift) + count // 2) // count,
            "RECIPROCAL_FRAC": shift}


def avgpool2d(rng):
    p = draw_pool(rng)
    draw_pool_window(rng, p)
    p.update(average(p["KERNEL_H"] * p["KERNEL_W"]))
    p.update(draw_source(rng))
    p.update(draw_target(rng))
    return p


def avgpool2d_pads(rng):
    """With pads that do not count, which are a part of the image."""
    p = avgpool2d(rng)
    while p["W"] < 4:
        p = avgpool2d(rng)
    pad = rng.choice((0, 1)) if p["KERNEL_W"] > 1 else 0
    behind = 1 if p["KERNEL_W"] > 1 else 0
    flat = p["KERNEL_H"] == 1
    p.update({"PAD_TOP": 0 if flat else pad,
              "PAD_BOTTOM": 0 if flat else behind,
              "PAD_LEFT": pad, "PAD_RIGHT": behind})
    return p


def global_maxpool(rng):
    p = draw_pool(rng)
    p.update(value(rng))
    return p


def global_avgpool(rng):
    p = draw_pool(rng)
    p["LANES"] = min(p["LANES"], 8)
    p.update(average(p["H"] * p["W"]))
    p.update(draw_source(rng))
    p.update(draw_target(rng))
    return p


def zeropad2d(rng):
    h, w = draw_image(rng)
    pad = rng.choice((1, 1, 2, 3))
    p = {"H": h, "W": w, "TOKENS": rng.choice((1, 1, 2, 4, 16)),
         "PAD_TOP": 0 if h == 1 else pad, "PAD_BOTTOM": 0 if h == 1 else pad,
         "PAD_LEFT": rng.choice((0, pad)), "PAD_RIGHT": pad,
         "LANES": rng.choice((1, 2, 3, 4, 8, 16))}
    p["WIDTH"] = rng.choice((4, 8, 8, 16))
    p["PAD_VALUE"] = rng.choice((0, 0, -(1 << (p["WIDTH"] - 1))))
    return p


def crop2d(rng):
    h, w = draw_image(rng)
    cut = rng.choice((1, 2, 3))
    return {"H": h, "W": w, "TOKENS": rng.choice((1, 1, 2, 4, 16)),
            "CROP_TOP": 0 if h == 1 else cut,
            "CROP_BOTTOM": 0 if h == 1 else rng.choice((0, cut)),
            "CROP_LEFT": cut, "CROP_RIGHT": rng.choice((0, cut)),
            "TOKEN_WIDTH": token(rng)}


def token(rng):
    return rng.choice((1, 2, 3, 4, 8, 16)) * rng.choice((4, 8, 8, 16))


def upsample2d(rng):
    return {"W": rng.choice((7, 14, 16, 28, 56, 112)),
            "TOKENS": rng.choice((1, 1, 2, 4, 16)),
            "SCALE_H": rng.choice((1, 2, 2, 3, 4)),
            "SCALE_W": rng.choice((2, 2, 3, 4)), "TOKEN_WIDTH": token(rng)}


def clone(rng):
    return {"OUTPUTS": rng.choice((2, 2, 3, 4)), "TOKEN_WIDTH": token(rng)}


def elementwise(rng):
    p = {"OPERATION": rng.randint(0, 3),
         "LANES": rng.choice((1, 2, 4, 8, 16))}
    p.update(draw_source(rng, "A"))
    p.update(draw_source(rng, "B"))
    p.update(draw_activation(rng))
    p.update(draw_target(rng))
    return p


def concat(rng):
    inputs = rng.choice((2, 2, 3, 4))
    if rng.random() < 0.3:
        return {"INPUTS": inputs, "PARALLEL": 1,
                "TOKEN_WIDTH": inputs * token(rng)}
    p = {"INPUTS": inputs, "PARALLEL": 0, "TOKEN_WIDTH": token(rng)}
    p["TOKENS"] = tuple(rng.choice((1, 2, 4, 5, 8, 16)) for _ in range(inputs))
    return p


def dispatch(rng):
    return {"COPIES": rng.choice((2, 2, 3, 4)),
            "TOKENS": rng.choice((16, 100, 784, 1024, 3072)),
            "TOKEN_WIDTH": token(rng)}


collect = dispatch


def width_converter(rng):
    narrow, ratio = rng.choice((1, 2, 3, 4)), rng.choice((2, 3, 4, 8))
    lanes = [narrow, narrow * ratio]
    rng.shuffle(lanes)
    return {"IN_LANES": lanes[0], "OUT_LANES": lanes[1],
            "WIDTH": rng.choice((4, 8, 8, 16))}


def reshape(rng):
    return {"TOKEN_WIDTH": token(rng)}


def relu(rng):
    p = {"LANES": rng.choice((1, 2, 4, 8, 16))}
    p.update(draw_source(rng))
    p.update(draw_activation(rng))
    p.update(draw_target(rng))
    return p


def lookup(rng):
    p = {"LANES": rng.choice((1, 1, 2, 4))}
    p.update(draw_source(rng))
    width = p["IN_WIDTH"]
    index = min(width, rng.choice((6, 8, 10)))
    p.update({"INDEX_WIDTH": index,
              "INDEX_FRAC": p["IN_FRAC"] if index == width else index - 4,
              "INDEX_SIGNED": p["IN_SIGNED"], "INDEX_QUANT": 0,
              "INDEX_OVERFLOW": 1, "OUT_WIDTH": rng.choice((4, 8, 8, 16))})
    return p


def batchnorm(rng):
    p = {"TOKENS": rng.choice((1, 2, 4, 8, 32, 64)),
         "LANES": rng.choice((1, 2, 4, 8))}
    p.update(draw_source(rng))
    for name in ("SCALE", "OFFSET"):
        width = rng.choice((4, 8, 8, 16))
        p.update({name + "_WIDTH": width, name + "_FRAC": width // 2,
                  name + "_SIGNED": rng.choice((1, 1, 0))})
    p.update(draw_target(rng))
    return p


def prelu(rng):
    p = {"TOKENS": rng.choice((1, 2, 4, 8, 32, 64)),
         "LANES": rng.choice((1, 2, 4, 8)), "SHARED": rng.choice((0, 1))}
    p.update(draw_source(rng))
    p.update({"ALPHA_WIDTH": rng.choice((4, 8, 8, 12)), "ALPHA_FRAC": 4,
              "ALPHA_SIGNED": rng.choice((1, 1, 0))})
    p.update(draw_target(rng))
    return p


def argmax(rng):
    lanes = rng.choice((1, 1, 2, 3, 4, 5, 8, 10))
    p = {"C": lanes * rng.choice((1, 2, 5, 10)), "LANES": lanes}
    if p["C"] == 1:
        p["C"] = 10
    p.update(value(rng))
    return p


def softmax(rng):
    lanes = rng.choice((1, 1, 2, 4, 5))
    p = {"C": lanes * rng.choice((2, 5, 10)), "LANES": lanes}
    p["IN_WIDTH"] = rng.choice((6, 8, 8, 12, 16))
    p["IN_SIGNED"] = rng.choice((0, 1))
    p["TABLE_BITS"] = rng.choice((6, 8, 10))
    p["DROP"] = max(0, p["IN_WIDTH"] - p["TABLE_BITS"] - rng.choice((0, 2)))
    p.update(draw_target(rng))
    return p


def fifo_srl(rng):
    return {"WIDTH": rng.choice((1, 3, 4, 8, 8, 16, 24, 32, 64, 128)),
            "DEPTH": rng.choice((1, 2, 3, 4, 8, 16, 16, 20, 32, 48, 64, 100))}


def fifo_bram(rng):
    return {"WIDTH": rng.choice((1, 3, 4, 8, 8, 16, 24, 32, 64, 128)),
            "DEPTH": rng.choice((2, 16, 65, 100, 128, 224, 512, 1000, 2048))}


def fifo_frame(rng):
    return {"WIDTH": rng.choice((4, 8, 8, 16, 24, 32, 64)),
            "TOKENS": rng.choice((1, 10, 16, 49, 100, 196, 784, 1024)),
            "BANKS": rng.choice((1, 2, 2, 3))}


def parameter_rom(rng):
    width = rng.choice((8, 16, 32, 64, 72, 100, 144, 288))
    return {"WIDTH": width,
            "DEPTH": rng.choice((2, 3, 4, 6, 9, 12, 16, 18, 27, 36, 64, 72,
                                 100, 144, 200, 288, 400, 576, 1024, 1152,
                                 2304, 4608))}


def row_memory(rng):
    return {"WIDTH": rng.choice((1, 2, 3, 8, 16, 24, 48, 72, 128, 192, 256)),
            "DEPTH": rng.choice((2, 3, 4, 7, 8, 14, 16, 28, 32, 40, 55, 64,
                                 96, 112, 128, 160, 224, 300, 448, 640,
                                 1024, 2048, 4096))}


def word_select(rng):
    while True:
        p = {"WIDTH": rng.choice((4, 8, 16, 24, 32, 48, 72)),
             "COUNT": rng.choice((2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 27, 36,
                                  48, 72, 144))}
        if p["WIDTH"] * p["COUNT"] <= 1200:
            return p


# Module, or module and a way of using it: how many are drawn.
COUNTS = {
    "parameter_rom": 20, "row_memory": 20, "word_select": 12,
    "fifo_srl": 14, "fifo_bram": 10, "fifo_frame": 10,
    "relu": 20, "elementwise": 12, "maxpool2d": 10, "avgpool2d": 8,
    "avgpool2d, pads": 8,
    "global_maxpool": 6, "global_avgpool": 6, "zeropad2d": 6, "crop2d": 4,
    "upsample2d": 6, "clone": 4, "concat": 6, "dispatch": 4, "collect": 4,
    "width_converter": 6, "reshape": 2, "lookup": 10, "batchnorm": 10,
    "prelu": 8, "argmax": 8, "softmax": 6,
    "dense": 20, "depthwise_conv2d": 12, "conv2d": 28,
}

MODULES = [name for name in COUNTS if "," not in name]


# The same of a second sample, which nobody looks at: processes and FIFOs only,
# and small ones.
UNSEEN_COUNTS = {
    "fifo_srl": 3, "fifo_bram": 3, "fifo_frame": 3,
    "relu": 3, "elementwise": 3, "maxpool2d": 2, "avgpool2d": 2,
    "avgpool2d, pads": 2,
    "global_maxpool": 2, "global_avgpool": 2, "zeropad2d": 2, "crop2d": 2,
    "upsample2d": 2, "clone": 1, "concat": 2, "dispatch": 1, "collect": 1,
    "width_converter": 2, "reshape": 1, "lookup": 2, "batchnorm": 3,
    "prelu": 3, "argmax": 2, "softmax": 2,
    "dense": 5, "depthwise_conv2d": 4, "conv2d": 6,
}
UNSEEN_EFFORT_MAX = 1200


def draw_all(seed, counts, effort_max=1 << 30, not_these=()):
    """(module, parameters, index) of all, each once.  Those with an odd index
    are not for fitting."""
    seen = {(module, tuple(p.items())) for module, p, _ in not_these}
    for name, count in counts.items():
        rng = random.Random("%d %s" % (seed, name))
        draw = globals()[name.replace(", ", "_")]
        module = name.split(",")[0]
        index = 0
        for _ in range(20 * count):
            parameters = draw(rng)
            key = (module, tuple(parameters.items()))
            if key in seen or effort(parameters) > effort_max:
                continue
            seen.add(key)
            yield module, parameters, index
            index += 1
            if index == count:
                break


def effort(p):
    """About how long synthesis takes: a number that is only good to sort by.
    """
    window = (p.get("KERNEL_H", 1) * p.get("KERNEL_W", 1) * p.get("C", 1) *
              p.get("IN_WIDTH", 0))
    return 64 * p.get("PE", 0) * p.get("SIMD", 0) + window


def calibration():
    return draw_all(1, COUNTS)


def unseen():
    return draw_all(2, UNSEEN_COUNTS, UNSEEN_EFFORT_MAX, calibration())


def memories(module, p):
    """(file parameter, kind of contents, width, depth) of each memory file
    that the module reads."""
    if module in ("conv2d", "dense", "depthwise_conv2d"):
        if module == "conv2d":
            outputs = p["OC"]
            terms = p["KERNEL_H"] * p["KERNEL_W"] * p["C"]
        elif module == "dense":
            outputs, terms = p["OUTPUTS"], p["INPUTS"]
        else:
            outputs, terms = p["C"], p["KERNEL_H"] * p["KERNEL_W"]
        groups = outputs // p["PE"]
        return [("WEIGHTS_FILE", "random",
                 p["PE"] * p["SIMD"] * p["WEIGHT_WIDTH"],
                 groups * terms // p["SIMD"]),
                ("BIAS_FILE", "random", p["PE"] * p["ACC_WIDTH"], groups)]
    if module == "batchnorm":
        return [("SCALES_FILE", "random", p["LANES"] * p["SCALE_WIDTH"],
                 p["TOKENS"]),
                ("OFFSETS_FILE", "random", p["LANES"] * p["OFFSET_WIDTH"],
                 p["TOKENS"])]
    if module == "prelu":
        shared = p["SHARED"]
        return [("ALPHAS_FILE", "random",
                 p["ALPHA_WIDTH"] * (1 if shared else p["LANES"]),
                 1 if shared else p["TOKENS"])]
    if module == "lookup":
        return [("TABLE_FILE", "sigmoid", p["OUT_WIDTH"],
                 1 << p["INDEX_WIDTH"])]
    if module == "softmax":
        return [("EXP_FILE", "exp", 16, 1 << p["TABLE_BITS"]),
                ("INVERSE_FILE", "inverse", 16, 1 << p["TABLE_BITS"])]
    if module == "parameter_rom":
        return [("FILE", "random", p["WIDTH"], p["DEPTH"])]
    return []
