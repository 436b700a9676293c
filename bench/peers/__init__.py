"""The runtimes that Mote is measured beside.

A peer is a module of this folder with
  prepare(model, folder)   the file that it runs, made if need be; raises Unable
  Runner(file, threads, model)  loaded; with feed(feeds), run() and outputs() -> {name: array}
Runner is used in a process of its own, child.py, and imports the peer itself within it.
"""
import importlib
import importlib.metadata
import importlib.util
import pathlib
import subprocess

NAMES = ("onnxruntime", "litert", "openvino", "ncnn", "mnn")
PACKAGES = {"onnxruntime": "onnxruntime", "litert": "ai_edge_litert", "openvino": "openvino",
            "ncnn": "ncnn", "mnn": "MNN"}
DISTRIBUTIONS = {"litert": "ai-edge-litert"}  # on PyPI, where it is not the peer's own name
REFERENCE = "onnxruntime"  # whose results are the right ones


class Unable(Exception):
    """The peer cannot run the model; the text says why, in a line."""


def module(name):
    return importlib.import_module(f"peers.{name}")


def installed():
    return [n for n in NAMES if importlib.util.find_spec(PACKAGES[n]) is not None]


def version(name):
    """ "onnxruntime 1.32.0" """
    return f"{name} {importlib.metadata.version(DISTRIBUTIONS.get(name, name))}"


def convert(command, made, what, timeout=300):
    """Runs a converter, unless the file `made` is there already. Raises Unable."""
    made = pathlib.Path(made)
    failed = made.with_name(made.name + ".failed")
    if failed.exists():
        raise Unable(failed.read_text())
    if made.exists():
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              timeout=timeout, cwd=made.parent)
        lines = (done.stderr + "\n" + done.stdout).strip().splitlines()
        if done.returncode == 0 and made.exists():
            return made
        reason = lines[-1].strip()[:160] if lines else f"exit status {done.returncode}"
    except subprocess.TimeoutExpired:
        reason = f"not done after {timeout} s"
    made.unlink(missing_ok=True)
    failed.write_text(f"{what}: {reason}")
    raise Unable(failed.read_text())
