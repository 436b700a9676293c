// Attention: queries answered by a mean of values, weighed by how well their keys match.
#include "base/text.h"
#include "ops/attention/dot_product.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// Window sizes beyond any sequence, so that sums of positions stay within 64 bits.
constexpr std::int64_t kMaxWindow = std::int64_t{1} << 40;

Status read_window_size(AttributeReader& r, std::string_view name, std::int64_t& size) {
  size = r.integer(name, -1);
  if (size < -1) {
    return Error{Code::kInvalidArgument, cat(name, " ", size, " is below -1")};
  }
  size = std::min(size, kMaxWindow);
  return {};
}

Status read_heads(AttributeReader& r, std::string_view name, std::int64_t& heads) {
  heads = r.integer(name, 0);
  if (heads > 0 || !r.has(name)) return {};
  return Error{Code::kInvalidArgument, cat(name, " ", heads, " is not positive")};
}

Status read_modes(AttributeReader& r, AttentionParams& p) {
  const std::int64_t output = r.integer("qk_matmul_output_mode", 0);
  if (output < 0 || output > 3) {
    return Error{Code::kInvalidArgument,
                 cat("qk_matmul_output_mode ", output, " is outside [0, 3]")};
  }
  p.qk_output = static_cast<QkOutput>(output);
  const std::int64_t precision = r.integer("softmax_precision", 0);
  if (!r.has("softmax_precision")) return {};
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kF64, DType::kBF16}) {
    if (precision == static_cast<int>(dtype)) p.softmax_precision = dtype;
  }
  if (p.softmax_precision != DType::kUndefined) return {};
  return Error{Code::kInvalidArgument,
               cat("softmax_precision ", precision, " is none of 1, 10, 11 and 16")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<AttentionParams>();
  AttributeReader r(attributes);
  if (r.has("scale")) p->scale = r.real("scale", 0.0F);
  p->softcap = r.real("softcap", 0.0F);
  p->is_causal = r.flag("is_causal", false);
  MOTE_TRY(read_heads(r, "q_num_heads", p->q_num_heads));
  MOTE_TRY(read_heads(r, "kv_num_heads", p->kv_num_heads));
  MOTE_TRY(read_window_size(r, "left_window_size", p->left_window_size));
  MOTE_TRY(read_window_size(r, "right_window_size", p->right_window_size));
  MOTE_TRY(read_modes(r, *p));
  MOTE_TRY(r.finish());
  return p;
}

// Every size if all inputs' sizes are known.
Result<std::optional<AttentionSizes>> known_sizes(const InferArgs& args) {
  AttentionDims dims;
  for (std::size_t i = 0; i < kAttentionInputs; ++i) {
    if (!args.has(i)) continue;
    if (!args.type(i).shape) return std::optional<AttentionSizes>();
    Dims known;
    if (args.type(i).rank() > kMaxRank) return std::optional<AttentionSizes>();
    for (const Dim& d : *args.type(i).shape) {
      if (!d.known()) return std::optional<AttentionSizes>();
      known.push_back(d.size());
    }
    dims[i] = known;
  }
  MOTE_ASSIGN(AttentionSizes sizes, attention_sizes(args.params<AttentionParams>(), dims));
  return std::optional(sizes);
}

Status check_dtypes(const InferArgs& args) {
  for (const std::size_t i : {kQ, kK, kV}) MOTE_TRY(expect_elements(args, i, FloatElements{}));
  MOTE_TRY(shared_dtype(args, {kQ, kK, kPastKey}));
  MOTE_TRY(shared_dtype(args, {kV, kPastValue}));
  if (args.has(kMask) && args.type(kMask).dtype != DType::kBool) {
    MOTE_TRY(expect_elements(args, kMask, NumberElements{}));
  }
  return args.has(kNonpad) ? expect_dtype(args, kNonpad, {DType::kS64}) : Status();
}

// size / heads; unknown if one is.
Dim divided(const Dim& size, std::int64_t heads) {
  return size.known() && heads > 0 ? Dim(size.size() / heads) : Dim();
}

// Outputs of which some sizes are unknown.
Status set_partial(const InferArgs& args) {
  const auto& p = args.params<AttentionParams>();
  const int rank = args.type(kQ).rank();
  const bool flat = rank == 3;
  const Dim heads = flat && p.kv_num_heads > 0 ? Dim(p.kv_num_heads) : size_of(args, kK, 1);
  const Dim q_heads = flat ? Dim(std::max<std::int64_t>(p.q_num_heads, 1)) : size_of(args, kQ, 1);
  const auto head_size = [&](std::size_t i) {
    return flat ? divided(size_of(args, i, 2), p.kv_num_heads) : size_of(args, i, 3);
  };
  const Dim batch = size_of(args, kQ, 0);
  const Dim keys = size_of(args, kK, flat ? 1 : 2);
  const Dim total = args.has(kPastKey) ? Dim() : keys;
  const DType dtype = args.type(kQ).dtype;
  if (flat) {
    MOTE_ASSIGN(const Dim hidden, product(Shape{q_heads, head_size(kV)}));
    args.set(0, {dtype, Shape{batch, size_of(args, kQ, 1), hidden}});
  } else if (rank == 4) {
    args.set(0, {dtype, Shape{batch, q_heads, size_of(args, kQ, 2), head_size(kV)}});
  } else {
    args.set(0, {dtype, std::nullopt});
  }
  if (rank < 0) return {};
  args.set(1, {dtype, Shape{batch, heads, total, head_size(kK)}});
  args.set(2, {args.type(kV).dtype, Shape{batch, heads, total, head_size(kV)}});
  args.set(3, {dtype, Shape{batch, q_heads, size_of(args, kQ, flat ? 1 : 2), total}});
  return {};
}

// Q: [B, Hq, L, D] or [B, L, Hq * D]; K, V: [B, Hkv, S, D or Dv] or [B, S, Hkv * (D or Dv)];
// attn_mask: to [B, Hq, L, at most T]; past_key, past_value: [B, Hkv, P, D or Dv];
// nonpad_kv_seqlen: [B]. T = P + S.
// Y as Q, of Dv; present_key, present_value: [B, Hkv, T, D or Dv]; qk_matmul_output: [B, Hq, L, T].
Status infer(const InferArgs& args) {
  MOTE_TRY(check_dtypes(args));
  for (std::size_t i = 1; i < args.output_count; ++i) {
    args.set(i, {args.type(i == 2 ? kV : kQ).dtype, std::nullopt});
  }
  MOTE_ASSIGN(const auto sizes, known_sizes(args));
  if (!sizes) return set_partial(args);
  const AttentionSizes& s = *sizes;
  const DType dtype = args.type(kQ).dtype;
  if (args.type(kQ).rank() == 3) {
    MOTE_ASSIGN(const Dim hidden, product(Shape{Dim(s.q_heads), Dim(s.v_head_size)}));
    args.set(0, {dtype, Shape{Dim(s.batch), Dim(s.queries), hidden}});
  } else {
    args.set(0, {dtype, Dims{s.batch, s.q_heads, s.queries, s.v_head_size}});
  }
  args.set(1, {dtype, Dims{s.batch, s.kv_heads, s.total(), s.head_size}});
  args.set(2, {args.type(kV).dtype, Dims{s.batch, s.kv_heads, s.total(), s.v_head_size}});
  args.set(3, {dtype, Dims{s.batch, s.q_heads, s.queries, s.total()}});
  return {};
}

std::int64_t macs(const PrepareArgs& args) {
  const auto s = attention_sizes(args.params<AttentionParams>(), dims_of(args));
  if (!s || s->v_head_size == 0) return 0;
  return macs_of(args.out_dims(0).count() / s->v_head_size,
                 macs_of(s->total(), s->head_size + s->v_head_size));
}

constexpr int kVersions[] = {23, 24, 25};

constexpr std::string_view kSamples[] = {
    "(q: f32[2,3,4,8], k: f32[2,3,6,8], v: f32[2,3,6,8]) -> (y) { y = Attention(q, k, v) }",
    "(q: f32[2,4,24], k: f32[2,6,24], v: f32[2,6,30]) -> (y) {\n"
    "  y = Attention(q, k, v) {q_num_heads=3, kv_num_heads=3, softcap=2.0} }",
    "(q: f32[1,9,5,8], k: f32[1,3,5,8], v: f32[1,3,5,10]) -> (y) {\n"
    "  y = Attention(q, k, v) {is_causal=1} }",
    "(q: f32[2,4,5,8], k: f32[2,2,6,8], v: f32[2,2,6,10], m: bool[5,4]) -> (y) {\n"
    "  y = Attention(q, k, v, m) {scale=0.3} }",
    "(q: f32[2,4,5,8], k: f32[2,2,6,8], v: f32[2,2,6,10], m: f32[2,1,5,6]) -> (y) {\n"
    "  y = Attention(q, k, v, m) {is_causal=1} }",
    "(q: f32[2,3,4,8], k: f32[2,3,6,8], v: f32[2,3,6,9], m: f32[4,13], pk: f32[2,3,7,8],\n"
    "  pv: f32[2,3,7,9]) -> (y, kk, vv) {\n"
    "  y, kk, vv = Attention(q, k, v, m, pk, pv) {left_window_size=5, right_window_size=2} }",
    "(q: f32[1,1,16], k: f32[1,1,8], v: f32[1,1,8], pk: f32[1,1,600,8], pv: f32[1,1,600,8])\n"
    "  -> (y, kk, vv) {\n"
    "  y, kk, vv = Attention(q, k, v, _, pk, pv) {q_num_heads=2, kv_num_heads=1, is_causal=1} }",
    "(q: f32[1,2,130,8], k: f32[1,1,700,8], v: f32[1,1,700,40]) -> (y) {\n"
    "  y = Attention(q, k, v) {left_window_size=100, is_causal=1} }",
    "(q: f32[2,2,4,8], k: f32[2,1,6,8], v: f32[2,1,6,8]) -> (y) {\n"
    "  n: s64[2] = {2, 6} y = Attention(q, k, v, _, _, _, n) {is_causal=1} }",
    "(q: f32[1,2,3,4], k: f32[1,2,3,4], v: f32[1,2,3,4]) -> (y, s) {\n"
    "  y, _, _, s = Attention(q, k, v) {qk_matmul_output_mode=3} }",
    "(q: f64[1,2,3,4], k: f64[1,2,3,4], v: f64[1,2,3,4], m: f64[3]) -> (y) {\n"
    "  y = Attention(q, k, v, m) }",
    "(q: f16[1,2,3,4], k: f16[1,2,3,4], v: f16[1,2,3,4]) -> (y) {\n"
    "  y = Attention(q, k, v) {softmax_precision=1} }",
    "(q: bf16[1,2,3,4], k: bf16[1,2,3,4], v: bf16[1,2,3,4]) -> (y) { y = Attention(q, k, v) }",
    "(q: f32[1,2,3,4], k: f32[1,2,0,4], v: f32[1,2,0,4]) -> (y) { y = Attention(q, k, v) }",
    "(q: f32[0,2,3,4], k: f32[0,2,3,4], v: f32[0,2,3,4]) -> (y) { y = Attention(q, k, v) }",
};

}  // namespace

extern const OpDef kOp_Attention;
constinit const OpDef kOp_Attention = {
    .name = "Attention",
    .min_inputs = 3,
    .max_inputs = 7,
    .max_outputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = attention_reference,
    .prepare = prepare_attention,
    .macs = macs,
};

extern const OnnxOp kOnnx_Attention;
constinit const OnnxOp kOnnx_Attention = {.name = "Attention", .versions = kVersions};

extern const OpDoc kDoc_Attention;
constinit const OpDoc kDoc_Attention = {
    .name = "Attention",
    .doc =
        "softmax(`Q`·`K`ᵀ · `scale` + `attn_mask`)·`V` for each head. What a query may see is cut "
        "by "
        "`is_causal`, windows and `nonpad_kv_seqlen`; a query that sees no key gives zeros.",
    .samples = kSamples,
};

}  // namespace mote
