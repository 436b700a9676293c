// DepthToSpace and SpaceToDepth: channels spread over blocks of pixels, and back.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box.h"
#include "ops/support/choices.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// kCrd: a channel's block lies together.
enum class BlockOrder : std::uint8_t { kDcr, kCrd };

struct BlockParams : OpParams {
  std::int64_t block = 1;
  BlockOrder order = BlockOrder::kDcr;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<BlockParams>();
  AttributeReader r(attributes);
  p->block = r.required_integer("blocksize");
  MOTE_ASSIGN(p->order, enum_named<BlockOrder>(r, "mode", {"DCR", "CRD"}));
  MOTE_TRY(r.finish());
  if (p->block < 1 || p->block > INT32_MAX) {
    return Error{Code::kInvalidArgument,
                 cat("blocksize ", p->block, " is outside [1, ", INT32_MAX, "]")};
  }
  return p;
}

Result<Dim> multiply(const Dim& size, std::int64_t factor) {
  const Dim both[] = {size, Dim(factor)};
  return product(both);
}

Result<Dim> divide(const Dim& size, std::int64_t divisor, std::string_view what) {
  if (!size.known()) return Dim();
  if (size.size() % divisor != 0) {
    return Error{Code::kInvalidArgument,
                 cat(what, " ", size.size(), " is no multiple of ", divisor)};
  }
  return Dim(size.size() / divisor);
}

// input: [N, C, H, W]. Output: [N, C / block², H * block, W * block].
Status infer_depth_to_space(const InferArgs& args) {
  MOTE_TRY(expect_rank(args, 0, 4, "input"));
  const std::int64_t block = args.params<BlockParams>().block;
  Shape shape = args.type(0).shape.value_or(unknown_shape(4));
  MOTE_ASSIGN(shape[1], divide(shape[1], block * block, "the number of channels"));
  MOTE_ASSIGN(shape[2], multiply(shape[2], block));
  MOTE_ASSIGN(shape[3], multiply(shape[3], block));
  args.set(0, {args.type(0).dtype, std::move(shape)});
  return {};
}

// input: [N, C, H, W]. Output: [N, C * block², H / block, W / block].
Status infer_space_to_depth(const InferArgs& args) {
  MOTE_TRY(expect_rank(args, 0, 4, "input"));
  const std::int64_t block = args.params<BlockParams>().block;
  Shape shape = args.type(0).shape.value_or(unknown_shape(4));
  MOTE_ASSIGN(shape[1], multiply(shape[1], block * block));
  MOTE_ASSIGN(shape[2], divide(shape[2], block, "the height"));
  MOTE_ASSIGN(shape[3], divide(shape[3], block, "the width"));
  args.set(0, {args.type(0).dtype, std::move(shape)});
  return {};
}

// Both sides as one box [N, channel, row, row in block, column in block, column], placed in the
// tensor with many channels and in the one with many pixels.
struct Boxes {
  Dims dims;
  BoxPlace deep, spread;
};

Boxes boxes(const BlockParams& p, const Dims& deep) {
  const std::int64_t b = p.block;
  const std::int64_t channels = deep[1] / b / b;
  const std::int64_t height = deep[2];
  const std::int64_t width = deep[3];
  const std::int64_t plane = height * width;
  const std::int64_t channel = p.order == BlockOrder::kCrd ? b * b * plane : plane;
  const std::int64_t block_column = p.order == BlockOrder::kCrd ? plane : channels * plane;
  Boxes out;
  out.dims = {deep[0], channels, height, b, b, width};
  out.deep.strides = {deep[1] * plane, channel, width, b * block_column, block_column, 1};
  out.spread.strides = {deep[1] * plane, b * b * plane, b * b * width, b * width, 1, b};
  return out;
}

Status reference_depth_to_space(const OpParams* params, const RunArgs& args) {
  const Boxes b = boxes(*static_cast<const BlockParams*>(params), args.in[0].dims);
  copy_box(b.dims, args.in[0], b.deep, args.out[0], b.spread);
  return {};
}

Status reference_space_to_depth(const OpParams* params, const RunArgs& args) {
  const Boxes b = boxes(*static_cast<const BlockParams*>(params), args.out[0].dims);
  copy_box(b.dims, args.in[0], b.spread, args.out[0], b.deep);
  return {};
}

constexpr int kDepthToSpaceVersions[] = {1, 11, 13, 28};
constexpr int kSpaceToDepthVersions[] = {1, 13, 28};

constexpr std::string_view kDepthToSpaceSamples[] = {
    "(x: f32[2,8,2,3]) -> (y) { y = DepthToSpace(x) {blocksize=2} }",
    "(x: s8[1,9,2,2]) -> (y) { y = DepthToSpace(x) {blocksize=3, mode=\"CRD\"} }",
    "(x: f32[1,4,0,3]) -> (y) { y = DepthToSpace(x) {blocksize=2} }",
};
constexpr std::string_view kSpaceToDepthSamples[] = {
    "(x: f32[2,3,4,6]) -> (y) { y = SpaceToDepth(x) {blocksize=2} }",
    "(x: s64[1,2,3,6]) -> (y) { y = SpaceToDepth(x) {blocksize=3, mode=\"CRD\"} }",
};

constexpr OpDef block_op(std::string_view name, Status (*infer)(const InferArgs&),
                         Status (*reference)(const OpParams*, const RunArgs&)) {
  return {.name = name, .parse = parse, .infer = infer, .reference = reference};
}

}  // namespace

extern const OpDef kOp_DepthToSpace;
constinit const OpDef kOp_DepthToSpace =
    block_op("DepthToSpace", infer_depth_to_space, reference_depth_to_space);
extern const OpDef kOp_SpaceToDepth;
constinit const OpDef kOp_SpaceToDepth =
    block_op("SpaceToDepth", infer_space_to_depth, reference_space_to_depth);

extern const OnnxOp kOnnx_DepthToSpace;
constinit const OnnxOp kOnnx_DepthToSpace = {.name = "DepthToSpace",
                                             .versions = kDepthToSpaceVersions};
extern const OnnxOp kOnnx_SpaceToDepth;
constinit const OnnxOp kOnnx_SpaceToDepth = {.name = "SpaceToDepth",
                                             .versions = kSpaceToDepthVersions};

extern const OpDoc kDoc_DepthToSpace;
constinit const OpDoc kDoc_DepthToSpace = {
    .name = "DepthToSpace",
    .doc =
        "Channels of an image become blocks of pixels. `mode` CRD: neighbouring channels make "
        "one block; DCR: channels that are C / blocksize² apart do.",
    .samples = kDepthToSpaceSamples,
};
extern const OpDoc kDoc_SpaceToDepth;
constinit const OpDoc kDoc_SpaceToDepth = {
    .name = "SpaceToDepth",
    .doc = "Blocks of pixels of an image become channels: what DepthToSpace takes apart.",
    .samples = kSpaceToDepthSamples,
};

}  // namespace mote
