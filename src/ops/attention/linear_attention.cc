// LinearAttention: a recurrent state for each key head, written by keys and values, read by
// queries.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using LinearElements = Elements<float, F16, BF16>;

enum class UpdateRule : std::uint8_t { kGatedDelta, kLinear, kGated, kDelta };

struct LinearParams : OpParams {
  std::int64_t q_heads = 0, kv_heads = 0;
  float scale = 0.0F;  // 0: 1 / sqrt(key size)
  UpdateRule rule = UpdateRule::kGatedDelta;

  bool gated() const { return rule == UpdateRule::kGated || rule == UpdateRule::kGatedDelta; }
  bool delta() const { return rule == UpdateRule::kDelta || rule == UpdateRule::kGatedDelta; }
};

constexpr std::uint64_t kMaxStateBytes = std::uint64_t{1} << 48;
constexpr std::size_t kQuery = 0, kKey = 1, kValue = 2, kPast = 3, kDecay = 4, kBeta = 5;

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LinearParams>();
  AttributeReader r(attributes);
  p->q_heads = r.required_integer("q_num_heads");
  p->kv_heads = r.required_integer("kv_num_heads");
  p->scale = r.real("scale", 0.0F);
  (void)r.integer("chunk_size", 64);  // how others cut the work
  MOTE_ASSIGN(p->rule, enum_named<UpdateRule>(r, "update_rule",
                                              {"gated_delta", "linear", "gated", "delta"}));
  MOTE_TRY(r.finish());
  if (p->kv_heads < 1 || p->q_heads < 1 || p->q_heads % p->kv_heads != 0) {
    return Error{Code::kInvalidArgument, cat("q_num_heads ", p->q_heads,
                                             " is not a multiple of kv_num_heads ", p->kv_heads)};
  }
  return p;
}

// Dimension 2 of input i, divided by `heads`. Errors: it does not divide.
Result<Dim> size_per_head(const InferArgs& args, std::size_t i, std::int64_t heads) {
  const Dim size = size_of(args, i, 2);
  if (!size.known()) return Dim();
  if (size.size() % heads == 0) return Dim(size.size() / heads);
  return Error{Code::kInvalidArgument, cat("the last size of input ", i, ", ", size.size(),
                                           ", is not a multiple of ", heads, " heads")};
}

Status check_gates(const InferArgs& args) {
  const auto& p = args.params<LinearParams>();
  const auto check = [&](std::size_t i, bool needed, std::string_view what) -> Status {
    if (args.has(i) == needed) return {};
    return Error{Code::kInvalidArgument,
                 cat("update_rule ", needed ? "needs " : "takes no ", what)};
  };
  MOTE_TRY(check(kDecay, p.gated(), "decay"));
  return check(kBeta, p.delta(), "beta");
}

Status check_gate_sizes(const InferArgs& args, const Dim& key_size) {
  const auto& p = args.params<LinearParams>();
  const Dim decay = size_of(args, kDecay, 2);
  const Dim beta = size_of(args, kBeta, 2);
  const bool decays =
      !decay.known() || decay.size() == p.kv_heads || !key_size.known() ||
      (decay.size() % p.kv_heads == 0 && decay.size() / p.kv_heads == key_size.size());
  if (!decays) {
    return Error{Code::kInvalidArgument,
                 cat("decay has ", decay.size(), " values a token, not one for each of ",
                     p.kv_heads, " heads or of their ", key_size.size(), " key elements")};
  }
  if (!beta.known() || beta.size() == 1 || beta.size() == p.kv_heads) return {};
  return Error{Code::kInvalidArgument,
               cat("beta has ", beta.size(), " values a token, not 1 or one for each of ",
                   p.kv_heads, " heads")};
}

Status check_types(const InferArgs& args) {
  for (const std::size_t i : {kQuery, kPast}) {
    if (args.has(i)) MOTE_TRY(expect_elements(args, i, LinearElements{}));
  }
  MOTE_TRY(shared_dtype(args, {kQuery, kKey, kValue, kDecay, kBeta}));
  for (const std::size_t i : {kQuery, kKey, kValue, kDecay, kBeta}) {
    if (!args.has(i)) continue;
    MOTE_TRY(expect_rank(args, i, 3, "[batch, tokens, heads * size]"));
    MOTE_TRY(expect_size(args, i, 0, size_of(args, kQuery, 0), "the batch"));
    MOTE_TRY(expect_size(args, i, 1, size_of(args, kQuery, 1), "the number of tokens,"));
  }
  return {};
}

// query: [B, T, Hq * Dk]; key: [B, T, H * Dk]; value: [B, T, H * Dv]; past_state: [B, H, Dk, Dv];
// decay: [B, T, H or H * Dk]; beta: [B, T, H or 1]. output: [B, T, Hq * Dv]; present_state as past.
Status infer(const InferArgs& args) {
  const auto& p = args.params<LinearParams>();
  MOTE_TRY(check_gates(args));
  MOTE_TRY(check_types(args));
  MOTE_ASSIGN(const Dim key_size, size_per_head(args, kQuery, p.q_heads));
  MOTE_ASSIGN(const Dim of_key, size_per_head(args, kKey, p.kv_heads));
  MOTE_ASSIGN(const Dim value_size, size_per_head(args, kValue, p.kv_heads));
  if (key_size.known() && of_key.known() && key_size.size() != of_key.size()) {
    return Error{Code::kInvalidArgument,
                 cat("keys have ", of_key.size(), " elements, queries ", key_size.size())};
  }
  MOTE_TRY(check_gate_sizes(args, key_size));
  const Dim batch = size_of(args, kQuery, 0);
  const Shape state{batch, Dim(p.kv_heads), key_size, value_size};
  if (args.has(kPast)) {
    MOTE_TRY(expect_rank(args, kPast, 4, "past_state"));
    for (int d = 0; d < 4; ++d) {
      MOTE_TRY(expect_size(args, kPast, d, state[static_cast<std::size_t>(d)], "the state's"));
    }
  }
  MOTE_ASSIGN(const Dim hidden, product(Shape{Dim(p.q_heads), value_size}));
  args.set(0, {args.type(kQuery).dtype, Shape{batch, size_of(args, kQuery, 1), hidden}});
  args.set(1, {args.type(args.has(kPast) ? kPast : kQuery).dtype, state});
  return {};
}

struct LinearSizes {
  std::int64_t batch, tokens, key, value;
  std::int64_t decays;  // of one token: kv_heads, or kv_heads * key
  std::int64_t betas;

  std::int64_t state() const { return key * value; }
  // Floats that one head works with: its state, a value and a sum.
  std::int64_t scratch() const { return (state() + 2 * value + 15) / 16 * 16; }
};

// Heads go side by side, tokens one after the other; all in f32.
template <class T, class S>
class LinearStep final : public Step {
 public:
  LinearStep(const LinearParams& p, const LinearSizes& s) : p_(p), s_(s) {
    scale_ = p.scale != 0.0F ? p.scale : 1.0F / std::sqrt(static_cast<float>(s.key));
  }

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(s_.batch * p_.kv_heads * s_.scratch()) * sizeof(float);
  }
  std::string_view kernel() const override { return "recurrence"; }

  Status run(const RunArgs& args) const override {
    if (s_.value == 0) return {};  // then there may be any number of heads
    args.workers.for_each_range(s_.batch * p_.kv_heads, 1,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i) run_head(args, i);
                                });
    return {};
  }

 private:
  void run_head(const RunArgs& args, std::int64_t i) const {
    float* state = reinterpret_cast<float*>(args.scratch) + i * s_.scratch();
    const bool past = args.in.size() > kPast && args.in[kPast];
    for (std::int64_t e = 0; e < s_.state(); ++e) {
      state[e] = past ? static_cast<float>(args.in[kPast].as<S>()[i * s_.state() + e]) : 0.0F;
    }
    for (std::int64_t t = 0; t < s_.tokens && !args.stop.stopped(); ++t) {
      const std::int64_t token = i / p_.kv_heads * s_.tokens + t;
      write(args, token, i % p_.kv_heads, state);
      read(args, token, i % p_.kv_heads, state);
    }
    if (args.out.size() < 2) return;
    S* present = args.out[1].as<S>() + i * s_.state();
    for (std::int64_t e = 0; e < s_.state(); ++e) present[e] = static_cast<S>(state[e]);
  }

  // state = exp(decay) * state + key ⊗ value, the value corrected by what the state holds for the
  // key if the rule is delta.
  void write(const RunArgs& args, std::int64_t token, std::int64_t h, float* state) const {
    const T* key = args.in[kKey].as<T>() + (token * p_.kv_heads + h) * s_.key;
    const T* value = args.in[kValue].as<T>() + (token * p_.kv_heads + h) * s_.value;
    float* added = state + s_.state();
    if (p_.gated()) decay(args.in[kDecay].as<T>() + token * s_.decays, h, state);
    for (std::int64_t m = 0; m < s_.value; ++m) added[m] = static_cast<float>(value[m]);
    if (p_.delta()) {
      const T* beta = args.in[kBeta].as<T>() + token * s_.betas + (s_.betas > 1 ? h : 0);
      float* held = added + s_.value;
      sum_rows(key, state, held);
      const auto rate = static_cast<float>(*beta);
      for (std::int64_t m = 0; m < s_.value; ++m) added[m] = rate * (added[m] - held[m]);
    }
    for (std::int64_t d = 0; d < s_.key; ++d) {
      const auto k = static_cast<float>(key[d]);
      float* row = state + d * s_.value;
      for (std::int64_t m = 0; m < s_.value; ++m) row[m] += k * added[m];
    }
  }

  // One gate for the head, or one for each of its key's elements.
  void decay(const T* gates, std::int64_t h, float* state) const {
    const bool by_element = s_.decays != p_.kv_heads;
    for (std::int64_t d = 0; d < s_.key; ++d) {
      const float factor = std::exp(static_cast<float>(gates[by_element ? h * s_.key + d : h]));
      float* row = state + d * s_.value;
      for (std::int64_t m = 0; m < s_.value; ++m) row[m] *= factor;
    }
  }

  // sums[m] = Σ_d weights[d] * state[d, m]
  void sum_rows(const T* weights, const float* state, float* sums) const {
    std::fill_n(sums, s_.value, 0.0F);
    for (std::int64_t d = 0; d < s_.key; ++d) {
      const auto w = static_cast<float>(weights[d]);
      const float* row = state + d * s_.value;
      for (std::int64_t m = 0; m < s_.value; ++m) sums[m] += w * row[m];
    }
  }

  void read(const RunArgs& args, std::int64_t token, std::int64_t h, float* state) const {
    const std::int64_t group = p_.q_heads / p_.kv_heads;
    float* sums = state + s_.state();
    for (std::int64_t g = 0; g < group; ++g) {
      const std::int64_t head = token * p_.q_heads + h * group + g;
      sum_rows(args.in[kQuery].as<T>() + head * s_.key, state, sums);
      T* out = args.out[0].as<T>() + head * s_.value;
      for (std::int64_t m = 0; m < s_.value; ++m) out[m] = static_cast<T>(scale_ * sums[m]);
    }
  }

  LinearParams p_;
  LinearSizes s_;
  float scale_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<LinearParams>();
  const Dims q = args.in_dims(kQuery);
  LinearSizes s{q[0], q[1], q[2] / p.q_heads, args.in_dims(kValue)[2] / p.kv_heads, 0, 0};
  MOTE_ASSIGN(const std::uint64_t state_bytes,
              byte_size(DType::kF32, {s.batch, p.kv_heads, s.key, s.value}));
  if (state_bytes > kMaxStateBytes) {
    return Error{Code::kResourceExhausted, cat("a state of ", human_bytes(state_bytes))};
  }
  if (p.gated()) s.decays = args.in_dims(kDecay)[2];
  if (p.delta()) s.betas = args.in_dims(kBeta)[2];
  const DType state = args.has(kPast) ? args.in_dtype(kPast) : args.in_dtype(kQuery);
  std::unique_ptr<Step> step;
  MOTE_TRY(with_dtype(LinearElements{}, args.in_dtype(kQuery), [&]<class T>(T) -> Status {
    return with_dtype(LinearElements{}, state, [&]<class S>(S) -> Status {
      step = std::make_unique<LinearStep<T, S>>(p, s);
      return {};
    });
  }));
  return step;
}

std::int64_t macs(const PrepareArgs& args) {
  const auto& p = args.params<LinearParams>();
  const std::int64_t passes = 2 + (p.delta() ? 1 : 0);
  return macs_of(args.out_dims(0).count(), passes * (args.in_dims(kQuery)[2] / p.q_heads));
}

constexpr int kVersions[] = {27};

constexpr std::string_view kSamples[] = {
    "(q: f32[2,3,8], k: f32[2,3,8], v: f32[2,3,6]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v) {q_num_heads=2, kv_num_heads=2, update_rule=\"linear\"} }",
    "(q: f32[2,3,8], k: f32[2,3,4], v: f32[2,3,3], p: f32[2,1,4,3], g: f32[2,3,1]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v, p, g) {q_num_heads=2, kv_num_heads=1,\n"
    "    update_rule=\"gated\", scale=0.5} }",
    "(q: f32[1,2,8], k: f32[1,2,8], v: f32[1,2,6], b: f32[1,2,1]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v, _, _, b) {q_num_heads=2, kv_num_heads=2,\n"
    "    update_rule=\"delta\"} }",
    "(q: f32[1,2,8], k: f32[1,2,8], v: f32[1,2,6], g: f32[1,2,8], b: f32[1,2,2]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v, _, g, b) {q_num_heads=2, kv_num_heads=2} }",
    "(q: f16[1,2,8], k: f16[1,2,8], v: f16[1,2,6], p: f32[1,2,4,3]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v, p) {q_num_heads=2, kv_num_heads=2,\n"
    "    update_rule=\"linear\"} }",
    "(q: bf16[1,0,8], k: bf16[1,0,8], v: bf16[1,0,6]) -> (y, s) {\n"
    "  y, s = LinearAttention(q, k, v) {q_num_heads=2, kv_num_heads=2, update_rule=\"linear\"} }",
};

}  // namespace

extern const OpDef kOp_LinearAttention;
constinit const OpDef kOp_LinearAttention = {
    .name = "LinearAttention",
    .min_inputs = 3,
    .max_inputs = 6,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .prepare = prepare,
    .macs = macs,
};

extern const OnnxOp kOnnx_LinearAttention;
constinit const OnnxOp kOnnx_LinearAttention = {.name = "LinearAttention", .versions = kVersions};

extern const OpDoc kDoc_LinearAttention;
constinit const OpDoc kDoc_LinearAttention = {
    .name = "LinearAttention",
    .doc =
        "A state for each key head, S = exp(`decay`)·S + `key` ⊗ `value`, token by token, read as "
        "`scale`·`query`·S; the delta rules write only what the state does not hold already.",
    .samples = kSamples,
};

}  // namespace mote
