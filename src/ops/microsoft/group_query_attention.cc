// GroupQueryAttention: attention of decoders whose keys and values of earlier steps lie in a cache.
#include "base/text.h"
#include "ops/microsoft/attention_mask.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxHeads = std::int64_t{1} << 30;

struct GroupParams : OpParams {
  std::int64_t num_heads = 1, kv_num_heads = 1;
  float scale = 0.0F;  // 0: 1 / sqrt(head size)
  float softcap = 0.0F;
  std::int64_t local_window_size = -1;  // keys that a query sees, its own among them; -1: all
  bool causal = true;
  bool do_rotary = false, rotary_interleaved = false;
};

// Attributes that change what is computed in ways that this build has not.
Status refuse_others(AttributeReader& r) {
  const auto is_set = [&](std::string_view name) { return r.integer(name, 0) > 0; };
  std::string_view found;
  for (const std::string_view name :
       {"smooth_softmax", "qk_output", "sliding_window_cache", "kv_cache_bit_width"}) {
    if (is_set(name)) found = name;
  }
  for (const std::string_view name : {"k_quant_type", "v_quant_type"}) {
    if (r.text(name, "NONE") != "NONE") found = name;
  }
  for (const std::string_view name : {"qk_norm_epsilon", "q_norm_epsilon", "k_norm_epsilon"}) {
    (void)r.real(name, 0.0F);  // of inputs that are refused
  }
  MOTE_TRY(r.finish());
  if (found.empty()) return {};
  return Error{Code::kUnsupported, cat(found, " is not done by this build")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GroupParams>();
  AttributeReader r(attributes);
  p->num_heads = r.required_integer("num_heads");
  p->kv_num_heads = r.required_integer("kv_num_heads");
  p->scale = r.real("scale", 0.0F);
  p->softcap = r.real("softcap", 0.0F);
  p->local_window_size = r.integer("local_window_size", -1);
  p->causal = r.integer("causal", 1) != 0;
  p->do_rotary = r.integer("do_rotary", 0) != 0;
  p->rotary_interleaved = r.integer("rotary_interleaved", 0) != 0;
  MOTE_TRY(refuse_others(r));
  if (p->kv_num_heads < 1 || p->num_heads < 1 || p->num_heads > kMaxHeads ||
      p->num_heads % p->kv_num_heads != 0) {
    return Error{
        Code::kInvalidArgument,
        cat("num_heads ", p->num_heads, " is not a multiple of kv_num_heads ", p->kv_num_heads)};
  }
  if (p->local_window_size < 1 && p->local_window_size != -1) {
    return Error{Code::kInvalidArgument,
                 cat("local_window_size ", p->local_window_size, " is neither positive nor -1")};
  }
  return p;
}

enum Input : std::size_t {
  kQuery,
  kKey,
  kValue,
  kPastKey,
  kPastValue,
  kSeqlens,
  kTotal,
  kCosCache,
  kSinCache,
  kPositionIds,
  kAttentionBias,
  kHeadSink,
  kScaleOfKeys,
};

// Heads among which the last size of `query` is divided.
std::int64_t query_heads(const GroupParams& p, bool packed) {
  return p.num_heads + (packed ? 2 * p.kv_num_heads : 0);
}

// query: [B, S, N * H], or with key and value behind it; key, value: [B, S, Nkv * H];
// past_key, past_value: [B, Nkv, P, H]; seqlens_k: [B]; total_sequence_length: one number.
// output: [B, S, N * H]; present_key, present_value: [B, Nkv, max(P, total), H].
Status infer(const InferArgs& args) {
  const auto& p = args.params<GroupParams>();
  if (!args.has(kSeqlens) || !args.has(kTotal)) {
    return Error{Code::kInvalidArgument, "seqlens_k or total_sequence_length is missing"};
  }
  MOTE_TRY(expect_elements(args, kQuery, Elements<float, F16, BF16>{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {kQuery, kKey, kValue, kPastKey, kPastValue}));
  MOTE_TRY(expect_rank(args, kQuery, 3, "[batch, length, size]"));
  MOTE_TRY(expect_dtype(args, kSeqlens, {DType::kS32}));
  MOTE_TRY(expect_dtype(args, kTotal, {DType::kS32}));
  const Dim hidden = size_of(args, kQuery, 2);
  const std::int64_t heads = query_heads(p, !args.has(kKey));
  if (hidden.known() && hidden.size() % heads != 0) {
    return Error{Code::kInvalidArgument, cat("the last size of query, ", hidden.size(),
                                             ", is not a multiple of ", heads, " heads")};
  }
  const Dim size = hidden.known() ? Dim(hidden.size() / heads) : Dim();
  MOTE_ASSIGN(const Dim out, product(Shape{Dim(p.num_heads), size}));
  args.set(0, {dtype, Shape{size_of(args, kQuery, 0), size_of(args, kQuery, 1), out}});
  Dim capacity;
  const Dim past = args.has(kPastKey) ? size_of(args, kPastKey, 2) : Dim(0);
  MOTE_ASSIGN(const auto total, known_integers(args, kTotal));
  if (total && total->size() == 1 && past.known()) {
    capacity = Dim(std::max<std::int64_t>({(*total)[0], past.size(), 0}));
  }
  const Shape present{size_of(args, kQuery, 0), Dim(p.kv_num_heads), capacity, size};
  args.set(1, {dtype, present});
  args.set(2, {dtype, present});
  return {};
}

// What is known when the node is taken apart.
struct CacheStep {
  std::int64_t batch, length, head_size;
  std::int64_t past, total, capacity;

  bool prompt() const { return length == total; }
  // The past is full and all sequences are of one length.
  bool appends() const { return batch == 1 && past + length == total; }
};

Result<CacheStep> step_of(Decomposition& d, const GroupParams& p) {
  const auto q = d.type(d.in(kQuery)).dims();
  const Tensor* total = d.constant(d.in(kTotal));
  const auto past = d.type(d.in(kPastKey)).dims();
  if (!q || total == nullptr || (d.has(kPastKey) && !past)) {
    return Error{Code::kUnsupported, "needs sizes and a total_sequence_length that are known"};
  }
  if (total->dtype() != DType::kS32 || total->count() != 1) {
    return Error{Code::kInvalidArgument, "total_sequence_length is not one s32"};
  }
  CacheStep step{};
  step.batch = (*q)[0], step.length = (*q)[1];
  step.head_size = (*q)[2] / query_heads(p, !d.has(kKey));
  step.past = past ? (*past)[2] : 0;
  step.total = total->values<std::int32_t>()[0];
  step.capacity = std::max(step.past, step.total);
  if (step.total >= step.length) return step;
  return Error{Code::kInvalidArgument, cat("total_sequence_length ", step.total,
                                           " is below the query's length ", step.length)};
}

Status refuse_inputs(Decomposition& d) {
  if (d.has(kHeadSink)) return Error{Code::kUnsupported, "head_sink is not done by this build"};
  for (std::size_t i = kScaleOfKeys; i < d.node().declared_inputs().size(); ++i) {
    if (d.has(i)) return Error{Code::kUnsupported, cat("input ", i, " is not used by this build")};
  }
  if (d.wants(3)) return Error{Code::kUnsupported, "output_qk is not made by this build"};
  if (!d.has(kSeqlens)) return Error{Code::kInvalidArgument, "seqlens_k is missing"};
  if (d.has(kKey) == d.has(kValue) && d.has(kPastKey) == d.has(kPastValue)) return {};
  return Error{Code::kInvalidArgument, "key and value, and their pasts, come together"};
}

// Takes the node apart for one step.
class Decomposed {
 public:
  Decomposed(Decomposition& d, const GroupParams& p, const CacheStep& step)
      : d_(d), p_(p), step_(step) {}

  Status run() {
    split_inputs();
    if (!step_.prompt()) {
      // How many keys came before: seqlens_k + 1 are there with the new ones.
      lengths_ = cast_to(d_, d_.in(kSeqlens), DType::kS64);
      lengths_ = d_.add("Add", {lengths_, scalar(1)});
    }
    if (p_.do_rotary) rotate();
    if (step_.appends() && d_.has(kPastKey)) {
      attend_appended();
    } else {
      attend_cached();
    }
    return d_.status();
  }

 private:
  ValueId scalar(std::int64_t value) { return d_.constant(Tensor::scalar(value)); }

  void split_inputs() {
    q_ = d_.in(kQuery), k_ = d_.in(kKey), v_ = d_.in(kValue);
    if (d_.has(kKey)) return;
    const std::int64_t kv = p_.kv_num_heads * step_.head_size;
    const auto parts =
        d_.add_many(3, "Split", {q_, d_.integers({p_.num_heads * step_.head_size, kv, kv})},
                    {{"axis", std::int64_t{-1}}});
    q_ = parts[0], k_ = parts[1], v_ = parts[2];
  }

  // Where the new keys stand: [B, S].
  ValueId positions() {
    std::vector<std::int64_t> places(static_cast<std::size_t>(step_.length));
    for (std::int64_t i = 0; i < step_.length; ++i) places[static_cast<std::size_t>(i)] = i;
    const ValueId row = d_.integers(std::move(places));
    if (step_.prompt()) return d_.add("Expand", {row, d_.integers({step_.batch, step_.length})});
    const ValueId before = d_.add("Sub", {lengths_, scalar(step_.length)});
    return d_.add("Add", {d_.add("Unsqueeze", {before, d_.integers({1})}), row});
  }

  void rotate() {
    const ValueId ids = d_.has(kPositionIds) ? d_.in(kPositionIds) : positions();
    const TensorType cache = d_.type(d_.in(kCosCache));
    if (!d_.has(kCosCache) || !d_.has(kSinCache) || cache.rank() != 2) {
      return d_.fail({Code::kInvalidArgument, "do_rotary needs cos_cache and sin_cache"});
    }
    const Dim half = (*cache.shape)[1];
    const auto rotated = [&](ValueId x, std::int64_t heads) {
      Attributes attributes{{"interleaved", std::int64_t{p_.rotary_interleaved}},
                            {"num_heads", heads}};
      if (half.known()) attributes.set("rotary_embedding_dim", 2 * half.size());
      return d_.add("RotaryEmbedding", {x, d_.in(kCosCache), d_.in(kSinCache), ids},
                    std::move(attributes));
    };
    q_ = rotated(q_, p_.num_heads);
    k_ = rotated(k_, p_.kv_num_heads);
  }

  Attributes attention_attributes(bool flat) const {
    Attributes attributes{{"is_causal", std::int64_t{p_.causal}}, {"softcap", p_.softcap}};
    if (p_.scale != 0.0F) attributes.set("scale", p_.scale);
    if (p_.local_window_size > 0) attributes.set("left_window_size", p_.local_window_size - 1);
    if (flat) {
      attributes.set("q_num_heads", p_.num_heads);
      attributes.set("kv_num_heads", p_.kv_num_heads);
    }
    return attributes;
  }

  // [B, S, heads * H] as [B, heads, S, H].
  ValueId by_heads(ValueId x, std::int64_t heads) {
    const ValueId split =
        d_.add("Reshape", {x, d_.integers({step_.batch, step_.length, heads, step_.head_size})},
               {{"allowzero", std::int64_t{1}}});
    return d_.add("Transpose", {split}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
  }

  void attend_appended() {
    const auto y = d_.add_many(
        3, "Attention", {q_, k_, v_, d_.in(kAttentionBias), d_.in(kPastKey), d_.in(kPastValue)},
        attention_attributes(true));
    yield_all(d_, y);
  }

  void attend_cached() {
    if (step_.prompt()) {
      d_.yield(
          0, d_.add("Attention", {q_, k_, v_, d_.in(kAttentionBias)}, attention_attributes(true)));
      if (d_.wants(1)) d_.yield(1, cached(k_, kPastKey));
      if (d_.wants(2)) d_.yield(2, cached(v_, kPastValue));
      return;
    }
    const ValueId k = cached(k_, kPastKey), v = cached(v_, kPastValue);
    const ValueId y = d_.add("Attention",
                             {by_heads(q_, p_.num_heads), k, v, d_.in(kAttentionBias),
                              ValueId::kNone, ValueId::kNone, lengths_},
                             attention_attributes(false));
    const ValueId rows =
        d_.add("Transpose", {y}, {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
    d_.yield(
        0, d_.add("Reshape",
                  {rows, d_.integers({step_.batch, step_.length, p_.num_heads * step_.head_size})},
                  {{"allowzero", std::int64_t{1}}}));
    yield_present(k, v);
  }

  void yield_present(ValueId k, ValueId v) {
    if (d_.wants(1)) d_.yield(1, k);
    if (d_.wants(2)) d_.yield(2, v);
  }

  // The cache with x at its place; zeros where nothing was yet.
  ValueId cached(ValueId x, std::size_t past) {
    const ValueId fresh = by_heads(x, p_.kv_num_heads);
    if (step_.prompt() && step_.capacity == step_.length) return fresh;
    const auto zeros = [&](std::int64_t rows) {
      const ValueId shape = d_.integers({step_.batch, p_.kv_num_heads, rows, step_.head_size});
      return d_.add("Expand", {d_.scalar_like(x, 0), shape});
    };
    if (step_.prompt()) {
      return d_.add("Concat", {fresh, zeros(step_.capacity - step_.length)},
                    {{"axis", std::int64_t{2}}});
    }
    ValueId cache = d_.has(past) ? d_.in(past) : zeros(step_.capacity);
    if (d_.has(past) && step_.capacity > step_.past) {
      cache = d_.add("Concat", {cache, zeros(step_.capacity - step_.past)},
                     {{"axis", std::int64_t{2}}});
    }
    const ValueId rows = d_.add("Unsqueeze", {positions(), d_.integers({1, 3})});
    const ValueId places =
        d_.add("Expand",
               {rows, d_.integers({step_.batch, p_.kv_num_heads, step_.length, step_.head_size})});
    return d_.add("ScatterElements", {cache, places, fresh}, {{"axis", std::int64_t{2}}});
  }

  Decomposition& d_;
  const GroupParams& p_;
  const CacheStep& step_;
  ValueId q_ = ValueId::kNone, k_ = ValueId::kNone, v_ = ValueId::kNone;
  ValueId lengths_ = ValueId::kNone;  // s64[B], the new keys counted; not for a prompt
};

Status decompose(Decomposition& d) {
  const auto& p = d.params<GroupParams>();
  MOTE_TRY(refuse_inputs(d));
  MOTE_ASSIGN(const CacheStep step, step_of(d, p));
  return Decomposed(d, p, step).run();
}

constexpr OpDef group_query_attention() {
  OpDef op = composite<decompose>("GroupQueryAttention", {1, 17, 4}, parse);
  op.infer = infer;
  return op;
}

constexpr std::string_view kSamples[] = {
    // a first prompt
    "(q: f32[2,3,16], k: f32[2,3,8], v: f32[2,3,8], c: f32[4,2], s: f32[4,2]) -> (y, pk, pv) {\n"
    "  n: s32[2] = {2, 1} t: s32[] = {3}\n"
    "  y, pk, pv = com.microsoft.GroupQueryAttention(q, k, v, _, _, n, t, c, s) {\n"
    "    num_heads=4, kv_num_heads=2, do_rotary=1} }",
    // one more token, appended
    "(q: f32[1,1,32], c: f32[8,2], s: f32[8,2], a: f32[1,2,5,4], b: f32[1,2,5,4]) -> (y, pk, pv) "
    "{\n"
    "  n: s32[1] = {5} t: s32[] = {6}\n"
    "  y, pk, pv = com.microsoft.GroupQueryAttention(q, _, _, a, b, n, t, c, s) {\n"
    "    num_heads=4, kv_num_heads=2, do_rotary=1, rotary_interleaved=1, softcap=3.0} }",
    // one more token each, in a buffer with room
    "(q: f32[2,1,16], k: f32[2,1,8], v: f32[2,1,8], a: f32[2,2,5,4], b: f32[2,2,5,4]) ->\n"
    "  (y, pk, pv) {\n"
    "  n: s32[2] = {1, 3} t: s32[] = {4}\n"
    "  y, pk, pv = com.microsoft.GroupQueryAttention(q, k, v, a, b, n, t) {\n"
    "    num_heads=4, kv_num_heads=2, local_window_size=2, scale=0.4} }",
};

}  // namespace

MOTE_MICROSOFT_OP(GroupQueryAttention, group_query_attention(),
                  "Attention in which groups of query heads share keys, the new ones put into the "
                  "cache at `seqlens_k`, with rotary embedding if `do_rotary`.",
                  kSamples)

}  // namespace mote
