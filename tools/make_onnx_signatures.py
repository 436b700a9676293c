#!/usr/bin/env python3
"""Writes src/format/onnx/write/signatures.inc: what each version of each ONNX operator takes.

usage: make_onnx_signatures.py > signatures.inc    (needs the PyPI package onnx)

A row is MOTE_SIGNATURE(domain, name, version, attributes, inputs, outputs). Inputs and outputs are
two letters for each argument: "aa" is the first set of types (MOTE_TYPES), "ab" the second. '*'
means that the last one repeats. Bits of a set: the element types of tensors by their number, then
sequence, optional, map and sparse tensor.
"""
import re
import string

import onnx.defs as defs
from onnx import TensorProto

DOMAINS = ("", "ai.onnx.ml", "ai.onnx.preview")
NUMBERS = {name.lower(): number for name, number in TensorProto.DataType.items()}
LETTERS = string.ascii_lowercase
OTHERS = {"seq": 32, "optional": 33, "map": 34, "sparse_tensor": 35}


def mask(types):
    bits = 0
    for text in types:
        tensor = re.fullmatch(r"tensor\((\w+)\)", text)
        if tensor:
            bits |= 1 << NUMBERS[tensor[1]]
        else:
            bits |= 1 << OTHERS[text.partition("(")[0]]
    return bits


def arguments(formals, sets):
    text = ""
    for f in formals:
        index = sets.setdefault(mask(f.types), len(sets))
        text += LETTERS[index // 26] + LETTERS[index % 26]
    repeats = bool(formals) and formals[-1].option == defs.OpSchema.FormalParameterOption.Variadic
    return text + "*" * repeats


def main():
    sets, rows = {}, []
    for s in defs.get_all_schemas_with_history():
        if s.domain not in DOMAINS or s.deprecated:
            continue
        attributes = " ".join(sorted(s.attributes))
        rows.append((s.domain, s.name, s.since_version, attributes,
                     *(arguments(a, sets) for a in (s.inputs, s.outputs))))
    print("// Made by tools/make_onnx_signatures.py from the operator definitions of ONNX.")
    for bits in sets:
        print(f"MOTE_TYPES({bits:#x})")
    for domain, name, version, *texts in sorted(rows):
        fields = [f'"{domain}"', f'"{name}"', str(version)] + [f'"{t}"' for t in texts]
        print(f"MOTE_SIGNATURE({', '.join(fields)})")


if __name__ == "__main__":
    main()
