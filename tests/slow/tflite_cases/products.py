"""Matrix products and look-ups in tables of vectors."""
import ml_dtypes
import numpy as np

from tflite_cases.kinds import FUSED, PAIRS, Q8, R8, QU8, cases
from tflite_cases.convolutions import FORMS, grids
from tflite_net import F32, I32, I8, Net, quantized


@cases
def fully_connected():
    for form in FORMS:
        for shape in ((3, 7), (7,), (2, 3, 7), (2, 2, 3, 7), (2, 21), (2, 1, 1, 7)):
            for keeps in (False, True):
                if keeps and shape[-1] != 7:
                    continue
                for bias in (True, False):
                    yield connected(form, shape, keeps, bias)
        for fused in ("relu", "relu6", "n1_to_1"):
            yield connected(form, (3, 7), False, True, fused)


def connected(form, shape, keeps, bias, fused="none"):
    net = Net("FULLY_CONNECTED", f"{form}-{shape}-keep{keeps}-bias{bias}-{fused}")
    of_input, of_weights, of_bias, out = grids(net, form, (5, 7), 0)
    inputs = [net.input(shape, of_input), net.const((5, 7), of_weights)]
    inputs.append(net.const([5], of_bias, *((-2, 2) if of_bias is F32 else (-900, 900)))
                  if bias else None)
    net.op("FULLY_CONNECTED", inputs, out, "FullyConnectedOptions", keepNumDims=keeps,
           fusedActivationFunction=FUSED[fused])
    return net.case()


@cases
def fully_connected_otherwise():
    net = Net("FULLY_CONNECTED", "f32-computed_weights")
    net.op("FULLY_CONNECTED", [net.input((3, 7)), net.input((5, 7)), net.input((5,))],
           options="FullyConnectedOptions")
    yield net.case()
    net = Net("FULLY_CONNECTED", "s8-computed_weights")
    net.op("FULLY_CONNECTED", [net.input((3, 7), Q8), net.input((5, 7), quantized(np.int8, 0.02)),
                               None], R8, "FullyConnectedOptions")
    yield net.case()
    net = Net("FULLY_CONNECTED", "f32-two_inputs")
    net.op("FULLY_CONNECTED", [net.input((3, 7)), net.const((5, 7))],
           options="FullyConnectedOptions")
    yield net.case()
    for per_channel in (False, True):
        scale = np.linspace(0.05, 0.2, 5).astype(np.float32) if per_channel else np.float32(0.1)
        net = Net("FULLY_CONNECTED", f"s8-s4-{per_channel}")
        bias = quantized(np.int32, np.atleast_1d(scale) * np.float32(Q8.scales[0]))
        net.op("FULLY_CONNECTED", [net.input((3, 7), Q8),
                                   net.const((5, 7), quantized(ml_dtypes.int4, scale)),
                                   net.const((5,), bias, -90, 90)], R8, "FullyConnectedOptions")
        yield net.case()
    net = Net("FULLY_CONNECTED", "u8-to-s16")
    net.op("FULLY_CONNECTED", [net.input((3, 7), QU8),
                               net.const((5, 7), quantized(np.uint8, 0.02, 120)),
                               net.const((5,), quantized(np.int32, 0.02 * 0.029), -90, 90)],
           quantized(np.int16, 0.0005), "FullyConnectedOptions")
    yield net.case()


@cases
def batch_matmul():
    shapes = [((3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (4, 5)), ((4, 3, 4), (1, 4, 5)),
              ((2, 1, 3, 4), (1, 3, 4, 5)), ((2, 1, 3, 4), (3, 4, 5)), ((1, 2, 2, 3, 4), (2, 4, 5)),
              ((1, 4), (4, 1)), ((3, 4), (2, 4, 5))]
    for name, kinds in {"f32": (F32, F32, F32), "s8": (Q8, R8, quantized(np.int8, 0.06, 4)),
                        "s16": (*PAIRS["s16"], quantized(np.int16, 0.0005)),
                        "s8-s32": (I8, I8, I32)}.items():
        for a, b in shapes:
            for flags in range(4):
                for constant in (False, True):
                    yield matmul(name, kinds, a, b, bool(flags & 1), bool(flags & 2), constant)


def matmul(name, kinds, a, b, adj_x, adj_y, constant):
    swap = lambda s: (*s[:-2], s[-1], s[-2])
    net = Net("BATCH_MATMUL", f"{name}-{a}-{b}-{adj_x:d}{adj_y:d}-{'const' if constant else ''}")
    x = net.input(swap(a) if adj_x else a, kinds[0])
    y = (net.const if constant else net.input)(swap(b) if adj_y else b, kinds[1])
    net.op("BATCH_MATMUL", [x, y], kinds[2], "BatchMatMulOptions", adjX=adj_x, adjY=adj_y)
    return net.case()


@cases
def embedding_lookup():
    grid = quantized(np.int8, 0.03)
    rows = quantized(np.int8, np.linspace(0.01, 0.05, 6))
    for name, table, out in (("f32", F32, F32), ("s8", grid, grid), ("u8", QU8, QU8),
                             ("hybrid", grid, F32), ("rows", rows, F32),
                             ("s4", quantized(ml_dtypes.int4, 0.1), F32),
                             ("hybrid-u8", quantized(np.uint8, 0.03), F32),
                             ("s4-rows", quantized(ml_dtypes.int4, np.linspace(0.1, 0.5, 6)), F32)):
        for shape in ((6, 4), (6, 4, 3), (6, 5)):
            net = Net("EMBEDDING_LOOKUP", f"{name}-{shape}")
            net.op("EMBEDDING_LOOKUP", [net.input(np.array([0, 5, 2, 2]), I32),
                                        net.const(shape, table)], out)
            yield net.case()
