"""Instructions that Mote takes for one inference on AArch64, counted by qemu: the same on every
machine and at every hour, where times under emulation say nothing.

What a run takes is the difference between processes of different numbers of runs, one thread each.
`./dev instructions` builds what this needs. Kernels of f32 are the same on all CPUs here, so that
models of f32 are counted with the first of them only.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

import models

EMULATED = models.ROOT / "build/aarch64-release/bin/mote"
PLUGIN = models.ROOT / "build/insn_count.so"
NATIVE = models.ROOT / "build/release/bin"
ISAS = ("neon", "neondot", "neoni8mm")


def say(text):
    print(text, file=sys.stderr, flush=True)


class Counter:
    def __init__(self, mote, runs):
        self.mote, self.runs = mote, runs

    def of_run(self, model, isa):
        """Instructions and multiply-accumulates of one inference."""
        few, macs = self.of_process(model, isa, 1)
        many, _ = self.of_process(model, isa, 1 + self.runs)
        return (many - few) / self.runs, macs

    def of_process(self, model, isa, runs):
        command = ["qemu-aarch64", "-plugin", PLUGIN, self.mote, "bench", model.file,
                   *model.size_flags(), "--threads=1", "--warmup=1", f"--runs={runs}", "--json"]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              env=os.environ | {"MOTE_ISA": isa})
        counted = re.search(r"^instructions (\d+)$", done.stderr, re.MULTILINE)
        if done.returncode != 0 or not counted:
            raise models.Missing(f"{model.key}, {isa}: {done.stderr.strip()}")
        return int(counted[1]), json.loads(done.stdout)["macs"]


def rows(counter, wanted, isas):
    for model in wanted:
        say(model.key)
        counts = {}
        try:
            for isa in isas if model.dtype == "int8" else isas[:1]:
                counts[isa], macs = counter.of_run(model, isa)
        except models.Missing as missing:
            say(str(missing))
            continue
        yield {"model": model.name, "dtype": model.dtype, "macs": macs, "instructions": counts}


def line(cells):
    return "| " + " | ".join(cells) + " |"


def cells(row, isas):
    yield row["model"]
    yield row["dtype"]
    yield f"{row['macs'] / 1e6:.1f}"
    for isa in isas:
        count = row["instructions"].get(isa)
        yield f"{count / 1e6:.1f} ({count / row['macs']:.3f})" if count else "as " + isas[0]


def main():
    parser = argparse.ArgumentParser(prog="./dev instructions", description=__doc__.split("\n\n")[0])
    parser.add_argument("models", nargs="*", default=["made"], metavar="MODEL",
                        help="as for ./dev bench; default: made")
    parser.add_argument("--isa", action="append", choices=("scalar", *ISAS),
                        help="only these; default: " + ", ".join(ISAS))
    parser.add_argument("--runs", type=int, default=2, help="whose mean is taken; default: 2")
    parser.add_argument("--mote", type=pathlib.Path, default=EMULATED, help="the AArch64 program")
    parser.add_argument("--natives", type=pathlib.Path, default=NATIVE,
                        help="folder of this machine's mote and make_architecture")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    for needed in (args.mote, PLUGIN):
        if not needed.exists():
            raise models.Missing(f"{needed}: not built; ./dev instructions builds it")
    isas = args.isa or ISAS
    found = models.Models(args.natives / "mote", args.natives / "make_architecture")
    counted = rows(Counter(args.mote, args.runs), found.find(args.models, say), isas)
    if args.json:
        print(json.dumps({"rows": list(counted)}))
        return
    print("Million instructions for one inference, and for each multiply-accumulate:\n")
    print(line(["model", "type", "million MACs", *isas]))
    print(line(["---"] * (3 + len(isas))))
    for row in counted:
        print(line(cells(row, isas)), flush=True)


if __name__ == "__main__":
    try:
        main()
    except models.Missing as missing:
        sys.exit(f"instructions: {missing}")
