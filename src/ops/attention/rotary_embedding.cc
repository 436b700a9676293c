// RotaryEmbedding: pairs of elements turned by an angle that the position says.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct RotaryParams : OpParams {
  std::int64_t num_heads = 0;             // 0: absent
  std::int64_t rotary_embedding_dim = 0;  // 0: the whole head
  bool interleaved = false;               // pairs are neighbours, else halves of the rotated part
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RotaryParams>();
  AttributeReader r(attributes);
  p->num_heads = r.integer("num_heads", 0);
  p->rotary_embedding_dim = r.integer("rotary_embedding_dim", 0);
  p->interleaved = r.flag("interleaved", false);
  MOTE_TRY(r.finish());
  if (p->num_heads < 0) {
    return Error{Code::kInvalidArgument, cat("num_heads ", p->num_heads, " is negative")};
  }
  if (p->rotary_embedding_dim < 0) {
    return Error{Code::kInvalidArgument,
                 cat("rotary_embedding_dim ", p->rotary_embedding_dim, " is negative")};
  }
  return p;
}

// Of a head, if its size is known. Errors: sizes that do not divide.
Result<Dim> head_size(const RotaryParams& p, const Shape& x) {
  if (x.size() == 4) return x[3];
  if (x.size() != 3) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.size(), ", not 3 or 4")};
  }
  if (p.num_heads == 0) return Error{Code::kInvalidArgument, "X has rank 3, which needs num_heads"};
  if (!x[2].known()) return Dim();
  if (x[2].size() % p.num_heads != 0) {
    return Error{Code::kInvalidArgument, cat("X's last size ", x[2].size(),
                                             " is not a multiple of ", p.num_heads, " heads")};
  }
  return Dim(x[2].size() / p.num_heads);
}

// How much of a head is turned.
Result<Dim> rotated_size(const RotaryParams& p, const Shape& x) {
  MOTE_ASSIGN(const Dim head, head_size(p, x));
  const Dim turned = p.rotary_embedding_dim > 0 ? Dim(p.rotary_embedding_dim) : head;
  const bool fits = !head.known() || !turned.known() || turned.size() <= head.size();
  if (fits && (!turned.known() || turned.size() % 2 == 0)) return turned;
  return Error{Code::kInvalidArgument, cat("the rotated size ", turned.size(),
                                           " is odd or over the head's ", to_string(head))};
}

// X: [B, H, L, D] or [B, L, H * D]; cos_cache, sin_cache: [positions, R / 2] and position_ids:
// [B, L], or [B, L, R / 2] without. Y as X.
Status infer(const InferArgs& args) {
  const auto& p = args.params<RotaryParams>();
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(shared_dtype(args, {0, 1, 2}));
  if (args.has(3)) MOTE_TRY(expect_dtype(args, 3, {DType::kS64, DType::kS32}));
  args.set(0, args.type(0));
  if (!args.type(0).shape) return {};
  const Shape& x = *args.type(0).shape;
  MOTE_ASSIGN(const Dim turned, rotated_size(p, x));
  const Dim half = turned.known() ? Dim(turned.size() / 2) : Dim();
  const Dim length = x.size() == 4 ? x[2] : x[1];
  const bool by_id = args.has(3);
  for (const std::size_t i : {1, 2}) {
    MOTE_TRY(expect_rank(args, i, by_id ? 2 : 3, "a cache"));
    MOTE_TRY(expect_size(args, i, by_id ? 1 : 2, half, "half of the rotated size,"));
    if (by_id) continue;
    MOTE_TRY(expect_size(args, i, 0, x[0], "the batch"));
    MOTE_TRY(expect_size(args, i, 1, length, "the length"));
  }
  if (by_id) {
    MOTE_TRY(expect_size(args, 2, 0, size_of(args, 1, 0), "cos_cache's"));
    MOTE_TRY(expect_rank(args, 3, 2, "position_ids"));
    MOTE_TRY(expect_size(args, 3, 0, x[0], "the batch"));
    MOTE_TRY(expect_size(args, 3, 1, length, "the length"));
  }
  return {};
}

struct RotarySizes {
  std::int64_t batch, heads, length, head, half;
  bool flat;  // [B, L, H, D]
};

Result<RotarySizes> sizes_of(const RotaryParams& p, const Dims& x) {
  const Shape shape(x.begin(), x.end());
  MOTE_ASSIGN(const Dim head, head_size(p, shape));
  MOTE_ASSIGN(const Dim turned, rotated_size(p, shape));
  const bool flat = x.rank() == 3;
  return RotarySizes{x[0],        flat ? p.num_heads : x[1], flat ? x[1] : x[2],
                     head.size(), turned.size() / 2,         flat};
}

// Row of the caches for sequence b, place l. Errors: a position beyond the caches.
Status check_positions(const RunArgs& args) {
  const TensorView ids = optional_input(args, 3);
  const std::int64_t rows = args.in[1].dims[0];
  for (std::int64_t i = 0, n = ids ? ids.dims.count() : 0; i < n; ++i) {
    const std::int64_t id = load_integer(ids, i);
    if (id >= 0 && id < rows) continue;
    return Error{Code::kInvalidArgument,
                 cat("position ", id, " is outside [0, ", rows, "), the rows of the caches")};
  }
  return {};
}

// One head at one place: x, y: [D]; cosine, sine: [R / 2].
template <class T>
void rotate(const RotarySizes& s, bool interleaved, const T* x, const T* cosine, const T* sine,
            T* y) {
  using C = Compute<T>;
  const std::int64_t step = interleaved ? 2 : 1;
  const std::int64_t apart = interleaved ? 1 : s.half;
  for (std::int64_t i = 0; i < s.half; ++i) {
    const C a = x[i * step], b = x[i * step + apart];
    const C c = cosine[i], d = sine[i];
    y[i * step] = static_cast<T>(c * a - d * b);
    y[i * step + apart] = static_cast<T>(d * a + c * b);
  }
  std::copy(x + 2 * s.half, x + s.head, y + 2 * s.half);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const RotaryParams&>(*params);
  MOTE_ASSIGN(const RotarySizes s, sizes_of(p, args.in[0].dims));
  MOTE_TRY(check_positions(args));
  const TensorView ids = optional_input(args, 3);
  if (args.in[0].dims.count() == 0) return {};
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    constexpr std::int64_t kElements = 1 << 13;
    const std::int64_t grain = std::max<std::int64_t>(1, kElements / (s.heads * s.head));
    const auto place = [&](std::int64_t i) {
      const std::int64_t b = i / s.length, l = i % s.length;
      const std::int64_t row = (ids ? load_integer(ids, i) : i) * s.half;
      for (std::int64_t h = 0; h < s.heads; ++h) {
        const std::int64_t at = s.flat ? i * s.heads + h : (b * s.heads + h) * s.length + l;
        rotate(s, p.interleaved, args.in[0].as<T>() + at * s.head, args.in[1].as<T>() + row,
               args.in[2].as<T>() + row, args.out[0].as<T>() + at * s.head);
      }
    };
    args.workers.for_each_range(s.batch * s.length, grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i) place(i);
                                });
    return {};
  });
}

constexpr int kVersions[] = {23};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4,8], c: f32[5,4], s: f32[5,4]) -> (y) {\n"
    "  p: s64[2,4] = {0, 1, 2, 3, 4, 2, 2, 0} y = RotaryEmbedding(x, c, s, p) }",
    "(x: f32[2,4,24], c: f32[2,4,3], s: f32[2,4,3]) -> (y) {\n"
    "  y = RotaryEmbedding(x, c, s) {num_heads=3, rotary_embedding_dim=6, interleaved=1} }",
    "(x: f16[1,2,3,4], c: f16[1,3,2], s: f16[1,3,2]) -> (y) { y = RotaryEmbedding(x, c, s) }",
    "(x: bf16[1,2,3,4], c: bf16[1,3,2], s: bf16[1,3,2]) -> (y) { y = RotaryEmbedding(x, c, s) }",
    "(x: f64[1,2,3,4], c: f64[1,3,2], s: f64[1,3,2]) -> (y) { y = RotaryEmbedding(x, c, s) }",
    "(x: f32[1,2,0,4], c: f32[1,0,2], s: f32[1,0,2]) -> (y) { y = RotaryEmbedding(x, c, s) }",
};

}  // namespace

extern const OpDef kOp_RotaryEmbedding;
constinit const OpDef kOp_RotaryEmbedding = {
    .name = "RotaryEmbedding",
    .min_inputs = 3,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_RotaryEmbedding;
constinit const OnnxOp kOnnx_RotaryEmbedding = {.name = "RotaryEmbedding", .versions = kVersions};

extern const OpDoc kDoc_RotaryEmbedding;
constinit const OpDoc kDoc_RotaryEmbedding = {
    .name = "RotaryEmbedding",
    .doc =
        "Pairs of a head's elements turned by the angles whose cosines and sines the caches hold "
        "for "
        "each position: neighbours if `interleaved`, else element i of either half.",
    .samples = kSamples,
};

}  // namespace mote
