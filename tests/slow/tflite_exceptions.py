"""Where Mote and TFLite's interpreter differ on purpose, and why."""
import dataclasses
import fnmatch


@dataclasses.dataclass(frozen=True)
class Excuse:
    why: str
    steps: int = 1  # how far quantized results may be
    differs: bool = False  # whatever differs is excused
    refused: bool = False  # Mote may refuse what the interpreter runs


def near(steps, why):
    return Excuse(why, steps=steps)


def other(why):
    return Excuse(why, differs=True)


def refused(why):
    return Excuse(why, refused=True)


TABLES = "The kernel interpolates in a table of 513 entries."
ROUNDS = "The kernel rounds both sides to a common grid first."
STORED = "The kernel takes the stored integers, whatever they stand for."
NAN = "Whether the kernel returns NaN depends on the order of its operands."
GRIDS = "The kernel takes for granted that both tensors have the same grid, as the schema asks for."

# By patterns of names, of which the first that fits counts.
EXCEPTIONS = {
    # -- another precision
    "TANH/s16-*": near(3, TABLES),
    "GELU/s16-*": near(3, TABLES),
    "EXP/s16*": near(4, TABLES),
    "LOG/s16*": near(4, TABLES),
    "RSQRT/s16*": near(4, TABLES),
    "SOFTMAX/s16-*": near(8, "The kernel takes exponentials and a reciprocal from tables."),
    "RESIZE_BILINEAR/s16-*": near(400, "The kernel rounds places to 1/1024 of a pixel."),
    "REDUCE_PROD/s[18]*": other("The kernel rounds and saturates, or wraps, after each factor."),
    "REDUCE_PROD/u8*": other("The kernel rounds and saturates after each factor."),
    "chains/s8-*": near(8, "Each operator may be a step away, which the next ones spread."),
    "*EQUAL/[su]8-": other(ROUNDS),
    "GREATER*/[su]8-": other(ROUNDS),
    "LESS*/[su]8-": other(ROUNDS),
    "TFLite_Detection_PostProcess/fast-few": other("The kernel leaves what is behind the last box "
                                                   "as it was in memory."),
    # -- what kernels leave out
    "CONV_2D/f32-tanh": other("Kernels ignore a fused TANH, which converters never write."),
    "CONCATENATION/*-relu*": other("Kernels ignore the activation that the schema gives it."),
    "CONCATENATION/*-n1_to_1": other("Kernels ignore the activation that the schema gives it."),
    "NEG/s8*": other(STORED),
    "NEG/s16*": other(STORED),
    "*EQUAL/s16-": other(STORED),
    "GREATER*/s16-": other(STORED),
    "LESS*/s16-": other(STORED),
    "AVERAGE_POOL_2D/s8-to_other*": other(GRIDS),
    "MAX_POOL_2D/s8-to_other*": other(GRIDS),
    # -- what no file should hold
    "MAXIMUM/f32-nan": other(NAN),
    "MINIMUM/f32-nan": other(NAN),
    "EMBEDDING_LOOKUP/s4*-(6, 5)": other("The kernel lets each row begin with a byte."),
    "MATRIX_*DIAG/bool-*": other("The kernel copies numbers of another width."),
    "STRIDED_SLICE/*-[[]-1]-[[]0]-[[]-1]-*": other("The kernel reads beyond the tensor."),
    "RFFT2D/*-(4, 1)-*": other("The kernel's transform is not made for a single column."),
    "NON_MAX_SUPPRESSION_V5/*-0.4-*": refused("NonMaxSuppression lowers no scores."),
    "NON_MAX_SUPPRESSION_V?/8-0.0-*": other("To the kernel, boxes apart overlap by 0."),
    # -- what ONNX has no form for
    "DILATE/*-input": refused("Elements are set apart by reshaping, to known sizes."),
    "ARG_M*/f32-computed_axis": refused("The axis of ArgMax is an attribute."),
    "BITCAST/*": refused("BitCast keeps the width of elements."),
    "MIRROR_PAD/*-1-computedTrue": refused("Symmetric padding is made of slices of known size."),
    "SPACE_TO_BATCH_ND/*-input": refused("Blocks become axes, of known size."),
    "BATCH_TO_SPACE_ND/*-input": refused("Blocks become axes, of known size."),
}


def excuse_of(name):
    for pattern, excuse in EXCEPTIONS.items():
        if fnmatch.fnmatch(name, pattern):
            return excuse
    return Excuse("")
