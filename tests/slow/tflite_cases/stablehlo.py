"""Operators of StableHLO."""
import numpy as np

from tflite_cases.kinds import cases
from tflite_cases.signals import KINDS
from tflite_net import BOOL, I32, I64, Net


@cases
def of_two():
    for code in ("ADD", "MULTIPLY", "MAXIMUM", "MINIMUM"):
        for name, kind in KINDS.items():
            for shape in ((), (5,), (2, 3, 4), (2, 3, 2, 2, 2)):
                net = Net(f"STABLEHLO_{code}", f"{name}-{shape}")
                net.op(net.operator, [net.input(shape, kind, -9, 9) for _ in range(2)], kind)
                yield net.case()
    for name, kind in ({"bool": BOOL} | KINDS).items():
        if name != "f32":
            net = Net("STABLEHLO_AND", name)
            net.op("STABLEHLO_AND", [net.input((3, 8), kind, -90, 90) for _ in range(2)], kind)
            yield net.case()
            net = Net("STABLEHLO_SHIFT_LEFT", name)
            net.op("STABLEHLO_SHIFT_LEFT", [net.input((3, 8), kind, -90, 90),
                                            net.input((3, 8), kind, 0, 5)], kind)
            yield net.case()


@cases
def padded():
    for name, kind in KINDS.items():
        for shape, low, high, interior in (((5,), [1], [2], [0]), ((5,), [0], [0], [2]),
                                           ((5,), [-1], [2], [1]), ((3, 4), [1, 0], [0, 2], [1, 2]),
                                           ((3, 4), [-1, 1], [1, -2], [0, 0]),
                                           ((6,), [-2], [-1], [1]),
                                           ((2, 3, 2, 2), [0, 1, 0, 0], [1, 0, 0, 1],
                                            [0, 0, 2, 1])):
            net = Net("STABLEHLO_PAD", f"{name}-{shape}-{low}-{high}-{interior}")
            net.op("STABLEHLO_PAD", [net.input(shape, kind), net.const((), kind)], kind,
                   "StablehloPadOptions", edgePaddingLow=low, edgePaddingHigh=high,
                   interiorPadding=interior)
            yield net.case()


@cases
def windows():
    for name, kind in KINDS.items():
        for code, initial in (("ADD", 0), ("MULTIPLY", 1), ("MAXIMUM", -5), ("MINIMUM", 5)):
            for k, (shape, sizes, strides, base, apart, pads) in enumerate((
                    ((7,), [3], [1], [1], [1], [0, 0]), ((7,), [3], [2], [1], [2], [1, 2]),
                    ((5, 6), [2, 3], [1, 2], [1, 1], [2, 1], [0, 1, 1, 0]),
                    ((4, 4), [2, 2], [1, 1], [2, 3], [1, 1], [0, 0, 0, 0]),
                    ((2, 5, 6, 3), [1, 3, 3, 1], [1, 2, 2, 1], [1] * 4, [1] * 4,
                     [0, 0, 1, 1, 1, 1, 0, 0]))):
                net = Net("STABLEHLO_REDUCE_WINDOW", f"{name}-{code}-{k}")
                init = net.const(np.array(max(initial, 0) if name == "u8" else initial), kind)
                net.op("STABLEHLO_REDUCE_WINDOW", [net.input(shape, kind, -2, 2), init], kind,
                       "StablehloReduceWindowOptions", windowDimensions=sizes,
                       windowStrides=strides,
                       baseDilations=base, windowDilations=apart, padding=pads,
                       bodySubgraphIndex=net.body(f"STABLEHLO_{code}", kind))
                yield net.case()


# x, indices and their axis, named axes, collapsed axes, axes of the boxes in the result, sizes
GATHERS = [
    ((6, 4), (3, 1), 1, [0], [0], [1], [1, 4]),
    ((6, 4), (3,), 1, [0], [0], [1], [1, 4]),
    ((6, 4), (3, 2), 1, [0, 1], [0, 1], [], [1, 1]),
    ((6, 4), (2, 3), 0, [0, 1], [0, 1], [], [1, 1]),
    ((6, 4), (3, 2), 1, [1, 0], [0, 1], [], [1, 1]),
    ((6, 4), (3, 2), 1, [0, 1], [], [1, 2], [2, 3]),
    ((6, 4), (2,), 0, [0, 1], [], [0, 1], [2, 3]),
    ((6, 4), (3, 1), 1, [1], [1], [0], [6, 1]),
    ((6, 4), (3, 1), 1, [1], [1], [1], [6, 1]),
    ((3, 4, 5), (2, 2, 2), 2, [0, 2], [0, 2], [1], [1, 4, 1]),
    ((3, 4, 5), (2, 2, 2), 2, [2, 0], [0], [0, 3], [1, 4, 2]),
    ((3, 4, 5), (2, 1), 1, [1], [], [0, 1, 2], [3, 2, 4]),
]


def gathered_shape(picked, axis, collapsed, offset, sizes):
    batch = iter(n for i, n in enumerate(picked) if i != axis)
    boxes = dict(zip(offset, (n for i, n in enumerate(sizes) if i not in collapsed)))
    rank = len(picked) - (axis < len(picked)) + len(offset)
    return [boxes[i] if i in boxes else next(batch) for i in range(rank)]


@cases
def gathered():
    for name, kind in KINDS.items():
        for k, (shape, picked, axis, named, collapsed, offset, sizes) in enumerate(GATHERS):
            for wide in (I32, I64):
                for far in (2, 9):
                    net = Net("STABLEHLO_GATHER", f"{name}-{k}-{wide.dtype}-{far}")
                    net.op("STABLEHLO_GATHER", [net.input(shape, kind, -9, 9),
                                                net.input(picked, wide, 2 - far, far)], kind,
                           "StablehloGatherOptions",
                           gathered_shape(picked, axis, collapsed, offset, sizes),
                           indexVectorDim=axis, startIndexMap=named,
                           collapsedSliceDims=collapsed, offsetDims=offset, sliceSizes=sizes)
                    yield net.case()


# x, indices and their axis, named axes, inserted axes, axes of the boxes in the updates, updates
SCATTERS = [
    ((6, 4), (3, 1), 1, [0], [0], [1], (3, 4)),
    ((6, 4), (3, 2), 1, [0, 1], [0, 1], [], (3,)),
    ((6, 4), (3, 2), 1, [1, 0], [0, 1], [], (3,)),
    ((6, 4), (3, 2), 1, [0, 1], [], [1, 2], (3, 2, 3)),
    ((6, 4), (2,), 0, [0, 1], [], [0, 1], (2, 3)),
    ((6, 4), (3, 1), 1, [1], [1], [0], (6, 3)),
    ((3, 4, 5), (2, 2, 2), 2, [0, 2], [0, 2], [1], (2, 4, 2)),
]


@cases
def scattered():
    for name, kind in KINDS.items():
        for code in ("ADD", "MULTIPLY", "MAXIMUM", "MINIMUM", None):
            for k, (shape, picked, axis, named, inserted, window, updates) in enumerate(SCATTERS):
                for far in (2, 9):
                    net = Net("STABLEHLO_SCATTER", f"{name}-{code}-{k}-{far}")
                    body = net.body(code and f"STABLEHLO_{code}", kind)
                    if code is None:  # what is put in one place twice has no order
                        size = int(np.prod(picked))
                        where = net.input(np.arange(size)[::-1].reshape(picked) % (far + 1), I32)
                    else:
                        where = net.input(picked, I32, 2 - far, far)
                    net.op("STABLEHLO_SCATTER", [net.input(shape, kind, -9, 9), where,
                                                 net.input(updates, kind, -9, 9)], kind,
                           "StablehloScatterOptions", indexVectorDim=axis,
                           scatterDimsToOperandDims=named, insertedWindowDims=inserted,
                           updateWindowDims=window, updateComputationSubgraphIndex=body)
                    yield net.case()
