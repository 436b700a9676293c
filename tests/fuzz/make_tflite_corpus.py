#!/usr/bin/env python3
"""Writes the seed corpus of tflite_fuzz: the smallest of the slow tier's cases of each operator.

usage: make_tflite_corpus.py FOLDER

Needs the PyPI packages ai-edge-litert, flatbuffers, ml_dtypes and numpy.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "slow"))

from tflite_cases import all_cases  # noqa: E402
from tflite_net import packed  # noqa: E402

MAX_BYTES = 4096


def main(folder):
    smallest = {}
    for case in all_cases():
        data = packed(case.model)
        known = smallest.get(case.operator)
        if known is None or len(data) < len(known):
            smallest[case.operator] = data
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for operator, data in smallest.items():
        if len(data) <= MAX_BYTES:
            (pathlib.Path(folder) / f"{operator.lower()}.tflite").write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
