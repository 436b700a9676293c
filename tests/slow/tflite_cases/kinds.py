"""Ways to quantize that the cases share, and the list that they go to."""
import itertools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflite_net import F32, Net, quantized

Q8, QU8 = quantized(np.int8, 0.031, -5), quantized(np.uint8, 0.029, 117)
R8, RU8 = quantized(np.int8, 0.043, 11), quantized(np.uint8, 0.041, 139)
Q16, R16 = quantized(np.int16, 0.00013), quantized(np.int16, 0.00017)
# Input and output of an operator whose output has a grid of its own.
PAIRS = {"f32": (F32, F32), "s8": (Q8, R8), "u8": (QU8, RU8), "s16": (Q16, R16)}
EIGHT_BITS = ("f32", "s8", "u8")
ALL = ("f32", "s8", "u8", "s16")

SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
Activation = schema.ActivationFunctionType
FUSED = {"none": Activation.NONE, "relu": Activation.RELU, "relu6": Activation.RELU6,
         "n1_to_1": Activation.RELU_N1_TO_1}

GENERATORS = []


def cases(generator):
    """Marks a function that yields Case objects."""
    GENERATORS.append(generator)
    return generator


def single(operator, label, shapes, kinds=(F32,), outs=F32, options=None, low=-2, high=2, **fields):
    """One operator on computed inputs of these shapes. kinds: one for all, or one each."""
    net = Net(operator, label)
    kinds = itertools.cycle(kinds)
    inputs = [net.input(s, k, low, high) for s, k in zip(shapes, kinds)]
    net.op(operator, inputs, outs, options, **fields)
    return net.case()


def after_convolution(net, image=(1, 5, 6, 3), channels=4, kind=F32, size=1):
    """A computed tensor [batch, height, width, channels] that a convolution made."""
    x = net.input(image, kind)
    if kind.scales:
        weights = quantized(kind.dtype if kind.dtype != np.int16 else np.int8, 0.02,
                            128 if kind.dtype == np.uint8 else 0)
        scale = kind.scales[0] * 0.02
        wide = np.int64 if kind.dtype == np.int16 else np.int32
        bias = net.const([channels], quantized(wide, scale), -100, 100)
    else:
        weights = F32
        bias = net.const([channels])
    w = net.const([channels, size, size, image[-1]], weights)
    return net.op("CONV_2D", [x, w, bias], kind, "Conv2DOptions", padding=SAME, strideW=1,
                  strideH=1)
