// Concat: tensors put one behind the other along one axis.
#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

// Bytes that a thread copies at a time.
constexpr std::int64_t kGrainBytes = 1 << 16;

struct ConcatParams : OpParams {
  std::int64_t axis = 0;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ConcatParams>();
  AttributeReader r(attributes);
  p->axis = r.required_integer("axis");
  MOTE_TRY(r.finish());
  return p;
}

// inputs: the same dtype and rank, and the same sizes but along the axis.
Status infer(const InferArgs& args) {
  MOTE_ASSIGN(TensorType out, concat_type(args, 0, 1, args.params<ConcatParams>().axis));
  args.set(0, std::move(out));
  return {};
}

// Blocks of `part` elements, `block` apart in the output. Packed elements share bytes: one thread.
void copy_part(const TensorView& in, std::int64_t part, std::int64_t block, std::int64_t begin,
               const RunArgs& args) {
  const auto copy = [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t o = first; o < last; ++o) {
      copy_range(in, o * part, args.out[0], o * block + begin, part);
    }
  };
  if (part == 0) return;
  const std::int64_t blocks = in.dims.count() / part;
  if (bit_width(in.dtype) < 8) return copy(0, blocks);
  const std::int64_t part_bytes = part * byte_width(in.dtype);
  args.workers.for_each_range(blocks, std::max<std::int64_t>(1, kGrainBytes / part_bytes), copy);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.out[0].dims;
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const ConcatParams*>(params)->axis, dims.rank()));
  const std::int64_t block = dims.count(axis, dims.rank());
  std::int64_t begin = 0;
  for (const TensorView& in : args.in) {
    const std::int64_t part = in.dims.count(axis, in.dims.rank());
    copy_part(in, part, block, begin, args);
    begin += part;
  }
  return {};
}

// Opset 4 took away the default.
Status axis_is_required(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  if (attributes.find("axis") == nullptr) attributes.set("axis", std::int64_t{1});
  return {};
}

constexpr int kVersions[] = {1, 4, 11, 13};
constexpr OnnxUpgrade kUpgrades[] = {{4, axis_is_required}};

constexpr std::string_view kSamples[] = {
    "(a: f32[2,3], b: f32[2,1], c: f32[2,0]) -> (y) { y = Concat(a, b, c) {axis=1} }",
    "(a: s64[2,3], b: s64[4,3]) -> (y) { y = Concat(a, b) {axis=-2} }",
    "(a: u4[2,3], b: u4[2,2]) -> (y) { y = Concat(a, b) {axis=1} }",
    "(a: bool[2,3,2]) -> (y) { y = Concat(a) {axis=0} }",
    "(a: f32[1,300,40], b: f32[1,300,24]) -> (y) { y = Concat(a, b) {axis=2} }",
};

}  // namespace

extern const OpDef kOp_Concat;
constinit const OpDef kOp_Concat = {
    .name = "Concat",
    .min_inputs = 1,
    .max_inputs = -1,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Concat;
constinit const OnnxOp kOnnx_Concat = {
    .name = "Concat", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Concat;
constinit const OpDoc kDoc_Concat = {
    .name = "Concat",
    .doc = "The inputs one behind the other along `axis`; their other sizes are the same.",
    .samples = kSamples,
};

}  // namespace mote
