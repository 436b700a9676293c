#!/usr/bin/env python3
"""Quantized models on this machine and, under qemu, on Arm: the same bits from every kernel variant.

usage: arm_integers.py MOTE_BINARY AARCH64_MOTE_BINARY MODEL...

Feeds each model arrays of seeded noise. Fails where a byte of a result differs from that of the scalar
kernels of this machine, and where a file has no variant to compare.
"""
import array
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ISAS = ("scalar", "neon", "neondot", "neoni8mm")
TYPES = {"f32": ("<f4", "f"), "u8": ("|u1", "B"), "s8": ("|i1", "b")}


def write_noise(path, dtype, dims, seed):
    rng = random.Random(seed)
    count = 1
    for d in dims:
        count *= d
    descr, code = TYPES[dtype]
    values = (rng.uniform(-1, 1) for _ in range(count)) if code == "f" else \
        (rng.randrange(256) - (128 if code == "b" else 0) for _ in range(count))
    shape = "(" + "".join(f"{d}, " for d in dims) + ")"
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
                     array.array(code, values).tobytes())


def results(command, isa, model, feeds, folder):
    """The bytes of each output."""
    out = folder / f"{pathlib.Path(command[-1]).parent.parent.name}-{isa}"
    done = subprocess.run([*command, "run", model, *feeds, "--output-dir", out],
                          capture_output=True, text=True, env=os.environ | {"MOTE_ISA": isa})
    if done.returncode != 0:
        sys.exit(f"{model}, {isa}: {done.stderr}")
    return {f.name: f.read_bytes() for f in sorted(out.iterdir())}


def check(native, arm, model):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        info = json.loads(subprocess.run([native, "inspect", model, "--json"], check=True,
                                         capture_output=True, text=True).stdout)
        feeds = []
        for number, given in enumerate(info["inputs"]):
            file = folder / f"{number}.npy"
            write_noise(file, given["dtype"], info["sizes"][given["name"]], number)
            feeds.append(f"--input={given['name']}={file}")
        want = results([native], "scalar", model, feeds, folder)
        wrong = [isa for isa in ISAS
                 if results(["qemu-aarch64", arm], isa, model, feeds, folder) != want]
    size = sum(len(v) for v in want.values())
    print(f"{pathlib.Path(model).name}: {size} bytes of results, " +
          (f"differ on {', '.join(wrong)}" if wrong else f"the same on {', '.join(ISAS)}"),
          flush=True)
    return bool(wrong) or not want


def main(native, arm, *models):
    return any([check(native, arm, model) for model in models])


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
