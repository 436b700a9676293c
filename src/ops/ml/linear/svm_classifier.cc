// SVMClassifier: each pair of classes compared by its support vectors; the class that wins most.
#include "base/text.h"
#include "ops/ml/class_labels.h"
#include "ops/ml/linear/pairwise.h"
#include "ops/ml/linear/svm.h"
#include "ops/ml/text_outputs.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

struct ClassifierParams : SvmParams {
  ClassLabels labels;
  std::vector<std::int64_t> vectors_per_class;
  std::vector<float> prob_a, prob_b;  // of each pair; empty: no probabilities

  std::int64_t classes() const { return labels.count(); }
  bool linear() const { return vectors == 0; }  // one row of weights for each class, no pairs
  bool probable() const { return !prob_a.empty(); }
  std::int64_t sample_features() const {
    return linear() ? std::ssize(coefficients) / classes() : features();
  }
  // Scores of a sample in the output.
  std::int64_t width() const {
    if (linear() || probable()) return classes();
    return classes() == 2 ? 2 : pair_count(classes());
  }
  // Doubles that one sample needs: scores of the pairs, wins of the classes, the coupling.
  std::int64_t scratch() const {
    if (linear()) return 0;
    return pair_count(classes()) + classes() + (probable() ? coupling_doubles(classes()) : 0);
  }
};

Status count_vectors(ClassifierParams& p) {
  for (const std::int64_t n : p.vectors_per_class) {
    if (n < 0 || __builtin_add_overflow(p.vectors, n, &p.vectors)) {
      return Error{Code::kInvalidArgument, cat("vectors_per_class has ", n)};
    }
  }
  return {};
}

// Lists may be longer than they need be.
Status expect_at_least(std::string_view name, std::size_t size, std::int64_t least) {
  if (static_cast<std::int64_t>(size) >= least) return {};
  return Error{Code::kInvalidArgument, cat(name, " has ", size, " entries, needs ", least)};
}

Status check_lists(const ClassifierParams& p) {
  const std::int64_t classes = p.classes();
  if (classes >= std::int64_t{1} << 16) {
    return Error{Code::kUnsupported, cat(classes, " classes are too many")};
  }
  if (p.prob_a.size() != p.prob_b.size()) {
    return Error{Code::kInvalidArgument,
                 cat("prob_a has ", p.prob_a.size(), " entries, prob_b has ", p.prob_b.size())};
  }
  if (p.linear()) return expect_at_least("rho", p.rho.size(), 1);
  if (std::ssize(p.vectors_per_class) != classes || classes < 2) {
    return Error{Code::kInvalidArgument, cat("vectors_per_class has ", p.vectors_per_class.size(),
                                             " entries for ", classes, " classes")};
  }
  std::int64_t coefficients = 0;
  if (__builtin_mul_overflow(classes - 1, p.vectors, &coefficients)) {
    return Error{Code::kInvalidArgument, cat(p.vectors, " support vectors are too many")};
  }
  MOTE_TRY(expect_at_least("coefficients", p.coefficients.size(), coefficients));
  MOTE_TRY(expect_at_least("rho", p.rho.size(), pair_count(classes)));
  if (!p.probable()) return {};
  return expect_at_least("prob_a", p.prob_a.size(), pair_count(classes));
}

// Steps share it.
struct SharedParams : OpParams {
  std::shared_ptr<const ClassifierParams> model;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_shared<ClassifierParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_svm(r, *p));
  auto labels = ClassLabels::read(r, "classlabels_ints", "classlabels_strings");
  p->vectors_per_class = r.integers("vectors_per_class", {});
  p->prob_a = r.reals("prob_a", {});
  p->prob_b = r.reals("prob_b", {});
  MOTE_TRY(r.finish());
  MOTE_ASSIGN(p->labels, std::move(labels));
  MOTE_TRY(count_vectors(*p));
  MOTE_TRY(check_vectors(*p));
  MOTE_TRY(check_lists(*p));
  auto shared = std::make_unique<SharedParams>();
  shared->model = std::move(p);
  return shared;
}

// X: [N,F]. Y: labels [N]; Z: f32[N,scores].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  const auto& p = *args.params<SharedParams>().model;
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  if (rows.features.known()) {
    MOTE_TRY(expect_svm_features(p.sample_features(), rows.features.size()));
  }
  args.set(0, {p.labels.dtype(), Shape{rows.count}});
  args.set(1, {DType::kF32, Shape{rows.count, p.width()}});
  return {};
}

// The score of each pair, which wins it for the first class if it is positive; the class with most
// wins, the first of equals. coefficients: [classes - 1, vectors], where the row of a vector of
// class c against class d is d, or d - 1 behind c.
template <class X>
std::int64_t compare_pairs(const ClassifierParams& p, const X* x, double* pairs, double* wins) {
  const std::int64_t classes = p.classes();
  const auto pair = [&](std::int64_t a, std::int64_t b) {
    return a * (2 * classes - a - 1) / 2 + b - a - 1;
  };
  std::copy_n(p.rho.begin(), pair_count(classes), pairs);
  std::fill_n(wins, classes, 0.0);
  std::int64_t v = 0;
  for (std::int64_t c = 0; c < classes; ++c) {
    const std::int64_t end = v + p.vectors_per_class[static_cast<std::size_t>(c)];
    for (; v < end; ++v) {
      const double similarity = p.similarity(x, v);
      for (std::int64_t d = 0; d < classes; ++d) {
        if (d == c) continue;
        const std::int64_t row = d > c ? d - 1 : d;
        pairs[pair(std::min(c, d), std::max(c, d))] +=
            similarity * double{p.coefficients[static_cast<std::size_t>(row * p.vectors + v)]};
      }
    }
  }
  for (std::int64_t a = 0; a < classes; ++a) {
    for (std::int64_t b = a + 1; b < classes; ++b) wins[pairs[pair(a, b)] > 0 ? a : b] += 1;
  }
  return std::max_element(wins, wins + classes) - wins;
}

// 1 / (1 + exp(a * score + b)), kept away from certainty.
void make_probabilities(const ClassifierParams& p, double* pairs) {
  for (std::int64_t i = 0; i < pair_count(p.classes()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double r = logistic(-(pairs[i] * double{p.prob_a[at]} + double{p.prob_b[at]}));
    pairs[i] = std::clamp(r, 1e-7, 1 - 1e-7);
  }
}

// The scores of one sample; its class.
template <class X>
std::int64_t score(const ClassifierParams& p, const X* x, double* scratch, std::span<float> z) {
  const std::int64_t classes = p.classes();
  if (p.linear()) {
    const std::int64_t features = p.sample_features();
    for (std::size_t k = 0; k < z.size(); ++k) {
      const float* weights = p.coefficients.data() + static_cast<std::int64_t>(k) * features;
      z[k] = static_cast<float>(dot(x, weights, features) + double{p.rho[0]});
    }
    const std::int64_t best = std::ranges::max_element(z) - z.begin();
    transform_scores(p.transform, z);
    return best;
  }
  double* pairs = scratch;
  double* wins = pairs + pair_count(classes);
  const std::int64_t best = compare_pairs(p, x, pairs, wins);
  if (p.probable()) {
    make_probabilities(p, pairs);
    couple_pairs(classes, pairs, wins + classes, z.data());
    transform_scores(p.transform, z);
  } else if (classes == 2) {
    const bool plain = p.transform == PostTransform::kNone;
    score_both(p.transform, plain ? Complement::kNegative : Complement::kOneMinus,
               static_cast<float>(pairs[0]), z);
  } else {
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = static_cast<float>(pairs[k]);
    transform_scores(p.transform, z);
  }
  return best;
}

// Samples are shared out in so many parts, each with scratch of its own.
constexpr std::int64_t kParts = 16;

Status run_samples(const ClassifierParams& p, const RunArgs& args, double* scratch) {
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  MOTE_TRY(expect_svm_features(p.sample_features(), rows.features));
  const std::int64_t part = std::max<std::int64_t>((rows.count + kParts - 1) / kParts, 1);
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    args.workers.for_each_range(rows.count, part, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end && !args.stop.stopped(); ++r) {
        const std::span z(args.out[1].as<float>() + r * p.width(),
                          static_cast<std::size_t>(p.width()));
        const std::int64_t best =
            score(p, x.as<T>() + r * rows.features, scratch + begin / part * p.scratch(), z);
        p.labels.write(args.out[0], r, best);
      }
    });
    return {};
  });
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const SharedParams&>(*params).model;
  MOTE_ASSIGN(Tensor scratch, Tensor::zeros(DType::kF64, {kParts, p.scratch()}));
  return run_samples(p, args, static_cast<double*>(scratch.mut().data));
}

class SvmStep final : public Step {
 public:
  explicit SvmStep(std::shared_ptr<const ClassifierParams> p) : p_(std::move(p)) {}
  std::string_view kernel() const override { return "svm"; }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(kParts * p_->scratch()) * sizeof(double);
  }
  Status run(const RunArgs& args) const override {
    return run_samples(*p_, args, reinterpret_cast<double*>(args.scratch));
  }

 private:
  std::shared_ptr<const ClassifierParams> p_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return std::make_unique<SvmStep>(args.params<SharedParams>().model);
}

std::int64_t macs(const PrepareArgs& args) {
  const auto& p = *args.params<SharedParams>().model;
  const auto rows = rows_of(args.in_dims(0));
  return rows ? macs_of(rows->count, std::ssize(p.support_vectors) + std::ssize(p.coefficients))
              : 0;
}

std::uint64_t longest_text(const OpParams& params) {
  return static_cast<const SharedParams&>(params).model->labels.longest_text();
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[70,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.SVMClassifier(x) {kernel_type=\"RBF\", kernel_params=[0.5, 0.0, 0.0],\n"
    "    vectors_per_class=[1, 2, 1], support_vectors=[0.5, 1.0, -1.0, 2.0, 0.0, 1.0, 1.0, 1.0],\n"
    "    coefficients=[0.75, -2.0, 1.0, 0.5, 0.25, 1.0, -1.0, 2.0], rho=[0.25, -0.5, 0.125],\n"
    "    classlabels_ints=[5, 6, 7]} }",
    "(x: f64[5,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.SVMClassifier(x) {kernel_type=\"POLY\", kernel_params=[0.5, 1.0, 2.0],\n"
    "    vectors_per_class=[1, 1, 1], support_vectors=[0.5, 1.0, -1.0, 2.0, 0.0, 1.0],\n"
    "    coefficients=[0.75, -2.0, 1.0, 0.5, 0.25, 1.0], rho=[0.25, -0.5, 0.125],\n"
    "    prob_a=[-0.5, -1.0, 0.5], prob_b=[0.1, 0.2, 0.3], classlabels_ints=[5, 6, 7]} }",
    "(x: s64[3,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.SVMClassifier(x) {vectors_per_class=[1, 1],\n"
    "    support_vectors=[0.5, 1.0, -1.0, 2.0], coefficients=[0.75, -2.0], rho=[0.25],\n"
    "    classlabels_strings=[\"a\", \"b\"], post_transform=\"LOGISTIC\"} }",
    "(x: s32[2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.SVMClassifier(x) {coefficients=[0.75, -2.0, 1.0, 0.5], rho=[0.25],\n"
    "    classlabels_ints=[0, 1], post_transform=\"SOFTMAX\"} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_SVMClassifier;
constinit const OpDef kOp_ai_onnx_ml_SVMClassifier = {
    .name = "SVMClassifier",
    .domain = "ai.onnx.ml",
    .min_outputs = 2,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .compute = compute_texts<infer, reference, longest_text>,
    .prepare = prepare,
    .macs = macs};

extern const OnnxOp kOnnx_ai_onnx_ml_SVMClassifier;
constinit const OnnxOp kOnnx_ai_onnx_ml_SVMClassifier = {
    .name = "SVMClassifier", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_SVMClassifier;
constinit const OpDoc kDoc_ai_onnx_ml_SVMClassifier = {
    .name = "SVMClassifier",
    .domain = "ai.onnx.ml",
    .doc =
        "Each pair of classes compared by the support vectors of both; the class that wins most is "
        "the label. The scores are those of the pairs, or probabilities of the classes where "
        "`prob_a` and `prob_b` are given. Without support vectors each class has weights for the "
        "features, and the largest sum wins.",
    .samples = kSamples,
};

}  // namespace mote
