// Reshape: the same elements under another shape.
#include <cstring>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

struct ReshapeParams : OpParams {
  bool allowzero = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ReshapeParams>();
  AttributeReader r(attributes);
  p->allowzero = r.flag("allowzero", false);
  MOTE_TRY(r.finish());
  return p;
}

// Replaces 0 by the input's size there, and leaves -1.
Result<Shape> with_copied_sizes(const ReshapeParams& p, std::span<const std::int64_t> wanted,
                                const TensorType& data) {
  Shape shape;
  bool has_inferred = false;
  bool has_zero = false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::int64_t size = wanted[i];
    if (size < -1) return Error{Code::kInvalidArgument, cat("shape has size ", size, " at ", i)};
    if (size == -1 && std::exchange(has_inferred, true)) {
      return Error{Code::kInvalidArgument, "shape has -1 more than once"};
    }
    has_zero |= size == 0;
    if (size == 0 && !p.allowzero && data.shape) {
      if (i >= data.shape->size()) {
        return Error{Code::kInvalidArgument,
                     cat("shape copies size ", i, " of a tensor of rank ", data.rank())};
      }
      shape.push_back((*data.shape)[i]);
    } else {
      shape.push_back(size == -1 || (size == 0 && !p.allowzero) ? Dim() : Dim(size));
    }
  }
  if (p.allowzero && has_zero && has_inferred) {
    return Error{Code::kInvalidArgument, "shape has both 0 and -1 with allowzero"};
  }
  return shape;
}

// Sets the size that -1 stands for; checks that the number of elements stays.
Status settle(std::span<const std::int64_t> wanted, const TensorType& data, Shape& shape) {
  if (!data.shape) return {};
  MOTE_ASSIGN(const Dim total, product(*data.shape));
  Shape others = shape;
  Dim* inferred = nullptr;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != -1) continue;
    inferred = &shape[i];
    others[i] = 1;
  }
  MOTE_ASSIGN(const Dim rest, product(others));
  if (!total.known() || !rest.known()) return {};
  const bool divides = rest.size() > 0 && total.size() % rest.size() == 0;
  if (inferred != nullptr && divides) *inferred = total.size() / rest.size();
  if (inferred != nullptr ? !divides && rest.size() != total.size() : rest.size() != total.size()) {
    return Error{Code::kInvalidArgument,
                 cat(to_string(data), " has ", total.size(), " elements, which do not fit shape [",
                     mote::join(wanted, ","), "]")};
  }
  if (inferred != nullptr && !divides) *inferred = 0;
  return {};
}

// data: any shape; shape: s64[rank of the output].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto wanted, known_integers(args, 1));
  if (!wanted) {
    const auto& shape = args.type(1).shape;
    const bool rank_known =
        shape && shape->size() == 1 && (*shape)[0].known() && (*shape)[0].size() <= kMaxRank;
    std::optional<Shape> unknown;
    if (rank_known) unknown = unknown_shape(static_cast<int>((*shape)[0].size()));
    args.set(0, {data.dtype, std::move(unknown)});
    return {};
  }
  MOTE_ASSIGN(Shape shape, with_copied_sizes(args.params<ReshapeParams>(), *wanted, data));
  MOTE_TRY(settle(*wanted, data, shape));
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  return copy_elements(args.in[0], args.out[0]);
}

Status shape_to_input(const UpgradeArgs& args) {
  MOTE_TRY(drop_consumed_inputs(args));
  return args.attribute_to_input("shape", 1);
}

constexpr int kVersions[] = {1, 5, 13, 14, 19, 21, 23, 24, 25};
constexpr OnnxUpgrade kUpgrades[] = {{5, shape_to_input}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { s: s64[2] = {4, -1} y = Reshape(x, s) }",
    "(x: s64[2,3,4]) -> (y) { s: s64[3] = {0, 1, -1} y = Reshape(x, s) }",
    "(x: f32[0,3]) -> (y) { s: s64[2] = {3, 0} y = Reshape(x, s) {allowzero=1} }",
};

}  // namespace

extern const OpDef kOp_Reshape;
constinit const OpDef kOp_Reshape = {
    .name = "Reshape",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .view = true,
};

extern const OnnxOp kOnnx_Reshape;
constinit const OnnxOp kOnnx_Reshape = {
    .name = "Reshape", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Reshape;
constinit const OpDoc kDoc_Reshape = {
    .name = "Reshape",
    .doc =
        "The elements of `data` under `shape`. 0 copies the size from the input (unless "
        "allowzero), -1 is what the number of elements leaves.",
    .samples = kSamples,
};

}  // namespace mote
