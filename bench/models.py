"""Which models are measured, and the files of each, made in build/bench-models where need be."""
import dataclasses
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("MOTE_DATA", ROOT.parent / "shared/data"))
MADE = ROOT / "build/bench-models"

CONVOLUTIONAL = ("mobilenet_v1", "mobilenet_v2", "mobilenet_v3_large", "squeezenet1.1", "resnet18",
                 "efficientnet_lite0")
SEQUENCES = ("bert_mini", "lstm")
REAL = ("squeezenet1.1/model.onnx", "cifar-resnet20.onnx", "cifar-resnet56.onnx",
        "super-resolution.onnx", "yolox-nano.onnx", "ultraface/version-RFB-320.onnx",
        "silero-vad.onnx", "mlperf-tiny/*.tflite", "mobilenet/*.tflite")

# What a model says too little of: sizes, and inputs that have one value always.
SIZES = {"silero-vad": {"input": [1, 512]}}
FIXED = {"silero-vad": {"sr": 16000}}
# Integer inputs are below this; others are 0 or 1.
BELOW = {("bert_mini", "input_ids"): 30522}
ALL_ONES = {"attention_mask"}


class Missing(Exception):
    """There is no such model, or it cannot be made; the text says why."""


@dataclasses.dataclass
class Model:
    name: str
    key: str    # a file name's stem, of its own
    dtype: str  # f32 or int8
    onnx: pathlib.Path
    mote: pathlib.Path          # the program, to convert with
    tflite: pathlib.Path = None  # what it was, if it was that
    floats: pathlib.Path = None  # the ONNX file before it was quantized, if there is one
    sizes: dict = dataclasses.field(default_factory=dict)  # of all inputs, in their order
    types: dict = dataclasses.field(default_factory=dict)

    @property
    def file(self):
        """What Mote runs."""
        return self.tflite or self.onnx

    def size_flags(self):
        return [f"--size={n}={'x'.join(map(str, d))}" for n, d in self.sizes.items() if d]

    def facts(self):
        """What a peer's process needs to know."""
        return {"dtype": self.dtype, "sizes": self.sizes}


class Models:
    def __init__(self, mote, make_architecture):
        self.mote = mote
        self.make_architecture = make_architecture
        MADE.mkdir(parents=True, exist_ok=True)

    def find(self, asked, tell):
        """Models by name ("mobilenet_v2", "mobilenet_v2.int8"), path or group ("made", "real").
        What is wrong with one of a group goes to `tell`."""
        for name in asked or ("made", "real"):
            if name in ("made", "real"):
                yield from self.group(name, tell)
            elif pathlib.Path(name).suffix in (".onnx", ".tflite"):
                yield self.from_file(pathlib.Path(name))
            else:
                yield self.named(name)

    def group(self, name, tell):
        quantized = [f"{n}.int8" for n in CONVOLUTIONAL]
        members, make = real_files(), self.from_file
        if name == "made":
            members, make = [*CONVOLUTIONAL, *SEQUENCES, *quantized], self.made
        for member in members:
            try:
                yield make(member)
            except Missing as missing:
                tell(str(missing))

    def named(self, name):
        for path in real_files():
            if name in (path.stem, name_of(path)):
                return self.from_file(path)
        return self.made(name)

    def made(self, name):
        """An architecture with random weights."""
        base = name.removesuffix(".int8")
        quantized = base != name
        model = self.describe(Model(base, name, "int8" if quantized else "f32",
                                    self.architecture(name), self.mote))
        if quantized:
            model.floats = self.architecture(base)
        return model

    def architecture(self, name):
        path = MADE / f"{name}.onnx"
        if not path.exists():
            base = name.removesuffix(".int8")
            flags = ["--int8"] if base != name else []
            run([self.make_architecture, base, path, *flags])
        return path

    def from_file(self, path):
        if not path.exists():
            raise Missing(f"{path}: no such file")
        name = name_of(path)
        key = f"{path.parent.name}-{name}"
        if path.suffix == ".tflite":
            onnx = MADE / f"{key}.onnx"
            if not onnx.exists():
                run([self.mote, "convert", path, onnx, "--no-check"])
            model = Model(name, key, "f32", onnx, self.mote, tflite=path)
        else:
            model = Model(name, key, "f32", with_fixed_inputs(path, name, key), self.mote)
        return self.describe(model)

    def describe(self, model):
        own = [f"--size={n}={'x'.join(map(str, d))}"
               for n, d in SIZES.get(model.name, {}).items()]
        info = json.loads(run([self.mote, "inspect", model.onnx, "--json", *own]))
        if "sizes" not in info:
            raise Missing(f"{model.onnx}: no plan: {info.get('no_plan')}")
        model.sizes = {i["name"]: info["sizes"][i["name"]] for i in info["inputs"]}
        model.types = {i["name"]: i["dtype"] for i in info["inputs"]}
        if "QuantizeLinear" in info["operators"]:
            model.dtype = "int8"
        return model


def name_of(path):
    return path.stem if path.stem != "model" else path.parent.name


def real_files():
    found = [ROOT / "examples/digits/model.onnx"]
    for pattern in REAL:
        found += sorted((DATA / "models").glob(pattern))
    return found


def with_fixed_inputs(path, name, key):
    """The file, or one in which inputs of FIXED are constants."""
    if name not in FIXED:
        return path
    made = MADE / f"{key}.onnx"
    if made.exists():
        return made
    try:
        import numpy as np
        import onnx
    except ImportError as missing:
        raise Missing(f"{path}: its inputs cannot be fixed: {missing}") from missing
    model = onnx.load(path)
    for given in list(model.graph.input):
        if given.name in FIXED[name]:
            dtype = onnx.helper.tensor_dtype_to_np_dtype(given.type.tensor_type.elem_type)
            value = np.array(FIXED[name][given.name], dtype)
            model.graph.initializer.append(onnx.numpy_helper.from_array(value, given.name))
            model.graph.input.remove(given)
    onnx.save(model, made)
    return made


def run(command):
    """Standard output. Raises Missing with the last line of what the program says."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    except FileNotFoundError:
        raise Missing(f"{command[0]}: not built; bench/run builds it") from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Missing(f"{pathlib.Path(command[0]).name} {command[1]}: {said[-1]}")
    return done.stdout
