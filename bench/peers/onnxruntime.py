"""onnxruntime: the ONNX file as it is, all its own optimizations."""
import pathlib


def load():
    global ort
    import onnxruntime as ort


def needs_exact_sums():
    """Without VNNI its 8-bit products saturate unless it is told to be exact."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx2" in flags and "vnni" not in flags


def prepare(model, folder):
    return model.onnx


class Runner:
    def __init__(self, file, threads, model):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if model["dtype"] == "int8" and needs_exact_sums():
            options.add_session_config_entry("session.x64quantprecision", "1")
        self.session = ort.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self.binding = self.session.io_binding()
        self.names = [o.name for o in self.session.get_outputs()]

    def feed(self, feeds):
        self.values = {n: ort.OrtValue.ortvalue_from_numpy(v) for n, v in feeds.items()}
        for name, value in self.values.items():
            self.binding.bind_ortvalue_input(name, value)
        for name in self.names:
            self.binding.bind_output(name, "cpu")

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        return dict(zip(self.names, self.binding.copy_outputs_to_cpu()))
