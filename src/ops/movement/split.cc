// Split: a tensor cut along one axis.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

struct SplitParams : OpParams {
  std::int64_t axis = 0;
  std::int64_t num_outputs = 0;  // 0: as many as the node has
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<SplitParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 0);
  p->num_outputs = r.integer("num_outputs", 0);
  MOTE_TRY(r.finish());
  if (p->num_outputs < 0) {
    return Error{Code::kInvalidArgument, cat("num_outputs ", p->num_outputs, " is not positive")};
  }
  return p;
}

// Equal parts, the last one smaller if the size does not divide.
std::vector<std::int64_t> equal_parts(std::int64_t size, std::int64_t count) {
  const std::int64_t part = size / count + (size % count != 0 ? 1 : 0);
  std::vector<std::int64_t> parts;
  for (std::int64_t i = 0; i < count; ++i) {
    parts.push_back(std::min(size, part));
    size -= parts.back();
  }
  return parts;
}

Status check_parts(std::span<const std::int64_t> parts, std::size_t outputs, const Dim& size) {
  std::int64_t sum = 0;
  bool valid = parts.size() == outputs;
  for (const std::int64_t part : parts) {
    valid = valid && part >= 0 && !__builtin_add_overflow(sum, part, &sum);
  }
  if (valid && (!size.known() || sum == size.size())) return {};
  return Error{Code::kInvalidArgument, cat("split [", join(parts, ","), "] does not cut size ",
                                           to_string(size), " into ", outputs, " outputs")};
}

// input: any shape; split: s64[outputs], optional.
Status infer(const InferArgs& args) {
  const auto& p = args.params<SplitParams>();
  const TensorType& input = args.type(0);
  if (p.num_outputs != 0 && p.num_outputs != static_cast<std::int64_t>(args.output_count)) {
    return Error{Code::kInvalidArgument,
                 cat("num_outputs is ", p.num_outputs, ", the node has ", args.output_count)};
  }
  if (!input.shape) {
    for (std::size_t i = 0; i < args.output_count; ++i) args.set(i, {input.dtype, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, input.rank()));
  const Dim size = (*input.shape)[static_cast<std::size_t>(axis)];
  std::vector<Dim> parts(args.output_count);
  if (args.has(1)) {
    MOTE_ASSIGN(const auto split, known_integers(args, 1, args.output_count));
    if (split) {
      MOTE_TRY(check_parts(*split, args.output_count, size));
      parts.assign(split->begin(), split->end());
    }
  } else if (size.known() && args.output_count > 0) {
    const auto equal = equal_parts(size.size(), static_cast<std::int64_t>(args.output_count));
    parts.assign(equal.begin(), equal.end());
  }
  for (std::size_t i = 0; i < args.output_count; ++i) {
    Shape shape = *input.shape;
    shape[static_cast<std::size_t>(axis)] = parts[i];
    args.set(i, {input.dtype, std::move(shape)});
  }
  return {};
}

// The outputs' sizes say where to cut.
Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  const auto& p = *static_cast<const SplitParams*>(params);
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  const std::int64_t outer = dims.count(0, axis);
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  std::int64_t begin = 0;
  for (const MutTensorView& out : args.out) {
    const std::int64_t part = out.dims[axis];
    for (std::int64_t o = 0; o < outer; ++o) {
      copy_range(args.in[0], (o * dims[axis] + begin) * inner, out, o * part * inner, part * inner);
    }
    begin += part;
  }
  return {};
}

// In opset 1 the sizes could be an input already, of the type of the data.
Status split_to_integers(const UpgradeArgs& args) {
  if (args.input(1) == ValueId::kNone) return {};
  MOTE_ASSIGN(const ValueId split,
              args.add_before("Cast", {args.input(1)}, {{"to", std::int64_t{7}}}));
  args.set_input(1, split);
  return {};
}

Status split_to_input(const UpgradeArgs& args) { return args.attribute_to_input("split", 1); }

constexpr int kVersions[] = {1, 2, 11, 13, 18};
constexpr OnnxUpgrade kUpgrades[] = {{2, split_to_integers}, {13, split_to_input}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,6]) -> (a, b, c) { a, b, c = Split(x) {axis=1} }",
    "(x: s64[7]) -> (a, b) { a, b = Split(x) {num_outputs=2} }",
    "(x: f32[5,2]) -> (a, b) { s: s64[2] = {4, 1} a, b = Split(x, s) {axis=-2} }",
};

}  // namespace

extern const OpDef kOp_Split;
constinit const OpDef kOp_Split = {
    .name = "Split",
    .min_inputs = 1,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Split;
constinit const OnnxOp kOnnx_Split = {
    .name = "Split", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Split;
constinit const OpDoc kDoc_Split = {
    .name = "Split",
    .doc = "`input` cut along `axis`: into the sizes of `split`, or equal parts.",
    .samples = kSamples,
};

}  // namespace mote
