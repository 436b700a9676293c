// FlexAttention: attention whose scores and probabilities graphs of the model may change.
#include <cmath>

#include "base/text.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct FlexParams : OpParams {
  std::optional<float> scale;           // absent: 1 / sqrt(head size)
  DType precision = DType::kUndefined;  // of scores and probabilities; undefined: chosen by Q's
  GraphPtr score_mod;                   // null: none
  GraphPtr prob_mod;
};

Status check_mod(const GraphPtr& graph, std::string_view what) {
  if (!graph || (graph->inputs.size() == 1 && graph->outputs.size() == 1)) return {};
  return Error{Code::kInvalidArgument, cat(what, " has ", graph->inputs.size(), " inputs and ",
                                           graph->outputs.size(), " outputs, not one of each")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<FlexParams>();
  AttributeReader r(attributes);
  if (r.has("scale")) p->scale = r.real("scale", 0.0F);
  const std::int64_t precision = r.integer("softmax_precision", 0);
  p->score_mod = r.graph("score_mod");
  p->prob_mod = r.graph("prob_mod");
  const bool given = r.has("softmax_precision");
  MOTE_TRY(r.finish());
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kF64, DType::kBF16}) {
    if (given && precision == static_cast<int>(dtype)) p->precision = dtype;
  }
  if (given && p->precision == DType::kUndefined) {
    return Error{Code::kInvalidArgument,
                 cat("softmax_precision ", precision, " is none of 1, 10, 11 and 16")};
  }
  MOTE_TRY(check_mod(p->score_mod, "score_mod"));
  MOTE_TRY(check_mod(p->prob_mod, "prob_mod"));
  return p;
}

// Q: [B, Hq, L, D]; K: [B, H, S, D]; V: [B, H, S, Dv]. Y: [B, Hq, L, Dv].
Status infer(const InferArgs& args) {
  for (const std::size_t i : {0, 1, 2}) {
    MOTE_TRY(expect_elements(args, i, FloatElements{}));
    MOTE_TRY(expect_rank(args, i, 4, "[batch, heads, length, size]"));
    MOTE_TRY(expect_size(args, i, 0, size_of(args, 0, 0), "the batch"));
  }
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2}));
  MOTE_TRY(expect_size(args, 1, 3, size_of(args, 0, 3), "Q's head size"));
  MOTE_TRY(expect_size(args, 2, 1, size_of(args, 1, 1), "K's heads"));
  MOTE_TRY(expect_size(args, 2, 2, size_of(args, 1, 2), "K's length"));
  const Dim q_heads = size_of(args, 0, 1);
  const Dim heads = size_of(args, 1, 1);
  if (q_heads.known() && heads.known() &&
      (heads.size() == 0 ? q_heads.size() != 0 : q_heads.size() % heads.size() != 0)) {
    return Error{Code::kInvalidArgument, cat("the number of Q's heads, ", q_heads.size(),
                                             ", is not a multiple of K's ", heads.size())};
  }
  args.set(0,
           {dtype, Shape{size_of(args, 0, 0), q_heads, size_of(args, 0, 2), size_of(args, 2, 3)}});
  return {};
}

DType softmax_dtype(const FlexParams& p, DType q) {
  if (p.precision != DType::kUndefined) return p.precision;
  return q == DType::kF64 ? DType::kF64 : DType::kF32;
}

ValueId cast(Decomposition& d, ValueId x, DType to) {
  if (d.dtype(x) == to) return x;
  return d.add("Cast", {x}, {{"to", static_cast<std::int64_t>(to)}});
}

// The outcome of a graph that maps x to something of its type.
ValueId modified(Decomposition& d, const GraphPtr& graph, ValueId x, std::string_view what) {
  if (!graph) return x;
  const std::vector<ValueId> y = d.add_graph(*graph, std::span(&x, 1));
  if (!d.status()) return ValueId::kNone;
  if (!merge(d.type(x), d.type(y[0]))) {
    d.fail({Code::kInvalidArgument,
            cat(what, " makes ", to_string(d.type(y[0])), " of ", to_string(d.type(x)))});
  }
  return y[0];
}

// [B, Hq, ...] as [B, H, Hq / H, ...] and back; the same where every query head has its own keys.
struct Grouping {
  std::int64_t batch, q_heads, heads;

  ValueId split(Decomposition& d, ValueId x, std::int64_t rows, std::int64_t size) const {
    if (q_heads == heads) return x;
    return reshape(d, x, {batch, heads, q_heads / heads, rows, size});
  }
  ValueId join(Decomposition& d, ValueId x, std::int64_t rows, std::int64_t size) const {
    return q_heads == heads ? x : reshape(d, x, {batch, q_heads, rows, size});
  }
  // [B, H, ...] to [B, H, 1, ...], which broadcasts to the query heads of a key head.
  ValueId spread(Decomposition& d, ValueId x) const {
    return q_heads == heads ? x : d.add("Unsqueeze", {x, d.integers({2})});
  }

 private:
  static ValueId reshape(Decomposition& d, ValueId x, std::vector<std::int64_t> shape) {
    return d.add("Reshape", {x, d.integers(std::move(shape))}, {{"allowzero", std::int64_t{1}}});
  }
};

// Scores and probabilities have one dimension for all query heads, whatever graphs see of them.
Status attend(Decomposition& d, const FlexParams& p, const Dims& q, const Dims& k, const Dims& v) {
  const DType dtype = d.dtype(d.in(0));
  const DType precision = softmax_dtype(p, dtype);
  const double scale = p.scale ? static_cast<double>(*p.scale) : 1.0 / std::sqrt(double(q[3]));
  const ValueId factor = d.scalar_like(d.in(0), std::sqrt(scale));
  const Grouping heads{q[0], q[1], k[1]};
  const ValueId queries = heads.split(d, d.add("Mul", {d.in(0), factor}), q[2], q[3]);
  const ValueId keys = d.add("Transpose", {d.add("Mul", {d.in(1), factor})},
                             {{"perm", std::vector<std::int64_t>{0, 1, 3, 2}}});
  ValueId scores = d.add("MatMul", {queries, heads.spread(d, keys)});
  scores = cast(d, heads.join(d, scores, q[2], k[2]), precision);
  scores = modified(d, p.score_mod, scores, "score_mod");
  ValueId weights = d.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}});
  weights = modified(d, p.prob_mod, weights, "prob_mod");
  const ValueId values = heads.spread(d, cast(d, d.in(2), precision));
  const ValueId y = d.add("MatMul", {heads.split(d, weights, q[2], k[2]), values});
  d.yield(0, cast(d, heads.join(d, y, q[2], v[3]), dtype));
  return d.status();
}

Status decompose(Decomposition& d) {
  const auto& p = d.params<FlexParams>();
  const auto q = d.type(d.in(0)).dims(), k = d.type(d.in(1)).dims(), v = d.type(d.in(2)).dims();
  if (!q || !k || !v) {
    d.fail({Code::kUnsupported, "needs inputs whose sizes are known"});
    return d.status();
  }
  const DType dtype = d.dtype(d.in(0));
  if (p.score_mod || p.prob_mod || softmax_dtype(p, dtype) != dtype) {
    return attend(d, p, *q, *k, *v);
  }
  Attributes attributes;
  if (p.scale) attributes.set("scale", *p.scale);
  d.yield(0, d.add("Attention", {d.in(0), d.in(1), d.in(2)}, std::move(attributes)));
  return d.status();
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(q: f32[1,2,3,4], k: f32[1,2,5,4], v: f32[1,2,5,6]) -> (y) {\n"
    "  y = ai.onnx.preview.FlexAttention(q, k, v) }",
    "(q: f32[2,4,3,4], k: f32[2,2,5,4], v: f32[2,2,5,6], b: f32[3,5]) -> (y) {\n"
    "  y = ai.onnx.preview.FlexAttention(q, k, v) captures (b) {scale=0.7,\n"
    "    score_mod=graph (s) captures (0: a) -> (t) { t = Add(s, a) },\n"
    "    prob_mod=graph (s) -> (t) { c: f32[] = {0.5} t = Mul(s, c) }} }",
    "(q: f16[1,2,3,4], k: f16[1,1,5,4], v: f16[1,1,5,6]) -> (y) {\n"
    "  y = ai.onnx.preview.FlexAttention(q, k, v) }",
    "(q: f64[1,2,3,4], k: f64[1,2,5,4], v: f64[1,2,5,6]) -> (y) {\n"
    "  y = ai.onnx.preview.FlexAttention(q, k, v) {softmax_precision=1} }",
    "(q: bf16[1,2,3,4], k: bf16[1,2,5,4], v: bf16[1,2,5,6]) -> (y) {\n"
    "  y = ai.onnx.preview.FlexAttention(q, k, v) {softmax_precision=16} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_preview_FlexAttention;
constinit const OpDef kOp_ai_onnx_preview_FlexAttention = {
    .name = "FlexAttention",
    .domain = "ai.onnx.preview",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .decompose = decompose,
};

extern const OnnxOp kOnnx_ai_onnx_preview_FlexAttention;
constinit const OnnxOp kOnnx_ai_onnx_preview_FlexAttention = {
    .name = "FlexAttention", .domain = "ai.onnx.preview", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_preview_FlexAttention;
constinit const OpDoc kDoc_ai_onnx_preview_FlexAttention = {
    .name = "FlexAttention",
    .domain = "ai.onnx.preview",
    .doc =
        "prob_mod(softmax(score_mod(`Q`·`K`ᵀ · `scale`)))·`V` for each head, where the graphs "
        "`score_mod` and `prob_mod` keep shape and element type.",
    .samples = kSamples,
};

}  // namespace mote
