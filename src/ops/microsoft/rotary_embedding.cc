// RotaryEmbedding of com.microsoft: ONNX's, whose positions may be one that all sequences start at.
#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct RotaryParams : OpParams {
  std::int64_t num_heads = 0;
  std::int64_t rotary_embedding_dim = 0;
  bool interleaved = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RotaryParams>();
  AttributeReader r(attributes);
  p->num_heads = r.integer("num_heads", 0);
  p->rotary_embedding_dim = r.integer("rotary_embedding_dim", 0);
  p->interleaved = r.integer("interleaved", 0) != 0;
  const bool packed = r.integer("is_packed_batching", 0) != 0;
  const float scale = r.real("scale", 1.0F);
  MOTE_TRY(r.finish());
  if (packed) return Error{Code::kUnsupported, "is_packed_batching is not done by this build"};
  if (scale != 1.0F) return Error{Code::kUnsupported, cat("scale ", scale, " is not 1")};
  if (p->num_heads < 0 || p->rotary_embedding_dim < 0) {
    return Error{Code::kInvalidArgument,
                 cat("num_heads ", p->num_heads, " or rotary_embedding_dim ",
                     p->rotary_embedding_dim, " is negative")};
  }
  return p;
}

Status infer(const InferArgs& args) {
  MOTE_TRY(shared_dtype(args, {0, 2, 3}));
  args.set(0, args.type(0));
  return {};
}

// Heads of a flat input: as stated, or as the caches' size tells, which is half a head.
std::int64_t heads_of(Decomposition& d, const RotaryParams& p, std::int64_t hidden) {
  if (p.num_heads > 0) return p.num_heads;
  const TensorType cache = d.type(d.in(2));
  const bool known = cache.rank() == 2 && (*cache.shape)[1].known();
  const std::int64_t half = known ? (*cache.shape)[1].size() : 0;
  if (half > 0 && hidden % half == 0 && hidden / half % 2 == 0) return hidden / half / 2;
  d.fail({Code::kInvalidArgument, cat("no number of heads makes a hidden size of ", hidden,
                                      " of caches of ", to_string(cache))});
  return 1;
}

// input, position_ids, cos_cache, sin_cache.
Status rotary_embedding(Decomposition& d) {
  const auto& p = d.params<RotaryParams>();
  const auto x = d.type(d.in(0)).dims();
  if (!x || d.type(d.in(1)).rank() < 0) {
    d.fail({Code::kUnsupported, "needs inputs whose sizes are known"});
    return d.status();
  }
  if (x->rank() != 3 && x->rank() != 4) {
    d.fail({Code::kInvalidArgument, cat("input has rank ", x->rank(), ", not 3 or 4")});
    return d.status();
  }
  const std::int64_t length = (*x)[x->rank() - 2];
  ValueId positions = d.in(1);
  if (d.type(positions).rank() == 1) {
    const ValueId places = d.add("Range", {d.constant(Tensor::scalar<std::int64_t>(0)),
                                           d.constant(Tensor::scalar<std::int64_t>(length)),
                                           d.constant(Tensor::scalar<std::int64_t>(1))});
    positions = d.add("Expand", {d.add("Add", {places, positions}), d.integers({(*x)[0], length})});
  }
  Attributes attributes{{"interleaved", std::int64_t{p.interleaved}},
                        {"rotary_embedding_dim", p.rotary_embedding_dim}};
  if (x->rank() == 3) attributes.set("num_heads", heads_of(d, p, (*x)[2]));
  d.yield(0,
          d.add("RotaryEmbedding", {d.in(0), d.in(2), d.in(3), positions}, std::move(attributes)));
  return d.status();
}

constexpr OpDef rotary() {
  OpDef op = composite<rotary_embedding>("RotaryEmbedding", {4, 4}, parse);
  op.infer = infer;
  return op;
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,8], c: f32[6,2], s: f32[6,2]) -> (y) {\n"
    "  p: s64[1] = {2} y = com.microsoft.RotaryEmbedding(x, p, c, s) }",
    "(x: f32[2,2,3,8], c: f32[6,2], s: f32[6,2]) -> (y) {\n"
    "  p: s64[2,3] = {0, 1, 2, 5, 4, 3}\n"
    "  y = com.microsoft.RotaryEmbedding(x, p, c, s) {\n"
    "    num_heads=2, rotary_embedding_dim=4, interleaved=1} }",
};

}  // namespace

MOTE_MICROSOFT_OP(RotaryEmbedding, rotary(),
                  "ONNX's RotaryEmbedding; `position_ids` may be one position, at which all "
                  "sequences start.",
                  kSamples)

}  // namespace mote
