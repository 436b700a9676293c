#!/usr/bin/env python3
"""Operators of TensorFlow Lite, one or a few at a time, by Mote and by TFLite's own interpreter.

usage: tflite_operators.py [--open-batch] MOTE_BINARY [OPERATOR | OPERATOR/CASE ...]

Where the interpreter's default kernels and its reference kernels differ, Mote is held to those that
are nearer. Floats may be 1e-4 of their value and 1e-5 of the largest away, quantized numbers one
step, other integers not at all. Prints a table by operator, and fails where something differs, or
Mote refuses what the interpreter runs, unless tflite_exceptions.py says why. With --open-batch the
files leave the inputs' first sizes open, and Mote may refuse. Needs the PyPI packages
ai-edge-litert, flatbuffers, ml_dtypes and numpy.
"""
import collections
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from tflite_cases import all_cases
from tflite_exceptions import excuse_of
from tflite_interpreter import answers


def by_mote(mote, case, data, folder):
    """Outputs by name, or why there are none."""
    folder.mkdir(parents=True)
    model = folder / "model.tflite"
    model.write_bytes(data)
    flags = []
    for name, array in case.inputs.items():
        np.save(folder / f"{name}.npy", array)
        flags += ["--input", f"{name}={folder / name}.npy"]
    run = subprocess.run([mote, "run", model, *flags, "--output-dir", folder / "out", "--threads",
                          "1"], capture_output=True, text=True)
    if run.returncode != 0:
        first = run.stderr.strip().partition("\n")[0].removeprefix(f"mote: {model}: ")
        return first or f"exit status {run.returncode}"
    return {f.stem: np.load(f) for f in (folder / "out").glob("*.npy")}


def difference(mine, theirs, is_quantized, steps):
    """None, or in what two arrays differ."""
    if mine.shape != theirs.shape:
        return f"{list(mine.shape)} for {list(theirs.shape)}"
    if mine.dtype != theirs.dtype:
        return f"{mine.dtype} for {theirs.dtype}"
    if theirs.size == 0 or np.array_equal(mine, theirs):
        return None
    if theirs.dtype.kind in "fc":
        return float_difference(mine, theirs)
    away = np.abs(mine.astype(np.int64) - theirs.astype(np.int64)) > (steps if is_quantized else 0)
    if not away.any():
        return None
    most = np.max(np.abs(mine.astype(np.int64) - theirs.astype(np.int64)))
    return f"{most} away, {np.mean(away):.0%} beyond bounds, {sample(mine, theirs, away)}"


def float_difference(mine, theirs):
    wide = np.complex128 if theirs.dtype.kind == "c" else np.float64
    mine, theirs = mine.astype(wide), theirs.astype(wide)
    odd = ~np.isfinite(theirs)
    same = np.where(np.isnan(theirs), np.isnan(mine), mine == theirs)
    largest = np.max(np.abs(theirs[~odd]), initial=0)
    with np.errstate(invalid="ignore"):
        near = np.abs(mine - theirs) <= 1e-4 * np.abs(theirs) + 1e-5 * largest
    away = ~np.where(odd, same, near)
    if not away.any():
        return None
    return f"{np.mean(away):.0%} beyond bounds, {sample(mine, theirs, away)}"


def sample(mine, theirs, away):
    at = tuple(int(i) for i in np.argwhere(away)[0])
    return f"at {list(at)} {mine[at]} for {theirs[at]}"


def compared(mine, theirs, steps):
    """None, or the difference from outputs of one variant."""
    for name, array, is_quantized in theirs:
        if name not in mine:
            return f"no output '{name}'"
        if what := difference(mine[name], array, is_quantized, steps):
            return what
    return None


def judge(mote, case, answer, folder):
    """(verdict, why)."""
    if answer is None:
        return "refused", "the interpreter crashed"
    data, variants = answer
    runs = [v for v in variants.values() if not isinstance(v, str)]
    if not runs:
        return "refused", next(iter(variants.values()))
    mine = by_mote(mote, case, data, folder / case.name)
    excuse = excuse_of(case.name)
    if isinstance(mine, str):
        return ("excused" if excuse.refused else "refused by Mote"), mine
    if any(compared(mine, theirs, excuse.steps) is None for theirs in runs):
        return "equal", ""
    return ("excused" if excuse.differs else "differs"), compared(mine, runs[0], excuse.steps)


def main(mote, chosen, open_batch):
    chosen_cases = [c for c in all_cases()
                    if not chosen or c.operator in chosen or c.name in chosen]
    table = collections.defaultdict(collections.Counter)
    verdicts_of_failure = {"differs"} if open_batch else {"differs", "refused by Mote"}
    bad = 0
    with (tempfile.TemporaryDirectory() as temporary,
          concurrent.futures.ThreadPoolExecutor(2) as pool):
        folder = pathlib.Path(temporary)
        verdicts = [(case, pool.submit(judge, mote, case, answer, folder))
                    for case, answer in zip(chosen_cases, answers(chosen_cases, open_batch),
                                            strict=True)]
        for case, future in verdicts:
            verdict, why = future.result()
            table[case.operator][verdict] += 1
            fails = verdict in verdicts_of_failure
            bad += fails
            if fails or chosen and verdict != "equal":
                print(f"{case.name}: {verdict}: {' '.join(why.split())}")
    print_table(table)
    return 1 if bad else 0


COLUMNS = ("equal", "differs", "excused", "refused by Mote", "refused")


def print_table(table):
    total = sum(table.values(), collections.Counter())
    print(f"{'operator':30} {'cases':>6}" + "".join(f" {c:>15}" for c in COLUMNS))
    for operator, row in [*sorted(table.items()), ("all", total)]:
        print(f"{operator:30} {sum(row.values()):6}" + "".join(f" {row[c]:15}" for c in COLUMNS))


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--open-batch"]
    if not arguments:
        sys.exit(__doc__)
    sys.exit(main(arguments[0], arguments[1:], "--open-batch" in sys.argv))
