"""LiteRT with XNNPACK: the .tflite that the model is, or what `mote convert` makes of it."""
import peers


def load():
    global Interpreter
    from ai_edge_litert.interpreter import Interpreter


def prepare(model, folder):
    if model.tflite:
        return model.tflite
    sizes = [f"--size={name}={'x'.join(map(str, dims))}" for name, dims in model.sizes.items()]
    return peers.convert([model.mote, "convert", model.onnx, folder / f"{model.key}.tflite",
                          "--no-check", *sizes],
                         folder / f"{model.key}.tflite", "mote convert")


class Runner:
    def __init__(self, file, threads, model):
        self.net = Interpreter(model_path=file, num_threads=threads)
        self.inputs = self.inputs_in_order(model["sizes"])
        for detail, dims in zip(self.inputs, model["sizes"].values()):
            if list(detail["shape"]) != dims:
                self.net.resize_tensor_input(detail["index"], dims)
        self.net.allocate_tensors()
        self.run = self.net.invoke

    def inputs_in_order(self, names):
        details = self.net.get_input_details()
        known = {d["name"].removeprefix("serving_default_").removesuffix(":0"): d for d in details}
        return [known.get(name, details[i]) for i, name in enumerate(names)]

    def feed(self, feeds):
        for detail, value in zip(self.inputs, feeds.values()):
            self.net.set_tensor(detail["index"], value.astype(detail["dtype"]))

    def outputs(self):
        return {d["name"]: self.net.get_tensor(d["index"]) for d in self.net.get_output_details()}
