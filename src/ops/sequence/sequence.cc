// SequenceConstruct, SequenceEmpty, SequenceInsert, SequenceErase, SequenceAt, SequenceLength.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/sequence/element_type.h"
#include "ops/support/axes.h"
#include "ops/support/read_dtype.h"

namespace mote {
namespace {

Type sequence_of(Type element) { return Type::of(Type::Kind::kSequence, std::move(element)); }

// -- SequenceConstruct

// Inputs: tensors of one dtype.
Status infer_construct(const InferArgs& args) {
  Type element = args.in[0].type;
  for (std::size_t i = 1; i < args.in.size(); ++i) {
    MOTE_ASSIGN(element, join(element, args.in[i].type));
  }
  args.out[0].type = sequence_of(std::move(element));
  return {};
}

Status compute_construct(const OpParams*, const ComputeArgs& args) {
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    MOTE_ASSIGN(const TensorView t, args.tensor(i));
    MOTE_ASSIGN(const TensorView first, args.tensor(0));
    if (t.dtype == first.dtype) continue;
    return Error{Code::kInvalidArgument,
                 cat("input ", i, " is ", name(t.dtype), ", input 0 is ", name(first.dtype))};
  }
  std::vector<Datum> elements(std::make_move_iterator(args.in.begin()),
                              std::make_move_iterator(args.in.end()));
  MOTE_ASSIGN(args.out[0], args.sequence(std::move(elements)));
  return {};
}

// -- SequenceEmpty

struct EmptyParams : OpParams {
  DType dtype = DType::kF32;
};

Result<std::unique_ptr<const OpParams>> parse_empty(const Attributes& attributes) {
  auto p = std::make_unique<EmptyParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->dtype, read_dtype(r, "dtype", DType::kF32));
  MOTE_TRY(r.finish());
  if (p->dtype != DType::kUndefined) return p;
  return Error{Code::kInvalidArgument, "dtype 0 is no element type"};
}

Status infer_empty(const InferArgs& args) {
  args.out[0].type = sequence_of(TensorType(args.params<EmptyParams>().dtype, std::nullopt));
  return {};
}

Status compute_empty(const OpParams*, const ComputeArgs& args) {
  args.out[0] = Datum::sequence({});
  return {};
}

// -- SequenceInsert

// input_sequence; tensor; position: s64 or s32, one element, optional (the end).
Status infer_insert(const InferArgs& args) {
  MOTE_ASSIGN(Type element, element_type(args, 0));
  const bool empty = element.kind == Type::Kind::kTensor && !element.tensor.shape;
  if (empty && element.tensor.dtype == args.type(1).dtype) {
    // Of an empty sequence the first element says nothing about those to come.
    args.out[0].type = sequence_of(std::move(element));
    return {};
  }
  MOTE_ASSIGN(element, join(element, args.in[1].type));
  args.out[0].type = sequence_of(std::move(element));
  return {};
}

Status compute_insert(const OpParams*, const ComputeArgs& args) {
  MOTE_TRY(args.expect_sequence(0));
  MOTE_ASSIGN(const TensorView tensor, args.tensor(1));
  const std::size_t size = args.in[0].elements().size();
  if (size > 0 && args.in[0].elements()[0].is_tensor()) {
    const DType dtype = args.in[0].elements()[0].tensor().dtype();
    if (dtype != tensor.dtype) {
      return Error{Code::kInvalidArgument,
                   cat("the tensor is ", name(tensor.dtype), ", the sequence holds ", name(dtype))};
    }
  }
  std::size_t at = size;
  if (args.has(2)) {
    MOTE_ASSIGN(at, position_in(args.in[2], size, true));
  }
  std::vector<Datum> elements = args.in[0].take_elements();
  elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(at), std::move(args.in[1]));
  MOTE_ASSIGN(args.out[0], args.sequence(std::move(elements)));
  return {};
}

// -- SequenceErase

// input_sequence; position: s64 or s32, one element, optional (the last).
Status infer_erase(const InferArgs& args) {
  MOTE_TRY(element_type(args, 0));
  args.out[0].type = args.in[0].type;
  return {};
}

Status compute_erase(const OpParams*, const ComputeArgs& args) {
  MOTE_TRY(args.expect_sequence(0));
  const std::size_t size = args.in[0].elements().size();
  if (size == 0) return Error{Code::kInvalidArgument, "the sequence is empty"};
  std::size_t at = size - 1;
  if (args.has(1)) {
    MOTE_ASSIGN(at, position_in(args.in[1], size, false));
  }
  std::vector<Datum> elements = args.in[0].take_elements();
  elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at));
  MOTE_ASSIGN(args.out[0], args.sequence(std::move(elements)));
  return {};
}

// -- SequenceAt

// input_sequence; position: s64 or s32, one element.
Status infer_at(const InferArgs& args) {
  MOTE_ASSIGN(args.out[0].type, element_type(args, 0));
  return {};
}

Status compute_at(const OpParams*, const ComputeArgs& args) {
  MOTE_TRY(args.expect_sequence(0));
  const auto elements = args.in[0].elements();
  MOTE_ASSIGN(const std::size_t at, position_in(args.in[1], elements.size(), false));
  args.out[0] = elements[at];
  return {};
}

// -- SequenceLength

Status infer_length(const InferArgs& args) {
  MOTE_TRY(element_type(args, 0));
  args.set(0, TensorType(DType::kS64, Dims()));
  return {};
}

Status compute_length(const OpParams*, const ComputeArgs& args) {
  MOTE_TRY(args.expect_sequence(0));
  args.out[0] = Tensor::scalar<std::int64_t>(std::ssize(args.in[0].elements()));
  return {};
}

constexpr int kVersions[] = {11};

constexpr std::string_view kConstructSamples[] = {
    "(a: f32[2], b: f32[3,1]) -> (y) {\n"
    "  s = SequenceConstruct(a, b, a) i: s64[] = {1} y = SequenceAt(s, i) }",
};
constexpr std::string_view kEmptySamples[] = {
    "() -> (n) { s = SequenceEmpty() {dtype=7} n = SequenceLength(s) }",
};
constexpr std::string_view kInsertSamples[] = {
    "(a: s64[2], b: s64[3]) -> (y) {\n"
    "  e = SequenceEmpty() {dtype=7} s = SequenceInsert(e, a) i: s32[] = {-1}\n"
    "  t = SequenceInsert(s, b, i) u = SequenceInsert(s, b) v = SequenceErase(u, i)\n"
    "  j: s64[1] = {0} y = SequenceAt(t, j) }",
};
constexpr std::string_view kEraseSamples[] = {
    "(a: f32[2], b: f32[2], c: f32[2]) -> (y) {\n"
    "  s = SequenceConstruct(a, b, c) i: s64[] = {-2} t = SequenceErase(s, i)\n"
    "  u = SequenceErase(t) y = ConcatFromSequence(u) {axis=0, new_axis=1} }",
};
constexpr std::string_view kAtSamples[] = {
    "(a: f32[2], b: f32[3]) -> (y) {\n"
    "  s = SequenceConstruct(a, b) i: s64[] = {-1} y = SequenceAt(s, i) }",
};
constexpr std::string_view kLengthSamples[] = {
    "(a: f32[2], b: f32[3]) -> (n) { s = SequenceConstruct(a, b) n = SequenceLength(s) }",
};

}  // namespace

extern const OpDef kOp_SequenceConstruct;
constinit const OpDef kOp_SequenceConstruct = {
    .name = "SequenceConstruct",
    .max_inputs = -1,
    .infer = infer_construct,
    .compute = compute_construct,
};
extern const OpDef kOp_SequenceEmpty;
constinit const OpDef kOp_SequenceEmpty = {
    .name = "SequenceEmpty",
    .min_inputs = 0,
    .max_inputs = 0,
    .parse = parse_empty,
    .infer = infer_empty,
    .compute = compute_empty,
};
extern const OpDef kOp_SequenceInsert;
constinit const OpDef kOp_SequenceInsert = {
    .name = "SequenceInsert",
    .min_inputs = 2,
    .max_inputs = 3,
    .infer = infer_insert,
    .compute = compute_insert,
};
extern const OpDef kOp_SequenceErase;
constinit const OpDef kOp_SequenceErase = {
    .name = "SequenceErase",
    .max_inputs = 2,
    .infer = infer_erase,
    .compute = compute_erase,
};
extern const OpDef kOp_SequenceAt;
constinit const OpDef kOp_SequenceAt = {
    .name = "SequenceAt",
    .min_inputs = 2,
    .max_inputs = 2,
    .infer = infer_at,
    .compute = compute_at,
};
extern const OpDef kOp_SequenceLength;
constinit const OpDef kOp_SequenceLength = {
    .name = "SequenceLength", .infer = infer_length, .compute = compute_length};

extern const OnnxOp kOnnx_SequenceConstruct;
constinit const OnnxOp kOnnx_SequenceConstruct = {.name = "SequenceConstruct",
                                                  .versions = kVersions};
extern const OnnxOp kOnnx_SequenceEmpty;
constinit const OnnxOp kOnnx_SequenceEmpty = {.name = "SequenceEmpty", .versions = kVersions};
extern const OnnxOp kOnnx_SequenceInsert;
constinit const OnnxOp kOnnx_SequenceInsert = {.name = "SequenceInsert", .versions = kVersions};
extern const OnnxOp kOnnx_SequenceErase;
constinit const OnnxOp kOnnx_SequenceErase = {.name = "SequenceErase", .versions = kVersions};
extern const OnnxOp kOnnx_SequenceAt;
constinit const OnnxOp kOnnx_SequenceAt = {.name = "SequenceAt", .versions = kVersions};
extern const OnnxOp kOnnx_SequenceLength;
constinit const OnnxOp kOnnx_SequenceLength = {.name = "SequenceLength", .versions = kVersions};

extern const OpDoc kDoc_SequenceConstruct;
constinit const OpDoc kDoc_SequenceConstruct = {
    .name = "SequenceConstruct",
    .doc = "A sequence of the inputs, tensors of one element type.",
    .samples = kConstructSamples,
};
extern const OpDoc kDoc_SequenceEmpty;
constinit const OpDoc kDoc_SequenceEmpty = {
    .name = "SequenceEmpty",
    .doc = "A sequence without elements, for tensors of type `dtype`.",
    .samples = kEmptySamples,
};
extern const OpDoc kDoc_SequenceInsert;
constinit const OpDoc kDoc_SequenceInsert = {
    .name = "SequenceInsert",
    .doc = "The sequence with a tensor put in before `position`, or at its end.",
    .samples = kInsertSamples,
};
extern const OpDoc kDoc_SequenceErase;
constinit const OpDoc kDoc_SequenceErase = {
    .name = "SequenceErase",
    .doc = "The sequence without the element at `position`, or without its last.",
    .samples = kEraseSamples,
};
extern const OpDoc kDoc_SequenceAt;
constinit const OpDoc kDoc_SequenceAt = {
    .name = "SequenceAt",
    .doc = "The element at `position`, which counts from the end where it is negative.",
    .samples = kAtSamples,
};
extern const OpDoc kDoc_SequenceLength;
constinit const OpDoc kDoc_SequenceLength = {
    .name = "SequenceLength",
    .doc = "How many elements a sequence has.",
    .samples = kLengthSamples,
};

}  // namespace mote
