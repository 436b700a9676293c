#!/usr/bin/env python3
"""Trains the digit classifier of this folder and writes every file beside it.

    pip install torch numpy scikit-learn onnx onnxruntime pillow
    python train.py

Takes about a minute on one CPU core. The seed and the thread count are fixed, so that one version
of torch on one kind of CPU always gives the same weights.
"""
import csv
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20240601
HELD_OUT = 450
EPOCHS = 60
BATCH = 32
GOLDEN_BATCHES = (1, 3, 8)


def load():
    """Grey levels [n, 1, 8, 8] u8 as the PNGs hold them, and classes [n] i64."""
    digits = load_digits()  # pixel values 0..16
    grey = np.rint(digits.images * 255 / 16).astype(np.uint8)
    return grey[:, None], digits.target.astype(np.int64)


def to_input(grey):
    """What the task description says: grey level / 255."""
    return grey.astype(np.float32) / np.float32(255)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(y)) + x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.stem_bn = nn.BatchNorm2d(16)
        self.block1 = Residual(16)
        self.widen = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.widen_bn = nn.BatchNorm2d(32)
        self.block2 = Residual(32)
        self.classes = nn.Linear(32, 10)

    def forward(self, x):
        x = self.block1(functional.relu(self.stem_bn(self.stem(x))))
        x = functional.max_pool2d(x, 2)
        x = self.block2(functional.relu(self.widen_bn(self.widen(x))))
        return self.classes(x.mean(dim=(2, 3)))


def shifted(x):
    """Each image moved by up to one pixel in each direction."""
    padded = functional.pad(x, (1, 1, 1, 1))
    rows, cols = torch.randint(0, 3, (2, len(x)))
    return torch.stack([p[:, r:r + 8, c:c + 8] for p, r, c in zip(padded, rows, cols)])


def train(x, y):
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    net = Net()
    steps = EPOCHS * -(-len(x) // BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for pick in torch.randperm(len(x)).split(BATCH):
            loss = functional.cross_entropy(net(shifted(x[pick])), y[pick], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(pick)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {total / len(x):.4f}")
    return net.eval()


class Exporter:
    """Writes the network as ONNX nodes one to one, batch normalisation unfolded."""

    def __init__(self, net):
        self.net, self.nodes, self.weights = net, [], []

    def weight(self, name, tensor):
        self.weights.append(numpy_helper.from_array(tensor.detach().numpy().copy(), name))
        return name

    def node(self, op, name, inputs, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def conv_bn(self, x, name, conv, bn):
        w = self.weight(f"{name}.weight", conv.weight)
        x = self.node("Conv", f"{name}.conv", [x, w], kernel_shape=[3, 3], pads=[1, 1, 1, 1],
                      strides=[1, 1])
        stats = {"scale": bn.weight, "bias": bn.bias, "mean": bn.running_mean,
                 "var": bn.running_var}
        params = [self.weight(f"{name}.bn.{key}", value) for key, value in stats.items()]
        return self.node("BatchNormalization", f"{name}.bn", [x, *params], epsilon=bn.eps)

    def residual(self, x, name, block):
        y = self.conv_bn(x, f"{name}.1", block.conv1, block.bn1)
        y = self.node("Relu", f"{name}.1.relu", [y])
        y = self.conv_bn(y, f"{name}.2", block.conv2, block.bn2)
        return self.node("Relu", f"{name}.relu", [self.node("Add", f"{name}.add", [y, x])])

    def model(self):
        net = self.net
        x = self.conv_bn("image", "stem", net.stem, net.stem_bn)
        x = self.residual(self.node("Relu", "stem.relu", [x]), "block1", net.block1)
        x = self.node("MaxPool", "pool", [x], kernel_shape=[2, 2], strides=[2, 2])
        x = self.conv_bn(x, "widen", net.widen, net.widen_bn)
        x = self.residual(self.node("Relu", "widen.relu", [x]), "block2", net.block2)
        x = self.node("Flatten", "flat", [self.node("GlobalAveragePool", "mean", [x])], axis=1)
        w = self.weight("classes.weight", net.classes.weight)
        b = self.weight("classes.bias", net.classes.bias)
        self.node("Gemm", "logits", [x, w, b], transB=1)
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])
        logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])
        graph = helper.make_graph(self.nodes, "digits", [image], [logits], self.weights)
        model = helper.make_model(graph, producer_name="mote examples/digits/train.py",
                                  opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def write_images(grey, y):
    """The first held-out image of each class, and the second of two classes."""
    folder = HERE / "images"
    folder.mkdir(exist_ok=True)
    rows = []
    for label in range(10):
        found = np.flatnonzero(y == label)[:2 if label in (3, 8) else 1]
        for number, index in enumerate(found):
            rows.append((f"{label}_{number}.png", label))
            Image.fromarray(grey[index, 0], mode="L").save(folder / rows[-1][0])
    with open(folder / "labels.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "class"), *rows])


def write_golden(session, x):
    """Inputs and onnxruntime's outputs, laid out as in ONNX's backend tests."""
    start = 0
    for number, batch in enumerate(GOLDEN_BATCHES):
        folder = HERE / f"test_data_set_{number}"
        folder.mkdir(exist_ok=True)
        image = x[start:start + batch]
        start += batch
        logits = session.run(["logits"], {"image": image})[0]
        for file, name, array in (("input_0", "image", image), ("output_0", "logits", logits)):
            tensor = numpy_helper.from_array(array, name)
            (folder / f"{file}.pb").write_bytes(tensor.SerializeToString())


def main():
    grey, y = load()
    grey_train, grey_test, y_train, y_test = train_test_split(
        grey, y, test_size=HELD_OUT, random_state=SEED, stratify=y)
    net = train(torch.from_numpy(to_input(grey_train)), torch.from_numpy(y_train))

    onnx.save(Exporter(net).model(), HERE / "model.onnx")
    (HERE / "labels.txt").write_text("".join(f"{label}\n" for label in range(10)))
    x_test = to_input(grey_test)
    np.savez_compressed(HERE / "holdout.npz", x=x_test, y=y_test)
    write_images(grey_test, y_test)

    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
    write_golden(session, x_test)
    logits = session.run(["logits"], {"image": x_test})[0]
    with torch.no_grad():
        drift = np.abs(net(torch.from_numpy(x_test)).numpy() - logits).max()
    right = int((logits.argmax(axis=1) == y_test).sum())
    count = sum(p.numel() for p in net.parameters())
    print(f"{count} parameters; onnxruntime differs from torch by at most {drift:.1e}")
    print(f"held-out accuracy: {right}/{len(y_test)} = {right / len(y_test):.2%}")


if __name__ == "__main__":
    main()
