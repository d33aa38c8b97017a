"""data_seeds.py FOLDER: samples of data for fuzz_data, small and good ones."""

import io
import os
import struct
import sys
import zipfile
import zlib


def npy(descr, shape, bytes_):
    header = (f"{{'descr': '{descr}', 'fortran_order': False, "
              f"'shape': {shape}, }}").encode()
    header += b" " * (-(11 + len(header)) % 64) + b"\n"
    return (b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header +
            bytes_)


def npz(arrays, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, content in arrays.items():
            z.writestr(name + ".npy", content)
    return out.getvalue()


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content +
            struct.pack(">I", zlib.crc32(kind + content)))


def png(bits, colour, row_bytes, extra=b"", interlaced=0):
    rows = b"".join(b"\0" + bytes(range(row_bytes)) for _ in range(2))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, bits, colour, 0, 0,
                                       interlaced)) +
            extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def main():
    folder = sys.argv[1]
    arrays = {"x": npy("|u1", (2, 4), bytes(range(8))),
              "y": npy("<i4", (2,), struct.pack("<2i", 0, 1))}
    palette = chunk(b"PLTE", bytes(range(9)))
    seeds = [
        b"z" + npz(arrays, zipfile.ZIP_STORED),
        b"z" + npz(arrays, zipfile.ZIP_DEFLATED),
        b"z" + npz({"a": arrays["x"]}, zipfile.ZIP_DEFLATED),
        b"c1,2,3,4\n5,6.5,-7e-1,8\n",
        b"ca;b;label;c;d\r\n1;2;0;3;4\r\n",
        b"c\"a\"\t\"b\"\"\"\tc\td\ty\n1\t\"2\"\t3\t4\t1\n",
        b"l0\n1\n2\n", b"lname,class\na.png,3\n",
        b"gP2\n# grey\n3 2\n15\n0 1 2 3 4 15\n", b"gP5 3 2 255\n" + bytes(6),
        b"gP5 3 2 65535\n" + bytes(12), b"pP6 3 2 255\n" + bytes(18),
        b"pP3 3 2 7 " + b"1 " * 18, b"n" + png(8, 0, 3), b"n" + png(1, 0, 1),
        b"n" + png(16, 0, 6), b"n" + png(8, 4, 6), b"r" + png(8, 2, 9),
        b"r" + png(2, 3, 1, palette), b"r" + png(16, 6, 24),
        b"n" + png(4, 0, 2),
        b"r" + png(8, 3, 3, palette + chunk(b"tRNS", b"\0\x80")),
    ]
    for i, seed in enumerate(seeds):
        with open(os.path.join(folder, f"seed_{i}"), "wb") as f:
            f.write(seed)


main()
