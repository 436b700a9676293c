"""Random inputs, and whether a runtime's results are onnxruntime's.

f32: no element differs by more than 1e-3 of the largest.
int8: runtimes round differently, and deep networks amplify that on random inputs. A result is right
if it is no more than 3 steps off, where outputs are integers; or if its distance (root mean square)
is below a tenth of the result's deviation from its mean; or below the distance of the float model's
result, where there is one.
"""
import numpy as np

import models

F32_TOLERANCE = 1e-3
INT8_STEPS = 3
INT8_TOLERANCE = 0.1

DTYPES = {"f32": np.float32, "f64": np.float64, "s64": np.int64, "s32": np.int32, "s8": np.int8,
          "u8": np.uint8, "bool": np.bool_}


def make_inputs(model):
    rng = np.random.default_rng(7)
    return {name: make_input(rng, model, name, dims) for name, dims in model.sizes.items()}


def make_input(rng, model, name, dims):
    dtype = DTYPES[model.types[name]]
    if name in models.ALL_ONES:
        return np.ones(dims, dtype)
    if dtype in (np.int8, np.uint8):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max + 1, dims).astype(dtype)
    if dtype in (np.float32, np.float64):
        return rng.uniform(-2, 2, dims).astype(dtype)
    return rng.integers(0, models.BELOW.get((model.name, name), 2), dims).astype(dtype)


def difference(model, want, got, floats=None):
    """None if `got` is right, else what is wrong. All three: {name: array}."""
    for name, w in want.items():
        g = partner(name, w, want, got)
        if g is None:
            shapes = [list(a.shape) for a in got.values()]
            return f"output {name} {list(w.shape)}: there are only {shapes}"
        f = None if floats is None else floats.get(name)
        wrong = of_one(model.dtype, w, g.reshape(w.shape), f)
        if wrong:
            return f"output {name}: {wrong}"
    return None


def partner(name, w, want, got):
    """By name; where names are not kept by size, the n-th of that size."""
    if name in got and got[name].size == w.size:
        return got[name]
    number = [n for n, a in want.items() if a.size == w.size].index(name)
    same = [a for a in got.values() if a.size == w.size]
    return same[number] if number < len(same) else None


def of_one(dtype, w, g, f):
    steps = w.dtype.kind in "iu"
    w, g = w.astype(np.float64), g.astype(np.float64)
    if not np.isfinite(g).all():
        return "not all finite"
    largest = float(np.abs(w - g).max(initial=0))
    if dtype == "f32":
        share = largest / max(1e-6, float(np.abs(w).max(initial=0)))
        return f"off by {share:.1e} of the largest" if share > F32_TOLERANCE else None
    if steps and largest <= INT8_STEPS:
        return None
    rms = lambda a: float(np.sqrt(np.mean(np.square(a))))
    allowed = INT8_TOLERANCE * float(np.std(w))
    if f is not None:
        allowed = max(allowed, rms(w - f.astype(np.float64)))
    if rms(w - g) <= allowed:
        return None
    return f"off by {largest:.3g} at most, {rms(w - g):.3g} rms; {allowed:.3g} is allowed"
