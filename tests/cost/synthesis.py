"""Synthesises modules of hwgen/rtl with Yosys and counts what comes out.

What is counted as what (a row of measurements.csv):
  lut     LUT1 .. LUT6, and the LUTs that distributed memory occupies: an
          SRL16E or SRLC32E one, a RAM32X1D or RAM64X1D two, a RAM32M,
          RAM64M or RAM128X1D four, a RAM32M16, RAM64M8 or RAM256X1D eight.
          Inverters are not counted: they vanish in what they drive.
  ff      FDRE, FDSE, FDCE, FDPE
  dsp     DSP48E2
  bram18  RAMB18E2 one, RAMB36E2 two
Carry chains are not counted, they come with the LUTs they belong to.
"""

import hashlib
import math
import os
import random
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RTL = os.path.join(HERE, "..", "..", "hwgen", "rtl")
SYNTH = "synth_xilinx -family xcup -nowidelut -noiopad -flatten"

LUTS = {"LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "LUT5": 1, "LUT6": 1,
        "SRL16E": 1, "SRLC32E": 1, "RAM32X1D": 2, "RAM64X1D": 2,
        "RAM32X1S": 1, "RAM64X1S": 1, "RAM128X1S": 2, "RAM256X1S": 4,
        "RAM32M": 4, "RAM64M": 4, "RAM128X1D": 4, "RAM512X1S": 8,
        "RAM256X1D": 8, "RAM32M16": 8, "RAM64M8": 8}
REGISTERS = {"FDRE": 1, "FDSE": 1, "FDCE": 1, "FDPE": 1}
BLOCKS = {"RAMB18E2": 1, "RAMB36E2": 2}
NEITHER = {"BUFG", "INV", "CARRY4", "CARRY8", "DSP48E2", "MUXF7", "MUXF8",
           "MUXF9", "GND", "VCC"}


def source(module):
    with open(os.path.join(RTL, module + ".sv"), encoding="utf-8") as f:
        return f.read()


def closure(module):
    """The module and all modules below it, sorted."""
    known = {f[:-3] for f in os.listdir(RTL) if f.endswith(".sv")}
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        code = re.sub(r"//[^\n]*", "", source(name))
        todo += [m for m in re.findall(r"\b(\w+)\s*#\s*\(", code)
                 if m in known]
    return sorted(found)


def digest(module):
    """Eight digits that change when the hardware of the module may."""
    code = "".join(re.sub(r"//[^\n]*", "", source(m))
                   for m in closure(module))
    code = re.sub(r"\s+", " ", code)
    return hashlib.sha256(code.encode()).hexdigest()[:8]


def count(cells):
    unknown = set(cells) - set(LUTS) - set(REGISTERS) - set(BLOCKS) - NEITHER
    if unknown:
        raise RuntimeError("cells of unknown cost: " +
                           ", ".join(sorted(unknown)))

    def total(table):
        return sum(table[c] * n for c, n in cells.items() if c in table)
    return {"lut": total(LUTS), "ff": total(REGISTERS),
            "dsp": cells.get("DSP48E2", 0), "bram18": total(BLOCKS)}


def read_cells(log):
    """Cell counts of the last `stat` in a Yosys log."""
    last = log[log.rindex("Number of cells:"):]
    cells = {}
    for line in last.splitlines()[1:]:
        m = re.match(r"\s+(\S+)\s+(\d+)\s*$", line)
        if not m:
            break
        cells[m.group(1)] = int(m.group(2))
    return cells


def run(script, folder, seconds=None):
    """The log of Yosys; subprocess.TimeoutExpired after so many seconds."""
    path = os.path.join(folder, "synth.ys")
    with open(path, "w", encoding="utf-8") as f:
        f.write(script)
    done = subprocess.run(["yosys", "-Q", "-T", path], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=seconds)
    if done.returncode != 0:
        raise RuntimeError("yosys failed:\n" + done.stdout[-2000:])
    return done.stdout


def words(kind, rng, width, depth):
    """Contents of a memory file; smooth ones are those of real tables."""
    top = (1 << width) - 1
    for i in range(depth):
        if kind == "random":
            yield rng.getrandbits(width)
        elif kind == "sigmoid":
            x = ((i ^ depth // 2) - depth / 2 + 0.5) * 16 / depth
            yield min(top, int((1 << width) / (1 + math.exp(-x)) + 0.5))
        elif kind == "exp":
            yield int((1 << 15) * math.exp(-i * 11.1 / depth) + 0.5)
        elif kind == "inverse":
            yield min(top, int((1 << 16) / (1 + (i + 0.5) / depth) + 0.5))
        else:
            raise ValueError(kind)


def literal(value):
    """A parameter's value: 32 bits, for each of a tuple."""
    if isinstance(value, tuple):
        return "%d'h%s" % (32 * len(value),
                           "".join("%08x" % v for v in reversed(value)))
    return "%d" % value if value >= 0 else "32'd%d" % (value % (1 << 32))


# A FIFO as it stands in a design, where its limit is its depth.
FIFO = """module sample (input wire clk, input wire rst,
    input wire [%(width)d-1:0] in_data, input wire in_valid,
    output wire in_ready, output wire [%(width)d-1:0] out_data,
    output wire out_valid, input wire out_ready);
    %(module)s #(%(settings)s) fifo (.clk(clk), .rst(rst),
        .limit(32'd%(limit)d), .in_data(in_data), .in_valid(in_valid),
        .in_ready(in_ready), .out_data(out_data), .out_valid(out_valid),
        .out_ready(out_ready));
endmodule
"""


def read_script(module, parameters, memories, folder, files=()):
    """Commands that read the module with its parameters; memories are made in
    the folder, files are (parameter, quoted name) of those that exist."""
    rng = random.Random("%s %s" % (module, sorted(parameters.items())))
    script = "read_verilog -sv -defer %s\n" % " ".join(
        os.path.join(RTL, m + ".sv") for m in closure(module))
    top = module
    settings = list(files)
    if module.startswith("fifo_"):
        path = os.path.join(folder, "sample.sv")
        with open(path, "w", encoding="utf-8") as f:
            f.write(FIFO % {
                "module": module, "width": parameters["WIDTH"],
                "limit": parameters.get("DEPTH", parameters.get("BANKS")),
                "settings": ", ".join(".%s(%d)" % item
                                      for item in parameters.items())})
        script += "read_verilog -sv -defer %s\n" % path
        top = "sample"
    else:
        settings += [(k, literal(v)) for k, v in parameters.items()]
    for name, kind, width, depth in memories:
        path = os.path.join(folder, name + ".mem")
        digits = (width + 3) // 4
        with open(path, "w", encoding="utf-8") as f:
            f.writelines("%0*x\n" % (digits, w)
                         for w in words(kind, rng, width, depth))
        settings.append((name, '"%s"' % path))
    if settings:  # all at once: some are illegal beside the defaults of others
        script += "chparam %s %s\n" % (
            " ".join("-set %s %s" % s for s in settings), module)
    return script + "hierarchy -check -top %s\n" % top


def synthesise(jobs):
    """The cells of each of some (module, parameters, memories), memories as
    samples.memories lists them.  One run of Yosys, which reads its library
    of cells once, and does all else as synth_xilinx would."""
    with tempfile.TemporaryDirectory() as folder:
        script = ("read_verilog -lib -specify +/xilinx/cells_sim.v\n"
                  "read_verilog -lib +/xilinx/cells_xtra.v\n"
                  "design -save cells\n")
        for i, (module, parameters, memories) in enumerate(jobs):
            below = os.path.join(folder, str(i))
            os.mkdir(below)
            script += "design -load cells\n"
            script += read_script(module, parameters, memories, below)
            script += "%s -run prepare:\nlog SAMPLE ENDS\n" % SYNTH
        logs = run(script, folder).split("SAMPLE ENDS\n")[:len(jobs)]
        return [read_cells(log) for log in logs]
