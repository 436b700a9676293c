#!/usr/bin/env python3
"""Quantized MobileNets by integers and by floats: same answers, and the same bits on every ISA.

usage: mobilenet_integers.py MOTE_BINARY DATA_FOLDER

Converts DATA/models/mobilenet/*.tflite to ONNX, runs the 150 photos of DATA/datasets/imagenet-250
that are for figures, and fails where fewer than 99 % of the top-1 answers are the same with and
without the integer operators, or where an ISA or a number of threads changes a bit. Scores have 8
bits and tie: answers are the same if the best class of one is a best class of the other. Floats are
those of the scalar kernels: a sum in another order now and then rounds to another step, which the
next layers spread, so that floats of two ISAs agree no better with each other. Needs the PyPI
packages numpy, onnx and tflite.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx

from tflite_to_qdq import convert

ISAS = ("scalar", "avx2", "avx512", "avx512vnni", "amx", "neon", "neondot", "neoni8mm")
FIRST = 100  # before it they calibrate


def describe(size):
    return {"task": "image-classification",
            "inputs": [{"name": "image", "kind": "image", "size": size, "crop": 0.875,
                        "resize": {"filter": "bilinear"}, "scale": 127.5, "mean": 1, "std": 1}],
            "outputs": [{"name": "scores", "kind": "class_scores"}]}


def scores(mote, model, images, folder, *flags):
    """[image, class]; None if this machine has not the ISA that was asked for."""
    out = folder / "-".join(["out", *flags])
    run = subprocess.run([mote, "run", model, "--image", images, "--output-dir", out, *flags],
                         capture_output=True, text=True)
    if run.returncode == 2 and "has no kernels" in run.stderr:
        return None
    if run.returncode != 0:
        sys.exit(f"{model}: {run.stderr}")
    return np.stack([np.load(f).ravel() for f in sorted(out.glob("*.npy"))])


def is_best(classes, s):
    return s[np.arange(len(s)), classes] == s.max(1)


def check(mote, tflite_file, images, labels, folder):
    folder = folder / tflite_file.stem
    folder.mkdir()
    model = folder / "model.onnx"
    converted = convert(tflite_file)
    onnx.save(converted, model)
    size = [d.dim_value for d in converted.graph.input[0].type.tensor_type.shape.dim][2:]
    (folder / "model.task.json").write_text(json.dumps(describe(size)))
    floats = scores(mote, model, images, folder, "--disable-pass", "to_integers",
                    "--isa", "scalar")
    integers = scores(mote, model, images, folder)
    n = len(integers)
    first = np.mean(floats.argmax(1) == integers.argmax(1))
    agree = np.mean(is_best(floats.argmax(1), integers) | is_best(integers.argmax(1), floats))
    right = [np.mean(s.argmax(1) == labels) for s in (floats, integers)]
    step = np.min(np.diff(np.unique(floats)))
    away = np.max(np.abs(floats - integers)) / step
    same = []
    for flags in [("--threads", "1")] + [("--isa", isa) for isa in ISAS]:
        other = scores(mote, model, images, folder, *flags)
        if other is None:
            continue
        same.append(f"{flags[1]}{'' if np.array_equal(other, integers) else ' DIFFERS'}")
    print(f"{tflite_file.stem}: {n} photos, same top-1 {agree:.2%} ({first:.2%} "
          f"if ties go to the first class), right by floats {right[0]:.1%}, "
          f"by integers {right[1]:.1%}, scores at most {away:.0f} steps apart; "
          f"bits on {', '.join(same)}", flush=True)
    return agree >= 0.99 and not any("DIFFERS" in s for s in same)


def main(mote, data):
    data = pathlib.Path(data)
    photos = sorted((data / "datasets/imagenet-250").glob("*.JPEG"))[FIRST:]
    rows = (data / "datasets/imagenet-250/labels.csv").read_text().splitlines()[1:]
    classes = {row.split(",")[0]: int(row.split(",")[1]) for row in rows}
    labels = np.array([classes[p.name] + 1 for p in photos])  # class 0 is the background
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        images = folder / "images"
        images.mkdir()
        for p in photos:
            (images / p.name).write_bytes(p.read_bytes())
        models = sorted((data / "models/mobilenet").glob("*.tflite"))
        return 0 if all([check(mote, m, images, labels, folder) for m in models]) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
