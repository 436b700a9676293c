"""Operators one behind the other, with tensors between them that are channels-first inside."""
import numpy as np

from tflite_cases.kinds import Q8, SAME, VALID, cases, quantized
from tflite_net import F16, F32, I32, Net

UNIT = {"f32": F32, "s8": quantized(np.int8, 1 / 256, -128)}


class Chain:
    """A net that grows at its end, whose size is known."""

    def __init__(self, net, kind, shape=(2, 6, 5, 4)):
        self.net, self.kind, self.shape = net, kind, tuple(shape)
        self.last = net.input(shape, kind)
        self.made = [(self.last, self.shape)]

    def step(self, code, inputs, shape, options=None, kind=None, **fields):
        self.last = self.net.op(code, inputs, kind or self.kind, options, **fields)
        self.shape = tuple(shape)
        self.made.append((self.last, self.shape))
        return self

    def const(self, shape):
        return self.net.const(shape, self.kind)

    # -- steps; each needs what its name says, and does nothing where the shape is another

    def conv(self, channels=4, stride=1, size=3):
        if len(self.shape) != 4:
            return self
        n, h, w, c = self.shape
        bias_kind, weights = F32, F32
        if self.kind.scales:
            weights = quantized(np.int8, 0.01)
            bias_kind = quantized(np.int32, 0.01 * self.kind.scales[0])
        shape = (n, -(-h // stride), -(-w // stride), channels)
        return self.step("CONV_2D", [self.last, self.net.const((channels, size, size, c), weights),
                                     self.net.const((channels,), bias_kind, -2, 2)], shape,
                         "Conv2DOptions", padding=SAME, strideW=stride, strideH=stride)

    def pool(self):
        if len(self.shape) != 4 or min(self.shape[1:3]) < 2:
            return self
        n, h, w, c = self.shape
        return self.step("MAX_POOL_2D", [self.last], (n, h // 2, w // 2, c), "Pool2DOptions",
                         padding=VALID, strideW=2, strideH=2, filterWidth=2, filterHeight=2)

    def relu(self):
        return self.step("RELU", [self.last], self.shape)

    def binary(self, code, other):
        """other: the second operand's shape, or the index of a tensor."""
        second = other if isinstance(other, int) else self.const(other)
        return self.step(code, [self.last, second], self.shape,
                         f"{code.capitalize()}Options")

    def reversed_binary(self, code, other):
        return self.step(code, [self.const(other), self.last], self.shape,
                         f"{code.capitalize()}Options")

    def join(self, axis, other=None):
        shape = list(self.shape)
        shape[axis] = 2
        second = self.const(shape) if other is None else other
        added = shape[axis] if other is None else dict(self.made)[other][axis]
        out = list(self.shape)
        out[axis] += added
        return self.step("CONCATENATION", [self.last, second], out, "ConcatenationOptions",
                         axis=axis)

    def pad(self):
        pairs = [[i % 2, (i + 1) % 2] for i in range(len(self.shape))]
        shape = [n + sum(p) for n, p in zip(self.shape, pairs)]
        return self.step("PAD", [self.last, self.net.const(np.array(pairs), I32)], shape)

    def mean(self, axes, keeps):
        axes = sorted({a % len(self.shape) for a in axes})
        shape = [1 if i in axes else n for i, n in enumerate(self.shape) if keeps or i not in axes]
        return self.step("MEAN", [self.last, self.net.ints(*axes)], shape, "ReducerOptions",
                         keepDims=keeps)

    def reshape(self, shape):
        return self.step("RESHAPE", [self.last, self.net.ints(*shape)], shape)

    def transpose(self, perm):
        return self.step("TRANSPOSE", [self.last, self.net.ints(*perm)],
                         [self.shape[p] for p in perm])

    def slice(self, begin, size):
        return self.step("SLICE", [self.last, self.net.ints(*begin), self.net.ints(*size)], size)

    def softmax(self):
        return self.step("SOFTMAX", [self.last], self.shape, "SoftmaxOptions", beta=1.0)

    def resize(self):
        if len(self.shape) != 4:
            return self
        n, _, _, c = self.shape
        return self.step("RESIZE_NEAREST_NEIGHBOR", [self.last, self.net.ints(7, 4)], (n, 7, 4, c),
                         "ResizeNearestNeighborOptions")

    def case(self, every=False):
        return self.net.case([t for t, _ in self.made[1:]] if every else [self.last])


def chain(label, name="f32", shape=(2, 6, 5, 4)):
    kind = {"f32": F32, "s8": Q8}[name]
    return Chain(Net("chains", f"{name}-{label}"), kind, shape)


@cases
def with_constants():
    for name in ("f32", "s8"):
        for code in ("ADD", "MUL", "SUB"):
            for other in ((4,), (1, 1, 4), (1, 1, 1, 4), (), (1,), (5, 4), (6, 5, 4), (2, 6, 5, 4),
                          (6, 1, 1), (5, 1), (1, 6, 1, 4)):
                c = chain(f"{code}-{other}", name).conv()
                yield c.binary(code, other).conv(3).case()
                c = chain(f"{code}-{other}-first", name).conv()
                yield c.reversed_binary(code, other).conv(3).case()
        whole = chain("whole", name).conv().binary("ADD", (4,)).join(3).pad().mean([1, 2], False)
        yield whole.reshape((7, 1, 3)).case()


@cases
def with_computed():
    for name in ("f32", "s8"):
        kind = {"f32": F32, "s8": Q8}[name]
        for code in ("ADD", "MUL", "SUB"):
            for other in ((4,), (1, 1, 4), (), (5, 4), (2, 6, 5, 4), (6, 1, 1)):
                c = chain(f"{code}-computed-{other}", name).conv()
                yield c.binary(code, c.net.input(other, kind)).conv(3).case()
            c = chain(f"{code}-residual", name).conv()
            first = c.last
            yield c.conv().binary(code, first).conv(3).case()
            c = chain(f"{code}-squeezed", name).conv()
            first = c.last
            c.mean([1, 2], True)
            c.last, c.shape = c.net.op(code, [first, c.last], kind,
                                       f"{code.capitalize()}Options"), c.shape
            yield c.case()
        for axis in (0, 1, 2, 3, -1):
            c = chain(f"join-{axis}", name).conv()
            first = c.last
            yield c.conv().join(axis, first).relu().case()
            yield chain(f"join-constant-{axis}", name).conv().join(axis).conv().case()


@cases
def one_behind_a_convolution():
    steps = {
        "reshape-flat": lambda c: c.reshape((2, 120)),
        "reshape-split": lambda c: c.reshape((2, 30, 2, 2)),
        "transpose": lambda c: c.transpose((0, 3, 1, 2)),
        "transpose-swap": lambda c: c.transpose((0, 2, 1, 3)),
        "transpose-twice": lambda c: c.transpose((0, 3, 1, 2)).transpose((0, 2, 3, 1)),
        "slice": lambda c: c.slice((0, 1, 2, 1), (1, 3, 2, 2)), "pool": lambda c: c.pool().conv(),
        "mean-keep": lambda c: c.mean([1, 2], True).conv(),
        "mean-channels": lambda c: c.mean([3], True).conv(),
        "mean-batch": lambda c: c.mean([0], False), "mean-rows": lambda c: c.mean([1], False),
        "pixels": lambda c: c.mean([1, 2], True).reshape((2, 4)),
        "pixels-and_back":
            lambda c: c.mean([1, 2], True).reshape((2, 4)).reshape((2, 1, 1, 4)).conv(),
        "one_channel": lambda c: c.conv(1).reshape((2, 30)), "resize": lambda c: c.resize().conv(),
        "pad": lambda c: c.pad().conv(),
    }
    for name in ("f32", "s8"):
        for label, step in steps.items():
            yield step(chain(f"conv-{label}", name).conv()).case()
            yield step(chain(f"conv-{label}-every", name).conv()).case(every=True)


@cases
def constants_through_operators():
    for name, kind in {"f16": F16, "s8": quantized(np.int8, 0.02),
                       "s8-per_channel": quantized(np.int8, np.linspace(0.01, 0.03, 4))}.items():
        for code, shape in (("CONV_2D", (4, 3, 3, 3)), ("FULLY_CONNECTED", (4, 3))):
            net = Net("chains", f"{code}-weights-{name}")
            x = net.input((2, 5, 6, 3) if code == "CONV_2D" else (2, 3))
            weights = net.op("DEQUANTIZE", [net.const(shape, kind)])
            bias = net.op("DEQUANTIZE", [net.const((4,), F16)])
            if code == "CONV_2D":
                net.op(code, [x, weights, bias], F32, "Conv2DOptions", padding=SAME, strideW=1,
                       strideH=1)
            else:
                net.op(code, [x, weights, bias], F32, "FullyConnectedOptions")
            yield net.case()
    net = Net("chains", "weights-reshaped")
    weights = net.op("RESHAPE", [net.const((4, 27)), net.ints(4, 3, 3, 3)])
    weights = net.op("TRANSPOSE", [weights, net.ints(0, 2, 1, 3)])
    net.op("CONV_2D", [net.input((1, 5, 6, 3)), weights, net.const((4,))], F32, "Conv2DOptions",
           padding=SAME, strideW=1, strideH=1)
    yield net.case()


@cases
def one_tensor_for_several():
    for name in ("f32", "s8"):
        for code in ("ADD", "MUL", "SUB"):
            c = chain(f"{code}-itself", name).conv()
            yield c.binary(code, c.last).conv(3).case()
        c = chain("join-itself", name).conv()
        yield c.join(3, c.last).conv(3).case()
        c = chain("forked", name).conv()
        first = c.last
        c.transpose((0, 3, 1, 2))
        second = c.last
        c.last, c.shape = first, (2, 6, 5, 4)
        c.pool()
        yield c.net.case([c.last, second, first])
        net = Net("chains", f"{name}-input-as_output")
        kind = F32 if name == "f32" else Q8
        x = net.input((2, 3), kind)
        y = net.op("RELU", [x], kind)
        yield net.case([x, y, y])


@cases
def five_axes():
    net = Net("chains", "conv_3d-add-concatenate-mean")
    x = net.input((1, 4, 5, 6, 2))
    y = net.op("CONV_3D", [x, net.const((2, 2, 2, 2, 3)), net.const((3,))], F32, "Conv3DOptions",
               padding=SAME, strideD=1, strideW=1, strideH=1)
    y = net.op("ADD", [y, net.const((3,))], options="AddOptions")
    y = net.op("CONCATENATION", [y, net.const((1, 4, 5, 6, 1))],
               options="ConcatenationOptions", axis=4)
    y = net.op("MUL", [y, net.const((1, 1, 6, 4))], options="MulOptions")
    y = net.op("PAD", [y, net.const(np.array([[0, 0], [1, 0], [0, 2], [1, 1], [0, 0]]), I32)])
    net.op("MEAN", [y, net.ints(1, 2, 3)], options="ReducerOptions", keepDims=True)
    yield net.case()


def random_step(c, rng):
    """One of many operators that the shape at hand allows."""
    rank = len(c.shape)
    kinds = ["relu", "constant", "join", "pad", "mean", "transpose", "softmax", "slice", "residual",
             "joined", "reshape"] + ["conv", "pool", "resize", "conv"] * (rank == 4)
    step = kinds[rng.integers(len(kinds))]
    if step in ("softmax",) and c.kind.scales:
        step = "relu"
    if step in ("conv", "pool", "resize", "relu", "softmax"):
        getattr(c, step)()
    elif step == "constant":
        drop = int(rng.integers(rank + 1))
        other = [1 if rng.random() < 0.3 else n for n in c.shape[drop:]]
        code = ["ADD", "MUL", "SUB"][rng.integers(3)]
        (c.binary if rng.random() < 0.7 else c.reversed_binary)(code, tuple(other))
    elif step in ("residual", "joined"):
        same = [t for t, s in c.made[:-1] if s == c.shape]
        if same and step == "residual":
            c.binary("ADD", same[-1])
        elif same and c.shape:
            c.join(int(rng.integers(rank)), same[-1])
    elif step == "join" and rank:
        c.join(int(rng.integers(-rank, rank)))
    elif step == "pad" and rank and np.prod(c.shape) < 3000:
        c.pad()
    elif step == "mean" and rank > 1:
        c.mean(list(rng.choice(rank, int(rng.integers(1, min(3, rank))), replace=False)),
               bool(rng.integers(2)))
    elif step == "transpose" and rank:
        c.transpose([int(p) for p in rng.permutation(rank)])
    elif step == "slice" and rank:
        begin = [int(rng.integers(n)) for n in c.shape]
        c.slice(begin, [int(rng.integers(1, n - b + 1)) for n, b in zip(c.shape, begin)])
    elif step == "reshape" and rank > 1:
        at = int(rng.integers(rank - 1))
        joined = (*c.shape[:at], c.shape[at] * c.shape[at + 1], *c.shape[at + 2:])
        c.reshape(joined if rank == 5 or rng.random() < 0.5 else (*c.shape[:at], 1, *c.shape[at:]))


@cases
def at_random():
    for name in ("f32", "s8"):
        for k in range(250):
            c = chain(f"random{k}", name)
            c.conv()
            for _ in range(6):
                random_step(c, c.net.rng)
                if len(c.shape) > 5:
                    break
            yield c.case(every=k % 2 == 0)
