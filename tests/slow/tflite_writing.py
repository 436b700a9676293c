#!/usr/bin/env python3
"""What `mote convert` writes as TensorFlow Lite, run by TensorFlow Lite's own interpreter.

usage: tflite_writing.py MOTE_BINARY DATA_FOLDER [models] [operators] [NAME ...]

models     Every model of DATA/models that is converted gives in the interpreter what the model
           itself gives, on the same random inputs: a .tflite model there, an .onnx model in Mote.
           Floats within 1e-4, quantized outputs within one step.
operators  Every case of DATA/onnx-backend that is converted gives what the case expects. Inputs
           but the first are constants where the model is not converted otherwise.

Without one of the two both. Names choose cases. What is not converted is counted by its reason; what
the interpreter refuses fails, unless EXCEPTIONS says why. Needs the PyPI packages ai-edge-litert,
numpy and onnx.
"""
import collections
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

# Cases that the interpreter cannot run or computes otherwise, and why.
EXCEPTIONS = {
    "yolox-nano.onnx": "on noise Mote and onnxruntime are as far apart",
    "test_averagepool_2d_ceil_last_window_starts_on_pad": "the case states four digits",
}

# Sizes that models leave open and that what they do needs.
SIZES = {
    "silero-vad.onnx": "sequence=576",
    "onnx-cases/byte_sb_bidi_lstm/model.onnx": "length=32",
    "onnx-cases/qlstm_3-2-3_T3_S1/model.onnx": "input=4x3",
}


def interpret(path, inputs, kernels):
    """Outputs of the file, in its order, with the scales of those that have one."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    resolver = (OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if kernels == "builtin"
                else OpResolverType.AUTO)
    it = Interpreter(model_path=str(path), num_threads=1, experimental_op_resolver_type=resolver)
    details = it.get_input_details()
    for d, x in zip(details, inputs, strict=True):
        if list(d["shape"]) != list(x.shape):
            it.resize_tensor_input(d["index"], x.shape)
    it.allocate_tensors()
    for d, x in zip(details, inputs, strict=True):
        it.set_tensor(d["index"], x)
    it.invoke()
    return [(np.asarray(it.get_tensor(d["index"])), float(d["quantization"][0]))
            for d in it.get_output_details()]


def work(jobs, start, pipe):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # it logs what it makes
    for k in range(start, len(jobs)):
        path, inputs = jobs[k]
        results = {}
        for kernels in ("default", "builtin"):
            try:
                results[kernels] = interpret(path, inputs, kernels)
            except (RuntimeError, ValueError) as e:
                results[kernels] = str(e).strip()
        pipe.send(results)
    pipe.send(None)


def interpreted(jobs):
    """Yields what each job gives by kernels; the jobs run in a process of their own, which may
    crash."""
    context, start = multiprocessing.get_context("fork"), 0
    while start < len(jobs):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(jobs, start, there))
        process.start()
        there.close()
        try:
            while (message := here.recv()) is not None:
                start += 1
                yield message
        except EOFError:
            start += 1
            yield {"default": "the interpreter crashed", "builtin": "the interpreter crashed"}
        process.join()


def convert(mote, model, out, *flags):
    """None, or why there is no file."""
    run = subprocess.run([mote, "convert", model, out, *flags], capture_output=True, text=True)
    if run.returncode == 0:
        return None
    lines = (run.stdout + run.stderr).strip().splitlines() or [f"exit status {run.returncode}"]
    return lines[1 if len(lines) > 1 else 0].strip()


def difference(mine, theirs, scale):
    """None, or in what two arrays differ."""
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        return f"{mine.dtype}{list(mine.shape)} for {theirs.dtype}{list(theirs.shape)}"
    if mine.size == 0 or np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"):
        return None
    if mine.dtype.kind == "f":
        finite = np.isfinite(theirs)
        top = np.max(np.abs(theirs[finite])) if finite.any() else 0
        away = np.abs(mine - theirs) > 1e-4 * np.abs(theirs) + 1e-5 * top + 1e-7
        away &= ~(np.isnan(mine) & np.isnan(theirs)) & ~(mine == theirs)
        most = np.max(np.abs(mine - theirs)[finite]) if finite.any() else 0
        return f"{most:.3g} of {top:.3g} away" if away.any() else None
    steps = int(np.max(np.abs(mine.astype(np.int64) - theirs.astype(np.int64))))
    return f"{steps} away" if steps > (1 if scale else 0) else None


def proto_cases(data, names):
    import onnx
    from onnx import numpy_helper

    def tensors(paths):
        found = []
        for path in paths:
            proto = onnx.TensorProto()
            proto.ParseFromString(path.read_bytes())
            found.append(numpy_helper.to_array(proto))
        return found

    def number(path):
        return int(path.stem.rpartition("_")[2])
    for model in sorted((data / "onnx-backend").rglob("model.onnx")):
        name = model.parent.name
        if names and name not in names:
            continue
        folder = model.parent / "test_data_set_0"
        try:
            inputs = tensors(sorted(folder.glob("input_*.pb"), key=number))
            outputs = tensors(sorted(folder.glob("output_*.pb"), key=number))
        except Exception:  # sequences and the like, which have no form there
            continue
        yield name, model, inputs, outputs


def baked(model, inputs, folder):
    """The model with its lists of integers, then all inputs but the first, as constants; and the
    inputs that are left."""
    import onnx
    from onnx import numpy_helper
    lists = [i for i, x in enumerate(inputs) if i > 0 and x.dtype.kind == "i" and x.ndim < 2]
    for k, indices in enumerate([lists, list(range(1, len(inputs)))]):
        if not indices:
            continue
        proto = onnx.load(model)
        known = {x.name for x in proto.graph.initializer}
        names = [i.name for i in proto.graph.input if i.name not in known]
        if len(names) != len(inputs):
            return
        for i in indices:
            proto.graph.initializer.append(numpy_helper.from_array(inputs[i], names[i]))
        left = [i for i in proto.graph.input if i.name not in {names[i] for i in indices}]
        del proto.graph.input[:]
        proto.graph.input.extend(left)
        path = folder / f"baked{k}.onnx"
        onnx.save(proto, path)
        yield path, [x for i, x in enumerate(inputs) if i not in indices]


def random_inputs(infos):
    rng = np.random.default_rng(0)
    for info in infos:
        shape = [1 if not isinstance(n, int) or n < 0 else n for n in info["shape"]]
        dtype = {"f32": np.float32, "u8": np.uint8, "s8": np.int8, "s16": np.int16,
                 "s64": np.int64, "s32": np.int32, "bool": bool}[info["dtype"]]
        if dtype == np.float32:
            yield rng.standard_normal(shape).astype(dtype)
        elif dtype in (np.uint8, np.int8, np.int16):
            yield rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape).astype(dtype)
        else:
            yield rng.integers(0, 2, shape).astype(dtype)


def inputs_of(model):
    from ai_edge_litert.interpreter import Interpreter
    rng = np.random.default_rng(0)
    for d in Interpreter(model_path=str(model)).get_input_details():
        if d["dtype"] == np.float32:
            yield rng.standard_normal(d["shape"]).astype(np.float32)
        else:
            bounds = np.iinfo(d["dtype"])
            yield rng.integers(bounds.min, bounds.max + 1, d["shape"]).astype(d["dtype"])


def model_cases(mote, data, names, folder):
    import json
    for model in sorted([*(data / "models").rglob("*.onnx"), *(data / "models").rglob("*.tflite")]):
        name = str(model.relative_to(data / "models"))
        if names and name not in names:
            continue
        if model.suffix == ".tflite":
            inputs = list(inputs_of(model))
            yield name, model, inputs, [x for x, _ in interpret(model, inputs, "default")]
            continue
        if name in SIZES:
            fixed = folder / (name.replace("/", "_"))
            if convert(mote, model, fixed, "--size", SIZES[name]):
                continue
            model = fixed
        text = subprocess.run([mote, "inspect", model, "--json"], capture_output=True, text=True)
        if text.returncode != 0:
            continue
        info = json.loads(text.stdout)
        place = folder / (name.replace("/", "_") + ".runs")
        place.mkdir()
        try:
            inputs = list(random_inputs(info["inputs"]))
        except KeyError:
            continue
        flags = []
        for k, (i, x) in enumerate(zip(info["inputs"], inputs, strict=True)):
            np.save(place / f"in{k}.npy", x)
            flags += ["--input", f"{i['name']}={place}/in{k}.npy"]
        run = subprocess.run([mote, "run", model, *flags, "--output-dir", place / "out"],
                             capture_output=True, text=True)
        if run.returncode != 0:
            continue
        outputs = []
        for o in info["outputs"]:
            files = [f for f in (place / "out").glob("*.npy")
                     if f.stem == o["name"].replace("/", "_")]
            files = files or [place / "out" / f"{o['name']}.npy"]
            outputs.append(np.load(files[0]))
        yield name, model, inputs, outputs


def compare(mote, cases, folder, whole):
    """Runs all; True if nothing differs."""
    jobs, expected, refused = [], [], collections.Counter()
    for k, (name, model, inputs, outputs) in enumerate(cases):
        out = folder / f"{k}.tflite"
        why = convert(mote, model, out)
        if why and not whole:
            for path, left in baked(model, inputs, folder):
                if not convert(mote, path, out):
                    why, inputs = None, left
                    break
        if why:
            refused[why if whole else why.split("'")[0].strip() or why] += 1
            if os.environ.get("VERBOSE"):
                print(f"  not converted: {name}: {why}")
            continue
        jobs.append((out, inputs))
        expected.append((name, outputs))
    equal, excused, bad = 0, 0, []
    for (name, outputs), results in zip(expected, interpreted(jobs), strict=True):
        problems = {}
        for kernels, result in results.items():
            if isinstance(result, str):
                problems[kernels] = "refused: " + result.splitlines()[0]
                continue
            pairs = zip(result, outputs, strict=True)
            found = [difference(a, b, s) for (a, s), b in pairs]
            problems[kernels] = next((f for f in found if f), None)
        if None in problems.values():
            equal += 1
        elif name in EXCEPTIONS:
            excused += 1
        else:
            bad.append(f"{name}: {problems['default']} | {problems['builtin']}")
    total = equal + excused + len(bad) + sum(refused.values())
    print(f"{total} cases: {equal} equal, {excused} excused, {len(bad)} differ or are refused by "
          f"the interpreter, {sum(refused.values())} not converted")
    for line in bad:
        print("  " + line)
    for reason, count in refused.most_common(None if os.environ.get("VERBOSE") else 60):
        print(f"  not converted: {count:4}  {reason}")
    return not bad


def main():
    mote, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    chosen = [a for a in sys.argv[3:] if a in ("models", "operators")]
    names = [a for a in sys.argv[3:] if a not in chosen]
    fine = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        if not chosen or "models" in chosen:
            (folder / "m").mkdir()
            fine &= compare(mote, model_cases(mote, data, names, folder), folder / "m", True)
        if not chosen or "operators" in chosen:
            (folder / "o").mkdir()
            fine &= compare(mote, proto_cases(data, names), folder / "o", False)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
