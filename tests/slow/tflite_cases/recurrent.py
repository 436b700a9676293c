"""Operators that keep state: LSTM in all its forms, plain recurrent networks, SVDF."""
import numpy as np

from tflite_cases.kinds import FUSED, Activation, cases
from tflite_net import F32, Net, quantized

ACTIVATIONS = {**FUSED, "tanh": Activation.TANH}
GATES = "ifco"  # input, forget, cell, output
X8, H8 = quantized(np.int8, 0.02, 3), quantized(np.int8, 0.01, 5)
C16 = quantized(np.int16, 2.0 ** -12)
HIDDEN = 0.01  # the scale of what is projected


class Weights:
    """Constants of a network's form: floats, floats by 8-bit weights, or integers."""

    def __init__(self, net, form):
        self.net, self.form = net, form

    def matrix(self, *shape):
        """Its tensor and scale."""
        values = self.net.rng.normal(0, 0.5, shape).astype(np.float32)
        if self.form == "f32":
            return self.net.const(values), 1.0
        scale = np.float32(np.max(np.abs(values)) / 127)
        return self.net.const(np.round(values / scale), quantized(np.int8, scale)), scale

    def vector(self, size, kind=None, low=-1.0, high=1.0):
        values = self.net.rng.uniform(low, high, size).astype(np.float32)
        if kind is None or self.form != "s8":
            return self.net.const(values)
        return self.net.const(np.round(values / np.float32(kind.scales[0])), kind)


def recurrent_inputs(net, form, x_scale, sizes, *, cifg=False, peephole=False, projection=False,
                     projection_bias=False, norm=False, states=True):
    """Inputs 1 to 23 of an LSTM. sizes: (inputs, cells, outputs, batch)."""
    w = Weights(net, form)
    n_in, cells, out, batch = sizes
    here = [g for g in GATES if not (cifg and g == "i")]
    found, scales = [], {}
    for g in GATES:
        tensor, scales[g] = w.matrix(cells, n_in) if g in here else (None, None)
        found.append(tensor)
    found += [w.matrix(cells, out)[0] if g in here else None for g in GATES]
    for g in "ifo":
        if not peephole or g not in here:
            found.append(None)
        elif form == "hybrid":
            found.append(w.matrix(cells)[0])
        else:
            found.append(w.vector(cells, quantized(np.int16, 1 / 32767)))
    found += [w.vector(cells, quantized(np.int32, x_scale * (scales[g] or 1))) if g in here else None
              for g in GATES]
    if projection:
        tensor, scale = w.matrix(out, cells)
        found.append(tensor)
        found.append(w.vector(out, quantized(np.int32, scale * HIDDEN)) if projection_bias else None)
    else:
        found += [None, None]
    if states:
        found += lstm_states(net, form, batch, cells, out)
        found += [w.vector(cells, None, 0.5, 1.5) if norm and g in here else None for g in GATES]
    return found


def lstm_states(net, form, batch, cells, out):
    integers = form == "s8"
    return [net.state((batch, out), H8 if integers else F32),
            net.state((batch, cells), C16 if integers else F32)]


def lstm(sequence, form, *, time_major=False, fused="tanh", cell_clip=0.0, projection_clip=0.0,
         asymmetric=False, **parts):
    words = [form, *(k for k, v in parts.items() if v)]
    words += [w for w, v in (("time_major", time_major), ("asymmetric", asymmetric)) if v]
    words += [fused] if fused != "tanh" else []
    words += [f"clip{cell_clip}-{projection_clip}"] if cell_clip or projection_clip else []
    net = Net("UNIDIRECTIONAL_SEQUENCE_LSTM" if sequence else "LSTM", "-".join(words))
    n_in, cells, batch, time = 5, 6, 2, 4
    out = 4 if parts.get("projection") else cells
    shape = ((time, batch, n_in) if time_major else (batch, time, n_in)) if sequence else (batch,
                                                                                          n_in)
    x = net.input(shape, X8 if form == "s8" else F32)
    rest = recurrent_inputs(net, form, X8.scales[0], (n_in, cells, out, batch), **parts)
    fields = dict(fusedActivationFunction=ACTIVATIONS[fused], cellClip=cell_clip,
                  projClip=projection_clip, asymmetricQuantizeInputs=asymmetric)
    if sequence:
        fields["timeMajor"] = time_major
    net.op(net.operator, [x, *rest], H8 if form == "s8" else F32,
           "UnidirectionalSequenceLSTMOptions" if sequence else "LSTMOptions", **fields)
    if form == "s8":
        hidden = quantized(np.int8, HIDDEN, 0 if parts.get("projection") else H8.zero_points[0])
        net.intermediates([C16] * 4 + [hidden])
    return net.case()


@cases
def lstms():
    for sequence in (False, True):
        for parts in ({}, {"cifg": True}, {"peephole": True}, {"cifg": True, "peephole": True},
                      {"projection": True}, {"projection": True, "projection_bias": True},
                      {"norm": True}, {"norm": True, "cifg": True, "projection": True}):
            yield lstm(sequence, "f32", **parts)
            if "norm" not in parts:
                yield lstm(sequence, "hybrid", **parts)
                yield lstm(sequence, "s8", **parts)
        yield lstm(sequence, "hybrid", asymmetric=True)
        yield lstm(sequence, "f32", fused="relu")
        yield lstm(sequence, "f32", fused="relu6")
        yield lstm(sequence, "f32", cell_clip=0.2)
        yield lstm(sequence, "f32", projection=True, projection_clip=0.1)
    yield lstm(True, "f32", time_major=True)
    yield lstm(True, "s8", time_major=True)


@cases
def bidirectional_lstms():
    for time_major in (True, False):
        for merges in (True, False):
            net = Net("BIDIRECTIONAL_SEQUENCE_LSTM", f"f32-time_major{time_major}-merge{merges}")
            sizes = n_in, cells, out, batch = 3, 4, 4, 2
            x = net.input((5, batch, n_in) if time_major else (batch, 5, n_in))
            ways = [recurrent_inputs(net, "f32", 1.0, sizes, states=False) for _ in range(2)]
            states = [s for _ in range(2) for s in lstm_states(net, "f32", batch, cells, out)]
            net.op(net.operator, [x, *ways[0], *ways[1], *states, *[None] * 9],
                   F32 if merges else [F32, F32], "BidirectionalSequenceLSTMOptions",
                   fusedActivationFunction=ACTIVATIONS["tanh"], timeMajor=time_major, mergeOutputs=merges)
            yield net.case()


@cases
def recurrent_networks():
    n_in, units, batch = 3, 4, 2
    for fused in ("tanh", "relu"):
        net = Net("RNN", f"f32-{fused}")
        w = Weights(net, "f32")
        net.op("RNN", [net.input((batch, n_in)), w.matrix(units, n_in)[0], w.matrix(units, units)[0],
                       w.vector(units), net.state((batch, units), F32)],
               options="RNNOptions", fusedActivationFunction=ACTIVATIONS[fused])
        yield net.case()
        for time_major in (True, False):
            net = Net("UNIDIRECTIONAL_SEQUENCE_RNN", f"f32-{fused}-time_major{time_major}")
            w = Weights(net, "f32")
            x = net.input((5, batch, n_in) if time_major else (batch, 5, n_in))
            net.op(net.operator, [x, w.matrix(units, n_in)[0], w.matrix(units, units)[0],
                                  w.vector(units), net.state((batch, units), F32)],
                   options="SequenceRNNOptions", fusedActivationFunction=ACTIVATIONS[fused],
                   timeMajor=time_major)
            yield net.case()
    for merges in (True, False):
        for aux in (True, False):
            net = Net("BIDIRECTIONAL_SEQUENCE_RNN", f"f32-merge{merges}-aux{aux}")
            w = Weights(net, "f32")
            x = net.input((5, batch, n_in))
            ways = [t for _ in range(2)
                    for t in (w.matrix(units, n_in)[0], w.matrix(units, units)[0], w.vector(units),
                              net.state((batch, units), F32))]
            # As wide as the other input, whose width the kernel takes for both.
            more = [net.input((5, batch, n_in)), w.matrix(units, n_in)[0], w.matrix(units, n_in)[0]]
            net.op(net.operator, [x, *ways, *(more if aux else [None] * 3)],
                   F32 if merges else [F32, F32], "BidirectionalSequenceRNNOptions",
                   fusedActivationFunction=ACTIVATIONS["tanh"], timeMajor=True, mergeOutputs=merges)
            yield net.case()


@cases
def svdfs():
    n_in, units, memory, batch = 3, 4, 5, 2
    for rank in (1, 2):
        for fused in ("none", "relu"):
            for bias in (True, False):
                net = Net("SVDF", f"f32-rank{rank}-{fused}-bias{bias}")
                w, filters = Weights(net, "f32"), units * rank
                net.op("SVDF", [net.input((batch, n_in)), w.matrix(filters, n_in)[0],
                                w.matrix(filters, memory)[0], w.vector(units) if bias else None,
                                net.state((batch, memory * filters), F32)],
                       options="SVDFOptions", rank=rank, fusedActivationFunction=ACTIVATIONS[fused])
                yield net.case()
    for rank in (1, 2):  # its kernel leaves the RELU to the grid of the output
        net = Net("SVDF", f"s8-rank{rank}")
        w, filters = Weights(net, "s8"), units * rank
        feature, scale = w.matrix(filters, n_in)
        kept = quantized(np.int16, X8.scales[0] * scale * 127)
        weights = quantized(np.int16, 2.0 ** -14)
        time = net.const((filters, memory), weights)
        bias = net.const((units,), quantized(np.int32, kept.scales[0] * weights.scales[0]), -9, 9)
        net.op("SVDF", [net.input((batch, n_in), X8), feature, time, bias,
                        net.state((batch, memory * filters), kept)],
               quantized(np.int8, 0.1, -128), "SVDFOptions", rank=rank,
               fusedActivationFunction=ACTIVATIONS["relu"])
        yield net.case()
