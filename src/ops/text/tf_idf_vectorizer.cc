// TfIdfVectorizer: how often known n-grams occur.
#include <algorithm>
#include <limits>
#include <map>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/indices.h"
#include "ops/text/ngram_pool.h"

namespace mote {
namespace {

enum class TfIdfMode : std::uint8_t { kTf, kIdf, kTfIdf };

struct TfIdfParams : OpParams {
  TfIdfMode mode = TfIdfMode::kTf;
  std::int64_t shortest = 1, longest = 1;
  std::int64_t max_skip = 0;
  bool of_texts = false;
  NgramPool pool;
  std::vector<std::int64_t> columns;  // by n-gram: where it is counted
  // By column, ascending; none where no weights apply. The last n-gram of a column counts.
  std::vector<std::pair<std::int64_t, float>> weights;
  std::int64_t width = 0;  // of the output
};

Status check_lengths(const TfIdfParams& p) {
  if (p.shortest < 1 || p.longest < p.shortest) {
    return Error{Code::kInvalidArgument, cat("lengths from min_gram_length ", p.shortest,
                                             " to max_gram_length ", p.longest, " are none")};
  }
  if (p.max_skip < 0) {
    return Error{Code::kInvalidArgument, cat("max_skip_count ", p.max_skip, " is negative")};
  }
  if (p.columns.empty()) return Error{Code::kInvalidArgument, "ngram_indexes is empty"};
  for (const std::int64_t column : p.columns) {
    if (column >= 0 && column < std::numeric_limits<std::int64_t>::max()) continue;
    return Error{Code::kInvalidArgument, cat("ngram_indexes has ", column, ", which is no index")};
  }
  return {};
}

Status fill_pool(AttributeReader& r, TfIdfParams& p) {
  const auto counts = r.required_integers("ngram_counts");
  const auto integers = r.integers("pool_int64s", {});
  const auto texts = r.texts("pool_strings", {});
  p.of_texts = !texts.empty();
  if (integers.empty() == texts.empty()) {
    return Error{Code::kInvalidArgument, texts.empty()
                                             ? "neither pool_int64s nor pool_strings is given"
                                             : "both pool_int64s and pool_strings are given"};
  }
  using Integers = std::span<const std::int64_t>;
  using Texts = std::span<const std::string>;
  MOTE_ASSIGN(const std::int64_t ngrams,
              p.of_texts
                  ? p.pool.fill(Texts(texts), Integers(counts), p.shortest, p.longest)
                  : p.pool.fill(Integers(integers), Integers(counts), p.shortest, p.longest));
  if (std::ssize(p.columns) == ngrams) return {};
  return Error{Code::kInvalidArgument,
               cat("ngram_indexes has ", p.columns.size(), " values for ", ngrams, " n-grams")};
}

Status set_weights(const std::vector<float>& weights, TfIdfParams& p) {
  if (weights.empty()) return {};
  if (weights.size() != p.columns.size()) {
    return Error{Code::kInvalidArgument,
                 cat("weights has ", weights.size(), " values for ", p.columns.size(), " n-grams")};
  }
  if (p.mode == TfIdfMode::kTf) return {};
  std::map<std::int64_t, float> by_column;
  for (std::size_t i = 0; i < weights.size(); ++i) by_column[p.columns[i]] = weights[i];
  p.weights.assign(by_column.begin(), by_column.end());
  return {};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TfIdfParams>();
  AttributeReader r(attributes);
  r.required_text("mode");
  MOTE_ASSIGN(p->mode, enum_named<TfIdfMode>(r, "mode", {"TF", "IDF", "TFIDF"}));
  p->shortest = r.required_integer("min_gram_length");
  p->longest = r.required_integer("max_gram_length");
  p->max_skip = r.required_integer("max_skip_count");
  p->columns = r.required_integers("ngram_indexes");
  const std::vector<float> weights = r.reals("weights", {});
  const Status pool = fill_pool(r, *p);
  MOTE_TRY(r.finish());
  MOTE_TRY(check_lengths(*p));
  MOTE_TRY(pool);
  MOTE_TRY(set_weights(weights, *p));
  p->width = *std::ranges::max_element(p->columns) + 1;
  return p;
}

// X: s32, s64 or string, [C] or [N, C]. Y: f32, [width] or [N, width].
Status infer(const InferArgs& args) {
  const auto& p = args.params<TfIdfParams>();
  MOTE_TRY(p.of_texts ? expect_dtype(args, 0, {DType::kString})
                      : expect_dtype(args, 0, {DType::kS32, DType::kS64}));
  const auto& x = args.type(0).shape;
  std::optional<Shape> shape;
  if (x) {
    if (x->empty() || x->size() > 2) {
      return Error{Code::kInvalidArgument, cat("X has rank ", x->size(), ", not 1 or 2")};
    }
    shape = *x;
    shape->back() = p.width;
    MOTE_TRY(product(*shape));
  }
  args.set(0, {DType::kF32, std::move(shape)});
  return {};
}

// Calls f(n-gram) for those that start at element `start` of a row and go on `step` by `step`.
template <class Token, class F>
void for_each_ngram(const TfIdfParams& p, std::int64_t start, std::int64_t step, std::int64_t end,
                    std::int64_t shortest, const Token& token, const F& f) {
  std::int64_t node = NgramPool::kRoot;
  std::int64_t length = 0;
  for (std::int64_t i = start; i < end; i += step) {
    const std::int64_t t = token(i);
    node = t != NgramPool::kNone ? p.pool.next(node, t) : NgramPool::kNone;
    if (node == NgramPool::kNone) return;
    const std::int64_t ngram = p.pool.ngram(node);
    if (++length >= shortest && ngram != NgramPool::kNone) f(ngram);
    if (step > end - i) return;  // lest it overflow
  }
}

// Calls f(n-gram) for each in a row of `size` elements, for every distance of its tokens.
template <class Token, class F>
Status count_row(const TfIdfParams& p, std::int64_t size, const Token& token, const StopToken& stop,
                 const F& f) {
  std::int64_t shortest = p.shortest;
  for (std::int64_t skip = 0; skip <= std::min(p.max_skip, size); ++skip) {
    MOTE_TRY(stop.check());
    for (std::int64_t start = 0; start < size; ++start) {
      for_each_ngram(p, start, skip + 1, size, shortest, token, f);
    }
    // One token has no distance: it counts once.
    if (shortest == 1 && ++shortest > p.longest) return {};
  }
  return {};
}

// Exact below 2^24 occurrences.
template <class Token>
Status fill_row(const TfIdfParams& p, std::int64_t size, const Token& token, const StopToken& stop,
                float* y) {
  std::fill_n(y, p.width, 0.0F);
  MOTE_TRY(count_row(p, size, token, stop, [&](std::int64_t ngram) {
    float& count = y[p.columns[static_cast<std::size_t>(ngram)]];
    count = p.mode == TfIdfMode::kIdf ? 1.0F : count + 1.0F;
  }));
  for (const auto& [column, weight] : p.weights) y[column] *= weight;
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const TfIdfParams*>(params);
  const TensorView& x = args.in[0];
  const std::int64_t size = x.dims[x.dims.rank() - 1];
  const std::int64_t rows = x.dims.count(0, x.dims.rank() - 1);
  args.workers.for_each_range(rows, 1, [&](std::int64_t row, std::int64_t) {
    const auto token = [&](std::int64_t i) {
      return p.of_texts ? p.pool.token(x.as<std::string>()[row * size + i])
                        : p.pool.token(load_integer(x, row * size + i));
    };
    // An error tells us to stop, which the check below finds too.
    (void)fill_row(p, size, token, args.stop, args.out[0].as<float>() + row * p.width);
  });
  return args.stop.check();
}

constexpr int kVersions[] = {9};

constexpr std::string_view kSamples[] = {
    "(x: s64[2,9]) -> (y) { y = TfIdfVectorizer(x) {mode=\"TF\", min_gram_length=1,\n"
    "  max_gram_length=2, max_skip_count=1, ngram_counts=[0, 3], ngram_indexes=[0, 1, 2, 4, 5],\n"
    "  pool_int64s=[1, 2, -1, 0, 1, 1, 1]} }",
    "(x: s32[7]) -> (y) { y = TfIdfVectorizer(x) {mode=\"TFIDF\", min_gram_length=1,\n"
    "  max_gram_length=1, max_skip_count=0, ngram_counts=[0], ngram_indexes=[1, 0],\n"
    "  weights=[0.5, 2.0], pool_int64s=[1, 0]} }",
    "() -> (y) { x: string[1,4] = {\"a\", \"b\", \"a\", \"b\"} y = TfIdfVectorizer(x) {\n"
    "  mode=\"IDF\", min_gram_length=2, max_gram_length=2, max_skip_count=0,\n"
    "  ngram_counts=[0, 1], ngram_indexes=[1, 0, 2], weights=[1.0, 3.0, 5.0],\n"
    "  pool_strings=[\"a\", \"a\", \"b\", \"b\", \"b\"]} }",
    "(x: s64[2,0]) -> (y) { y = TfIdfVectorizer(x) {mode=\"TF\", min_gram_length=1,\n"
    "  max_gram_length=1, max_skip_count=5, ngram_counts=[0], ngram_indexes=[2],\n"
    "  pool_int64s=[1]} }",
};

}  // namespace

extern const OpDef kOp_TfIdfVectorizer;
constinit const OpDef kOp_TfIdfVectorizer = {
    .name = "TfIdfVectorizer",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_TfIdfVectorizer;
constinit const OnnxOp kOnnx_TfIdfVectorizer = {.name = "TfIdfVectorizer", .versions = kVersions};

extern const OpDoc kDoc_TfIdfVectorizer;
constinit const OpDoc kDoc_TfIdfVectorizer = {
    .name = "TfIdfVectorizer",
    .doc =
        "How often each n-gram of the pool occurs in the rows of `X`, with up to `max_skip_count` "
        "tokens left out between two of it. IDF counts once; IDF and TFIDF multiply with "
        "`weights`, which are in the order of the pool.",
    .samples = kSamples,
};

}  // namespace mote
