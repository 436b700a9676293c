"""MNN: what its converter makes of the ONNX file. It takes no QDQ models: its own 8-bit form is
made of the float model, weights quantized when converted and activations as it runs."""
import sys

import numpy as np

import peers

# The converter without its script, which installs a package to report its use.
CONVERT = (sys.executable, "-c", "import sys, _tools; _tools.mnnconvert(sys.argv)")


def load():
    global MNN
    import MNN


def prepare(model, folder):
    made = folder / f"{model.key}.mnn"
    source, flags = model.onnx, ["--useOriginRNNImpl"]
    if model.dtype == "int8":
        if model.floats is None:
            raise peers.Unable("takes no QDQ models")
        source, flags = model.floats, ["--weightQuantBits", "8", "--weightQuantAsymmetric", "0"]
    return peers.convert([*CONVERT, "-f", "ONNX", "--modelFile", source, "--MNNModel", made,
                          "--bizCode", "mote", *flags], made, "mnnconvert")


class Runner:
    def __init__(self, file, threads, model):
        self.net = MNN.Interpreter(file)
        integers = model["dtype"] == "int8"
        self.session = self.net.createSession({
            "numThread": threads, "backend": "CPU", "precision": "normal" if integers else "high",
            "memory": "low" if integers else "normal"})

    def feed(self, feeds):
        inputs = self.net.getSessionInputAll(self.session)
        chosen = [(inputs.get(name) or list(inputs.values())[i], value)
                  for i, (name, value) in enumerate(feeds.items())]
        resized = False
        for tensor, value in chosen:
            if tuple(tensor.getShape()) != value.shape:
                self.net.resizeTensor(tensor, value.shape)
                resized = True
        if resized:
            self.net.resizeSession(self.session)
        self.kept = []
        for tensor, value in chosen:
            kind, value = as_mnn(value)
            host = MNN.Tensor(value.shape, kind, value, MNN.Tensor_DimensionType_Caffe)
            self.kept.append((host, value))
            if not tensor.copyFrom(host):
                raise RuntimeError("MNN does not take the inputs")

    def run(self):
        if self.net.runSession(self.session) != 0:
            raise RuntimeError("MNN's run fails")

    def outputs(self):
        found = {}
        for name, tensor in self.net.getSessionOutputAll(self.session).items():
            shape = tensor.getShape()
            host = MNN.Tensor(shape, MNN.Halide_Type_Float, np.zeros(shape, np.float32),
                              MNN.Tensor_DimensionType_Caffe)
            tensor.copyToHostTensor(host)
            found[name] = host.getNumpyData().copy()
        return found


def as_mnn(value):
    if value.dtype.kind == "i":
        return MNN.Halide_Type_Int, np.ascontiguousarray(value.astype(np.int32))
    if value.dtype == np.uint8:
        return MNN.Halide_Type_Uint8, value
    return MNN.Halide_Type_Float, value
