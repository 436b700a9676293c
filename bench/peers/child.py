"""One measurement of one peer, in a process of its own: python -m peers.child JSON.

Prints JSON: median_ms, load_ms, first_run_ms, start_ms (from before the peer is imported to the
first result), peak_rss_bytes, interpreter_bytes (Python, numpy and the inputs, before the import).
"""
import json
import sys
import time

import numpy as np

import peers

WARMUP = 2  # `mote bench` has as many, and the first run


def peak_rss_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def main():
    task = json.loads(sys.argv[1])
    feeds = dict(np.load(task["feeds"]))
    peer = peers.module(task["peer"])
    interpreter = peak_rss_bytes()

    clock = time.perf_counter
    begin = clock()
    peer.load()
    imported = clock()
    runner = peer.Runner(task["file"], task["threads"], task["model"])
    loaded = clock()
    runner.feed(feeds)
    before = clock()
    runner.run()
    first = clock() - before
    outputs = runner.outputs()
    start = clock() - begin
    if task.get("outputs"):
        np.savez(task["outputs"], **outputs)
    for _ in range(WARMUP):
        runner.run()
    times = []
    for _ in range(task["runs"]):
        before = clock()
        runner.run()
        times.append(clock() - before)
    print("\n" + json.dumps({
        "median_ms": float(np.median(times)) * 1e3, "load_ms": (loaded - imported) * 1e3,
        "first_run_ms": first * 1e3, "start_ms": start * 1e3,
        "peak_rss_bytes": peak_rss_bytes(), "interpreter_bytes": interpreter}))


if __name__ == "__main__":
    main()
