"""Activations, and functions over the last axis."""
import numpy as np

from tflite_cases.kinds import (
    EIGHT_BITS,
    FUSED,
    PAIRS,
    Q8,
    Q16,
    QU8,
    R8,
    after_convolution,
    cases,
     single)
from tflite_net import F32, Net, quantized

SHAPES = {"scalar": (), "vector": (7,), "matrix": (3, 5), "image": (2, 5, 7, 3),
          "five": (2, 3, 2, 3, 4)}
# Grids that kernels insist on.
UNIT = {"f32": F32, "s8": quantized(np.int8, 1 / 256, -128), "u8": quantized(np.uint8, 1 / 256),
        "s16": quantized(np.int16, 1 / 32768)}
SIGNED_UNIT = {"f32": F32, "s8": quantized(np.int8, 1 / 128),
               "u8": quantized(np.uint8, 1 / 128, 128),
               "s16": quantized(np.int16, 1 / 32768)}
LOGS = {
    "f32": F32,
    "s8": quantized(
        np.int8,
        16 / 256,
        127),
        "u8": quantized(
            np.uint8,
            16 / 256,
             255)}
INPUTS = {"f32": F32, "s8": Q8, "u8": QU8, "s16": Q16}


@cases
def of_single_elements():
    for op in ("RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "HARD_SWISH", "ELU", "GELU",
               "LEAKY_RELU"):
        options = {"LEAKY_RELU": ("LeakyReluOptions", {"alpha": 0.2}),
                   "GELU": ("GeluOptions", {"approximate": True})}.get(op, (None, {}))
        for name, (kind, out) in PAIRS.items():
            for shape in SHAPES if name == "f32" else ("image",):
                yield single(op, f"{name}-{shape}", [SHAPES[shape]], (kind,), out, options[0],
                             -8, 8, **options[1])
            yield single(op, f"{name}-same_grid", [(3, 7)], (kind,), kind, options[0], **options[1])
    yield single("GELU", "f32-exact", [(3, 50)], options="GeluOptions", low=-6, high=6)
    yield single("GELU", "s8-exact", [(3, 50)], (Q8,), R8, "GeluOptions")
    for alpha in (0.0, 1.0, 1.5, -0.5):
        yield single("LEAKY_RELU", f"f32-alpha{alpha}", [(3, 5)], options="LeakyReluOptions",
                     alpha=alpha)
        yield single("LEAKY_RELU", f"s8-alpha{alpha}", [(3, 5)], (Q8,), R8, "LeakyReluOptions",
                     alpha=alpha)


@cases
def sigmoids():
    for name, kind in INPUTS.items():
        for shape in SHAPES if name == "f32" else ("image", "vector"):
            yield single("LOGISTIC", f"{name}-{shape}", [SHAPES[shape]], (kind,), UNIT[name],
                         low=-9, high=9)
            yield single("TANH", f"{name}-{shape}", [SHAPES[shape]], (kind,), SIGNED_UNIT[name],
                         low=-5, high=5)
    yield single("LOGISTIC", "f32-far", [(64,)], low=-120, high=120)
    yield single("TANH", "f32-far", [(64,)], low=-120, high=120)
    wide = quantized(np.int16, 1 / 4096)
    yield single("TANH", "s16-wide", [(300,)], (wide,), SIGNED_UNIT["s16"])
    yield single("LOGISTIC", "s16-wide", [(300,)], (wide,), UNIT["s16"])


@cases
def parametric():
    for label, alpha in {"channels": (3,), "shared": (1, 1, 3), "each": (5, 7, 3), "one": (1,),
                         "rows": (5, 1, 1)}.items():
        for name in EIGHT_BITS:
            kind, out = PAIRS[name]
            for computed in (False, True):
                net = Net("PRELU", f"{name}-{label}-{'computed' if computed else 'constant'}")
                x = net.input((2, 5, 7, 3), kind)
                grid = {"f32": F32, "s8": quantized(np.int8, 0.01, 3),
                        "u8": quantized(np.uint8, 0.01, 100)}[name]
                a = net.input(alpha, grid) if computed else net.const(alpha, grid)
                net.op("PRELU", [x, a], out)
                yield net.case()
    for rank, alpha in ((1, (4,)), (2, (4,)), (3, (1, 4)), (2, (1, 4))):
        net = Net("PRELU", f"f32-rank{rank}-{len(alpha)}")
        net.op("PRELU", [net.input((3, 2, 4)[3 - rank:]), net.const(alpha)])
        yield net.case()
    for label, alpha in {"channels": (4,), "shared": (1, 1, 4), "each": (5, 6, 4)}.items():
        net = Net("PRELU", f"f32-after_convolution-{label}")
        net.op("PRELU", [after_convolution(net), net.const(alpha)])
        yield net.case()


@cases
def over_the_last_axis():
    for name, kind in INPUTS.items():
        for shape in ("vector", "matrix", "image", "five"):
            for beta in (1.0, 0.5, 2.0):
                yield single("SOFTMAX", f"{name}-{shape}-beta{beta}", [SHAPES[shape]], (kind,),
                             UNIT[name], "SoftmaxOptions", beta=beta)
            if name in LOGS:
                yield single("LOG_SOFTMAX", f"{name}-{shape}", [SHAPES[shape]], (kind,), LOGS[name],
                             "LogSoftmaxOptions")
                for fused in FUSED if shape == "matrix" else ("none",):
                    yield single("L2_NORMALIZATION", f"{name}-{shape}-{fused}", [SHAPES[shape]],
                                 (kind,), SIGNED_UNIT[name], "L2NormOptions",
                                 fusedActivationFunction=FUSED[fused])
    yield single("SOFTMAX", "s8-to-s16", [(3, 11)], (Q8,), UNIT["s16"], "SoftmaxOptions", beta=1.0)
    yield single("SOFTMAX", "f32-far", [(3, 9)], options="SoftmaxOptions", low=-200, high=200,
                 beta=1.0)
    yield single("LOG_SOFTMAX", "f32-far", [(3, 9)], options="LogSoftmaxOptions", low=-200,
                 high=200)
    net = Net("L2_NORMALIZATION", "f32-zeros")
    net.op("L2_NORMALIZATION", [net.input(np.zeros((2, 4)))], options="L2NormOptions")
    yield net.case()
    net = Net("L2_NORMALIZATION", "f32-tiny")
    net.op("L2_NORMALIZATION", [net.input((2, 4), low=-1e-7, high=1e-7)], options="L2NormOptions")
    yield net.case()
    net = Net("SOFTMAX", "f32-after_convolution")
    net.op("SOFTMAX", [after_convolution(net)], options="SoftmaxOptions", beta=1.0)
    yield net.case()


@cases
def normalized_locally():
    for radius, channels in ((1, 7), (2, 5), (5, 9), (3, 2), (0, 4)):
        for bias, alpha, beta in ((1.0, 1.0, 0.5), (2.0, 0.3, 0.75), (9.0, 4.0, 1.0)):
            yield single("LOCAL_RESPONSE_NORMALIZATION", f"r{radius}-c{channels}-b{bias}",
                         [(2, 3, 4, channels)], options="LocalResponseNormalizationOptions",
                         radius=radius, bias=bias, alpha=alpha, beta=beta)
