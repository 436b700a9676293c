"""Pools, padding, images of other sizes, blocks of pixels."""
import numpy as np

from tflite_cases.kinds import (
    FUSED,
    Q16,
    Q8,
    QU8,
    R8,
    SAME,
    VALID,
    after_convolution,
    cases,
     single)
from tflite_net import BOOL, F32, I32, I64, Net

GRIDS = {"f32": F32, "s8": Q8, "u8": QU8, "s16": Q16}
WITH_INTEGERS = GRIDS | {"s32": I32, "s64": I64, "bool": BOOL}


@cases
def pools():
    for op in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"):
        for name, kind in GRIDS.items():
            for window in ((1, 1), (2, 2), (3, 2), (5, 4)):
                for strides in ((1, 1), (2, 2), (3, 1)):
                    for padding in (SAME, VALID):
                        yield pool(op, name, kind, kind, window, strides, padding)
            for fused in ("relu", "relu6", "n1_to_1"):
                yield pool(op, name, kind, kind, (2, 2), (1, 1), SAME, fused)
        yield pool(op, "s8-to_other", Q8, R8, (2, 2), (1, 1), SAME)
        net = Net(op, "after_convolution")
        net.op(op, [after_convolution(net)], options="Pool2DOptions", padding=SAME, strideW=2,
               strideH=2, filterWidth=3, filterHeight=3)
        yield net.case()


def pool(op, name, kind, out, window, strides, padding, fused="none"):
    return single(op, f"{name}-{window}-{strides}-p{padding}-{fused}", [(2, 7, 8, 3)], (kind,), out,
                  "Pool2DOptions", padding=padding, strideW=strides[0], strideH=strides[1],
                  filterWidth=window[0], filterHeight=window[1],
                  fusedActivationFunction=FUSED[fused])


PADS = {(7,): [[2, 1]], (3, 4): [[0, 0], [1, 2]], (2, 3, 4): [[1, 0], [0, 2], [1, 1]],
        (2, 3, 4, 5): [[0, 0], [1, 2], [2, 1], [0, 0]], (1, 2, 2, 3, 2): [[1, 1]] + [[0, 1]] * 4}


@cases
def padding():
    for name, kind in WITH_INTEGERS.items():
        for shape, pairs in PADS.items():
            for wide in (I32, I64):
                net = Net("PAD", f"{name}-{shape}-{wide.dtype}")
                net.op("PAD", [net.input(shape, kind), net.const(np.array(pairs), wide)], kind)
                yield net.case()
            net = Net("PADV2", f"{name}-{shape}")
            net.op("PADV2", [net.input(shape, kind), net.const(np.array(pairs), I32),
                             net.const((), kind)], kind)
            yield net.case()
            net = Net("PADV2", f"{name}-{shape}-computed")
            net.op("PADV2", [net.input(shape, kind), net.input(np.array(pairs), I32),
                             net.input((1,), kind)], kind)
            yield net.case()
            net = Net("PAD", f"{name}-{shape}-computed")
            net.op("PAD", [net.input(shape, kind), net.input(np.array(pairs), I32)], kind)
            yield net.case()
            for mode in (0, 1):
                for computed in (False, True):
                    net = Net("MIRROR_PAD", f"{name}-{shape}-{mode}-computed{computed}")
                    room = np.minimum(np.array(pairs), np.array(shape)[:, None] - (mode == 0))
                    net.op("MIRROR_PAD", [net.input(shape, kind),
                                          (net.input if computed else net.const)(room, I32)], kind,
                           "MirrorPadOptions", mode=mode)
                    yield net.case()
    for name in ("f32", "s8"):
        kind = GRIDS[name]
        pairs = np.array([[0, 0], [1, 2], [2, 1], [0, 1]])
        for op in ("PAD", "MIRROR_PAD"):
            net = Net(op, f"{name}-after_convolution")
            options = ("MirrorPadOptions", {"mode": 1}) if op == "MIRROR_PAD" else (None, {})
            net.op(op, [after_convolution(net, kind=kind), net.const(pairs, I32)], kind, options[0],
                   **options[1])
            yield net.case()


@cases
def resizing():
    sizes = ((4, 6), (8, 12), (3, 2), (7, 11), (1, 1), (4, 3), (1, 5))
    for op, options in (("RESIZE_BILINEAR", "ResizeBilinearOptions"),
                        ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")):
        for name, kind in GRIDS.items():
            for size in sizes:
                for align, half in ((False, False), (True, False), (False, True)):
                    for image in ((2, 4, 6, 3), (1, 1, 1, 2), (1, 5, 3, 1)):
                        if name != "f32" and image[1] != 4 and size not in sizes[1:4]:
                            continue
                        net = Net(op, f"{name}-{image}-{size}-{align:d}{half:d}")
                        net.op(op, [net.input(image, kind), net.ints(*size)], kind, options,
                               alignCorners=align, halfPixelCenters=half)
                        yield net.case()
        net = Net(op, "f32-computed_size")
        net.op(op, [net.input((1, 4, 5, 2)), net.input(np.array([7, 3]), I32)], F32, options)
        yield net.case()
        for size in ((13, 17), (30, 29), (5, 9)):
            for align, half in ((False, False), (True, False), (False, True)):
                net = Net(op, f"f32-odd-{size}-{align:d}{half:d}")
                net.op(op, [net.input((1, 10, 19, 2)), net.ints(*size)], F32, options,
                       alignCorners=align, halfPixelCenters=half)
                yield net.case()


@cases
def blocks():
    for name, kind in WITH_INTEGERS.items():
        for block in (1, 2, 3):
            yield single("SPACE_TO_DEPTH", f"{name}-{block}", [(2, 6, 12, 3)], (kind,), kind,
                         "SpaceToDepthOptions", blockSize=block)
            yield single("DEPTH_TO_SPACE", f"{name}-{block}", [(2, 3, 2, 36)], (kind,), kind,
                         "DepthToSpaceOptions", blockSize=block)
        for shape, block, pairs in (((2, 4, 6, 3), (2, 3), ((0, 0), (0, 0))),
                                    ((1, 5, 5, 2), (2, 2), ((1, 0), (2, 1))),
                                    ((2, 6, 3), (3,), ((1, 2),)),
                                    ((1, 4, 4, 1), (1, 1), ((0, 0), (0, 0)))):
            for computed in (False, True):
                give = "input" if computed else "const"
                net = Net("SPACE_TO_BATCH_ND", f"{name}-{shape}-{block}-{give}")
                make = getattr(net, give)
                net.op("SPACE_TO_BATCH_ND", [net.input(shape, kind), make(np.array(block), I32),
                                             make(np.array(pairs), I32)], kind)
                yield net.case()
        for shape, block, pairs in (((12, 2, 3, 2), (2, 3), ((0, 0), (0, 0))),
                                    ((8, 3, 3, 2), (2, 2), ((1, 0), (2, 1))),
                                    ((6, 4, 3), (3,), ((1, 2),))):
            for computed in (False, True):
                give = "input" if computed else "const"
                net = Net("BATCH_TO_SPACE_ND", f"{name}-{shape}-{block}-{give}")
                make = getattr(net, give)
                net.op("BATCH_TO_SPACE_ND", [net.input(shape, kind), make(np.array(block), I32),
                                             make(np.array(pairs), I32)], kind)
                yield net.case()
