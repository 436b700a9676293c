"""Mote beside onnxruntime on real inputs: what models give, and what becomes of it.

Of each model, both get the same array, and all numbers must agree within 1e-3 of the largest. Then
`mote run` on the photo, recording or table itself must tell what an independent decoding of
onnxruntime's outputs, in NumPy and Pillow, tells. Prints a line for each comparison; the exit status
is 1 if one is out of bounds.

  compare_tasks.py MOTE DATA
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import wave

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps

MOTE, DATA = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
MODELS, PHOTOS = DATA / "models", DATA / "datasets/imagenet-250"
FAILED = []


def check(what, value, bound):
    print(f"{what:<58} {value:<12.4g} at most {bound:g}{'' if value <= bound else '   FAILED'}")
    if not value <= bound:
        FAILED.append(what)


def mote(*args):
    run = subprocess.run([MOTE, *map(str, args)], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"mote {' '.join(map(str, args))}: {run.stderr}")
    return run.stdout


def mote_json(*args):
    return json.loads(mote(*args, "--json"))


def session(model):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def mote_arrays(model, feeds):
    with tempfile.TemporaryDirectory() as folder:
        flags = []
        for i, (name, array) in enumerate(feeds.items()):
            np.save(f"{folder}/{i}.npy", array)
            flags += ["--input", f"{name}={folder}/{i}.npy"]
        mote("run", model, *flags, "--output-dir", f"{folder}/out")
        return {p.stem: np.load(p) for p in pathlib.Path(f"{folder}/out").glob("*.npy")}


def compare_arrays(what, model, feeds_list):
    """The largest difference over all feeds, in shares of the largest number of each output."""
    peer = session(model)
    worst = 0.0
    for feeds in feeds_list:
        got = mote_arrays(model, feeds)
        for info, want in zip(peer.get_outputs(), peer.run(None, feeds)):
            scale = max(1e-6, float(np.abs(want).max()))
            worst = max(worst, float(np.abs(want - got[info.name]).max()) / scale)
    check(f"{what}: outputs, relative difference", worst, 1e-3)
    return peer


def iou(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    area = lambda r: (r[2] - r[0]) * (r[3] - r[1])
    return w * h / (area(a) + area(b) - w * h) if w > 0 and h > 0 else 0.0


def suppress(boxes, scores, classes, bound):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if all(classes[i] != classes[k] or iou(boxes[i], boxes[k]) <= bound for k in kept):
            kept.append(i)
    return [(int(classes[i]), float(scores[i]), boxes[i]) for i in kept]


def compare_detections(what, model, photos, detect):
    """Each clear detection of one must be one of the other, in the same place."""
    missed, total, worst = 0, 0, 0.0
    for photo in photos:
        width, height = upright(photo).size
        clip = lambda b: np.clip(b, 0, [width, height, width, height])
        want = [(c, s, clip(b)) for c, s, b in detect(photo)]
        found = mote_json("run", model, "--image", photo)["images"][0]["detections"]
        got = [(d["index"], d["score"], d["box"]) for d in found]
        for ours, theirs, clear in ((want, got, 0.05), (got, want, 0.05)):
            for c, s, b in ours:
                if s < detect.threshold + clear:  # near the threshold a rounding decides
                    continue
                total += 1
                match = [(iou(b, o[2]), abs(s - o[1])) for o in theirs if o[0] == c]
                best = max(match, default=(0.0, 1.0))
                same = best[0] >= 0.6  # of two that score the same, either may suppress the other
                missed += not same
                worst = max(worst, best[1] if same else 0.0)
    check(f"{what}: of {total} detections those of one only", missed, 0.02 * total)
    check(f"{what}: difference of scores", worst, 0.05)


def upright(photo):
    return ImageOps.exif_transpose(Image.open(photo)).convert("RGB")


def photo_list(step):
    return sorted(PHOTOS.glob("*.JPEG"))[::step]


def letterboxed(photo):
    image = upright(photo)
    width, height = image.size
    ratio = min(416 / width, 416 / height)
    size = (int(width * ratio + 1e-9), int(height * ratio + 1e-9))
    x = np.full((416, 416, 3), 114, np.float32)
    x[: size[1], : size[0]] = np.asarray(image.resize(size, Image.BILINEAR), np.float32)[:, :, ::-1]
    return x.transpose(2, 0, 1)[None], size[0] / width, size[1] / height


def yolox():
    model = MODELS / "yolox-nano.onnx"
    name = session(model).get_inputs()[0].name
    peer = compare_arrays("yolox-nano", model, [{name: letterboxed(p)[0]} for p in photo_list(50)])
    cells = [(s, x, y) for s in (8, 16, 32) for y in range(416 // s) for x in range(416 // s)]
    stride, x0, y0 = np.array(cells, np.float64).T

    def detect(photo):
        x, rx, ry = letterboxed(photo)
        y = peer.run(None, {name: x})[0][0].astype(np.float64)
        scores = y[:, 4:5] * y[:, 5:]
        best = scores.max(1)
        cx, cy = (y[:, 0] + x0) * stride / rx, (y[:, 1] + y0) * stride / ry
        w, h = np.exp(y[:, 2]) * stride / rx, np.exp(y[:, 3]) * stride / ry
        boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], 1)
        keep = best >= detect.threshold
        return suppress(boxes[keep], best[keep], scores.argmax(1)[keep], 0.45)

    detect.threshold = 0.3
    compare_detections("yolox-nano", model, photo_list(5), detect)


def ultraface(name, decoded):
    """decoded: the same network, which decodes its boxes itself."""
    model, what = MODELS / f"ultraface/{name}.onnx", f"ultraface {name.removeprefix('version-')}"

    def pixels(photo):
        image = upright(photo).resize((320, 240), Image.BILINEAR)
        return ((np.asarray(image, np.float32) - 127) / 128).transpose(2, 0, 1)[None]

    compare_arrays(what, model, [{"input": pixels(p)} for p in photo_list(50)])
    peer = session(MODELS / f"ultraface/{decoded}.onnx")

    def detect(photo):
        size = upright(photo).size
        scores, boxes = peer.run(["scores", "boxes"], {"input": pixels(photo)})
        keep = scores[0, :, 1] >= detect.threshold
        return suppress(boxes[0][keep] * np.array(size * 2), scores[0, :, 1][keep],
                        np.ones(keep.sum()), 0.3)

    detect.threshold = 0.7
    compare_detections(what, model, photo_list(2), detect)


def speech_segments(p, samples, rate=16000, chunk=512):
    """Silero's rules, written from their description: see docs/task-description.md."""
    spans, start, quiet = [], None, None
    for i, v in enumerate(p):
        at = i * chunk
        if v >= 0.5:
            quiet = None
            start = at if start is None else start
        elif v < 0.35 and start is not None:
            quiet = at if quiet is None else quiet
            if at - quiet >= rate // 10:
                spans.append([start, quiet])
                start = quiet = None
    if start is not None:
        spans.append([start, samples])
    spans = [s for s in spans if s[1] - s[0] > rate // 4]
    pad = 30 * rate // 1000
    for i, s in enumerate(spans):
        if i == 0:
            s[0] = max(0, s[0] - pad)
        if i + 1 < len(spans):
            share = min(pad, (spans[i + 1][0] - s[1]) // 2)
            s[1] += share
            spans[i + 1][0] -= share
        else:
            s[1] = min(samples, s[1] + pad)
    return [(a / rate, b / rate) for a, b in spans]


def silero():
    model, sound = MODELS / "silero-vad.onnx", DATA / "datasets/speech/test.wav"
    peer = session(model)
    with wave.open(str(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16) / np.float32(32768)
    state, context, want = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
    for begin in range(0, len(samples), 512):
        chunk = samples[begin : begin + 512]
        chunk = np.concatenate([context, np.pad(chunk, (0, 512 - len(chunk)))]).astype(np.float32)
        out, state = peer.run(["output", "stateN"], {"input": chunk[None], "state": state,
                                                     "sr": np.array(16000, np.int64)})
        context = chunk[-64:]
        want.append(out[0, 0])
    with tempfile.TemporaryDirectory() as folder:
        heard = mote_json("run", model, "--audio", sound, "--output-dir", folder)["audio"][0]
        got = np.load(f"{folder}/test.wav.output.npy")
    check("silero-vad: number of chunks, difference", abs(len(want) - len(got)), 0)
    check("silero-vad: probability of a chunk, difference", float(np.abs(want - got).max()), 1e-3)
    segments = speech_segments(want, len(samples))
    told = [(s["start"], s["end"]) for s in heard["segments"]]
    check("silero-vad: number of segments, difference", abs(len(segments) - len(told)), 0)
    if len(segments) == len(told):
        check(f"silero-vad: ends of {len(told)} segments, s",
              float(np.abs(np.array(segments) - np.array(told)).max()), 1e-6)


def super_resolution():
    model = MODELS / "super-resolution.onnx"
    photo = PHOTOS / "n02107908_Appenzeller.JPEG"
    image = upright(photo)
    width, height = image.size
    ratio = min(224 / width, 224 / height)
    size = (int(width * ratio + 1e-9), int(height * ratio + 1e-9))
    y, cb, cr = image.resize(size, Image.BILINEAR).convert("YCbCr").split()
    x = np.zeros((1, 1, 224, 224), np.float32)
    x[0, 0, : size[1], : size[0]] = np.asarray(y, np.float32) / 255
    name = session(model).get_inputs()[0].name
    peer = compare_arrays("super-resolution", model, [{name: x}])
    luma = peer.run(None, {name: x})[0][0, 0][: 3 * size[1], : 3 * size[0]]
    luma = Image.fromarray(np.clip(np.rint(luma * 255), 0, 255).astype(np.uint8))
    large = image.resize(luma.size, Image.BICUBIC).convert("YCbCr").split()
    want = np.asarray(Image.merge("YCbCr", (luma, *large[1:])).convert("RGB"), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        mote("run", model, "--image", photo, "--draw", f"{folder}/out.png")
        got = np.asarray(Image.open(f"{folder}/out.png"), np.float32)
    check("super-resolution: size of the image, difference", abs(want.size - got.size), 0)
    if want.shape == got.shape:
        check("super-resolution: mean difference of pixels, of 255", np.abs(want - got).mean(), 1.5)


def table():
    model, rows = MODELS / "onnx-cases/lgbm_classifier_tensor/model.onnx", DATA / "datasets/tabular/wine.csv"
    x = np.loadtxt(rows, delimiter=",", dtype=np.float32)
    labels, probabilities = session(model).run(None, {"input": x[:, :13]})
    told = mote_json("run", model, "--csv", rows, "--target", "14")["rows"]
    check("wine: rows with another label", sum(r["label"] != str(l) for r, l in zip(told, labels)), 0)
    worst = max(abs(c["score"] - probabilities[i][int(c["label"])])
                for i, r in enumerate(told) for c in r["classes"])
    check(f"wine: probabilities of {len(told)} rows, difference", float(worst), 1e-5)


yolox()
for name in ("version-RFB-320", "version-slim-320"):
    ultraface(name, name)
ultraface("version-RFB-320_simplified", "version-RFB-320")
for part in (silero, super_resolution, table):
    part()
sys.exit(1 if FAILED else 0)
