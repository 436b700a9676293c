// MultiHeadAttention of com.microsoft: ONNX's Attention with inputs in many layouts.
#include "base/text.h"
#include "ops/microsoft/attention_mask.h"

namespace mote {
namespace {

struct HeadParams : OpParams {
  std::int64_t num_heads = 1;
  float scale = 0.0F;  // 0: 1 / sqrt(head size)
  float mask_filter_value = -10000.0F;
  bool unidirectional = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<HeadParams>();
  AttributeReader r(attributes);
  p->num_heads = r.required_integer("num_heads");
  p->scale = r.real("scale", 0.0F);
  p->mask_filter_value = r.real("mask_filter_value", -10000.0F);
  p->unidirectional = r.integer("unidirectional", 0) != 0;
  MOTE_TRY(r.finish());
  if (p->num_heads > 0) return p;
  return Error{Code::kInvalidArgument, cat("num_heads ", p->num_heads, " is not positive")};
}

enum Input : std::size_t {
  kQuery,
  kKey,
  kValue,
  kBias,
  kPaddingMask,
  kAttentionBias,
  kPastKey,
  kPastValue,
  kPastLength,
  kCacheIndirection,
};

struct Qkv {
  ValueId q, k, v;   // all of rank 3 or all of rank 4
  bool flat = true;  // rank 3
};

// [B, L, N, parts, H] as `parts` tensors of [B, L, N * H].
std::vector<ValueId> unpacked(Decomposition& d, ValueId packed, std::size_t parts) {
  std::vector<ValueId> made =
      d.add_many(parts, "Split", {packed},
                 {{"axis", std::int64_t{3}}, {"num_outputs", static_cast<std::int64_t>(parts)}});
  for (ValueId& part : made) part = d.add("Reshape", {part, d.integers({0, 0, -1})});
  return made;
}

// x plus the elements of the bias that start at `begin`, as many as x's last size.
ValueId biased(Decomposition& d, ValueId x, std::int64_t begin, std::int64_t* end) {
  const TensorType type = d.type(x);
  if (!d.has(kBias)) return x;
  if (type.rank() < 1 || !type.shape->back().known()) {
    d.fail({Code::kUnsupported, "needs hidden sizes that are known"});
    return x;
  }
  *end = begin + type.shape->back().size();
  const ValueId part =
      d.add("Slice", {d.in(kBias), d.integers({begin}), d.integers({*end}), d.integers({0})});
  return d.add("Add", {x, part});
}

// [B, S, N * H] as [B, N, S, H].
ValueId by_heads(Decomposition& d, ValueId x, std::int64_t heads) {
  const ValueId split = d.add("Reshape", {x, d.integers({0, 0, heads, -1})});
  return d.add("Transpose", {split}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
}

ValueId flattened(Decomposition& d, ValueId y) {
  const ValueId rows = d.add("Transpose", {y}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
  return d.add("Reshape", {rows, d.integers({0, 0, -1})});
}

Qkv gather_inputs(Decomposition& d, const HeadParams& p) {
  Qkv in{d.in(kQuery), d.in(kKey), d.in(kValue)};
  const int q_rank = d.rank(in.q);
  const int k_rank = d.has(kKey) ? d.rank(in.k) : 0;
  if (!d.status()) return in;
  if (q_rank == 5) {
    const auto parts = unpacked(d, in.q, 3);
    in.q = parts[0], in.k = parts[1], in.v = parts[2];
  } else if (k_rank == 5) {
    const auto parts = unpacked(d, in.k, 2);
    in.k = parts[0], in.v = parts[1];
  } else if (q_rank != 3 || !d.has(kKey) || !d.has(kValue)) {
    d.fail({Code::kInvalidArgument,
            cat("query of rank ", q_rank, " ", d.has(kKey) ? "with" : "without", " key and ",
                d.has(kValue) ? "with" : "without", " value is none of the forms")});
    return in;
  }
  std::int64_t end = 0;
  in.q = biased(d, in.q, 0, &end);
  if (k_rank == 4) {  // keys and values of an earlier step, biased then
    in.flat = false;
    in.q = by_heads(d, in.q, p.num_heads);
    return in;
  }
  in.k = biased(d, in.k, end, &end);
  in.v = biased(d, in.v, end, &end);
  return in;
}

ValueId score_bias(Decomposition& d, const HeadParams& p, const Qkv& in) {
  if (!d.has(kPaddingMask)) return d.in(kAttentionBias);
  ValueId total = size_node(d, in.k, in.flat ? 1 : 2);
  if (d.has(kPastKey)) total = d.add("Add", {total, size_node(d, d.in(kPastKey), 2)});
  if (!d.status()) return ValueId::kNone;
  const MaskSizes sizes{(*d.type(in.q).shape)[0], total};
  return joined_bias(d, padding_bias(d, d.in(kPaddingMask), sizes, in.q, p.mask_filter_value),
                     d.in(kAttentionBias));
}

// A single query comes after every key, even without a past.
bool is_causal(const Decomposition& d, const HeadParams& p, const Qkv& in) {
  const TensorType type = d.type(in.q);
  const Dim length = type.shape ? (*type.shape)[in.flat ? 1 : 2] : Dim();
  return p.unidirectional && !(length.known() && length.size() == 1);
}

Status multi_head_attention(Decomposition& d) {
  const auto& p = d.params<HeadParams>();
  if (d.has(kPastLength) || d.has(kCacheIndirection)) {
    d.fail({Code::kUnsupported, "a past whose buffer is shared is not done by this build"});
    return d.status();
  }
  const Qkv in = gather_inputs(d, p);
  const ValueId bias = d.status() ? score_bias(d, p, in) : ValueId::kNone;
  if (!d.status()) return d.status();
  // Output 3 are the scores with what was added to them.
  Attributes attributes{{"is_causal", std::int64_t{is_causal(d, p, in)}},
                        {"qk_matmul_output_mode", std::int64_t{2}}};
  if (in.flat) {
    attributes.set("q_num_heads", p.num_heads);
    attributes.set("kv_num_heads", p.num_heads);
  }
  if (p.scale != 0.0F) attributes.set("scale", p.scale);
  std::size_t outputs = 1;
  for (std::size_t i = 1; i < 4; ++i) outputs = d.wants(i) ? i + 1 : outputs;
  std::vector<ValueId> y =
      d.add_many(outputs, "Attention", {in.q, in.k, in.v, bias, d.in(kPastKey), d.in(kPastValue)},
                 std::move(attributes));
  if (!in.flat) y[0] = flattened(d, y[0]);
  yield_all(d, y);
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(q: f32[2,3,8], k: f32[2,5,8], v: f32[2,5,6], b: f32[22]) -> (y) {\n"
    "  m: s32[2,5] = {1, 1, 1, 0, 0, 1, 1, 1, 1, 1}\n"
    "  y = com.microsoft.MultiHeadAttention(q, k, v, b, m) {num_heads=2} }",
    "(q: f32[2,3,8], k: f32[2,3,8], v: f32[2,3,8], a: f32[1,2,3,7], c: f32[2,2,4,4],\n"
    "  e: f32[2,2,4,4]) -> (y, pk, pv) {\n"
    "  y, pk, pv = com.microsoft.MultiHeadAttention(q, k, v, _, _, a, c, e) {\n"
    "    num_heads=2, unidirectional=1, scale=0.4} }",
    "(q: f32[2,3,2,3,4], b: f32[24]) -> (y) {\n"
    "  m: s32[2] = {2, 3}\n"
    "  y = com.microsoft.MultiHeadAttention(q, _, _, b, m) {num_heads=2} }",
    "(q: f32[2,3,8], k: f32[2,5,2,2,4]) -> (y) {\n"
    "  y = com.microsoft.MultiHeadAttention(q, k) {num_heads=2} }",
    "(q: f32[2,3,8], k: f32[2,2,5,4], v: f32[2,2,5,4], b: f32[24]) -> (y) {\n"
    "  y = com.microsoft.MultiHeadAttention(q, k, v, b) {num_heads=2} }",
    "(q: f16[1,3,4], k: f16[1,3,4], v: f16[1,3,4]) -> (y, s) {\n"
    "  m: s32[1,3,3] = {1, 0, 0, 1, 1, 0, 1, 1, 1}\n"
    "  y, _, _, s = com.microsoft.MultiHeadAttention(q, k, v, _, m) {num_heads=1} }",
};

}  // namespace

MOTE_MICROSOFT_OP(MultiHeadAttention,
                  (composite<multi_head_attention>("MultiHeadAttention", {1, 10, 4}, parse)),
                  "ONNX's Attention of `query`, `key` and `value`, which may be packed into one "
                  "tensor and lack their bias.",
                  kSamples)

}  // namespace mote
