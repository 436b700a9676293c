"""Convolutions and their transposes."""
import ml_dtypes
import numpy as np

from tflite_cases.kinds import FUSED, PAIRS, R8, SAME, VALID, Q8, cases
from tflite_net import F32, Net, quantized

STRIDES_2D = ({"strideW": 1, "strideH": 1}, {"strideW": 2, "strideH": 2},
              {"strideW": 3, "strideH": 2}, {"strideW": 1, "strideH": 4})
# hybrid: floats by integer weights.
FORMS = ("f32", "s8", "s8-per_channel", "u8", "s16", "s16-per_channel", "hybrid",
         "hybrid-per_channel")


def grids(net, form, weights_shape, axis):
    """Kinds of the image, the weights, the bias and the output."""
    base, _, per_channel = form.partition("-")
    if form == "f32":
        return F32, F32, F32, F32
    image, out = PAIRS.get(base, (F32, F32))
    if per_channel:
        scale = net.rng.uniform(0.005, 0.03, weights_shape[axis])
    else:
        scale = np.array([0.017])
    scale = scale.astype(np.float32)
    unsigned = base == "u8"
    weights = quantized(np.uint8 if unsigned else np.int8, scale, 121 if unsigned else 0, axis)
    if base == "hybrid":
        return F32, weights, F32, F32
    bias = quantized(np.int64 if base == "s16" else np.int32, scale * np.float32(image.scales[0]))
    return image, weights, bias, out


def convolution(operator, label, form, image, weights, options, fused="none", bias=True, axis=0,
                bias_size=None, **fields):
    net = Net(operator, f"{form}-{label}")
    of_image, of_weights, of_bias, out = grids(net, form, weights, axis)
    inputs = [net.input(image, of_image), net.const(weights, of_weights)]
    if bias:
        inputs.append(net.const([bias_size or weights[axis]], of_bias, *((-2, 2) if of_bias is F32
                                                                         else (-900, 900))))
    net.op(operator, inputs, out, options, fusedActivationFunction=FUSED[fused], **fields)
    return net.case()


@cases
def conv_2d():
    for form in FORMS:
        for k, size in enumerate(((1, 1), (3, 3), (2, 5), (4, 3))):
            for padding in (SAME, VALID):
                for stride in STRIDES_2D:
                    label = (f"{size[0]}x{size[1]}-p{padding}"
                             f"-s{stride['strideW']}{stride['strideH']}")
                    yield convolution("CONV_2D", label, form, (2, 9, 11, 3), (5, *size, 3),
                                      "Conv2DOptions", list(FUSED)[k], padding=padding, **stride)
        for dilation in ((2, 1), (2, 3)):
            for padding in (SAME, VALID):
                yield convolution("CONV_2D", f"d{dilation}-p{padding}", form, (1, 11, 12, 2),
                                  (3, 3, 3, 2), "Conv2DOptions", padding=padding, strideW=1,
                                  strideH=1, dilationWFactor=dilation[0],
                                  dilationHFactor=dilation[1])
        for bias in (True, False):
            yield convolution("CONV_2D", f"groups-bias{bias}", form, (1, 5, 6, 6), (4, 3, 3, 3),
                              "Conv2DOptions", bias=bias, padding=SAME, strideW=1, strideH=1)
        yield convolution("CONV_2D", "no_bias", form, (1, 5, 6, 3), (4, 3, 3, 3), "Conv2DOptions",
                          bias=False, padding=SAME, strideW=2, strideH=1)
        yield convolution("CONV_2D", "one_pixel", form, (3, 1, 1, 8), (6, 3, 3, 8),
                          "Conv2DOptions", padding=SAME, strideW=1, strideH=1)
    for fused in ("tanh",):
        net = Net("CONV_2D", f"f32-{fused}")
        net.op("CONV_2D", [net.input((1, 4, 4, 2)), net.const((3, 1, 1, 2)), net.const((3,))],
               options="Conv2DOptions", padding=SAME, strideW=1, strideH=1,
               fusedActivationFunction=4)
        yield net.case()
    for label, how in {"weights": (False, True), "both": (False, False)}.items():
        net = Net("CONV_2D", f"f32-computed_{label}")
        w = net.input((4, 3, 3, 3))
        b = net.const((4,)) if how[1] else net.input((4,))
        net.op("CONV_2D", [net.input((1, 5, 6, 3)), w, b], options="Conv2DOptions", padding=SAME,
               strideW=1, strideH=1)
        yield net.case()


@cases
def weights_of_few_bits():
    for per_channel in (False, True):
        scale = np.linspace(0.05, 0.2, 4) if per_channel else 0.1
        four = quantized(ml_dtypes.int4, scale)
        net = Net("CONV_2D", f"s8-s4-{per_channel}")
        bias = quantized(np.int32, np.atleast_1d(scale) * np.float32(Q8.scales[0]))
        net.op("CONV_2D", [net.input((1, 5, 6, 3), Q8), net.const((4, 3, 3, 3), four),
                           net.const((4,), bias, -90, 90)], R8, "Conv2DOptions", padding=SAME,
               strideW=1, strideH=1)
        yield net.case()


@cases
def depthwise():
    for form in FORMS:
        for channels, multiplier in ((4, 1), (3, 2), (1, 5)):
            for size in ((1, 1), (3, 3), (2, 5)):
                for padding in (SAME, VALID):
                    for stride in STRIDES_2D[:3]:
                        label = (f"c{channels}x{multiplier}-{size[0]}x{size[1]}-p{padding}"
                                 f"-s{stride['strideW']}{stride['strideH']}")
                        yield convolution("DEPTHWISE_CONV_2D", label, form, (2, 7, 8, channels),
                                          (1, *size, channels * multiplier),
                                          "DepthwiseConv2DOptions", "relu6", axis=3,
                                          padding=padding, depthMultiplier=multiplier, **stride)
        for padding in (SAME, VALID):
            yield convolution("DEPTHWISE_CONV_2D", f"dilated-p{padding}", form, (1, 11, 12, 2),
                              (1, 3, 3, 2), "DepthwiseConv2DOptions", axis=3, padding=padding,
                              strideW=1, strideH=1, depthMultiplier=1, dilationWFactor=2,
                              dilationHFactor=3)
        yield convolution("DEPTHWISE_CONV_2D", "no_bias", form, (1, 5, 6, 3), (1, 3, 3, 3),
                          "DepthwiseConv2DOptions", axis=3, bias=False, padding=SAME, strideW=1,
                          strideH=1, depthMultiplier=1)
    yield convolution("DEPTHWISE_CONV_2D", "multiplier0", "f32", (1, 5, 6, 3), (1, 3, 3, 6),
                      "DepthwiseConv2DOptions", axis=3, padding=SAME, strideW=1, strideH=1,
                      depthMultiplier=0)


@cases
def conv_3d():
    for padding in (SAME, VALID):
        for stride in ((1, 1, 1), (2, 1, 3), (2, 2, 2)):
            for dilation in (1, 2) if stride == (1, 1, 1) else (1,):
                for bias in (True, False):
                    yield convolution(
                        "CONV_3D", f"p{padding}-s{stride}-d{dilation}-bias{bias}", "f32",
                        (1, 6, 7, 8, 2), (2, 3, 2, 2, 4), "Conv3DOptions", "relu", axis=4,
                        bias=bias, padding=padding, strideD=stride[0], strideW=stride[1],
                        strideH=stride[2], dilationDFactor=dilation, dilationWFactor=dilation,
                        dilationHFactor=dilation)
    yield convolution("CONV_3D", "groups", "f32", (1, 4, 4, 4, 4), (2, 2, 2, 2, 6), "Conv3DOptions",
                      axis=4, padding=SAME, strideD=1, strideW=1, strideH=1)


def output_size(size, kernel, stride, padding):
    return size * stride if padding == SAME else (size - 1) * stride + kernel


@cases
def transpose_conv():
    for form in FORMS:
        for size in ((1, 1), (3, 3), (2, 4), (5, 2)):
            for padding in (SAME, VALID):
                for strides in ((1, 1), (2, 2), (2, 3)):
                    for extra in (0, 1) if form == "f32" else (0,):
                        if extra and 1 in strides:
                            continue
                        yield transposed(form, size, padding, strides, extra)
        for fused in ("relu", "relu6"):
            yield transposed(form, (3, 3), SAME, (2, 2), 0, fused)
        yield transposed(form, (3, 3), SAME, (2, 2), 0, bias=False)


def transposed(form, size, padding, strides, extra, fused="none", bias=True):
    """extra: how much smaller or larger than usual the output is."""
    net = Net("TRANSPOSE_CONV",
              f"{form}-{size[0]}x{size[1]}-p{padding}-s{strides}-{extra}-{fused}-bias{bias}")
    weights = (4, *size, 3)
    of_image, of_weights, of_bias, out = grids(net, form, weights, 0)
    sign = -1 if padding == SAME else 1
    shape = [output_size(n, k, s, padding) + sign * extra for n, k, s in zip((4, 5), size, strides)]
    inputs = [net.ints(2, *shape, 4), net.const(weights, of_weights),
              net.input((2, 4, 5, 3), of_image)]
    if bias:
        inputs.append(net.const([4], of_bias, *((-2, 2) if form == "f32" else (-900, 900))))
    net.op("TRANSPOSE_CONV", inputs, out, "TransposeConvOptions", padding=padding,
           strideH=strides[0], strideW=strides[1], fusedActivationFunction=FUSED[fused])
    return net.case()


@cases
def conv_3d_transpose():
    for padding in (SAME, VALID):
        for strides in ((1, 1, 1), (2, 2, 2), (1, 2, 3)):
            for bias in (True, False):
                net = Net("CONV_3D_TRANSPOSE", f"p{padding}-s{strides}-bias{bias}")
                size = (2, 3, 3)
                shape = [output_size(n, k, s, padding)
                         for n, k, s in zip((3, 4, 5), size, strides)]
                inputs = [net.ints(1, *shape, 4), net.const((*size, 4, 2)),
                          net.input((1, 3, 4, 5, 2))]
                if bias:
                    inputs.append(net.const((4,)))
                net.op("CONV_3D_TRANSPOSE", inputs, F32, "Conv3DOptions", padding=padding,
                       strideD=strides[0], strideH=strides[1], strideW=strides[2])
                yield net.case()


@cases
def with_an_open_batch():
    for form in ("f32", "s8-per_channel"):
        for code in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            net = Net(code, f"{form}-open_batch")
            shape, axis = ((3, 3, 3, 3), 0) if code == "CONV_2D" else ((1, 3, 3, 3), 3)
            of_image, of_weights, of_bias, out = grids(net, form, shape, axis)
            x = net.input((2, 6, 7, 3), of_image, open_axes=(0,))
            extra = {} if axis == 0 else {"depthMultiplier": 1}
            options = "Conv2DOptions" if axis == 0 else "DepthwiseConv2DOptions"
            net.op(code, [x, net.const(shape, of_weights), net.const([3], of_bias)], out, options,
                   padding=SAME, strideW=2, strideH=2, **extra)
            yield net.case()
