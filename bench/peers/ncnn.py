"""ncnn: what pnnx makes of the ONNX file, in f32. Its quantizer is in no Python package."""
import importlib.util
import pathlib
import shutil

import peers


def load():
    global ncnn
    import ncnn


def pnnx():
    """The converter's own program: its Python package asks for PyTorch, the program does not."""
    found = importlib.util.find_spec("pnnx")
    if found is None:
        raise peers.Unable("pnnx is not installed")
    return pathlib.Path(found.submodule_search_locations[0]) / "pnnx"


TYPES = {"f32": "f32", "s64": "i64", "s32": "i32"}


def prepare(model, folder):
    if model.dtype != "f32":
        raise peers.Unable("takes no QDQ models")
    if any(t not in TYPES for t in model.types.values()):
        raise peers.Unable(f"inputs of type {', '.join(model.types.values())}")
    place = folder / "ncnn" / model.key
    place.mkdir(parents=True, exist_ok=True)
    source = place / "model.onnx"
    if not source.exists():
        shutil.copyfile(model.onnx, source)
    shapes = ",".join("[" + ",".join(map(str, dims)) + "]" + TYPES[model.types[name]]
                      for name, dims in model.sizes.items())
    made = peers.convert([pnnx(), "model.onnx", f"inputshape={shapes}", "fp16=0"],
                         place / "model.ncnn.param", "pnnx")
    for left in place.glob("*pnnx*"):
        left.unlink()
    return made


class Runner:
    def __init__(self, file, threads, model):
        self.net = ncnn.Net()
        self.net.opt.num_threads = threads
        self.net.opt.use_fp16_packed = False  # f32 as the others; halves are off by percents
        self.net.opt.use_fp16_storage = False
        self.net.opt.use_fp16_arithmetic = False
        if self.net.load_param(file) != 0 or self.net.load_model(
                file.replace(".param", ".bin")) != 0:
            raise RuntimeError("ncnn does not load it")
        text = pathlib.Path(file).with_name("model_ncnn.py").read_text()
        self.batch_axes = batch_axes(text, "ncnn.Mat(in")
        self.out_axes = batch_axes(text, "from_numpy(out")
        self.results = []

    def feed(self, feeds):
        narrow = lambda v: v.astype("int32") if v.dtype.kind == "i" else v
        self.kept = [narrow(v) for v in feeds.values()]
        self.inputs = [ncnn.Mat(v, **axis).clone() for v, axis in zip(self.kept, self.batch_axes)]

    def run(self):
        self.results = []  # before the extractor whose memory they are in
        self.extractor = self.net.create_extractor()
        for i, value in enumerate(self.inputs):
            self.extractor.input(f"in{i}", value)
        self.results = [self.extractor.extract(f"out{i}")[1] for i in range(len(self.out_axes))]

    def outputs(self):
        return {f"out{i}": r.numpy(**axis).copy()
                for i, (r, axis) in enumerate(zip(self.results, self.out_axes))}


def batch_axes(text, call):
    """Which axis is the batch, of each input or output, from the sample that pnnx writes."""
    axes = []
    for line in text.splitlines():
        if call in line:
            found = line.split("batch_index=")
            axes.append({"batch_index": int(found[1].split(")")[0])} if len(found) > 1 else {})
    return axes
