// ReverseSequence: the first steps of each sequence of a batch in reverse.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct ReverseSequenceParams : OpParams {
  int batch_axis = 1;  // 0 or 1; time is the other
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ReverseSequenceParams>();
  AttributeReader r(attributes);
  const std::int64_t batch = r.integer("batch_axis", 1);
  const std::int64_t time = r.integer("time_axis", 0);
  MOTE_TRY(r.finish());
  if (batch < 0 || batch > 1 || time != 1 - batch) {
    return Error{Code::kInvalidArgument, cat("batch_axis ", batch, " and time_axis ", time,
                                             " are not 0 and 1, or 1 and 0")};
  }
  p->batch_axis = static_cast<int>(batch);
  return p;
}

// input: [time, batch, ...] or [batch, time, ...]; sequence_lens: s64[batch].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& input = args.type(0);
  if (input.shape && input.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("input has rank ", input.rank(), ", not 2 or more")};
  }
  const Dim batch = size_of(args, 0, args.params<ReverseSequenceParams>().batch_axis);
  MOTE_TRY(expect_vector(args, 1, batch, "sequence_lens"));
  args.set(0, input);
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const int batch_axis = static_cast<const ReverseSequenceParams*>(params)->batch_axis;
  const Dims& dims = args.in[0].dims;
  const std::int64_t inner = dims.count(2, dims.rank());
  const std::int64_t times = dims[1 - batch_axis];
  const std::int64_t batch_step = batch_axis == 1 ? inner : times * inner;
  const std::int64_t time_step = batch_axis == 1 ? dims[1] * inner : inner;
  for (std::int64_t b = 0; b < dims[batch_axis]; ++b) {
    const std::int64_t length = args.in[1].as<std::int64_t>()[b];
    if (length < 0 || length > times) {
      return Error{Code::kInvalidArgument,
                   cat("sequence_lens ", length, " is outside [0, ", times, "]")};
    }
    for (std::int64_t t = 0; t < times; ++t) {
      const std::int64_t from = t < length ? length - 1 - t : t;
      copy_range(args.in[0], b * batch_step + from * time_step, args.out[0],
                 b * batch_step + t * time_step, inner);
    }
  }
  return {};
}

constexpr int kVersions[] = {10, 28};

constexpr std::string_view kSamples[] = {
    "(x: f32[4,3]) -> (y) { n: s64[3] = {4, 0, 2} y = ReverseSequence(x, n) }",
    "(x: s8[2,4,3]) -> (y) { n: s64[2] = {3, 1}\n"
    "  y = ReverseSequence(x, n) {batch_axis=0, time_axis=1} }",
    "(x: f16[0,1]) -> (y) { n: s64[1] = {0} y = ReverseSequence(x, n) }",
};

}  // namespace

extern const OpDef kOp_ReverseSequence;
constinit const OpDef kOp_ReverseSequence = {
    .name = "ReverseSequence",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_ReverseSequence;
constinit const OnnxOp kOnnx_ReverseSequence = {.name = "ReverseSequence", .versions = kVersions};

extern const OpDoc kDoc_ReverseSequence;
constinit const OpDoc kDoc_ReverseSequence = {
    .name = "ReverseSequence",
    .doc = "`input` with the first sequence_lens[b] steps of each sequence b in reverse order.",
    .samples = kSamples,
};

}  // namespace mote
