"""Reductions along axes, the places of extremes, running sums."""
import numpy as np

from tflite_cases.kinds import PAIRS, Q16, Q8, QU8, after_convolution, cases
from tflite_net import BOOL, F32, I32, I64, Net

REDUCTIONS = ("SUM", "MEAN", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN")
SHAPES = {(7,): ([0], [-1]), (3, 5): ([0], [1], [0, 1]),
          (2, 5, 3, 4): ([1, 2], [2, 1], [-2, 1], [3], [-1], [0], [0, 1, 2, 3], [1, 3], [2], []),
          (2, 3, 2, 3, 2): ([1, 2, 3], [4, 0], [-1])}


def reduction(op, label, shape, axes, keeps, kind, out, low=-2, high=2, scalar=False):
    net = Net(op, f"{label}-{shape}-{axes}-keep{keeps}{'-scalar' if scalar else ''}")
    if scalar:
        where = net.int(axes[0])
    else:
        where = net.const(np.array(axes, np.int32), I32)
    net.op(op, [net.input(shape, kind, low, high), where], out, "ReducerOptions", keepDims=keeps)
    return net.case()


@cases
def reductions():
    for op in REDUCTIONS:
        for shape, all_axes in SHAPES.items():
            for axes in all_axes:
                for keeps in (False, True):
                    yield reduction(op, "f32", shape, axes, keeps, F32, F32)
                    yield reduction(op, "s32", shape, axes, keeps, I32, I32, -9, 9)
                    for name in ("s8", "u8", "s16"):
                        kind, out = PAIRS[name]
                        if op in ("REDUCE_MAX", "REDUCE_MIN"):
                            out = kind
                        yield reduction(op, name, shape, axes, keeps, kind, out)
        yield reduction(op, "s64", (3, 5), [1], False, I64, I64, -9, 9)
        yield reduction(op, "f32", (3, 5), [1], False, F32, F32, scalar=True)
        yield reduction(op, "s8-same", (2, 5, 3, 4), [1, 2], True, Q8, Q8)
        net = Net(op, "f32-computed_axes")
        net.op(op, [net.input((2, 3, 4)), net.input(np.array([1, -1]), I32)],
               options="ReducerOptions", keepDims=False)
        yield net.case()
        net = Net(op, "f32-repeated_axes")
        net.op(op, [net.input((2, 3, 4)), net.ints(1, -2, 1)], options="ReducerOptions")
        yield net.case()
        for axes in ([1, 2], [2], [3], [-1], [0, 3], [1, 2, 3], [0], []):
            for keeps in (False, True):
                for name in ("f32", "s8"):
                    kind, out = PAIRS[name]
                    out = kind if op in ("REDUCE_MAX", "REDUCE_MIN") else out
                    net = Net(op, f"{name}-after_convolution-{axes}-keep{keeps}")
                    net.op(op, [after_convolution(net, kind=kind),
                                net.const(np.array(axes, np.int32), I32)], out, "ReducerOptions",
                           keepDims=keeps)
                    yield net.case()
    for op in ("REDUCE_ANY", "REDUCE_ALL"):
        for shape, all_axes in SHAPES.items():
            for axes in all_axes:
                for keeps in (False, True):
                    yield reduction(op, "bool", shape, axes, keeps, BOOL, BOOL)


@cases
def places():
    for op in ("ARG_MAX", "ARG_MIN"):
        for name, kind in {"f32": F32, "s8": Q8, "u8": QU8, "s16": Q16, "s32": I32,
                           "bool": BOOL}.items():
            for shape in ((6,), (3, 5), (2, 3, 4, 5), (2, 2, 2, 3, 2)):
                for axis in {0, len(shape) - 1, -1, len(shape) // 2}:
                    for out, out_name in ((I32, "s32"), (I64, "s64")):
                        net = Net(op, f"{name}-{shape}-{axis}-{out_name}")
                        net.op(op, [net.input(shape, kind, -3, 3), net.int(axis)], out,
                               "ArgMaxOptions" if op == "ARG_MAX" else "ArgMinOptions",
                               outputType=2 if out is I32 else 4)
                        yield net.case()
        net = Net(op, "f32-ties")
        net.op(op, [net.input(np.array([[1.0, 3, 3, 1]])), net.ints(1)], I32,
               "ArgMaxOptions" if op == "ARG_MAX" else "ArgMinOptions", outputType=2)
        yield net.case()
        net = Net(op, "f32-after_convolution")
        net.op(op, [after_convolution(net), net.int(3)], I64,
               "ArgMaxOptions" if op == "ARG_MAX" else "ArgMinOptions", outputType=4)
        yield net.case()
        net = Net(op, "f32-computed_axis")
        net.op(op, [net.input((3, 4)), net.input(np.array(1), I32)], I32,
               "ArgMaxOptions" if op == "ARG_MAX" else "ArgMinOptions", outputType=2)
        yield net.case()


@cases
def running_sums():
    for name, kind in {"f32": F32, "s32": I32, "s64": I64}.items():
        for shape, axis in (((7,), 0), ((3, 4), 1), ((3, 4), -2),
                            ((2, 3, 4, 5), 2), ((2, 3, 4, 5), -1)):
            for exclusive in (False, True):
                for reverse in (False, True):
                    net = Net("CUMSUM", f"{name}-{shape}-{axis}-{exclusive:d}{reverse:d}")
                    net.op("CUMSUM", [net.input(shape, kind, -5, 5), net.int(axis)], kind,
                           "CumsumOptions", exclusive=exclusive, reverse=reverse)
                    yield net.case()
    net = Net("CUMSUM", "f32-computed_axis")
    net.op("CUMSUM", [net.input((3, 4)), net.input(np.array(1), I32)], F32, "CumsumOptions")
    yield net.case()
