// Attention query by query, rounding to the element type where ONNX's function does: scaled
// operands, scores, what softcap and mask make of them, probabilities.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "ops/attention/dot_product.h"
#include "ops/reduce/softmax_rounding.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"

namespace mote {
namespace {

constexpr double kMasked = -std::numeric_limits<double>::infinity();

// Softmax in the elements of a precision that only running tells.
struct SoftmaxRounding {
  double (*value)(double);
  double (*exponential)(double x, double highest);
  double (*divisor)(double sum);
};

template <class P>
double rounded_value(double v) {
  return static_cast<double>(rounded<P>(v));
}

SoftmaxRounding softmax_rounding(DType precision) {
  SoftmaxRounding r{};
  (void)with_dtype(FloatElements{}, precision, [&]<class P>(P) -> Status {
    r = {rounded_value<P>, softmax_exponential<P>, softmax_divisor<P>};
    return {};
  });
  return r;
}

double mask_value(const TensorView& mask, std::int64_t at) {
  switch (mask.dtype) {
    case DType::kBool:
      return mask.as<bool>()[at] ? 0.0 : kMasked;
    case DType::kF32:
    case DType::kF64:
    case DType::kF16:
    case DType::kBF16:
      return load_real(mask, at);
    default: {
      const auto value = load_as_integer(mask, at);
      return value ? static_cast<double>(*value) : 0.0;
    }
  }
}

// Everything about one query of one head. Scores are computed anew wherever they are needed, so
// that nothing has to hold them.
template <class T>
class Query {
 public:
  Query(const AttentionParams& p, const AttentionSizes& s, const RunArgs& args, std::int64_t b,
        std::int64_t h, std::int64_t i)
      : p_(p), s_(s), args_(args), b_(b), h_(h), i_(i), kv_(h / s.group()) {
    const TensorView nonpad = optional_input(args, kNonpad);
    range_ = visible_keys(p, s, nonpad ? nonpad.as<std::int64_t>() + b : nullptr, i);
    mask_ = optional_input(args, kMask);
    factor_ = static_cast<double>(rounded<T>(std::sqrt(scale_of(p, s.head_size))));
    const DType precision = p.softmax_precision;
    softmax_ = softmax_rounding(precision == DType::kUndefined ? element_dtype<T>() : precision);
  }

  void run() {
    find_sum();
    constexpr std::int64_t kBlock = 64;
    double sums[kBlock];
    for (std::int64_t d = 0; d < s_.v_head_size; d += kBlock) {
      const std::int64_t n = std::min(kBlock, s_.v_head_size - d);
      std::fill_n(sums, n, 0.0);
      for (std::int64_t j = range_.first; j < range_.last; ++j) add_value(j, d, n, sums);
      T* y = args_.out[0].as<T>() + s_.y.at(b_, h_, i_) + d;
      for (std::int64_t c = 0; c < n; ++c) y[c] = rounded<T>(sums[c]);
    }
    if (args_.out.size() > 3) store_qk();
  }

 private:
  static double round(double v) { return static_cast<double>(rounded<T>(v)); }

  double product(std::int64_t j) const {
    const T* q = args_.in[kQ].as<T>() + s_.q.at(b_, h_, i_);
    const T* k = j < s_.past ? args_.in[kPastKey].as<T>() + s_.past_k.at(b_, kv_, j)
                             : args_.in[kK].as<T>() + s_.k.at(b_, kv_, j - s_.past);
    double sum = 0;
    for (std::int64_t d = 0; d < s_.head_size; ++d) {
      sum +=
          round(static_cast<double>(q[d]) * factor_) * round(static_cast<double>(k[d]) * factor_);
    }
    return round(sum);
  }

  double capped(double product) const {
    if (!(p_.softcap > 0.0F)) return product;
    const auto cap = static_cast<double>(p_.softcap);
    return round(round(std::tanh(round(product / cap))) * cap);
  }

  // What is added to the score of key j; -inf: the query does not see it.
  double bias(std::int64_t j) const {
    if (j < range_.first || j >= range_.last) return kMasked;
    return mask_ ? mask_value(mask_, s_.mask.at(b_, h_, i_) + j) : 0.0;
  }

  double score(std::int64_t j) const {
    const double added = bias(j);
    if (added == kMasked) return kMasked;
    return softmax_.value(round(capped(product(j)) + added));
  }

  double probability(std::int64_t j) const {
    const double s = score(j);
    if (s == kMasked && sum_ == sum_) return 0;
    return round(softmax_.value(softmax_.exponential(s, highest_) / sum_));
  }

  // The greatest score and the sum of exponentials; no key in sight leaves the range empty.
  void find_sum() {
    bool any = false;
    for (std::int64_t j = range_.first; j < range_.last; ++j) {
      const double s = score(j);
      any = any || bias(j) != kMasked;
      if (!(s <= highest_)) highest_ = s;  // NaN too, and it stays
      if (highest_ != highest_) break;
    }
    if (!any) range_ = {0, 0};
    for (std::int64_t j = range_.first; j < range_.last; ++j) {
      sum_ += softmax_.exponential(score(j), highest_);
    }
    sum_ = softmax_.divisor(sum_);
  }

  void add_value(std::int64_t j, std::int64_t d, std::int64_t n, double* sums) const {
    const double weight = probability(j);
    const TensorView& v = args_.in[j < s_.past ? kPastValue : kV];
    const std::int64_t at =
        (j < s_.past ? s_.past_v.at(b_, kv_, j) : s_.v.at(b_, kv_, j - s_.past)) + d;
    for (std::int64_t c = 0; c < n; ++c) sums[c] += weight * load_real(v, at + c);
  }

  void store_qk() const {
    const std::int64_t row = (b_ * s_.q_heads + h_) * s_.queries + i_;
    T* qk = args_.out[3].as<T>() + row * s_.total();
    for (std::int64_t j = 0; j < s_.total(); ++j) qk[j] = rounded<T>(qk_output(j));
  }

  double qk_output(std::int64_t j) const {
    switch (p_.qk_output) {
      case QkOutput::kProduct:
        return product(j);
      case QkOutput::kCapped:
        return capped(product(j));
      case QkOutput::kMasked:
        return capped(product(j)) + bias(j);
      case QkOutput::kProbabilities:
        break;
    }
    return j < range_.first || j >= range_.last ? 0.0 : probability(j);
  }

  const AttentionParams& p_;
  const AttentionSizes& s_;
  const RunArgs& args_;
  std::int64_t b_, h_, i_, kv_;
  KeyRange range_{};
  TensorView mask_;
  double factor_ = 1;
  SoftmaxRounding softmax_;
  double highest_ = kMasked;
  double sum_ = 0;
};

}  // namespace

Status attention_reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const AttentionParams&>(*params);
  MOTE_ASSIGN(const AttentionSizes s, attention_sizes(p, dims_of(args)));
  MOTE_TRY(check_nonpad(args, s));
  store_present(s, args);
  const bool wants_qk = args.out.size() > 3 && args.out[3].dims.count() > 0;
  if (args.out[0].dims.count() == 0 && !wants_qk) return {};
  return with_dtype(FloatElements{}, args.in[kQ].dtype, [&]<class T>(T) -> Status {
    const std::int64_t rows = s.batch * s.q_heads * s.queries;
    args.workers.for_each_range(rows, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const std::int64_t head = r / s.queries;
        Query<T>(p, s, args, head / s.q_heads, head % s.q_heads, r % s.queries).run();
      }
    });
    return {};
  });
}

}  // namespace mote
