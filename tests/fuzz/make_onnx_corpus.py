#!/usr/bin/env python3
"""Writes the seed corpus of onnx_fuzz: tiny models, one for each part of the format.

usage: make_onnx_corpus.py FOLDER    (needs the PyPI package onnx)
"""
import pathlib
import sys

import numpy as np
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

OPSET = [h.make_opsetid("", 17)]
X = h.make_tensor_value_info("x", T.FLOAT, ["n", 3])
Y = h.make_tensor_value_info("y", T.FLOAT, None)


def model(nodes, inputs=(X,), outputs=(Y,), initializers=(), opset=17, ir=8, **more):
    graph = h.make_graph(list(nodes), "g", list(inputs), list(outputs), list(initializers),
                         **{k: v for k, v in more.items() if k in ("doc_string", "value_info",
                                                                   "sparse_initializer")})
    imports = [h.make_opsetid("", opset), h.make_opsetid("local", 1)]
    return h.make_model(graph, opset_imports=imports, ir_version=ir,
                        functions=more.get("functions", []))


def node(op, inputs, outputs, **attributes):
    return h.make_node(op, inputs, outputs, **attributes)


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def typed(name, dtype, dims, values, field):
    t = T(name=name, data_type=dtype, dims=dims)
    getattr(t, field).extend(values)
    return t


def branch(name, out, nodes):
    return h.make_graph(nodes, name, [], [h.make_tensor_value_info(out, T.FLOAT, None)])


def cond():
    then = branch("then", "t", [node("Relu", ["x"], ["t"])])
    inner = branch("inner", "i", [node("Add", ["x", "m"], ["i"])])
    other = branch("else", "e", [node("Neg", ["x"], ["m"]),
                                 node("If", ["p"], ["e"], then_branch=inner, else_branch=inner)])
    p = h.make_tensor_value_info("p", T.BOOL, [])
    return model([node("If", ["p"], ["y"], then_branch=then, else_branch=other)], [p, X])


def loop():
    body = h.make_graph(
        [node("Identity", ["go"], ["again"]), node("Add", ["v", "x"], ["w"])], "body",
        [h.make_tensor_value_info("i", T.INT64, []), h.make_tensor_value_info("go", T.BOOL, []),
         h.make_tensor_value_info("v", T.FLOAT, None)],
        [h.make_tensor_value_info("again", T.BOOL, []),
         h.make_tensor_value_info("w", T.FLOAT, None)])
    return model([node("Loop", ["n", "", "x"], ["y"], body=body)],
                 [X], initializers=[constant("n", np.int64(3))])


def functions():
    inner = h.make_function("local", "Inner", ["a"], ["b"],
                            [node("Flatten", ["a"], ["b"], axis=1)], OPSET)
    leaky = node("LeakyRelu", ["t"], ["b"])
    reference = h.make_attribute("alpha", 0.0)
    reference.ClearField("f")
    reference.ref_attr_name = "slope"
    leaky.attribute.append(reference)
    outer = h.make_function("local", "Outer", ["a"], ["b"],
                            [node("Inner", ["a"], ["t"], domain="local"), leaky],
                            OPSET + [h.make_opsetid("local", 1)],
                            attribute_protos=[h.make_attribute("slope", 0.5)])
    return model([node("Outer", ["x"], ["h"], domain="local", name="one"),
                  node("Outer", ["h"], ["y"], domain="local", slope=0.1)],
                 functions=[outer, inner])


def tensors():
    names = [typed("f16", T.FLOAT16, [2], [0x3C00, 0], "int32_data"),
             typed("s8", T.INT8, [2], [-1, 3], "int32_data"),
             typed("s4", T.INT4, [3], [0x21, 0x0F], "int32_data"),
             typed("u64", T.UINT64, [1], [7], "uint64_data"),
             typed("f64", T.DOUBLE, [2], [0.5, 1.5], "double_data"),
             typed("text", T.STRING, [2], [b"a", b""], "string_data"),
             typed("f32", T.FLOAT, [2], [1.0, 2.0], "float_data"),
             typed("s64", T.INT64, [2], [-1, 1 << 40], "int64_data"),
             constant("flag", np.array([True, False]))]
    return model([node("Foo", [t.name for t in names], ["y"], domain="local")], [],
                 initializers=names, ir=10)


def sparse():
    values = constant("s", np.array([1, 2], np.float32))
    tensor = h.make_sparse_tensor(values, constant("", np.array([1, 5], np.int64)), [2, 3])
    return model([node("Relu", ["s"], ["y"])], [], sparse_initializer=[tensor])


def external():
    t = T(name="w", data_type=T.FLOAT, dims=[4], data_location=T.EXTERNAL)
    for key, value in (("location", "../w.bin"), ("offset", "64"), ("length", "16")):
        t.external_data.add(key=key, value=value)
    return model([node("Relu", ["w"], ["y"])], [], initializers=[t])


def types():
    seq = h.make_sequence_type_proto(h.make_tensor_type_proto(T.FLOAT, ["n", None, 3]))
    inputs = [h.make_value_info("a", seq),
              h.make_value_info("b", h.make_optional_type_proto(seq)),
              h.make_value_info("c", h.make_map_type_proto(T.INT64, seq))]
    return model([node("Foo", ["a", "b", "c"], ["y"], domain="local", kind=seq)], inputs)


def scalars(**values):
    return [constant(name, np.array(*v)) for name, v in values.items()]


def quantized():
    """A convolution and a sum between DequantizeLinear and QuantizeLinear, 4-bit weights."""
    w = typed("w", T.INT4, [2, 1, 2, 2], [0x21, 0x43, 0x65, 0x0f], "int32_data")
    nodes = [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
             node("DequantizeLinear", ["q", "s", "z"], ["d"]),
             node("DequantizeLinear", ["w", "ws"], ["wf"], axis=0),
             node("DequantizeLinear", ["b", "bs"], ["bf"], axis=0),
             node("Conv", ["d", "wf", "bf"], ["c"], pads=[1, 1, 0, 0]), node("Relu", ["c"], ["r"]),
             node("QuantizeLinear", ["r", "s", "z"], ["rq"]),
             node("DequantizeLinear", ["rq", "s", "z"], ["rd"]), node("Sigmoid", ["rd"], ["g"]),
             node("QuantizeLinear", ["g", "s", "z"], ["gq"]),
             node("DequantizeLinear", ["gq", "s", "z"], ["gd"]), node("Add", ["rd", "gd"], ["a"]),
             node("QuantizeLinear", ["a", "s", "z"], ["y"])]
    more = scalars(s=(0.1, np.float32), z=(128, np.uint8), ws=([0.5, 2], np.float32),
                   b=([3, -4], np.int32), bs=([0.05, 0.2], np.float32))
    return model(nodes, [h.make_tensor_value_info("x", T.FLOAT, [1, 1, 4, 4])],
                 [h.make_tensor_value_info("y", T.UINT8, None)], [w, *more], opset=21, ir=10)


def microsoft():
    """Operators of com.microsoft: packed bits, sums, pools."""
    nodes = [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
             node("QLinearAdd", ["q", "s", "z", "q", "s", "z", "s", "z"], ["a"]),
             node("QLinearAveragePool", ["a", "s", "z", "s", "z"], ["p"], kernel_shape=[2]),
             node("QLinearConcat", ["s", "z", "a", "s", "z", "p", "s", "z"], ["k"], axis=2),
             node("DequantizeLinear", ["k", "s", "z"], ["f"]),
             node("Reshape", ["f", "shape"], ["m"]),
             node("MatMulNBits", ["m", "w", "ws", "wz"], ["y"], N=1, K=31, bits=4, block_size=16)]
    for n in nodes:
        n.domain = "com.microsoft" if n.op_type.startswith(("QLinear", "MatMulN")) else ""
    more = scalars(s=(0.1, np.float32), z=(128, np.uint8), shape=([1, 31], np.int64),
                   w=(np.arange(16).reshape(1, 2, 8), np.uint8), ws=([[1, 2]], np.float32),
                   wz=([[0x78]], np.uint8))
    made = model(nodes, [h.make_tensor_value_info("x", T.FLOAT, [1, 1, 16])], initializers=more)
    made.opset_import.append(h.make_opsetid("com.microsoft", 1))
    return made


MODELS = {
    "relu": lambda: model([node("Relu", ["x"], ["y"], name="r", doc_string="doc")]),
    "old_reshape": lambda: model([node("Reshape", ["x"], ["y"], shape=[3, -1])], opset=1, ir=3),
    "old_broadcast": lambda: model(
        [node("Add", ["x", "b"], ["y"], broadcast=1, axis=0)],
        [h.make_tensor_value_info("x", T.FLOAT, [2, 3]), h.make_tensor_value_info("b", T.FLOAT, [2])],
        initializers=[constant("b", np.ones(2, np.float32))], opset=6, ir=3),
    "old_axes": lambda: model([node("Unsqueeze", ["x"], ["u"], axes=[0]),
                               node("Squeeze", ["u"], ["y"], axes=[0])], opset=11, ir=6),
    "split": lambda: model([node("Split", ["x"], ["y", "", "z"], axis=1, split=[1, 1, 1])],
                           opset=11, ir=6),
    "shapes": lambda: model(
        [node("Shape", ["x"], ["s"]), node("Gather", ["s", "i"], ["d"], axis=0),
         node("Concat", ["d", "r"], ["t"], axis=0), node("Reshape", ["x", "t"], ["y"])],
        initializers=[constant("i", np.array([0])), constant("r", np.array([-1]))]),
    "constant": lambda: model([node("Constant", [], ["c"], value_ints=[3, -1]),
                               node("Reshape", ["x", "c"], ["y"])],
                              value_info=[h.make_tensor_value_info("c", T.INT64, [2])]),
    "conv": lambda: model(
        [node("Conv", ["x", "w", "b"], ["c"], pads=[1, 1, 1, 1], strides=[2, 2]),
         node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2]), node("Softmax", ["p"], ["y"], axis=1)],
        [h.make_tensor_value_info("x", T.FLOAT, [1, 1, 6, 6])],
        initializers=[constant("w", np.ones((2, 1, 3, 3), np.float32)),
                      constant("b", np.zeros(2, np.float32))], opset=11),
    "if": cond,
    "loop": loop,
    "functions": functions,
    "tensors": tensors,
    "sparse": sparse,
    "external": external,
    "types": types,
    "quantized": quantized,
    "microsoft": microsoft,
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        (folder / f"{name}.onnx").write_bytes(make().SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
