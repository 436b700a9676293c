// Squeeze and Unsqueeze: dimensions of size 1 taken away and put in.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

// The rank changes by the number of axes, of which no more is known.
Status infer_rank(const InferArgs& args, int sign) {
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto count, list_length(args, 1, "axes"));
  std::optional<Shape> shape;
  if (count && data.shape && *count <= kMaxRank) {
    const std::int64_t rank = data.rank() + sign * *count;
    if (rank < 0) {
      return Error{Code::kInvalidArgument,
                   cat(*count, " axes are more than the rank ", data.rank())};
    }
    shape = unknown_shape(static_cast<int>(rank));
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// Without axes: all dimensions of size 1 go.
void infer_squeeze_all(const InferArgs& args) {
  const TensorType& data = args.type(0);
  std::optional<Shape> shape;
  if (data.shape && std::ranges::all_of(*data.shape, &Dim::known)) {
    shape = *data.shape;
    std::erase(*shape, Dim(1));
  }
  args.set(0, {data.dtype, std::move(shape)});
}

// data: any shape; axes: s64[number of axes], optional.
Status infer_squeeze(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  if (!args.has(1)) {
    infer_squeeze_all(args);
    return {};
  }
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto known, known_integers(args, 1));
  if (!known || !data.shape) return infer_rank(args, -1);
  MOTE_ASSIGN(const auto axes, normalize_axes(*known, data.rank()));
  Shape shape;
  for (int d = 0; d < data.rank(); ++d) {
    const Dim& size = (*data.shape)[static_cast<std::size_t>(d)];
    if (!std::ranges::binary_search(axes, d)) {
      shape.push_back(size);
    } else if (size.known() && size.size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat("dimension ", d, " of ", to_string(data), " is not of size 1")};
    }
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// data: any shape; axes: s64[number of axes], in the output's rank.
Status infer_unsqueeze(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto known, known_integers(args, 1));
  if (!known || !data.shape) return infer_rank(args, 1);
  if (known->size() + data.shape->size() > kMaxRank) {
    return Error{Code::kInvalidArgument,
                 cat("rank ", known->size() + data.shape->size(), " is over ", kMaxRank)};
  }
  const int rank = data.rank() + static_cast<int>(known->size());
  MOTE_ASSIGN(const auto axes, normalize_axes(*known, rank));
  Shape shape;
  auto next = data.shape->begin();
  for (int d = 0; d < rank; ++d) {
    shape.push_back(std::ranges::binary_search(axes, d) ? Dim(1) : *next++);
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  return copy_elements(args.in[0], args.out[0]);
}

Status axes_to_input(const UpgradeArgs& args) { return args.attribute_to_input("axes", 1); }

constexpr int kVersions[] = {1, 11, 13, 21, 23, 24, 25};
constexpr OnnxUpgrade kUpgrades[] = {{13, axes_to_input}};

constexpr std::string_view kSqueezeSamples[] = {
    "(x: f32[1,3,1,4]) -> (y) { y = Squeeze(x) }",
    "(x: bool[1,3,1,4]) -> (y) { a: s64[1] = {-2} y = Squeeze(x, a) }",
    "(x: s4[1,3,1]) -> (y) { a: s64[2] = {2, 0} y = Squeeze(x, a) }",
    "(x: f32[1,0]) -> (y) { a: s64[1] = {0} y = Squeeze(x, a) }",
};
constexpr std::string_view kUnsqueezeSamples[] = {
    "(x: f32[3,4]) -> (y) { a: s64[2] = {-1, 0} y = Unsqueeze(x, a) }",
    "(x: s64[]) -> (y) { a: s64[1] = {0} y = Unsqueeze(x, a) }",
    "(x: f16[3,0]) -> (y) { a: s64[1] = {1} y = Unsqueeze(x, a) }",
};

constexpr OpDef view_of_axes(std::string_view name, int min_inputs,
                             Status (*infer)(const InferArgs&)) {
  return {.name = name,
          .min_inputs = min_inputs,
          .max_inputs = 2,
          .infer = infer,
          .reference = reference,
          .view = true};
}

}  // namespace

extern const OpDef kOp_Squeeze;
constinit const OpDef kOp_Squeeze = view_of_axes("Squeeze", 1, infer_squeeze);
extern const OpDef kOp_Unsqueeze;
constinit const OpDef kOp_Unsqueeze = view_of_axes("Unsqueeze", 2, infer_unsqueeze);

extern const OnnxOp kOnnx_Squeeze;
constinit const OnnxOp kOnnx_Squeeze = {
    .name = "Squeeze", .versions = kVersions, .upgrades = kUpgrades};
extern const OnnxOp kOnnx_Unsqueeze;
constinit const OnnxOp kOnnx_Unsqueeze = {
    .name = "Unsqueeze", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Squeeze;
constinit const OpDoc kDoc_Squeeze = {
    .name = "Squeeze",
    .doc =
        "`data` without the dimensions `axes`, which have size 1; without all of that size if "
        "there are no axes.",
    .samples = kSqueezeSamples,
};
extern const OpDoc kDoc_Unsqueeze;
constinit const OpDoc kDoc_Unsqueeze = {
    .name = "Unsqueeze",
    .doc = "`data` with dimensions of size 1 put in, so that they are `axes` of the output.",
    .samples = kUnsqueezeSamples,
};

}  // namespace mote
