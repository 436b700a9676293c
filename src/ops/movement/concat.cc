// Concat: tensors put one behind the other along one axis.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/result.h"
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

Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.out[0].dims;
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const ConcatParams*>(params)->axis, dims.rank()));
  const std::int64_t block = dims.count(axis, dims.rank());
  std::int64_t begin = 0;
  for (const TensorView& in : args.in) {
    const std::int64_t part = in.dims.count(axis, in.dims.rank());
    for (std::int64_t o = 0; part > 0 && o < in.dims.count() / part; ++o) {
      copy_range(in, o * part, args.out[0], o * block + begin, part);
    }
    begin += part;
  }
  return {};
}

// The output as one run of bytes, cut anywhere: rows, each a part of every input in turn.
class ConcatStep final : public Step {
 public:
  // ends: bytes of a row up to the end of each input's part.
  ConcatStep(std::vector<std::int64_t> ends, std::int64_t bytes)
      : ends_(std::move(ends)), bytes_(bytes) {}

  std::string_view kernel() const override { return "concat_rows"; }

  Status run(const RunArgs& args) const override {
    args.workers.for_each_range(
        bytes_, kGrainBytes, [&](std::int64_t begin, std::int64_t end) { copy(args, begin, end); });
    return {};
  }

 private:
  void copy(const RunArgs& args, std::int64_t begin, std::int64_t end) const {
    auto* y = args.out[0].as<std::byte>();
    std::int64_t row = begin / ends_.back();
    std::int64_t at = begin % ends_.back();
    auto part = static_cast<std::size_t>(std::ranges::upper_bound(ends_, at) - ends_.begin());
    while (begin < end) {
      for (; part < ends_.size() && begin < end; ++part) {
        const std::int64_t start = part > 0 ? ends_[part - 1] : 0;
        const std::int64_t size = ends_[part] - start;
        const std::int64_t count = std::min(ends_[part] - at, end - begin);
        std::memcpy(y + begin, args.in[part].as<std::byte>() + row * size + at - start,
                    static_cast<std::size_t>(count));
        begin += count;
        at += count;
      }
      part = 0;
      at = 0;
      ++row;
    }
  }

  std::vector<std::int64_t> ends_;
  std::int64_t bytes_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Dims dims = args.out_dims(0);
  const DType dtype = args.in_dtype(0);
  if (dtype == DType::kString || bit_width(dtype) < 8 || dims.count() == 0) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(const int axis, normalize_axis(args.params<ConcatParams>().axis, dims.rank()));
  std::vector<std::int64_t> ends;
  std::int64_t end = 0;
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    const Dims in = args.in_dims(i);
    ends.push_back(end += in.count(axis, in.rank()) * byte_width(dtype));
  }
  return std::make_unique<ConcatStep>(std::move(ends), dims.count() * byte_width(dtype));
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
    "(a: f32[3,0], b: f32[3,2]) -> (y) { y = Concat(a, b, a) {axis=1} }",
    "(a: f32[2,30000], b: f32[1,30000]) -> (y) { y = Concat(a, b) {axis=0} }",
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
    .prepare = prepare,
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
