"""The same elements under other sizes, in another order, joined or cut apart."""
import numpy as np

from tflite_cases.kinds import FUSED, Q16, Q8, QU8, after_convolution, cases
from tflite_net import BOOL, F32, I32, I64, Net

KINDS = {"f32": F32, "s8": Q8, "u8": QU8, "s16": Q16, "s32": I32, "s64": I64, "bool": BOOL}


def simple(op, label, shapes, kind, outs, options=None, constants=(), **fields):
    """constants: arrays after the computed inputs."""
    net = Net(op, label)
    inputs = [net.input(s, kind, -9, 9) for s in shapes]
    inputs += [net.const(c, I64 if c.dtype == np.int64 else I32) for c in constants]
    net.op(op, inputs, outs, options, **fields)
    return net.case()


@cases
def sizes():
    for name, kind in KINDS.items():
        for old, new in (((2, 3, 4), (6, 4)), ((2, 3, 4), (-1,)), ((2, 3, 4), (2, 1, 3, 1, 4)),
                         ((1, 1), ()), ((), (1, 1)), ((2, 3, 4, 5), (4, -1, 5)), ((0, 3), (3, 0))):
            where = np.array(new, np.int32)
            yield simple("RESHAPE", f"{name}-{old}-{new}", [old], kind, kind, None, (where,))
            if new:
                yield simple("RESHAPE", f"{name}-{old}-{new}-option", [old], kind, kind,
                             "ReshapeOptions", newShape=list(new))
        net = Net("RESHAPE", f"{name}-computed")
        net.op("RESHAPE", [net.input((2, 3, 4), kind), net.input(np.array([4, -1]), I32)], kind)
        yield net.case()
        for shape, axes in (((1, 3, 1, 4), []), ((1, 3, 1, 4), [0]), ((1, 3, 1, 4), [2, 0]),
                            ((1, 3, 1, 4), [-2]), ((1, 1), []), ((3, 4), [])):
            yield simple("SQUEEZE", f"{name}-{shape}-{axes}", [shape], kind, kind, "SqueezeOptions",
                         squeezeDims=axes)
        for axis in (0, 1, -1, 3, -4):
            yield simple("EXPAND_DIMS", f"{name}-{axis}", [(2, 3, 4)], kind, kind, None,
                         (np.array(axis, np.int32),))
        yield simple("EXPAND_DIMS", f"{name}-scalar", [()], kind, kind, None, (np.array([0]),))
        for shape, perm in (((3, 4), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4, 5), (0, 3, 1, 2)),
                            ((2, 3, 4, 5), (0, 2, 3, 1)), ((2, 3, 4, 5), (3, 2, 1, 0)),
                            ((2, 3, 1, 4, 2), (4, 0, 3, 2, 1)), ((3,), (0,)),
                            ((2, 1, 2, 3, 2, 2), (5, 0, 4, 2, 1, 3))):
            yield simple("TRANSPOSE", f"{name}-{shape}-{perm}", [shape], kind, kind, None,
                         (np.array(perm, np.int32),))


@cases
def joined():
    for name, kind in KINDS.items():
        for shapes, axis in (([(2, 3), (2, 4)], 1), ([(2, 3), (2, 4)], -1), ([(3,), (1,), (2,)], 0),
                             ([(1, 2, 3, 4), (1, 2, 3, 2)], 3), ([(1, 2, 3, 4), (1, 5, 3, 4)], 1),
                             ([(2, 1, 2, 2, 3)] * 3, 2), ([(2, 3)], 0), ([(0, 3), (2, 3)], 0)):
            yield simple("CONCATENATION", f"{name}-{shapes}-{axis}", shapes, kind, kind,
                         "ConcatenationOptions", axis=axis)
        for count, axis in ((1, 0), (3, 0), (3, 1), (2, -1), (4, 2)):
            yield simple("PACK", f"{name}-{count}-{axis}", [(2, 3)] * count, kind, kind,
                         "PackOptions", valuesCount=count, axis=axis)
        yield simple("PACK", f"{name}-scalars", [()] * 3, kind, kind, "PackOptions", valuesCount=3,
                     axis=0)
        for axis, count in ((0, 2), (1, 3), (-1, 4), (2, 4)):
            yield simple("UNPACK", f"{name}-{axis}", [(2, 3, 4)], kind, [kind] * count,
                         "UnpackOptions", num=count, axis=axis)
    for fused in ("relu", "relu6", "n1_to_1"):
        for name in ("f32", "s8"):
            yield simple("CONCATENATION", f"{name}-{fused}", [(2, 3), (2, 4)], KINDS[name],
                         KINDS[name], "ConcatenationOptions", axis=1,
                         fusedActivationFunction=FUSED[fused])
    net = Net("CONCATENATION", "u8-grids")
    other = QU8.__class__(QU8.dtype, (0.04,), (100,))
    net.op("CONCATENATION", [net.input((2, 3), QU8), net.input((2, 4), other)],
           QU8.__class__(QU8.dtype, (0.05,), (90,)), "ConcatenationOptions", axis=1)
    yield net.case()
    net = Net("CONCATENATION", "f32-constants")
    net.op("CONCATENATION", [net.input((2, 3)), net.const((2, 1)), net.const((2, 2))],
           options="ConcatenationOptions", axis=-1)
    yield net.case()


@cases
def cut():
    for name, kind in KINDS.items():
        for shape, axis, count in (((4, 6), 0, 2), ((4, 6), 1, 3), ((4, 6), -1, 2),
                                   ((2, 3, 4, 6), 3, 3), ((2, 3, 4, 6), 1, 3),
                                   ((2, 1, 2, 2, 4), 4, 2)):
            net = Net("SPLIT", f"{name}-{shape}-{axis}-{count}")
            net.op("SPLIT", [net.int(axis), net.input(shape, kind)], [kind] * count, "SplitOptions",
                   numSplits=count)
            yield net.case()
        for shape, sizes, axis in (((7, 2), [1, 4, 2], 0), ((7, 2), [3, -1], 0),
                                   ((2, 3, 4, 6), [1, 5], -1),
                                   ((2, 3, 4, 6), [2, 1], 1), ((5,), [5], 0), ((5,), [0, 5], 0)):
            net = Net("SPLIT_V", f"{name}-{shape}-{sizes}-{axis}")
            net.op("SPLIT_V", [net.input(shape, kind), net.ints(*sizes), net.int(axis)],
                   [kind] * len(sizes), "SplitVOptions", numSplits=len(sizes))
            yield net.case()
    net = Net("SPLIT_V", "f32-computed_sizes")
    net.op("SPLIT_V", [net.input((7, 2)), net.input(np.array([3, 4]), I32), net.int(0)], [F32, F32],
           "SplitVOptions", numSplits=2)
    yield net.case()
    for axis in (3, 1):
        net = Net("SPLIT", f"f32-after_convolution-{axis}")
        x = after_convolution(net, (1, 6, 4, 3))
        parts = net.op("SPLIT", [net.int(axis), x], [F32, F32], "SplitOptions", numSplits=2)
        yield net.case(parts)


@cases
def repeated_and_reversed():
    for name, kind in KINDS.items():
        for shape, times in (((3,), [2]), ((2, 3), [1, 3]), ((2, 3), [2, 1]),
                             ((2, 1, 3, 2), [1, 2, 2, 3]),
                             ((2, 3), [0, 2])):
            for wide in (np.int32, np.int64):
                yield simple("TILE", f"{name}-{shape}-{times}-{wide.__name__}", [shape], kind, kind,
                             None, (np.array(times, wide),))
        net = Net("TILE", f"{name}-computed")
        net.op("TILE", [net.input((2, 3), kind), net.input(np.array([2, 2]), I32)], kind)
        yield net.case()
        for shape, axes in (((5,), [0]), ((2, 3), [1]), ((2, 3, 4), [0, 1]), ((2, 3, 4), [-1]),
                            ((2, 3, 4, 5), [2]), ((2, 3, 4, 5), [1, 2])):
            yield simple("REVERSE_V2", f"{name}-{shape}-{axes}", [shape], kind, kind, None,
                         (np.array(axes, np.int32),))
        for shape, time, batch in (((3, 5), 1, 0), ((5, 3), 0, 1), ((3, 2, 5, 2), 2, 0),
                                   ((2, 5, 3), 1, 2)):
            for wide in (I32, I64):
                net = Net("REVERSE_SEQUENCE", f"{name}-{shape}-{time}-{batch}-{wide.dtype}")
                lengths = net.input(np.array([1, 5, 3])[:shape[batch]], wide)
                net.op("REVERSE_SEQUENCE", [net.input(shape, kind), lengths], kind,
                       "ReverseSequenceOptions", seqDim=time, batchDim=batch)
                yield net.case()
    net = Net("REVERSE_SEQUENCE", "f32-empty")
    net.op("REVERSE_SEQUENCE", [net.input((3, 5)), net.input(np.array([0, 1, 5]), I32)], F32,
           "ReverseSequenceOptions", seqDim=1, batchDim=0)
    yield net.case()


@cases
def sliced():
    for name, kind in KINDS.items():
        for shape, begin, size in (((7,), [2], [3]), ((4, 5), [1, 0], [2, -1]),
                                   ((2, 3, 4, 5), [0, 1, 1, 2], [2, 2, -1, 3]),
                                   ((2, 3, 2, 2, 4), [1, 0, 1, 0, 2], [1, 3, 1, 2, -1]),
                                   ((4, 5), [4, 0], [0, 5])):
            for give in ("const", "input"):
                for wide in (I32, I64):
                    net = Net("SLICE", f"{name}-{shape}-{begin}-{size}-{give}-{wide.dtype}")
                    make = getattr(net, give)
                    net.op("SLICE", [net.input(shape, kind), make(np.array(begin), wide),
                                     make(np.array(size), wide)], kind)
                    yield net.case()


# shape, begin, end, strides, masks by name, offset
STRIDED = [
    ((7,), [1], [6], [2], {}, False),
    ((7,), [-3], [7], [1], {}, False),
    ((7,), [6], [0], [-2], {}, False),
    ((7,), [-1], [-8], [-1], {}, False),
    ((7,), [9], [-20], [-3], {}, False),
    ((7,), [-20], [20], [3], {}, False),
    ((7,), [5], [2], [1], {}, False),
    ((7,), [0], [0], [-1], {"begin": 1, "end": 1}, False),
    ((7,), [3], [3], [2], {"begin": 1}, False),
    ((7,), [3], [3], [2], {"end": 1}, False),
    ((7,), [3], [0], [1], {"shrinkAxis": 1}, False),
    ((7,), [-1], [0], [1], {"shrinkAxis": 1}, False),
    ((7,), [-1], [0], [-1], {"shrinkAxis": 1}, False),
    ((7,), [2], [3], [1], {}, True),
    ((7,), [-4], [2], [1], {}, True),
    ((7,), [6], [-4], [-1], {}, True),
    ((4, 5), [1, -4], [3, -1], [1, 2], {}, False),
    ((4, 5), [1], [3], [1], {}, False),
    ((4, 5), [0, 2], [0, 0], [1, 1], {"begin": 1, "end": 1, "shrinkAxis": 2}, False),
    ((4, 5), [0, 2], [0, 0], [1, -1], {"begin": 3, "end": 3}, False),
    ((4, 5), [2, 1], [4, 4], [1, 1], {"shrinkAxis": 3}, False),
    ((4, 5), [0, 1, 1], [0, 3, 4], [1, 1, 1], {"newAxis": 1}, False),
    ((4, 5), [1, 0, 1], [3, 0, 4], [1, 1, 1], {"newAxis": 2}, False),
    ((4, 5), [1, 1, 0], [3, 4, 0], [1, 1, 1], {"newAxis": 4}, False),
    ((4, 5), [0, 1, 0], [0, 3, 0], [1, 1, 1], {"newAxis": 5}, False),
    ((2, 3, 4, 5), [1, 0, 2], [2, 0, 4], [1, 1, 1], {"ellipsis": 2}, False),
    ((2, 3, 4, 5), [0, 1], [0, 3], [1, 1], {"ellipsis": 1}, False),
    ((2, 3, 4, 5), [1, 0], [2, 0], [1, 1], {"ellipsis": 2}, False),
    ((2, 3, 4, 5), [0, 2], [0, 3], [1, 1], {"ellipsis": 1, "shrinkAxis": 2}, False),
    ((2, 3, 4, 5), [1, 0, 2], [2, 0, 3], [1, 1, 1], {"ellipsis": 2, "shrinkAxis": 5}, False),
    ((2, 3, 4), [0, 0, 2], [0, 0, 3], [1, 1, 1], {"ellipsis": 2, "newAxis": 1}, False),
    ((2, 3, 4), [0, 0, 0], [0, 0, 3], [1, 1, 1], {"ellipsis": 1, "newAxis": 2}, False),
    ((2, 3, 4), [0, 1, 0], [0, 2, 0], [1, 1, 1], {"newAxis": 1, "shrinkAxis": 2, "end": 4}, False),
    ((2, 3, 4), [0, 1, 0], [0, 2, 0], [1, 1, 1], {"newAxis": 3, "shrinkAxis": 3}, False),
    ((2, 3, 4, 5), [0, 2, 3, 1], [2, 0, 0, 5], [1, -1, -2, 3], {}, False),
    ((2, 3, 4, 5), [0, 0, 0, 0], [2, 3, 4, 5], [1, 1, 1, 1], {}, False),
    ((2, 3, 2, 3, 4), [0, 1, 0, -1, 1], [2, 3, 2, -4, 4], [1, 1, 1, -1, 2], {}, False),
    ((2, 3, 4, 5), [1, 1, 1, 1], [1, 1, 2, 3], [1, 1, 1, 1], {}, True),
]


@cases
def strided():
    for k, (shape, begin, end, strides, masks, offset) in enumerate(STRIDED):
        for name, kind in KINDS.items():
            for give in ("const", "input") if name in ("f32", "s8") else ("const",):
                net = Net("STRIDED_SLICE", f"{name}-{k}-{shape}-{begin}-{end}-{strides}-{give}")
                make = getattr(net, give)
                net.op("STRIDED_SLICE", [net.input(shape, kind), make(np.array(begin), I32),
                                         make(np.array(end), I32), net.ints(*strides)], kind,
                       "StridedSliceOptions", offset=offset,
                       **{f"{m}Mask": v for m, v in masks.items()})
                yield net.case()
