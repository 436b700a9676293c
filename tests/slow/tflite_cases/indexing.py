"""Elements taken and put by index; shapes as values; quantizing and casting."""
import ml_dtypes
import numpy as np

from tflite_cases.kinds import (Q16, Q8, QU8, R16, R8, RU8, cases, single)
from tflite_cases.movement import KINDS
from tflite_net import BOOL, F16, F32, I16, I32, I64, I8, U32, U8, Kind, Net, quantized

FLOATS_AND_INTEGERS = {"f32": F32, "s32": I32, "s64": I64}


@cases
def gathered():
    for name, kind in KINDS.items():
        for shape, picked, axis, batch in (
                ((5, 3), (4,), 0, 0), ((5, 3), (2, 2), 1, 0), ((5, 3), (2,), -1, 0),
                                           ((5, 3), (), 0, 0),
                ((2, 3, 4, 5), (3,), 2, 0), ((2, 5, 3), (2, 4), 1, 1), ((2, 5, 3), (2, 4), 2, 1),
                ((2, 3, 5, 4), (2, 3, 2), 2, 2), ((2, 3, 5, 4), (2, 2), 3, 1),
                ((2, 3, 5, 4), (2, 3, 2), -1, -1), ((2, 5), (2,), 1, 1),
                                           ((2, 5, 3), (2, 2, 2), 1, 1)):
            for wide in (I32, I64):
                net = Net("GATHER", f"{name}-{shape}-{picked}-{axis}-{batch}-{wide.dtype}")
                size = shape[axis]
                net.op("GATHER", [net.input(shape, kind), net.input(picked, wide, 0, size - 1)],
                       kind,
                       "GatherOptions", axis=axis, batchDims=batch)
                yield net.case()
        for shape, picked in (((4, 5), (3, 2)), ((4, 5), (3, 1)), ((3, 3, 4), (2, 2, 2)),
                              ((3, 3, 3, 3), (2, 4)), ((4,), (1,))):
            for wide in (I32, I64):
                net = Net("GATHER_ND", f"{name}-{shape}-{picked}-{wide.dtype}")
                net.op("GATHER_ND", [net.input(shape, kind), net.input(picked, wide, 0, 2)], kind)
                yield net.case()


@cases
def scattered():
    for name, kind in KINDS.items():
        for shape, depth, count in (((6,), 1, 4), ((4, 3), 1, 3),
                                    ((4, 3), 2, 5), ((3, 4, 2), 2, 4)):
            for give in ("const", "input"):
                net = Net("SCATTER_ND", f"{name}-{shape}-{depth}-{give}")
                net.op("SCATTER_ND", [net.input((count, depth), I32, 0, 2),
                                      net.input((count, *shape[depth:]), kind, -3, 3),
                                      getattr(net, give)(np.array(shape), I32)], kind)
                yield net.case()
        for shape, indices, values in (((6,), np.array([1, 4]), (2,)), ((6,), np.array([1, 4]), ()),
                                       ((3, 4), np.array([[0, 1], [2, 3]]), (2,)),
                                       ((6,), np.array(3), ()),
                                       ((2, 2, 3), np.array([[1, 0, 2]]), (1,))):
            for wide in (I32, I64):
                net = Net(
    "SPARSE_TO_DENSE",
     f"{name}-{shape}-{indices.shape}-{values}-{wide.dtype}")
                net.op("SPARSE_TO_DENSE", [net.input(indices, wide),
                                           net.const(np.array(shape), wide),
                                           net.input(values, kind), net.const((), kind)], kind,
                       "SparseToDenseOptions")
                yield net.case()
        for shape, part, start in (((4, 5), (2, 3), (1, 1)), ((4, 5), (2, 3), (3, 4)),
                                   ((4, 5), (4, 5), (2, 2)), ((4, 5), (1, 5), (-2, 0)),
                                   ((2, 3, 4, 5), (1, 3, 2, 5), (1, 0, 1, 0)), ((6,), (2,), (9,))):
            for wide in (I32, I64):
                net = Net("DYNAMIC_UPDATE_SLICE", f"{name}-{shape}-{part}-{start}-{wide.dtype}")
                net.op("DYNAMIC_UPDATE_SLICE", [net.input(shape, kind), net.input(part, kind),
                                                net.input(np.array(start), wide)], kind)
                yield net.case()


@cases
def found():
    for name, kind in KINDS.items():
        for axis in (-1, 0, 1):
            for wide in (I32, I64):
                net = Net("ONE_HOT", f"{name}-{axis}-{wide.dtype}")
                net.op("ONE_HOT", [net.input((3, 4), wide, -2, 6), net.int(5), net.const((), kind),
                                   net.const((), kind)], kind, "OneHotOptions", axis=axis)
                yield net.case()
        net = Net("ONE_HOT", f"{name}-computed")
        net.op("ONE_HOT", [net.input((), I32, 0, 4), net.input(np.array(5), I32),
                           net.input((), kind),
                           net.input((), kind)], kind, "OneHotOptions", axis=-1)
        yield net.case()
        for shape, k in (((9,), 4), ((3, 20), 5), ((2, 2, 6), 6), ((3, 4), 1)):
            for give in ("const", "input"):
                net = Net("TOPK_V2", f"{name}-{shape}-{k}-{give}")
                yield net.case(net.op("TOPK_V2", [net.input(shape, kind, -90, 90),
                                                  getattr(net, give)(np.array(k), I32)],
                                      [kind, I32], "TopKV2Options"))
        for shape in ((9,), (3, 4), (2, 3, 2), ()):
            yield single("WHERE", f"{name}-{shape}", [shape], (kind,), I64, low=0, high=1)
        for out in (I32, I64):
            net = Net("UNIQUE", f"{name}-{out.dtype}")
            yield net.case(net.op("UNIQUE", [net.input((20,), kind, 0, 6)], [kind, out],
                                  "UniqueOptions", idxOutType=2 if out is I32 else 4))
    for label, bounds in (("three", [-1.0, 0.0, 1.5]), ("one", [0.5]), ("none", [])):
        for name, kind in (("f32", F32), ("s32", I32), ("s64", I64),
                           ("f64", Kind(np.dtype(float)))):
            yield single("BUCKETIZE", f"{name}-{label}", [(3, 8)], (kind,), I32, "BucketizeOptions",
                         low=-3, high=3, boundaries=bounds)
    net = Net("BUCKETIZE", "f32-on_boundaries")
    net.op("BUCKETIZE", [net.input(np.array([-2.0, -1, 0, 1.5, 2]))], I32, "BucketizeOptions",
           boundaries=[-1.0, 0.0, 1.5])
    yield net.case()


@cases
def segments():
    for name, kind in FLOATS_AND_INTEGERS.items():
        for shape in ((6,), (6, 3), (6, 2, 2)):
            net = Net("SEGMENT_SUM", f"{name}-{shape}")
            net.op("SEGMENT_SUM", [net.input(shape, kind, -5, 5),
                                   net.input(np.array([0, 0, 1, 2, 2, 2]), I32)], kind)
            yield net.case()
            for how in ("SUM", "PROD", "MAX", "MIN"):
                for ids in ([2, 0, 1, 0, 2, 2], [4, 0, -1, 0, 3, 1]):
                    net = Net(f"UNSORTED_SEGMENT_{how}", f"{name}-{shape}-{ids}")
                    net.op(f"UNSORTED_SEGMENT_{how}", [net.input(shape, kind, -5, 5),
                                                       net.input(np.array(ids), I32), net.int(6)],
                           kind)
                    yield net.case()
        for how in ("SUM", "PROD", "MAX", "MIN"):
            net = Net(f"UNSORTED_SEGMENT_{how}", f"{name}-matrix_of_ids")
            net.op(f"UNSORTED_SEGMENT_{how}", [net.input((2, 3, 2), kind, -5, 5),
                                               net.input(np.array([[0, 1, 1], [2, 0, 2]]), I32),
                                               net.int(3)], kind)
            yield net.case()


@cases
def shapes():
    for name, kind in KINDS.items():
        for shape in ((), (5,), (2, 3, 4, 5)):
            for out, number in ((I32, 2), (I64, 4)):
                yield single("SHAPE", f"{name}-{shape}-{out.dtype}", [shape], (kind,), out,
                             "ShapeOptions", outType=number)
            yield single("RANK", f"{name}-{shape}", [shape], (kind,), I32)
            yield single("ZEROS_LIKE", f"{name}-{shape}", [shape], (kind,), kind)
            for wide in (I32, I64):
                for give in ("const", "input"):
                    net = Net("FILL", f"{name}-{shape}-{wide.dtype}-{give}")
                    net.op("FILL", [getattr(net, give)(np.array(shape), wide), net.input((), kind)],
                           kind)
                    yield net.case()
        for shape, to in (((3,), (2, 3)), ((2, 1), (2, 4)), ((), (2, 2)), ((1, 3, 1), (4, 2, 3, 5)),
                          ((2, 3), (2, 3)), ((2, 1, 1, 2, 1), (2, 3, 1, 2, 2)),
                          ((2, 1), (0, 2, 1))):
            for wide in (I32, I64):
                for give in ("const", "input"):
                    net = Net("BROADCAST_TO", f"{name}-{shape}-{to}-{wide.dtype}-{give}")
                    net.op("BROADCAST_TO", [net.input(shape, kind),
                                            getattr(net, give)(np.array(to), wide)], kind)
                    yield net.case()
        for m, n in ((3, 3), (2, 4), (4, 2)):
            net = Net("MATRIX_SET_DIAG", f"{name}-{m}-{n}")
            net.op("MATRIX_SET_DIAG", [net.input((2, m, n), kind), net.input((2, min(m, n)), kind)],
                   kind, "MatrixSetDiagOptions")
            yield net.case()
        for shape in ((3,), (2, 4), (2, 3, 2)):
            yield single("MATRIX_DIAG", f"{name}-{shape}", [shape], (kind,), kind,
                         "MatrixDiagOptions")
    for name, kind in FLOATS_AND_INTEGERS.items():
        for start, limit, delta in ((0, 7, 1), (3, 10, 3), (9, 0, -2), (0, 6, 3), (4, 4, 1)):
            for give in ("const", "input"):
                net = Net("RANGE", f"{name}-{start}-{limit}-{delta}-{give}")
                net.op("RANGE", [getattr(net, give)(np.array(v), kind)
                                 for v in (start, limit, delta)], kind, "RangeOptions")
                yield net.case()
    net = Net("RANGE", "f32-fractions")
    net.op("RANGE", [net.input(np.array(v)) for v in (0.1, 1.05, 0.1)], options="RangeOptions")
    yield net.case()
    for a, b in (([2, 3], [3]), ([1, 4], [5, 1]), ([3], [2, 3, 1]), ([2], [2]), ([], [2, 3])):
        for wide in (I32, I64):
            net = Net("BROADCAST_ARGS", f"{a}-{b}-{wide.dtype}")
            net.op("BROADCAST_ARGS", [net.input(np.array(a, int), wide),
                                      net.input(np.array(b, int), wide)], wide)
            yield net.case()


@cases
def quantizing():
    grids = {"s8": Q8, "u8": QU8, "s16": Q16, "r8": R8, "ru8": RU8, "r16": R16,
             "s16-shifted": quantized(np.int16, 0.0002, 30)}
    for name, kind in grids.items():
        yield single("QUANTIZE", f"f32-to-{name}", [(3, 50)], (F32,), kind, low=-6, high=6)
        yield single("DEQUANTIZE", name, [(3, 50)], (kind,), F32)
        for other, out in grids.items():
            yield single("QUANTIZE", f"{name}-to-{other}", [(3, 50)], (kind,), out)
    yield single("QUANTIZE", "s32-to-s8", [(3, 50)], (quantized(np.int32, 0.001),), Q8, low=-9999,
                 high=9999)
    yield single("QUANTIZE", "s16-to-s32", [(3, 50)], (Q16,), quantized(np.int32, 0.00001))
    yield single("QUANTIZE", "halves", [(40,)], (F32,), quantized(np.int8, 1.0))
    net = Net("QUANTIZE", "ties")
    net.op("QUANTIZE", [net.input(np.arange(-5, 5) + 0.5)], quantized(np.int8, 1.0))
    yield net.case()
    per_channel = quantized(np.int8, np.linspace(0.01, 0.05, 4), 0, 2)
    yield single("QUANTIZE", "f32-per_channel", [(2, 3, 4)], (F32,), per_channel)
    yield single("DEQUANTIZE", "per_channel", [(2, 3, 4)], (per_channel,), F32)
    net = Net("DEQUANTIZE", "f16-constant")
    net.op("ADD", [net.input((3, 4)), net.op("DEQUANTIZE", [net.const((3, 4), F16)])],
           options="AddOptions")
    yield net.case()
    yield single("DEQUANTIZE", "f16", [(3, 4)], (F16,), F32)
    for label, grid in (("s4", quantized(ml_dtypes.int4, 0.2)),
                        ("s4-odd", quantized(ml_dtypes.int4, .3))):
        net = Net("DEQUANTIZE", label)
        shape = (3, 4) if label == "s4" else (3, 3)
        net.op("ADD", [net.input(shape), net.op("DEQUANTIZE", [net.const(shape, grid)])],
               options="AddOptions")
        yield net.case()
    for low, high, bits, narrow in ((-1.0, 1.0, 8, False), (0.0, 6.0, 8, False),
                                    (-0.3, 1.7, 8, True),
                                    (-1.1, 0.9, 4, False), (-0.2, 2.9, 16, False)):
        yield single("FAKE_QUANT", f"{low}-{high}-{bits}-{narrow}", [(3, 80)],
                     options="FakeQuantOptions", min=low, max=high, numBits=bits,
                     narrowRange=narrow)


@cases
def cast():
    plain = {"f32": F32, "f16": F16, "s8": I8, "u8": U8, "s16": I16, "s32": I32, "s64": I64,
             "u32": U32, "bool": BOOL, "f64": Kind(np.dtype(np.float64)),
             "u16": Kind(np.dtype(np.uint16))}
    for a, x in plain.items():
        for b, y in plain.items():
            low, high = (-200, 200) if a in ("f32", "s32", "f64") else (-90, 90)
            if b[0] == "u" and a[0] in "fb" or a[0] == "u" or a == "bool":
                low = 0  # what becomes of negative floats is left to the machine
            if b == "s8" and a[0] in "fb":
                low, high = max(low, -100), 100
            yield single("CAST", f"{a}-to-{b}", [(3, 30)], (x,), y, "CastOptions", low=low,
                         high=high)
            if x.dtype.itemsize == y.dtype.itemsize:
                yield single("BITCAST", f"{a}-to-{b}", [(3, 8)], (x,), y, low=max(low, 0), high=90)
    yield single("BITCAST", "s32-to-s16", [(3, 4)], (I32,), I16, low=-99999, high=99999)
    yield single("BITCAST", "s16-to-s32", [(3, 2)], (I16,), I32, low=-999, high=999)
    yield single("BITCAST", "f32-to-u8", [(3,)], (F32,), U8)
    yield single("CAST", "s64-to-s32-wraps", [(20,)], (I64,), I32, "CastOptions", low=-2**40,
                 high=2**40)
