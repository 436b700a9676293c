"""Mote beside onnxruntime: latency, load, first run and peak memory of each model.

Each figure is the median over rounds; in a round, both run one after the other, each in a process of
its own. Before a time is printed, both must have given the same results.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOTE = ROOT / "build/release/bin/mote"
DATA = pathlib.Path(os.environ.get("MOTE_DATA", ROOT.parent / "shared/data"))
FIELDS = ("median_ms", "load_ms", "first_run_ms", "peak_rss_bytes")

PEER = """
import json, resource, sys, time
import numpy as np
import onnxruntime as ort
model, threads, runs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
options = ort.SessionOptions()
options.intra_op_num_threads = threads
options.log_severity_level = 3
begin = time.perf_counter()
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
load = time.perf_counter() - begin
feeds = dict(np.load(seed))
times = []
for _ in range(runs + 1):
    begin = time.perf_counter()
    outputs = session.run(None, feeds)
    times.append(time.perf_counter() - begin)
np.savez(seed + ".out.npz", *outputs)
print(json.dumps({"median_ms": float(np.median(times[1:])) * 1e3, "load_ms": load * 1e3,
                  "first_run_ms": times[0] * 1e3,
                  "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                  "interpreter_bytes": base * 1024}))
"""


def default_models():
    names = ["squeezenet1.1/model.onnx", "cifar-resnet20.onnx", "cifar-resnet56.onnx",
             "mnist-cnn/model.onnx", "super-resolution.onnx", "yolox-nano.onnx",
             "ultraface/version-RFB-320.onnx"]
    found = [DATA / "models" / n for n in names]
    return [ROOT / "examples/digits/model.onnx"] + [p for p in found if p.exists()]


def make_inputs(model, folder):
    """Random inputs, saved for both; the folder's files are named after the inputs."""
    info = json.loads(subprocess.run([MOTE, "inspect", model, "--json"], check=True,
                                     capture_output=True, text=True).stdout)
    rng = np.random.default_rng(7)
    feeds = {}
    for i in info["inputs"]:
        shape = [s if isinstance(s, int) and s >= 0 else 1 for s in i["shape"]]
        feeds[i["name"]] = rng.standard_normal(shape).astype(np.float32)
    np.savez(folder / "inputs.npz", **feeds)
    flags = []
    for number, (name, value) in enumerate(feeds.items()):
        np.save(folder / f"{number}.npy", value)
        flags += ["--input", f"{name}={folder / f'{number}.npy'}"]
    return folder / "inputs.npz", flags


def agree(model, inputs, flags, folder):
    out = folder / "out"
    out.mkdir()
    subprocess.run([MOTE, "run", model, *flags, "--output-dir", out], check=True, capture_output=True)
    got = [np.load(p) for p in sorted(out.glob("*.npy"))]
    with np.load(str(inputs) + ".out.npz") as saved:
        want = [saved[k] for k in saved.files]
    by_shape = lambda arrays: sorted(arrays, key=lambda a: (a.shape, float(a.sum())))
    for a, b in zip(by_shape(want), by_shape(got), strict=True):
        scale = max(1e-6, float(np.abs(a).max()))
        if a.shape != b.shape or float(np.abs(a - b).max()) > 1e-3 * scale:
            return False
    return True


def measure(model, threads, runs, rounds, folder):
    inputs, flags = make_inputs(model, folder)
    mote, peer = [], []
    for _ in range(rounds):
        run = subprocess.run([MOTE, "bench", model, "--threads", str(threads), "--runs", str(runs), "--json"],
                             check=True, capture_output=True, text=True)
        mote.append(json.loads(run.stdout))
        run = subprocess.run([sys.executable, "-c", PEER, model, str(threads), str(runs), str(inputs)],
                             capture_output=True, text=True)
        if run.returncode != 0:
            print(f"{model}: onnxruntime cannot run it: {run.stderr.splitlines()[-1]}", file=sys.stderr)
            return None
        peer.append(json.loads(run.stdout))
    if not agree(model, inputs, flags, folder):
        sys.exit(f"{model}: Mote and onnxruntime disagree; no time is printed")
    middle = lambda rows, f: statistics.median(r[f] for r in rows)
    row = {"model": model.stem if model.stem != "model" else model.parent.name, "dtype": "f32",
           "threads": threads, "mote_ms": middle(mote, "median_ms"),
           "peers": {"onnxruntime": middle(peer, "median_ms")}}
    row["ratio"] = row["mote_ms"] / row["peers"]["onnxruntime"]
    row["mote"] = {f: middle(mote, f) for f in FIELDS}
    row["onnxruntime"] = {f: middle(peer, f) for f in FIELDS}
    row["onnxruntime"]["interpreter_bytes"] = middle(peer, "interpreter_bytes")
    return row


def print_table(rows):
    mib = lambda b: f"{b / 2**20:.0f}"
    print(f"{'model':<20}{'threads':>8}{'mote ms':>10}{'ort ms':>10}{'ratio':>8}"
          f"{'load ms':>16}{'first run ms':>16}{'peak MiB':>14}")
    for r in rows:
        m, o = r["mote"], r["onnxruntime"]
        pair = lambda f: f"{m[f]:.1f} / {o[f]:.1f}"
        peak = f"{mib(m['peak_rss_bytes'])} / {mib(o['peak_rss_bytes'] - o['interpreter_bytes'])}"
        print(f"{r['model']:<20}{r['threads']:>8}{r['mote_ms']:>10.3f}{r['peers']['onnxruntime']:>10.3f}"
              f"{r['ratio']:>8.2f}{pair('load_ms'):>16}{pair('first_run_ms'):>16}{peak:>14}")
    ratios = [r["ratio"] for r in rows]
    print(f"geometric mean of the ratios: {statistics.geometric_mean(ratios):.2f} "
          "(below 1 is faster than onnxruntime; its memory is without the interpreter's)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = []
    for model in args.models or default_models():
        for threads in map(int, args.threads.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                row = measure(model, threads, args.runs, args.rounds, pathlib.Path(folder))
            if row is None:
                break
            rows.append(row)
            print(f"{row['model']}, {threads} threads: done", file=sys.stderr)
    if args.json:
        print(json.dumps({"rows": rows}, indent=1))
    else:
        print_table(rows)


if __name__ == "__main__":
    main()
