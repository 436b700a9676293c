// SkipLayerNormalization, SkipSimplifiedLayerNormalization, EmbedLayerNormalization, and
// SimplifiedLayerNormalization, which stands in ONNX's own domain although it is none of its
// operators.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

struct NormParams : OpParams {
  float epsilon = 1e-12F;
  std::int64_t axis = -1;
  std::int64_t stash_type = 1;
};

Result<std::unique_ptr<const OpParams>> parse_skip(const Attributes& attributes) {
  auto p = std::make_unique<NormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-12F);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_simplified(const Attributes& attributes) {
  auto p = std::make_unique<NormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-5F);
  p->axis = r.integer("axis", -1);
  p->stash_type = r.integer("stash_type", 1);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_embed(const Attributes& attributes) {
  auto p = std::make_unique<NormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-12F);
  (void)r.integer("mask_index_type", 0);  // the mask says it
  MOTE_TRY(r.finish());
  return p;
}

Attributes norm_attributes(const NormParams& p) {
  return {{"epsilon", p.epsilon}, {"axis", p.axis}, {"stash_type", p.stash_type}};
}

// 1 / sqrt(mean of squares + epsilon) of the dimensions from `axis` on, in f32.
ValueId inverse_rms(Decomposition& d, ValueId x, const NormParams& p) {
  const int rank = d.rank(x);
  if (!d.status()) return ValueId::kNone;
  std::vector<std::int64_t> axes;
  for (std::int64_t a = p.axis < 0 ? p.axis + rank : p.axis; a >= 0 && a < rank; ++a) {
    axes.push_back(a);
  }
  const ValueId x32 = cast_to(d, x, DType::kF32);
  const ValueId mean = d.add("ReduceMean", {d.add("Mul", {x32, x32}), d.integers(std::move(axes))});
  const ValueId shifted = d.add("Add", {mean, d.scalar_like(mean, static_cast<double>(p.epsilon))});
  return d.add("Reciprocal", {d.add("Sqrt", {shifted})});
}

// X, scale. Y, inv_std_var.
Status simplified(Decomposition& d) {
  const auto& p = d.params<NormParams>();
  d.yield(0, d.add("RMSNormalization", {d.in(0), d.in(1)}, norm_attributes(p)));
  if (d.wants(1)) d.yield(1, inverse_rms(d, d.in(0), p));
  return d.status();
}

ValueId skip_sum(Decomposition& d, std::size_t bias) {
  const ValueId sum = d.add("Add", {d.in(0), d.in(1)});
  return d.has(bias) ? d.add("Add", {sum, d.in(bias)}) : sum;
}

// input, skip, gamma, beta, bias. output, mean, inv_std_var, input_skip_bias_sum.
Status skip_layer_norm(Decomposition& d) {
  const ValueId sum = skip_sum(d, 4);
  const auto normalized = d.add_many(3, "LayerNormalization", {sum, d.in(2), d.in(3)},
                                     norm_attributes(d.params<NormParams>()));
  const ValueId values[] = {normalized[0], normalized[1], normalized[2], sum};
  yield_all(d, values);
  return d.status();
}

// input, skip, gamma, bias. output, mean (which the normalization does without), inv_std_var,
// input_skip_bias_sum.
Status skip_simplified(Decomposition& d) {
  const auto& p = d.params<NormParams>();
  const ValueId sum = skip_sum(d, 3);
  d.yield(0, d.add("RMSNormalization", {sum, d.in(2)}, norm_attributes(p)));
  if (d.wants(1)) {
    d.yield(1, d.add("ReduceMean", {cast_to(d, sum, DType::kF32), d.integers({-1})}));
  }
  if (d.wants(2)) d.yield(2, inverse_rms(d, sum, p));
  if (d.wants(3)) d.yield(3, sum);
  return d.status();
}

enum EmbedInput : std::size_t {
  kInputIds,
  kSegmentIds,
  kWords,
  kPositions,
  kSegments,
  kGamma,
  kBeta,
  kMask,
  kPositionIds,
};

// The first rows of the position embedding, or those that position_ids name.
ValueId position_rows(Decomposition& d) {
  if (d.has(kPositionIds)) return d.add("Gather", {d.in(kPositions), d.in(kPositionIds)});
  const ValueId length =
      d.add("Shape", {d.in(kInputIds)}, {{"start", std::int64_t{1}}, {"end", std::int64_t{2}}});
  return d.add("Slice", {d.in(kPositions), d.integers({0}), length, d.integers({0})});
}

// How many tokens each sequence of the batch has by its mask; 0 without one.
ValueId mask_index(Decomposition& d) {
  if (d.has(kMask)) {
    return d.add("ReduceSum", {d.in(kMask), d.integers({1})}, {{"keepdims", std::int64_t{0}}});
  }
  const ValueId batch =
      d.add("Shape", {d.in(kInputIds)}, {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}});
  return d.add("ConstantOfShape", {batch}, {{"value", Tensor::of<std::int32_t>({1}, {0})}});
}

Status embed_layer_norm(Decomposition& d) {
  if (d.has(kSegmentIds) != d.has(kSegments)) {
    d.fail({Code::kInvalidArgument, "segment_ids and segment_embedding come together"});
    return d.status();
  }
  ValueId sum = d.add("Gather", {d.in(kWords), d.in(kInputIds)});
  sum = d.add("Add", {sum, position_rows(d)});
  if (d.has(kSegmentIds)) {
    sum = d.add("Add", {sum, d.add("Gather", {d.in(kSegments), d.in(kSegmentIds)})});
  }
  d.yield(0, d.add("LayerNormalization", {sum, d.in(kGamma), d.in(kBeta)},
                   norm_attributes(d.params<NormParams>())));
  if (d.wants(1)) d.yield(1, mask_index(d));
  if (d.wants(2)) d.yield(2, sum);
  return d.status();
}

constexpr std::string_view kSkip[] = {
    "(x: f32[2,3,8], s: f32[2,3,8], g: f32[8], b: f32[8], c: f32[8]) -> (y, t) {\n"
    "  y, _, _, t = com.microsoft.SkipLayerNormalization(x, s, g, b, c) }",
    "(x: f32[2,3,8], s: f32[3,8], g: f32[8]) -> (y, m, v) {\n"
    "  y, m, v = com.microsoft.SkipLayerNormalization(x, s, g) {epsilon=0.01} }",
};
constexpr std::string_view kSkipSimplified[] = {
    "(x: f32[2,3,8], s: f32[2,3,8], g: f32[8], c: f32[8]) -> (y, t) {\n"
    "  y, _, _, t = com.microsoft.SkipSimplifiedLayerNormalization(x, s, g, c) }",
    "(x: f32[3,8], s: f32[3,8], g: f32[8]) -> (y, v) {\n"
    "  y, _, v = com.microsoft.SkipSimplifiedLayerNormalization(x, s, g) {epsilon=0.01} }",
};
constexpr std::string_view kSimplified[] = {
    "(x: f32[2,3,8], g: f32[8]) -> (y) { y = SimplifiedLayerNormalization(x, g) }",
    "(x: f32[2,3,8], g: f32[3,8]) -> (y, v) {\n"
    "  y, v = SimplifiedLayerNormalization(x, g) {axis=1, epsilon=0.01} }",
};
constexpr std::string_view kEmbed[] = {
    "(w: f32[7,8], p: f32[5,8], s: f32[2,8], g: f32[8], b: f32[8]) -> (y, i, e) {\n"
    "  a: s32[2,3] = {0, 6, 2, 3, 3, 1} c: s32[2,3] = {0, 0, 1, 1, 0, 1}\n"
    "  m: s32[2,3] = {1, 1, 0, 1, 1, 1}\n"
    "  y, i, e = com.microsoft.EmbedLayerNormalization(a, c, w, p, s, g, b, m) }",
    "(w: f32[7,8], p: f32[5,8], g: f32[8], b: f32[8]) -> (y, i) {\n"
    "  a: s32[2,3] = {0, 6, 2, 3, 3, 1} q: s32[1,3] = {4, 0, 1}\n"
    "  y, i = com.microsoft.EmbedLayerNormalization(a, _, w, p, _, g, b, _, q) }",
};

constexpr OpDef simplified_layer_norm() {
  OpDef op = composite<simplified>("SimplifiedLayerNormalization", {2, 2, 2}, parse_simplified);
  op.domain = "";
  return op;
}

}  // namespace

MOTE_MICROSOFT_OP(SkipLayerNormalization,
                  (composite<skip_layer_norm>("SkipLayerNormalization", {3, 5, 4}, parse_skip)),
                  "LayerNormalization of `input` + `skip` + `bias`.", kSkip)
MOTE_MICROSOFT_OP(SkipSimplifiedLayerNormalization,
                  (composite<skip_simplified>("SkipSimplifiedLayerNormalization", {3, 4, 4},
                                              parse_skip)),
                  "RMSNormalization of `input` + `skip` + `bias`.", kSkipSimplified)
MOTE_MICROSOFT_OP(
    EmbedLayerNormalization,
    (composite<embed_layer_norm>("EmbedLayerNormalization", {1, 9, 3}, parse_embed)),
    "LayerNormalization of the sum of a word's, its position's and its segment's rows.", kEmbed)

extern const OpDef kOp_SimplifiedLayerNormalization;
constinit const OpDef kOp_SimplifiedLayerNormalization = simplified_layer_norm();

extern const OnnxOp kOnnx_SimplifiedLayerNormalization;
constinit const OnnxOp kOnnx_SimplifiedLayerNormalization = {.name = "SimplifiedLayerNormalization",
                                                             .versions = kMicrosoftVersions};

extern const OpDoc kDoc_SimplifiedLayerNormalization;
constinit const OpDoc kDoc_SimplifiedLayerNormalization = {
    .name = "SimplifiedLayerNormalization",
    .doc = "RMSNormalization under the name that ONNX Runtime's tools gave it before ONNX had it.",
    .samples = kSimplified,
};

}  // namespace mote
