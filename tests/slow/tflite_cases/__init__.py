"""Cases for every operator of TensorFlow Lite that Mote reads, by family."""
import collections
import importlib

from tflite_cases.kinds import GENERATORS

FAMILIES = ("activations", "chains", "control", "convolutions", "detection", "elementwise", "indexing",
            "movement", "products", "recurrent", "reductions", "signals", "stablehlo", "windows")


def all_cases():
    for family in FAMILIES:
        importlib.import_module(f"tflite_cases.{family}")
    found = [case for generator in GENERATORS for case in generator()]
    repeated = [n for n, k in collections.Counter(c.name for c in found).items() if k > 1]
    assert not repeated, f"cases of one name: {repeated}"
    return found
