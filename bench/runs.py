"""One measurement each, of Mote and of a peer, in a fresh process."""
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 600


class Failed(Exception):
    """The process ended badly; the text is the last line of what it said."""


def environment(threads):
    limits = {n: str(threads) for n in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                        "MKL_NUM_THREADS")}
    return os.environ | limits


def process(command, threads, cwd=None):
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=cwd,
                              env=environment(threads), timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {TIMEOUT_S} s") from None
    except FileNotFoundError:
        raise Failed(f"{command[0]}: no such program") from None
    if done.returncode != 0:
        raise Failed(reason(done))
    return done.stdout


def reason(done):
    """The last line on stderr, and what a library said there before Python's traceback."""
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    if not said:
        return f"exit status {done.returncode}"
    before = "" if said[0].startswith("Traceback") or len(said) == 1 else f" ({said[0][:100]})"
    return said[-1][:160] + before


def mote_bench(mote, model, threads, runs):
    return json.loads(process([mote, "bench", model.file, "--threads", threads, "--runs", runs,
                               "--json", *model.size_flags()], threads))


def mote_outputs(mote, model, feeds, folder):
    """{name: array} of the results for these inputs."""
    flags = []
    for number, (name, value) in enumerate(feeds.items()):
        np.save(folder / f"in{number}.npy", value)
        flags += ["--input", f"{name}={folder / f'in{number}.npy'}"]
    out = folder / "mote"
    out.mkdir(exist_ok=True)
    told = json.loads(process([mote, "run", model.file, *flags, "--output-dir", out, "--json"], 1))
    return {o["name"]: np.load(o["file"]) for o in told["outputs"]}


def first_result(program, model, threads, plan_cache=None):
    """{start_ms, peak_rss_bytes} of `program`, which is linked with Mote, from before its spawn."""
    sizes = [f"{n}={'x'.join(map(str, d))}" for n, d in model.sizes.items() if d]
    command = [str(program), str(model.file), str(threads), *sizes]
    if plan_cache:
        command.append(f"--plan-cache={plan_cache}")
    read, write = os.pipe()
    begin = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    pid = os.posix_spawn(command[0], command, environment(threads),
                         file_actions=[(os.POSIX_SPAWN_DUP2, write, 1),
                                       (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise Failed(f"{program}: exit status {os.waitstatus_to_exitcode(status)}")
    told = json.loads(text)
    return {"start_ms": (told["done_ns"] - begin) / 1e6, "peak_rss_bytes": told["peak_rss_bytes"]}


def peer(name, file, model, threads, runs, feeds, outputs=None):
    """feeds, outputs: .npz files."""
    task = {"peer": name, "file": str(file), "model": model.facts(), "threads": threads,
            "runs": runs, "feeds": str(feeds), "outputs": str(outputs) if outputs else None}
    text = process([sys.executable, "-m", "peers.child", json.dumps(task)], threads, cwd=HERE)
    return json.loads(text.strip().splitlines()[-1])
