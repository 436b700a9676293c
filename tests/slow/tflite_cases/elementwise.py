"""Functions of single elements, and of the elements of two tensors that broadcast."""
import numpy as np

from tflite_cases.kinds import (FUSED, PAIRS, Q16, Q8, QU8, R16, R8, cases, single)
from tflite_net import BOOL, F32, I16, I32, I64, I8, U32, U8, Net, quantized

SHAPES = {"scalar": (), "vector": (7,), "image": (2, 5, 7, 3), "five": (2, 3, 2, 3, 4)}
INTEGERS = {"s32": I32, "s64": I64}
SMALL = {"s8-plain": I8, "u8-plain": U8, "s16-plain": I16, "u32": U32}
QUANTIZED = {"s8": (Q8, R8), "u8": PAIRS["u8"], "s16": (Q16, R16)}


@cases
def of_one():
    positive = {"SQRT", "RSQRT", "LOG"}
    for op in ("ABS", "NEG", "SQRT", "RSQRT", "EXP", "LOG", "SIN", "COS", "FLOOR", "CEIL", "ROUND",
               "SIGN", "SQUARE"):
        low, high = (0.01, 9) if op in positive else (-4, 4)
        for name, shape in SHAPES.items():
            yield single(op, f"f32-{name}", [shape], low=low, high=high)
        for name, kind in INTEGERS.items():
            yield single(op, name, [(3, 5)], (kind,), kind, low=-9, high=9)
        for name, (kind, out) in QUANTIZED.items():
            if op in positive:  # numbers that are not negative, as the kernels ask for
                if kind.dtype == np.int16:
                    continue
                kind = quantized(kind.dtype, kind.scales[0], np.iinfo(kind.dtype).min)
            yield single(op, name, [(2, 60)], (kind,), out)
            yield single(op, f"{name}-same_grid", [(2, 60)], (kind,), kind)
        if op in positive:
            for name, (kind, out) in {"s16": (Q16, R16), "s16-same_grid": (Q16, Q16)}.items():
                net = Net(op, name)
                net.op(op, [net.input(net.values_of((2, 60), I32, 3000, 32767), kind)], out)
                yield net.case()
        net = Net(op, "f32-odd")
        odd = [0.0, -0.0, np.inf, -np.inf, np.nan, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 1e-30, 3.4e38]
        net.op(op, [net.input(np.array(odd))])
        yield net.case()
    yield single("SIGN", "f64", [(3, 4)])
    for shape in SHAPES.values():
        yield single("LOGICAL_NOT", str(shape), [shape], (BOOL,), BOOL)


BROADCASTS = [((2, 3, 4, 5), (2, 3, 4, 5)), ((2, 3, 4, 5), (5,)), ((2, 3, 4, 5), (1, 1, 5)),
              ((2, 3, 4, 5), ()), ((), (3, 2)), ((2, 1, 4, 1), (3, 1, 5)), ((3,), (1,)),
              ((2, 2, 3, 4, 5), (2, 2, 3, 4, 5)), ((2, 2, 3, 4, 5), (4, 5)),
              ((2, 1, 2, 1, 3, 2), (2, 2, 3, 1)), ((1,), (2, 3, 4, 5)), ((0, 3), (3,)),
              ((4, 1), (1, 4))]
ARITHMETIC = {"ADD": "AddOptions", "SUB": "SubOptions", "MUL": "MulOptions", "DIV": "DivOptions"}
GRIDS = {"s8": (Q8, R8, quantized(np.int8, 0.07, 9)),
         "u8": (*PAIRS["u8"], quantized(np.uint8, 0.07, 90)),
         "s16": (Q16, R16, quantized(np.int16, 0.0004))}


def two(op, label, shapes, kinds, out, constant=None, low=-2, high=2, options=None, **fields):
    """constant: which of the inputs is one, if any."""
    net = Net(op, f"{label}-{'' if constant is None else constant}")
    inputs = [(net.const if i == constant else net.input)(s, k, low, high)
              for i, (s, k) in enumerate(zip(shapes, kinds))]
    net.op(op, inputs, out, options, **fields)
    return net.case()


@cases
def arithmetic():
    for op, options in ARITHMETIC.items():
        for a, b in BROADCASTS:
            for constant in (None, 0, 1):
                yield two(op, f"f32-{a}-{b}", (a, b), (F32, F32), F32, constant, 0.5, 2, options)
        for fused in FUSED:
            yield two(op, f"f32-{fused}", [(3, 4)] * 2, (F32, F32), F32, None, -9, 9, options,
                      fusedActivationFunction=FUSED[fused])
            for name, kind in INTEGERS.items():
                yield two(op, f"{name}-{fused}", [(3, 4)] * 2, (kind, kind), kind, None, 1, 40,
                          options, fusedActivationFunction=FUSED[fused])
            for name, grid in GRIDS.items():
                if op == "DIV":
                    continue
                for a, b in BROADCASTS[:6]:
                    yield two(op, f"{name}-{fused}-{a}-{b}", (a, b), grid[:2], grid[2], 1, -2, 2,
                              options, fusedActivationFunction=FUSED[fused])
        for name, kind in (INTEGERS | {"u32": U32, "s16": I16}).items():
            if name == "s16" and op == "DIV":
                continue
            low = 1 if name == "u32" or op == "DIV" else -40
            yield two(op, f"{name}-plain", [(3, 4), (4,)], (kind, kind), kind, None, low, 40,
                      options)
        yield two(op, "s32-wraps", [(3, 4), (4,)], (I32, I32), I32, None, -2**31, 2**31 - 1,
                  options)
        yield two(op, "s64-far", [(3, 4), (4,)], (I64, I64), I64, None, -2**40, 2**40, options)
    for name, (x, y, out) in GRIDS.items():
        least = 0 if name == "s16" else np.iinfo(y.dtype).min
        net = Net("DIV", f"{name}-quantized")
        divisor = net.given((3, 4), I32, 30, 100).astype(y.dtype)
        net.op("DIV", [net.input((3, 4), x), net.const(divisor, quantized(y.dtype, 0.02, least))],
               out, "DivOptions")
        yield net.case()
    net = Net("DIV", "f32-zero")
    net.op("DIV", [net.input(np.array([1.0, -1, 0])), net.input(np.zeros(3))], options="DivOptions")
    yield net.case()
    net = Net("DIV", "s32-negative")
    net.op("DIV", [net.input(np.array([7, -7, 7, -7, 0, -1]), I32),
                   net.input(np.array([2, 2, -2, -2, 3, 5]), I32)], I32, "DivOptions")
    yield net.case()


@cases
def pot_scales():
    """16-bit sums and differences of grids that are powers of two."""
    for op in ("ADD", "SUB"):
        for scales in ((2**-12, 2**-13, 2**-11), (2**-12, 2**-12, 2**-12)):
            grid = [quantized(np.int16, s) for s in scales]
            for pot in (True, False):
                yield two(op, f"s16-pot{pot}-{scales}", [(3, 50)] * 2, grid[:2], grid[2], None, -2,
                          2,
                          ARITHMETIC[op], potScaleInt16=pot)


@cases
def extremes_and_comparisons():
    comparisons = ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")
    for op in ("MAXIMUM", "MINIMUM", *comparisons):
        compares = op in comparisons
        for a, b in BROADCASTS:
            yield two(op, f"f32-{a}-{b}", (a, b), (F32, F32), BOOL if compares else F32)
            yield two(op, f"s32-{a}-{b}", (a, b), (I32, I32), BOOL if compares else I32, 1, -2, 2)
        for name, kind in (INTEGERS | ({} if compares else SMALL) | {"bool": BOOL}).items():
            yield two(op, name, [(3, 4), (4,)], (kind, kind), BOOL if compares else kind, None, 0,
                      5)
        for name, grid in GRIDS.items():
            out = BOOL if compares else grid[0]
            second = grid[1] if compares else grid[0]
            yield two(op, name, [(3, 40), (40,)], (grid[0], second), out)
            yield two(op, f"{name}-same", [(3, 40), (40,)], (grid[0], grid[0]), out)
        net = Net(op, "f32-nan")
        odd = np.array([np.nan, 1, np.inf, -np.inf, 0.0, -0.0])
        net.op(op, [net.input(odd), net.input(odd[::-1].copy())], BOOL if compares else F32)
        yield net.case()


@cases
def other_pairs():
    for a, b in BROADCASTS:
        yield two("SQUARED_DIFFERENCE", f"f32-{a}-{b}", (a, b), (F32, F32), F32)
        yield two("FLOOR_DIV", f"f32-{a}-{b}", (a, b), (F32, F32), F32, None, 0.5, 9)
        yield two("FLOOR_MOD", f"f32-{a}-{b}", (a, b), (F32, F32), F32, None, 0.5, 9)
        yield two("POW", f"f32-{a}-{b}", (a, b), (F32, F32), F32, None, 0.1, 3)
        yield two("LOGICAL_AND", f"{a}-{b}", (a, b), (BOOL, BOOL), BOOL)
        yield two("LOGICAL_OR", f"{a}-{b}", (a, b), (BOOL, BOOL), BOOL)
    for op in ("SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD", "POW"):
        for name, kind in (INTEGERS | SMALL).items():
            yield two(op, name, [(3, 4), (4,)], (kind, kind), kind, None, 1, 6)
        net = Net(op, "s32-signs")
        net.op(op, [net.input(np.array([7, -7, 7, -7, 6, -6, 0]), I32),
                    net.input(np.array([2, 2, -2, -2, 3, 3, 4]), I32)], I32)
        yield net.case()
        net = Net(op, "f32-signs")
        net.op(op, [net.input(np.array([7, -7, 7, -7, 6, -6, 0, 6.6])),
                    net.input(np.array([2, 2, -2, -2, 3, 3, 4, 2.2]))])
        yield net.case()
    for name, grid in GRIDS.items():
        yield two("SQUARED_DIFFERENCE", name, [(3, 40), (40,)], grid[:2],
                  quantized(grid[2].dtype, 0.3 if name != "s16" else 0.003, 0))
    yield two("POW", "s32-powers", [(3, 4), (4,)], (I32, I32), I32, None, 0, 5)
    yield two("FLOOR_MOD", "s64-signs", [(3, 4), (4,)], (I64, I64), I64, 1, 1, 90)
    yield two("ATAN2", "f32", [(5, 40), (40,)], (F32, F32), F32)
    yield two("ATAN2", "f32-same", [(5, 40)] * 2, (F32, F32), F32)
    net = Net("ATAN2", "f32-odd")
    values = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf])
    net.op("ATAN2", [net.input(np.repeat(values, 6)), net.input(np.tile(values, 6))])
    yield net.case()
    for count in (1, 2, 4):
        for kind, name in ((F32, "f32"), (I32, "s32")):
            yield single("ADD_N", f"{name}-{count}", [(3, 4)] * count, (kind,), kind, low=-9,
                         high=9)


@cases
def bits():
    for name, kind in (INTEGERS | SMALL | {"bool": BOOL}).items():
        low = 0 if kind.dtype.kind in "ub" else -120
        yield two("BITWISE_XOR", name, [(3, 4), (4,)], (kind, kind), kind, None, low, 120)
        net = Net("RIGHT_SHIFT", name)
        x = net.input((3, 40), kind, low, 120)
        net.op("RIGHT_SHIFT", [x, net.input((40,), kind, 0, 7)], kind)
        yield net.case()
    net = Net("RIGHT_SHIFT", "u32-high")
    net.op("RIGHT_SHIFT", [net.input(np.array([2**32 - 1, 2**31]), U32),
                           net.input(np.array([3, 31]), U32)], U32)
    yield net.case()


@cases
def selections():
    for name, kind in {"f32": F32, "s8": Q8, "u8": QU8, "s16": Q16, "s32": I32, "s64": I64,
                       "bool": BOOL}.items():
        for c, x, y in (((3, 4), (3, 4), (3, 4)), ((3,), (3, 4), (3, 4)), ((), (3, 4), (3, 4)),
                        ((1,), (3, 4), (3, 4)), ((2,), (2, 3, 4, 5), (2, 3, 4, 5))):
            yield single("SELECT", f"{name}-{c}-{x}", [c, x, y], (BOOL, kind, kind), kind)
        for c, x, y in (((3, 4), (3, 4), (3, 4)), ((4,), (3, 4), (3, 4)), ((), (3, 4), (3, 4)),
                        ((3, 1), (1, 4), (3, 4)), ((2, 1, 4), (3, 4), ()), ((4,), (), ()),
                        ((2, 3, 4, 5), (5,), (1, 1, 1, 5)), ((3,), (3, 1), (1,)),
                        ((1, 3, 1, 2, 2), (2, 1, 1, 2, 2), (2, 3, 1, 1, 1))):
            yield single("SELECT_V2", f"{name}-{c}-{x}-{y}", [c, x, y], (BOOL, kind, kind), kind)
