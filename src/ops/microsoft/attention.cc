// Attention of com.microsoft: projection of the input to queries, keys and values, and attention.
#include "base/text.h"
#include "ops/microsoft/attention_mask.h"

namespace mote {
namespace {

struct ProjectedParams : OpParams {
  std::int64_t num_heads = 1;
  float scale = 0.0F;  // 0: 1 / sqrt(head size)
  float mask_filter_value = -10000.0F;
  bool unidirectional = false;
  std::vector<std::int64_t> hidden_sizes;  // of queries, keys, values; empty: a third each
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ProjectedParams>();
  AttributeReader r(attributes);
  p->num_heads = r.required_integer("num_heads");
  p->scale = r.real("scale", 0.0F);
  p->mask_filter_value = r.real("mask_filter_value", -10000.0F);
  p->unidirectional = r.integer("unidirectional", 0) != 0;
  p->hidden_sizes = r.integers("qkv_hidden_sizes", {});
  const std::int64_t rotary = r.integer("do_rotary", 0);
  (void)r.integer("rotary_embedding_dim", 0);
  const std::int64_t shared = r.integer("past_present_share_buffer", 0);
  MOTE_TRY(r.finish());
  if (p->num_heads < 1) {
    return Error{Code::kInvalidArgument, cat("num_heads ", p->num_heads, " is not positive")};
  }
  if (!p->hidden_sizes.empty() && p->hidden_sizes.size() != 3) {
    return Error{Code::kInvalidArgument,
                 cat("qkv_hidden_sizes has ", p->hidden_sizes.size(), " elements, not 3")};
  }
  if (rotary != 0) return Error{Code::kUnsupported, "do_rotary is not done by this build"};
  if (shared != 0) {
    return Error{Code::kUnsupported, "past_present_share_buffer is not done by this build"};
  }
  return p;
}

enum Input : std::size_t { kInput, kWeights, kBias, kMaskIndex, kPast, kAttentionBias };

// input · weights + bias, cut into queries, keys and values.
std::vector<ValueId> project(Decomposition& d, const ProjectedParams& p) {
  ValueId qkv = d.add("MatMul", {d.in(kInput), d.in(kWeights)});
  if (d.has(kBias)) qkv = d.add("Add", {qkv, d.in(kBias)});
  if (!p.hidden_sizes.empty()) {
    return d.add_many(3, "Split", {qkv, d.integers(p.hidden_sizes)}, {{"axis", std::int64_t{-1}}});
  }
  return d.add_many(3, "Split", {qkv},
                    {{"axis", std::int64_t{-1}}, {"num_outputs", std::int64_t{3}}});
}

// past: [2, B, N, P, H], keys before values.
std::vector<ValueId> split_past(Decomposition& d) {
  if (!d.has(kPast)) return {ValueId::kNone, ValueId::kNone};
  std::vector<ValueId> halves = d.add_many(
      2, "Split", {d.in(kPast)}, {{"axis", std::int64_t{0}}, {"num_outputs", std::int64_t{2}}});
  for (ValueId& half : halves) half = d.add("Squeeze", {half, d.integers({0})});
  return halves;
}

Status attention(Decomposition& d) {
  const auto& p = d.params<ProjectedParams>();
  if (d.rank(d.in(kInput)) != 3 && d.status()) {
    d.fail({Code::kInvalidArgument, "input is not [batch, length, size]"});
  }
  if (!d.status()) return d.status();
  const std::vector<ValueId> qkv = project(d, p);
  const std::vector<ValueId> past = split_past(d);
  const Shape shape = *d.type(d.in(kInput)).shape;
  ValueId bias = d.in(kAttentionBias);
  if (d.has(kMaskIndex)) {
    ValueId total = size_node(d, d.in(kInput), 1);
    if (d.has(kPast)) total = d.add("Add", {total, size_node(d, d.in(kPast), 3)});
    bias = joined_bias(
        d, padding_bias(d, d.in(kMaskIndex), {shape[0], total}, qkv[0], p.mask_filter_value), bias);
  }
  Attributes attributes{{"q_num_heads", p.num_heads},
                        {"kv_num_heads", p.num_heads},
                        {"is_causal", std::int64_t{p.unidirectional}}};
  if (p.scale != 0.0F) attributes.set("scale", p.scale);
  const std::size_t outputs = d.wants(1) ? 3 : 1;
  const auto y = d.add_many(outputs, "Attention", {qkv[0], qkv[1], qkv[2], bias, past[0], past[1]},
                            std::move(attributes));
  d.yield(0, y[0]);
  if (!d.wants(1)) return d.status();
  const ValueId first = d.integers({0});
  d.yield(1, d.add("Concat", {d.add("Unsqueeze", {y[1], first}), d.add("Unsqueeze", {y[2], first})},
                   {{"axis", std::int64_t{0}}}));
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4], w: f32[4,24], b: f32[24]) -> (y) {\n"
    "  y = com.microsoft.Attention(x, w, b) {num_heads=2} }",
    "(x: f32[2,3,4], w: f32[4,20], b: f32[20], a: f32[1,2,3,3]) -> (y) {\n"
    "  m: s32[2,3] = {1, 1, 0, 1, 1, 1}\n"
    "  y = com.microsoft.Attention(x, w, b, m, _, a) {num_heads=2, qkv_hidden_sizes=[8, 8, 4]} }",
    "(x: f32[2,3,4], w: f32[4,24], p: f32[2,2,2,5,4]) -> (y, q) {\n"
    "  m: s32[4] = {8, 7, 1, 0}\n"
    "  y, q = com.microsoft.Attention(x, w, _, m, p) {num_heads=2, unidirectional=1, scale=0.3} }",
};

}  // namespace

MOTE_MICROSOFT_OP(
    Attention, (composite<attention>("Attention", {2, 7, 2}, parse)),
    "ONNX's Attention of queries, keys and values that are `input`·`weights` + `bias`.", kSamples)

}  // namespace mote
