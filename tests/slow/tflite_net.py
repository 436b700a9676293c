"""Small .tflite models, written operator by operator with inputs to run them on.

Needs the PyPI packages ai-edge-litert, flatbuffers, ml_dtypes and numpy.
"""
import dataclasses
import zlib

import flatbuffers
import ml_dtypes
import numpy as np
from ai_edge_litert import schema_py_generated as schema

TYPES = {np.dtype(np.float32): "FLOAT32", np.dtype(np.float16): "FLOAT16",
         np.dtype(np.float64): "FLOAT64", np.dtype(np.int8): "INT8", np.dtype(np.uint8): "UINT8",
         np.dtype(np.int16): "INT16", np.dtype(np.uint16): "UINT16", np.dtype(np.int32): "INT32",
         np.dtype(np.uint32): "UINT32", np.dtype(np.int64): "INT64", np.dtype(np.uint64): "UINT64",
         np.dtype(np.bool_): "BOOL", np.dtype(np.complex64): "COMPLEX64",
         np.dtype(ml_dtypes.int4): "INT4", np.dtype(ml_dtypes.bfloat16): "BFLOAT16"}

# Of operators that the interpreter knows from a later version on.
FIRST_VERSIONS = {"BROADCAST_TO": 2, "LSTM": 4, "UNIDIRECTIONAL_SEQUENCE_LSTM": 4}


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a tensor's elements are; with scales: which numbers they stand for."""
    dtype: np.dtype
    scales: tuple = ()
    zero_points: tuple = ()
    axis: int = 0


def quantized(dtype, scale, zero_point=0, axis=0):
    scales = tuple(float(x) for x in np.atleast_1d(np.asarray(scale, np.float32)))
    return Kind(np.dtype(dtype), scales, (int(zero_point),) * len(scales), axis)


F32, F16 = Kind(np.dtype(np.float32)), Kind(np.dtype(np.float16))
I8, U8, I16, I32, I64 = (Kind(np.dtype(t))
                         for t in (np.int8, np.uint8, np.int16, np.int32, np.int64))
U32, BOOL = Kind(np.dtype(np.uint32)), Kind(np.dtype(np.bool_))
C64 = Kind(np.dtype(np.complex64))


@dataclasses.dataclass
class Case:
    operator: str  # what it is counted as
    label: str
    model: schema.ModelT
    inputs: dict  # name: array

    @property
    def name(self):
        return f"{self.operator}/{self.label}"


class Net:
    """A model of one subgraph. Tensors are known by their index."""

    def __init__(self, operator, label):
        self.operator, self.label = operator, label
        self.rng = np.random.default_rng(zlib.crc32(f"{operator}/{label}".encode()))
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version = 3
        self.model.subgraphs = [self.graph]
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []
        self.kinds, self.values = [], {}

    # -- tensors

    def values_of(self, shape, kind, low=-2.0, high=2.0):
        """Random elements; of quantized kinds, any that there are."""
        if kind.scales and kind.dtype != np.int32 and kind.dtype != np.int64:
            limits = ml_dtypes.iinfo(kind.dtype)
            v = self.rng.integers(int(limits.min), int(limits.max) + 1, shape)
        elif kind.dtype.kind in "f":
            v = self.rng.uniform(low, high, shape)
        elif kind.dtype.kind == "c":
            v = self.rng.uniform(low, high, shape) + 1j * self.rng.uniform(low, high, shape)
        elif kind.dtype == np.bool_:
            v = self.rng.integers(0, 2, shape)
        else:
            v = self.rng.integers(int(low), int(high) + 1, shape)
        return np.asarray(v).astype(kind.dtype)

    def tensor(self, kind, shape=(), buffer=0):
        t = schema.TensorT()
        t.name = f"t{len(self.graph.tensors)}"
        t.shape, t.buffer, t.hasRank = [int(n) for n in shape], buffer, True
        t.type = getattr(schema.TensorType, TYPES[kind.dtype])
        if kind.scales:
            q = t.quantization = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = list(kind.scales), list(kind.zero_points)
            q.quantizedDimension = kind.axis
        self.graph.tensors.append(t)
        self.kinds.append(kind)
        return len(self.graph.tensors) - 1

    def given(self, what, kind, low, high):
        """An array of the kind: `what` itself, or random ones of that shape."""
        if isinstance(what, np.ndarray):
            return what.astype(kind.dtype)
        return self.values_of(what, kind, low, high)

    def input(self, what, kind=F32, low=-2.0, high=2.0, open_axes=()):
        """open_axes: whose size the file leaves open."""
        v = self.given(what, kind, low, high)
        index = self.tensor(kind, v.shape)
        if open_axes:
            self.graph.tensors[index].shapeSignature = [
                -1 if i in open_axes else n for i, n in enumerate(v.shape)]
        self.graph.inputs.append(index)
        self.values[self.graph.tensors[index].name] = v
        return index

    def const(self, what, kind=F32, low=-2.0, high=2.0):
        v = self.given(what, kind, low, high)
        buffer = schema.BufferT()
        if kind.dtype == ml_dtypes.int4:
            nibbles = (v.astype(np.int8).ravel() & 15).astype(np.uint8)
            nibbles = np.append(nibbles, np.zeros(len(nibbles) % 2, np.uint8))
            buffer.data = (nibbles[0::2] | (nibbles[1::2] << 4)).tobytes()
        else:
            buffer.data = np.ascontiguousarray(v).tobytes()
        self.model.buffers.append(buffer)
        return self.tensor(kind, v.shape, len(self.model.buffers) - 1)

    def state(self, shape, kind=F32):
        """A variable, which keeps its value from run to run and is 0 at first."""
        index = self.tensor(kind, shape)
        self.graph.tensors[index].isVariable = True
        return index

    def intermediates(self, kinds):
        """Tensors within the operator that was added last, for their scales."""
        self.graph.operators[-1].intermediates = [self.tensor(k, (0,)) for k in kinds]

    def ints(self, *values, kind=I32):
        return self.const(np.array(values), kind)

    def int(self, value, kind=I32):
        return self.const(np.array(value), kind)

    # -- operators

    def op(self, code, inputs, outs=F32, options=None, shape=(), **fields):
        """Adds an operator. outs: the kind of its output, or a list of those of several. options:
        the name of its options, with their fields. shape: of its outputs, for the few kernels that
        read it; otherwise it is filled in later."""
        op = schema.OperatorT()
        op.opcodeIndex = self.code(code)
        op.inputs = [-1 if i is None else i for i in inputs]
        if options:
            self.set_options(op, options, fields)
        kinds = outs if isinstance(outs, list) else [outs]
        made = [self.tensor(k, shape) for k in kinds]
        op.outputs = made
        self.graph.operators.append(op)
        self.graph.outputs = made
        return made if isinstance(outs, list) else made[0]

    def custom(self, code, inputs, outs, options):
        """Adds a custom operator, whose options are bytes."""
        c = schema.OperatorCodeT()
        c.builtinCode = c.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
        c.customCode, c.version = code, 1
        self.model.operatorCodes.append(c)
        op = schema.OperatorT()
        op.opcodeIndex, op.inputs = len(self.model.operatorCodes) - 1, list(inputs)
        op.customOptions = list(options)
        op.outputs = self.graph.outputs = [self.tensor(k) for k in outs]
        self.graph.operators.append(op)
        return op.outputs

    def set_options(self, op, options, fields):
        o = getattr(schema, options + "T")()
        for key, value in fields.items():
            assert hasattr(o, key), f"{options} has no {key}"
            setattr(o, key, value)
        if hasattr(schema.BuiltinOptions, options):
            op.builtinOptionsType, op.builtinOptions = getattr(schema.BuiltinOptions, options), o
        else:
            op.builtinOptions2Type = getattr(schema.BuiltinOptions2, options)
            op.builtinOptions2 = o

    def subgraph(self, inputs, build):
        """The index of a new subgraph. inputs: kind and shape of each; build: adds operators to
        inputs, and returns the outputs."""
        outer, kinds = self.graph, self.kinds
        self.graph, self.kinds = schema.SubGraphT(), []
        self.graph.tensors, self.graph.operators = [], []
        made = [self.tensor(kind, shape) for kind, shape in inputs]
        outputs = build(*made)
        self.graph.inputs, self.graph.outputs = made, list(outputs)
        self.model.subgraphs.append(self.graph)
        self.graph, self.kinds = outer, kinds
        return len(self.model.subgraphs) - 1

    def body(self, code, kind):
        """A subgraph that combines two scalars by an operator, or returns the second."""
        return self.subgraph([(kind, ())] * 2,
                             lambda x, y: [y if code is None else self.op(code, [x, y], kind)])

    def code(self, name):
        number = getattr(schema.BuiltinOperator, name)
        for i, c in enumerate(self.model.operatorCodes):
            if c.builtinCode == number:
                return i
        c = schema.OperatorCodeT()
        c.builtinCode, c.deprecatedBuiltinCode = number, min(number, 127)
        c.version = FIRST_VERSIONS.get(name, 1)
        self.model.operatorCodes.append(c)
        return len(self.model.operatorCodes) - 1

    def case(self, outputs=None):
        if outputs is not None:
            self.graph.outputs = list(outputs)
        return Case(self.operator, self.label, self.model, self.values)


def packed(model):
    """The file's bytes."""
    b = flatbuffers.Builder(1024)
    b.Finish(model.Pack(b), b"TFL3")
    return bytes(b.Output())
