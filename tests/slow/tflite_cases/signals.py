"""Fourier transforms, boxes that are suppressed, elements set apart, sliding windows."""
import numpy as np

from tflite_cases.kinds import cases
from tflite_net import BOOL, C64, F32, I32, I64, I8, U8, I16, Net

KINDS = {"f32": F32, "s8": I8, "u8": U8, "s16": I16, "s32": I32, "s64": I64}


@cases
def spectra():
    for code in ("REAL", "IMAG", "COMPLEX_ABS"):
        for shape, sizes in (((4, 8), (4, 8)), ((2, 4, 8), (8, 4)), ((3, 5), (4, 8)),
                             ((1, 3, 2, 16), (1, 16)), ((6, 9), (2, 2)), ((4, 4), (4, 1))):
            for give in ("const", "input"):
                net = Net("RFFT2D", f"{code}-{shape}-{sizes}-{give}")
                sizes_of = getattr(net, give)(np.array(sizes), I32)
                net.op(code, [net.op("RFFT2D", [net.input(shape), sizes_of], C64)], F32)
                yield net.case()
    net = Net("RFFT2D", "all_parts")
    spectrum = net.op("RFFT2D", [net.input((8, 8)), net.ints(8, 8)], C64)
    yield net.case([net.op(code, [spectrum]) for code in ("REAL", "IMAG", "COMPLEX_ABS")])


@cases
def suppressed():
    for code, sigmas in (("NON_MAX_SUPPRESSION_V4", [None]),
                         ("NON_MAX_SUPPRESSION_V5", [0.0, 0.4])):
        for most, overlap, score in ((5, 0.5, 0.2), (20, 0.3, 0.0), (3, 0.9, 0.5), (8, 0.0, 0.1),
                                     (4, 0.5, 1.5), (0, 0.5, 0.1)):
            for give in ("const", "input"):
                for sigma in sigmas:
                    net = Net(code, f"{most}-{overlap}-{score}-{sigma}-{give}")
                    corners = net.rng.uniform(0, 3, (12, 2))
                    boxes = np.concatenate([corners, corners + net.rng.uniform(.5, 2, (12, 2))], 1)
                    make = getattr(net, give)
                    inputs = [net.input(boxes), net.input((12,), low=0, high=1),
                              make(np.array(most), I32), make(np.array(overlap)),
                              make(np.array(score))]
                    if sigma is None:
                        yield net.case(net.op(code, inputs, [I32, I32]))
                    else:
                        inputs.append(net.const(np.array(sigma)))
                        yield net.case(net.op(code, inputs, [I32, F32, I32]))


@cases
def dilated():
    for name, kind in KINDS.items():
        for shape, apart in (((5,), [3]), ((3, 4), [2, 1]), ((3, 4), [2, 3]),
                             ((2, 1, 3), [2, 4, 2]),
                             ((2, 3, 2, 2), [1, 2, 3, 1]), ((1, 2, 1, 2, 2), [2, 2, 2, 2, 2])):
            for give in ("const", "input"):
                net = Net("DILATE", f"{name}-{shape}-{apart}-{give}")
                net.op("DILATE", [net.input(shape, kind, -9, 9),
                                  getattr(net, give)(np.array(apart), I32),
                                  net.const((), kind)], kind)
                yield net.case()


@cases
def windows():
    functions = {"ADD": 1, "MUL": 2, "MINIMUM": 3, "MAXIMUM": 4, "ALL": 5, "ANY": 6}
    for name, kind in (KINDS | {"bool": BOOL}).items():
        for function, number in functions.items():
            if (name == "bool") != (function in ("ALL", "ANY")):
                continue
            for shape, sizes, strides, apart in (((7,), [3], [1], [1]), ((7,), [2], [2], [3]),
                                                 ((6, 5), [2, 3], [1, 2], [2, 1]),
                                                 ((2, 5, 6, 3), [1, 2, 3, 1], [1, 2, 1, 1],
                                                  [1] * 4),
                                                 ((4, 4), [1, 1], [2, 3], [1, 1])):
                net = Net("REDUCE_WINDOW", f"{name}-{function}-{shape}-{sizes}-{strides}-{apart}")
                x = net.input(shape, kind, -2, 2)
                net.op("REDUCE_WINDOW", [x, net.const(np.array(number < 3), kind),
                                         *(net.const(np.array(v), I64) for v in (sizes, strides,
                                                                                 apart))],
                       kind, "ReduceWindowOptions", reduceFunction=number)
                yield net.case()
