"""OpenVINO: the ONNX file as it is, one stream, f32 arithmetic where the model has it."""


def load():
    global ov
    import openvino as ov


def prepare(model, folder):
    return model.onnx


class Runner:
    def __init__(self, file, threads, model):
        core = ov.Core()
        net = core.read_model(file)
        sizes = {name: ov.PartialShape(dims) for name, dims in model["sizes"].items()}
        if any(p.partial_shape.is_dynamic for p in net.inputs):
            net.reshape(sizes)
        compiled = core.compile_model(net, "CPU", {
            "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32"})
        self.request = compiled.create_infer_request()
        self.results = compiled.outputs
        self.run = self.request.infer

    def feed(self, feeds):
        self.kept = dict(feeds)
        for name, value in self.kept.items():
            self.request.set_tensor(name, ov.Tensor(value, shared_memory=True))

    def outputs(self):
        return {o.get_any_name(): self.request.get_tensor(o).data.copy() for o in self.results}
