#!/usr/bin/env python3
"""TensorFlow Lite models beside their own interpreter, and as ONNX beside onnxruntime.

usage: tflite_models.py MOTE_BINARY DATA_FOLDER [interpreter] [goldens] [onnx] [photos] [cifar]

interpreter  Every .tflite and .bin model of DATA that TensorFlow Lite's interpreter runs gives the
             same in Mote on the same random inputs: floats within 1e-4 of the greatest, integers
             within one step of a scale, the best class of whole models. What one of the two refuses
             is listed; a broken model must be refused by Mote.
goldens      DATA/tflite-ops/seanet: each output within one step of its golden.
onnx         `mote convert` of each model of DATA/models: valid by onnx's checker, loaded by
             onnxruntime, with the same answer.
photos       The MobileNets on DATA/datasets/imagenet-250: accuracy, the same class by onnxruntime on
             the converted model, and by both forms of MobileNet V2.
cifar        ResNet8, float and integers, on DATA/datasets/cifar10/test.

Without a name all of them. The interpreter has two sets of kernels, with and without its XNNPACK
delegate, which differ from each other more than by rounding where weights alone are quantized: a
model agrees if it agrees with one of them. Needs the PyPI packages ai-edge-litert, numpy, onnx,
onnxruntime and pillow.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

# What the interpreter computes otherwise, and why that is not followed.
EXCEPTIONS = {
    "lstm_quantized.bin": "the interpreter takes the zero point of what is projected with the "
                          "other sign: its outputs do not depend on its input",
    "unidirectional_sequence_lstm_quantized.bin": "the same",
    "static_w8_a16_quantized_attn_vec_einsum.tflite": "the interpreter has no product of 16-bit by "
                                                      "8-bit matrices and leaves zeros",
    "static_w8_a16_quantized_k_einsum.tflite": "the same",
    "static_w8_a16_quantized_q_einsum.tflite": "the same",
    "static_w8_a16_quantized_v_einsum.tflite": "the same",
}

INTERPRETER = r'''
import json, sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
path, folder, kernels = sys.argv[1:]
options = {}
if kernels == "builtin":
    options["experimental_op_resolver_type"] = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
it = Interpreter(model_path=path, num_threads=1, **options)
it.allocate_tensors()
rng = np.random.default_rng(0)
def draw(d):
    shape = [max(int(n), 1) for n in d["shape"]]
    dtype = d["dtype"]
    if dtype in (np.bytes_, np.str_, np.object_):
        sys.exit("texts as inputs")
    if np.issubdtype(dtype, np.floating):
        return rng.standard_normal(shape).astype(dtype)
    if dtype == np.bool_:
        return rng.integers(0, 2, shape).astype(bool)
    if len(d["quantization_parameters"]["scales"]):
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        return rng.integers(low, int(high) + 1, shape).astype(dtype)
    return rng.integers(0, 2, shape).astype(dtype)
for k, d in enumerate(it.get_input_details()):
    x = draw(d)
    it.set_tensor(d["index"], x)
    np.save(f"{folder}/in{k}.npy", x)
it.invoke()
scales = []
for k, d in enumerate(it.get_output_details()):
    np.save(f"{folder}/out{k}.npy", np.asarray(it.get_tensor(d["index"])))
    scales.append(len(d["quantization_parameters"]["scales"]) > 0)
json.dump(scales, open(f"{folder}/scales.json", "w"))
'''


class Mote:
    def __init__(self, binary):
        self.binary = binary

    def call(self, *args):
        return subprocess.run([self.binary, *map(str, args)], capture_output=True, text=True)

    def inspect(self, model):
        """None and the reason if it cannot be read."""
        run = self.call("inspect", model, "--json")
        if run.returncode:
            return None, run.stderr.strip()
        info = json.loads(run.stdout)
        if info["obstacles"]:
            return None, "; ".join(f"{o['op']}: {o['reason']}" for o in info["obstacles"])
        return info, ""

    def run(self, model, info, inputs, folder):
        """The outputs; or None and the reason."""
        out = folder / "mote"
        flags = [f"--input={i['name']}={f}" for i, f in zip(info["inputs"], inputs)]
        run = self.call("run", model, "--output-dir", out, "--json", *flags)
        if run.returncode:
            return None, run.stderr.strip()
        return [np.load(o["file"]) for o in json.loads(run.stdout)["outputs"]], ""


def difference(expected, actual, quantized):
    """What is wrong; empty if nothing is."""
    if expected.dtype != actual.dtype or expected.shape != actual.shape:
        return f"{actual.dtype}{actual.shape} instead of {expected.dtype}{expected.shape}"
    if expected.size == 0:
        return ""
    if expected.dtype.kind == "f":
        e, a = expected.astype(np.float64), actual.astype(np.float64)
        same = (e == a) | (np.isnan(e) & np.isnan(a))
        away = np.where(same, 0, np.abs(e - a))
        greatest = np.max(np.abs(e[np.isfinite(e)]), initial=1e-6)
        return "" if np.max(away) <= 1e-4 * greatest else f"{np.max(away) / greatest:.1e} relative"
    away = np.max(np.abs(expected.astype(np.int64) - actual.astype(np.int64)))
    return "" if away <= (1 if quantized else 0) else f"{away} steps"


def same_best(expected, actual):
    """Of class scores: the best of one is a best of the other, as scores of 8 bits tie."""
    if expected.shape != actual.shape or expected.ndim != 2 or expected.shape[1] < 2:
        return False
    rows = np.arange(len(expected))
    return bool(np.all((actual[rows, expected.argmax(1)] == actual.max(1)) |
                       (expected[rows, actual.argmax(1)] == expected.max(1))))


def compare(mote, model, kernels, folder):
    """(verdict, words) with verdict of ok, differs, interpreter, mote."""
    folder.mkdir()
    run = subprocess.run([sys.executable, "-c", INTERPRETER, str(model), str(folder), kernels],
                         capture_output=True, text=True)
    info, why = mote.inspect(model)
    if run.returncode:
        last = [line for line in run.stderr.splitlines() if "rror" in line or "texts" in line]
        refusal = last[-1][:110] if last else f"ended with {run.returncode}"
        return "interpreter", f"{refusal} | mote: {'reads it' if info else why.splitlines()[0][:110]}"
    if info is None:
        return "mote", why
    count = len(list(folder.glob("in*.npy")))
    outputs, why = mote.run(model, info, [folder / f"in{k}.npy" for k in range(count)], folder)
    if outputs is None:
        return "mote", why
    wrong = []
    whole = info["nodes"] > 40
    for k, quantized in enumerate(json.loads((folder / "scales.json").read_text())):
        expected = np.load(folder / f"out{k}.npy")
        words = difference(expected, outputs[k], quantized)
        if words and not (whole and same_best(expected, outputs[k])):
            wrong.append(words)
    return ("differs", ", ".join(wrong)) if wrong else ("ok", "")


def check_interpreter(mote, data, folder):
    models = [f for f in sorted(data.rglob("*")) if f.suffix in (".tflite", ".bin", ".lite")
              and "kws01" not in f.parts and "seanet" not in f.parts and f.name != "weights.bin"]
    tally, bad = collections.Counter(), []
    for i, model in enumerate(models):
        found = [compare(mote, model, kernels, folder / f"{i}-{kernels}")
                 for kernels in ("delegate", "builtin")]
        verdict, words = min(found, key=lambda f: ["ok", "differs", "interpreter", "mote"].index(f[0]))
        if any(f[0] == "mote" for f in found):
            verdict, words = next(f for f in found if f[0] == "mote")
        if verdict == "differs" and model.name in EXCEPTIONS:
            verdict, words = "exception", EXCEPTIONS[model.name]
        if "broken" in model.name and verdict != "interpreter":
            verdict, words = "differs", "a broken model was read"
        tally[verdict] += 1
        if verdict != "ok":
            print(f"  {verdict:12}{model.name}: {words}")
        if verdict in ("differs", "mote"):
            bad.append(model.name)
    print(f"interpreter: {dict(tally)} of {len(models)} models")
    return not bad


def check_goldens(mote, data, folder):
    worst, cases, bad = 0, 0, 0
    for model in sorted((data / "tflite-ops/seanet").rglob("*.tflite")):
        info, why = mote.inspect(model)
        if info is None:
            print(f"  {model.name}: {why}")
            bad += 1
            continue
        stem = model.with_suffix("")
        here = folder / stem.name
        here.mkdir()
        inputs = []
        for k, i in enumerate(info["inputs"]):
            values = np.fromstring(pathlib.Path(f"{stem}_input{k}_int16.csv").read_text(), sep=",",
                                   dtype=np.int64)
            shape = [n if isinstance(n, int) else 1 for n in i["shape"]]
            np.save(here / f"in{k}.npy", values.astype(np.int16).reshape(shape))
            inputs.append(here / f"in{k}.npy")
        outputs, why = mote.run(model, info, inputs, here)
        golden = np.fromstring(pathlib.Path(f"{stem}_golden_int16.csv").read_text(), sep=",",
                               dtype=np.int64)
        away = 1 << 16 if outputs is None else np.max(np.abs(outputs[0].ravel() - golden))
        cases += 1
        worst = max(worst, away)
        if away > 1:
            bad += 1
            print(f"  {model.name}: {why or f'{away} steps'}")
    print(f"goldens: {cases} cases, {bad} beyond one step, at most {worst} steps away")
    return bad == 0 and cases > 0


def onnx_session(path):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Without it sums of two products of bytes saturate on machines with AVX2 and no VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def check_onnx(mote, data, folder):
    import onnx
    good = True
    for model in sorted((data / "models").rglob("*.tflite")):
        here = folder / model.stem
        here.mkdir()
        converted = here / "model.onnx"
        run = mote.call("convert", model, converted)
        if run.returncode:
            print(f"  {model.name}: {run.stdout}{run.stderr}")
            good = False
            continue
        onnx.checker.check_model(onnx.load(converted), full_check=True)
        session = onnx_session(converted)
        rng = np.random.default_rng(1)
        feeds = {}
        for k, i in enumerate(session.get_inputs()):
            shape = [n if isinstance(n, int) else 1 for n in i.shape]
            dtype = {"tensor(float)": np.float32, "tensor(int8)": np.int8,
                     "tensor(uint8)": np.uint8}[i.type]
            feeds[i.name] = (rng.standard_normal(shape).astype(dtype) if dtype == np.float32 else
                             rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max + 1,
                                          shape).astype(dtype))
            np.save(here / f"in{k}.npy", feeds[i.name])
        expected = session.run(None, feeds)
        info, why = mote.inspect(model)
        files = [here / f"in{k}.npy" for k in range(len(feeds))]
        outputs, why = mote.run(model, info, files, here)
        wrong = [difference(e, a, e.dtype.kind != "f") for e, a in zip(expected, outputs)]
        best = all(not w or same_best(e, a) for w, e, a in zip(wrong, expected, outputs))
        good &= best
        print(f"  {model.name}: {'the same' if not any(wrong) else ', '.join(w for w in wrong if w)}"
              f"{'' if best else ', ANOTHER ANSWER'}")
    return good


def load_image(path, size):
    """As docs/task-description.md has it: the middle 87.5 %, then `size` pixels, rounded once."""
    from PIL import Image
    image = Image.open(path).convert("RGB")
    cut = [int(n * (1 - 0.875) / 2) for n in image.size]
    image = image.crop((cut[0], cut[1], image.size[0] - cut[0], image.size[1] - cut[1]))
    channels = [np.asarray(c.convert("F").resize((size, size), Image.BILINEAR))
                for c in image.split()]
    return np.clip(np.rint(np.stack(channels, axis=2)), 0, 255).astype(np.uint8)


def mote_scores(mote, model, images, folder, *flags):
    out = folder / f"scores-{model.stem}"
    run = mote.call("run", model, "--image", images, "--output-dir", out, *flags)
    if run.returncode:
        sys.exit(f"{model}: {run.stderr}")
    return np.stack([np.load(f).ravel() for f in sorted(out.glob("*.npy"))])


FIGURES = {"mobilenet_v1_0.25_128_quant": 44.9, "mobilenet_v1_0.5_160_quant": 66.4,
           "mobilenet_v2_1.0_224_quant": 84.9, "tf2_mobilenet_v2_1.0_224_ptq": 86.6}


def best_agreement(a, b):
    rows = np.arange(len(a))
    return np.mean((b[rows, a.argmax(1)] == b.max(1)) | (a[rows, b.argmax(1)] == a.max(1)))


def check_photos(mote, data, folder):
    photos = sorted((data / "datasets/imagenet-250").glob("*.JPEG"))
    rows = (data / "datasets/imagenet-250/labels.csv").read_text().splitlines()[1:]
    classes = {row.split(",")[0]: int(row.split(",")[1]) for row in rows}
    labels = np.array([classes[p.name] + 1 for p in photos])  # class 0 is the background
    good, all_scores = True, {}
    for model in sorted((data / "models/mobilenet").glob("*.tflite")):
        ours = mote_scores(mote, model, data / "datasets/imagenet-250", folder, "--crop", "87.5%")
        all_scores[model.stem] = ours
        converted = folder / f"{model.stem}.onnx"
        if mote.call("convert", model, converted).returncode:
            sys.exit(f"{model}: not converted")
        session = onnx_session(converted)
        size = session.get_inputs()[0].shape[1]
        theirs = np.stack([session.run(None, {session.get_inputs()[0].name:
                                              load_image(p, size)[None]})[0].ravel()
                           for p in photos])
        right = np.mean(ours.argmax(1) == labels) * 100
        agree = best_agreement(ours, theirs)
        fine = abs(right - FIGURES[model.stem]) <= 6 and agree >= 0.99
        good &= bool(fine)
        print(f"  {model.stem}: {right:.1f} % right (of 1,000 photos {FIGURES[model.stem]} %), the "
              f"same class as onnxruntime {agree:.1%}{'' if fine else ' TOO FAR'}")
    two = [all_scores[m] for m in ("mobilenet_v2_1.0_224_quant", "tf2_mobilenet_v2_1.0_224_ptq")]
    both = np.mean(two[0].argmax(1) == two[1].argmax(1))
    print(f"  both forms of MobileNet V2 give the same class on {both:.1%}")
    return good and both >= 0.85


def check_cifar(mote, data, folder):
    right, interval = {}, {}
    for model in ("resnet8_float", "resnet8_int8"):
        run = mote.call("eval", data / f"models/mlperf-tiny/{model}.tflite", "--data",
                        data / "datasets/cifar10/test", "--scale", "1", "--json", *(
                            ("--mean", "128") if model == "resnet8_int8" else ("--mean", "0")))
        if run.returncode:
            sys.exit(run.stderr)
        answer = json.loads(run.stdout)
        right[model] = answer["top1"] * 100
        interval[model] = [100 * v for v in answer["top1_interval"]]
        print(f"  {model}: {right[model]:.1f} % right, with 95 % confidence "
              f"{interval[model][0]:.1f} to {interval[model][1]:.1f}")
    apart = abs(right["resnet8_float"] - right["resnet8_int8"])
    within = all(low <= 75.5 <= high for low, high in interval.values())
    return apart <= 1.5 and within


CHECKS = {"interpreter": check_interpreter, "goldens": check_goldens, "onnx": check_onnx,
          "photos": check_photos, "cifar": check_cifar}


def main(binary, data, names):
    good = True
    for name in names or CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            passed = CHECKS[name](Mote(binary), pathlib.Path(data), pathlib.Path(folder))
        print(f"{name}: {'passed' if passed else 'FAILED'}", flush=True)
        good &= bool(passed)
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) < 3 or not set(sys.argv[3:]) <= set(CHECKS):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
