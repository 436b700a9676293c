"""Quantized TFLite image classifiers as ONNX models in QDQ form, channels first.

Takes the operators of MobileNets: CONV_2D, DEPTHWISE_CONV_2D, ADD, AVERAGE_POOL_2D, MEAN, RESHAPE,
SQUEEZE, FULLY_CONNECTED, SOFTMAX, QUANTIZE, DEQUANTIZE. Needs the PyPI packages numpy, onnx and tflite.
"""
import numpy as np
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

DTYPES = {tflite.TensorType.UINT8: np.uint8, tflite.TensorType.INT8: np.int8,
          tflite.TensorType.INT32: np.int32}
OPERATORS = {number: name for name, number in vars(tflite.BuiltinOperator).items()
             if isinstance(number, int)}
ACTIVATIONS = {tflite.ActivationFunctionType.NONE: None,
               tflite.ActivationFunctionType.RELU: (0.0, None),
               tflite.ActivationFunctionType.RELU6: (0.0, 6.0)}


class Converter:
    def __init__(self, data):
        self.model = tflite.Model.GetRootAsModel(data, 0)
        self.graph = self.model.Subgraphs(0)
        self.nodes, self.constants = [], []
        self.count = 0

    # -- what the file holds

    def tensor(self, index):
        return self.graph.Tensors(index)

    def shape(self, index):
        return [int(n) for n in self.tensor(index).ShapeAsNumpy()]

    def values(self, index):
        t = self.tensor(index)
        raw = self.model.Buffers(t.Buffer()).DataAsNumpy()
        return np.frombuffer(raw.tobytes(), DTYPES[t.Type()]).reshape(self.shape(index))

    def quantization(self, index):
        q = self.tensor(index).Quantization()
        return (np.asarray(q.ScaleAsNumpy(), np.float32),
                np.asarray(q.ZeroPointAsNumpy()).astype(DTYPES[self.tensor(index).Type()]))

    def options(self, op, kind):
        options = kind()
        table = op.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    # -- what is written

    def fresh(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, stem, array):
        name = self.fresh(stem)
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, op, inputs, **attributes):
        name = self.fresh(op.lower())
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def scales(self, index):
        scale, zero = self.quantization(index)
        assert scale.size == 1, "activations have one scale"
        return [self.constant("scale", scale[0]), self.constant("zero_point", zero[0])]

    def quantize(self, value, index):
        """Through the grid of tensor `index`, and back to floats."""
        scales = self.scales(index)
        q = self.add("QuantizeLinear", [value, *scales])
        return self.add("DequantizeLinear", [q, *scales])

    def weights(self, index, order, axis):
        """Dimensions in `order`; scales, if there are several, along `axis` of the result."""
        scale, zero = self.quantization(index)
        q = self.constant("weights", np.ascontiguousarray(self.values(index).transpose(order)))
        if scale.size == 1:
            scale, zero = scale[0], zero[0]
        return self.add("DequantizeLinear",
                        [q, self.constant("scale", scale), self.constant("zero_point", zero)],
                        **({"axis": axis} if scale.size > 1 else {}))

    def bias(self, index):
        scale, _ = self.quantization(index)
        scale = scale if scale.size > 1 else scale[0]
        return self.add("DequantizeLinear", [self.constant("bias", self.values(index)),
                                             self.constant("scale", scale)], axis=0)

    def activate(self, value, function):
        bounds = ACTIVATIONS[function]
        if bounds is None:
            return value
        low, high = bounds
        if high is None:
            return self.add("Relu", [value])
        return self.add("Clip", [value, self.constant("low", np.float32(low)),
                                 self.constant("high", np.float32(high))])

    # -- operators: inputs as floats, the result as a float

    def op_conv_2d(self, op, x, ins):
        o = self.options(op, tflite.Conv2DOptions)
        height, width = self.shape(ins[1])[1:3]
        y = self.add("Conv", [x[0], self.weights(ins[1], (0, 3, 1, 2), 0), self.bias(ins[2])],
                     kernel_shape=[height, width], **self.window(o),
                     dilations=[o.DilationHFactor(), o.DilationWFactor()])
        return self.activate(y, o.FusedActivationFunction())

    def op_depthwise_conv_2d(self, op, x, ins):
        o = self.options(op, tflite.DepthwiseConv2DOptions)
        _, height, width, _ = self.shape(ins[1])
        y = self.add("Conv", [x[0], self.weights(ins[1], (3, 0, 1, 2), 0), self.bias(ins[2])],
                     kernel_shape=[height, width], group=self.shape(ins[0])[3], **self.window(o),
                     dilations=[o.DilationHFactor(), o.DilationWFactor()])
        return self.activate(y, o.FusedActivationFunction())

    def op_add(self, op, x, ins):
        o = self.options(op, tflite.AddOptions)
        return self.activate(self.add("Add", x), o.FusedActivationFunction())

    def op_average_pool_2d(self, op, x, ins):
        o = self.options(op, tflite.Pool2DOptions)
        y = self.add("AveragePool", [x[0]], kernel_shape=[o.FilterHeight(), o.FilterWidth()],
                     **self.window(o))
        return self.activate(y, o.FusedActivationFunction())

    def op_mean(self, op, x, ins):
        keep = self.options(op, tflite.ReducerOptions).KeepDims()
        assert sorted(self.values(ins[1]).ravel().tolist()) == [1, 2], "the mean is over the image"
        axes = self.constant("axes", np.array([2, 3], np.int64))
        return self.add("ReduceMean", [x[0], axes], keepdims=int(keep))

    def op_reshape(self, op, x, ins):
        shape = self.shape(op.Outputs(0))
        assert np.prod(self.shape(ins[0])[:-1]) == 1, "one pixel has no order of its dimensions"
        return self.add("Reshape", [x[0], self.constant("shape", np.array(shape, np.int64))])

    op_squeeze = op_reshape

    def op_quantize(self, op, x, ins):
        return x[0]  # the output's own scale follows

    op_dequantize = op_quantize

    def op_fully_connected(self, op, x, ins):
        o = self.options(op, tflite.FullyConnectedOptions)
        y = self.add("Gemm", [x[0], self.weights(ins[1], (0, 1), 0), self.bias(ins[2])], transB=1)
        return self.activate(y, o.FusedActivationFunction())

    def op_softmax(self, op, x, ins):
        assert self.options(op, tflite.SoftmaxOptions).Beta() == 1.0
        return self.add("Softmax", [x[0]], axis=-1)

    @staticmethod
    def window(options):
        same = options.Padding() == tflite.Padding.SAME
        return {"strides": [options.StrideH(), options.StrideW()],
                "auto_pad": "SAME_UPPER" if same else "VALID"}

    def convert(self):
        g = self.graph
        source = g.Inputs(0)
        batch, height, width, channels = self.shape(source)
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT,
                                              [batch, channels, height, width])
        floats = {source: self.quantize("image", source)}
        for i in range(g.OperatorsLength()):
            op = g.Operators(i)
            code = self.model.OperatorCodes(op.OpcodeIndex())
            name = OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())].lower()
            ins = [int(n) for n in op.InputsAsNumpy()]
            y = getattr(self, "op_" + name)(op, [floats[n] for n in ins if n in floats], ins)
            real = self.tensor(op.Outputs(0)).Type() == tflite.TensorType.FLOAT32
            floats[op.Outputs(0)] = y if real else self.quantize(y, op.Outputs(0))
        last = g.Outputs(0)
        self.nodes.append(helper.make_node("Identity", [floats[last]], ["scores"]))
        scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, self.shape(last))
        graph = helper.make_graph(self.nodes, "classifier", [image], [scores], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def convert(path):
    model = Converter(path.read_bytes()).convert()
    onnx.checker.check_model(model)
    return model
