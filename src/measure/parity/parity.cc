#include "measure/parity/parity.h"

#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "measure/golden/tolerance.h"
#include "measure/parity/input_sets.h"
#include "measure/parity/top_one.h"
#include "measure/parity/value_groups.h"
#include "ops/support/convert.h"
#include "runtime/model_impl.h"
#include "runtime/with_outputs.h"

namespace mote {
namespace {

// A session that the options' watcher knows while it lives.
class WatchedSession {
 public:
  static Result<WatchedSession> open(const ParityModel& model, const ParityOptions& options) {
    auto session = Session::create(model.model, options.session);
    if (!session) return std::move(session).error().with_context(model.name);
    return WatchedSession(*std::move(session), model.name, options);
  }

  Result<std::vector<Datum>> run(const std::vector<Tensor>& inputs) {
    watch(session_.get());
    const std::vector<Datum> data(inputs.begin(), inputs.end());
    auto outputs = session_->run_data(data);
    watch(nullptr);
    if (!outputs) return std::move(outputs).error().with_context(name_);
    return outputs;
  }

 private:
  WatchedSession(std::unique_ptr<Session> session, std::string name, const ParityOptions& options)
      : session_(std::move(session)), name_(std::move(name)), options_(&options) {}

  void watch(Session* session) const {
    if (options_->on_session) options_->on_session(session);
  }

  std::unique_ptr<Session> session_;
  std::string name_;
  const ParityOptions* options_;
};

bool is_number(const Datum& datum) {
  return datum.is_tensor() && is_convertible(datum.tensor().dtype());
}

// B's tensor as A has its axes. Null: the sizes do not fit.
Result<std::optional<Tensor>> aligned(const Observed& a, const Tensor& a_tensor, const Observed& b,
                                      const Tensor& b_tensor) {
  const auto layout = layout_between(a.name, a_tensor.dims(), b.name, b_tensor.dims());
  if (!layout) return std::optional<Tensor>();
  MOTE_ASSIGN(Tensor moved, in_layout(b_tensor, *layout));
  return std::optional(std::move(moved));
}

// Why numbers of these element types cannot be compared; empty: they can.
std::string scale_missing(const RealTensor& a, const RealTensor& b) {
  const auto lacks = [](const RealTensor& x, const RealTensor& y) {
    return !x.scale && y.scale && !is_float(x.tensor.dtype());
  };
  if (!lacks(a, b) && !lacks(b, a)) return "";
  return cat(name((lacks(a, b) ? a : b).tensor.dtype()), " in the ",
             lacks(a, b) ? "first" : "second", " model, whose scale nothing states");
}

class Comparison {
 public:
  Comparison(const ParityModel& a, const ParityModel& b, const InputSets& inputs,
             const ParityOptions& options)
      : a_(a), b_(b), inputs_(inputs), options_(options) {}

  Result<ParityReport> run() {
    const Graph& a = a_.model->impl().source;
    std::vector<LayerPair> layers;
    if (options_.layers) layers = match_layers(a, b_.model->impl().source);
    const auto groups = group_layers(layers, a, inputs_.a_dims(),
                                     std::max<std::uint64_t>(options_.observed_bytes, 1));
    total_ = options_.runs * (1 + std::ssize(groups));
    report_.runs = options_.runs;
    MOTE_TRY(compare_outputs());
    for (const auto& group : groups) MOTE_TRY(compare_layers(group));
    return std::move(report_);
  }

 private:
  using Outputs = std::vector<Datum>;

  Status compare_outputs();
  Status compare_layers(std::span<const LayerPair> layers);
  template <class F>
  Status run_both(const ParityModel& a, const ParityModel& b, const F& compare);
  Status compare_values(const Observed& a, const Datum& a_datum, const Observed& b,
                        const Datum& b_datum, ParityValue& value);
  Status compare_classes(const Observed& a, const Datum& a_datum, const Observed& b,
                         const Datum& b_datum);
  void note_unmatched(std::span<const IndexPair> pairs);

  const ParityModel& a_;
  const ParityModel& b_;
  const InputSets& inputs_;
  const ParityOptions& options_;
  ParityReport report_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

// Calls compare(outputs of a, outputs of b) for each set of inputs.
template <class F>
Status Comparison::run_both(const ParityModel& a, const ParityModel& b, const F& compare) {
  MOTE_ASSIGN(WatchedSession a_session, WatchedSession::open(a, options_));
  MOTE_ASSIGN(WatchedSession b_session, WatchedSession::open(b, options_));
  for (int run = 0; run < options_.runs; ++run) {
    if (options_.progress) MOTE_TRY(options_.progress(done_, total_));
    MOTE_ASSIGN(const InputSet set, inputs_.make(run));
    MOTE_ASSIGN(const Outputs of_a, a_session.run(set.a));
    MOTE_ASSIGN(const Outputs of_b, b_session.run(set.b));
    MOTE_TRY(compare(of_a, of_b));
    ++done_;
  }
  return {};
}

Status Comparison::compare_values(const Observed& a, const Datum& a_datum, const Observed& b,
                                  const Datum& b_datum, ParityValue& value) {
  if (!value.problem.empty()) return {};
  if (!is_number(a_datum) || !is_number(b_datum)) {
    const auto mismatch = compare(b_datum, a_datum);
    value.problem = mismatch.value_or("");
    value.within = value.problem.empty();
    return {};
  }
  MOTE_ASSIGN(const auto moved, aligned(a, a_datum.tensor(), b, b_datum.tensor()));
  value.dims = a_datum.tensor().dims();
  value.a_dtype = a_datum.tensor().dtype();
  value.b_dtype = b_datum.tensor().dtype();
  const RealTensor x{a_datum.tensor(), a.scale, a.step};
  if (!moved) {
    value.problem =
        cat("sizes ", to_string(value.dims), " and ", to_string(b_datum.tensor().dims()));
  } else {
    RealTensor y{*moved, b.scale, b.step};
    if (options_.cut_off && x.scale && is_float(y.tensor.dtype())) {
      MOTE_ASSIGN(y.tensor, cut_off(y, x.tensor.dtype(), *x.scale));
    }
    value.problem = scale_missing(x, y);
    value.bound = Bound::of(x, y);
    if (value.problem.empty()) value.difference.add(x, y);
  }
  value.within = value.problem.empty() && value.bound.holds(value.difference, options_.bounds);
  return {};
}

void Comparison::note_unmatched(std::span<const IndexPair> pairs) {
  const auto a = a_.model->outputs();
  const auto b = b_.model->outputs();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::ranges::find(pairs, i, &IndexPair::a) != pairs.end()) continue;
    report_.unmatched.push_back(cat("'", a[i].name, "' of ", a_.name));
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (std::ranges::find(pairs, i, &IndexPair::b) != pairs.end()) continue;
    report_.unmatched.push_back(cat("'", b[i].name, "' of ", b_.name));
  }
}

Status Comparison::compare_outputs() {
  const Graph& a = a_.model->impl().source;
  const Graph& b = b_.model->impl().source;
  const auto pairs = match_names(a_.model->outputs(), b_.model->outputs());
  note_unmatched(pairs);
  std::vector<Observed> in_a, in_b;
  for (const IndexPair at : pairs) {
    in_a.push_back(observe(a, a.outputs[at.a].value));
    in_b.push_back(observe(b, b.outputs[at.b].value));
    report_.outputs.push_back({.name = a_.model->outputs()[at.a].name});
  }
  return run_both(a_, b_, [&](const Outputs& of_a, const Outputs& of_b) -> Status {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      MOTE_TRY(
          compare_values(in_a[i], of_a[pairs[i].a], in_b[i], of_b[pairs[i].b], report_.outputs[i]));
    }
    if (pairs.size() != 1) return {};
    return compare_classes(in_a[0], of_a[pairs[0].a], in_b[0], of_b[pairs[0].b]);
  });
}

Status Comparison::compare_classes(const Observed& a, const Datum& a_datum, const Observed& b,
                                   const Datum& b_datum) {
  if (!report_.outputs[0].problem.empty() || !is_number(a_datum)) return {};
  const Tensor& scores = a_datum.tensor();
  if (!is_class_scores(scores.dims(), inputs_.a_dims())) return {};
  MOTE_ASSIGN(const auto moved, aligned(a, scores, b, b_datum.tensor()));
  if (!report_.top1) report_.top1.emplace();
  count_top1({scores, a.scale}, {*moved, b.scale}, *report_.top1);
  return {};
}

Status Comparison::compare_layers(std::span<const LayerPair> layers) {
  std::vector<std::string> in_a, in_b;
  const std::size_t first = report_.layers.size();
  for (const LayerPair& layer : layers) {
    in_a.push_back(layer.a.name);
    in_b.push_back(layer.b.name);
    report_.layers.push_back({.name = layer.name, .op = layer.op});
  }
  auto a = with_outputs(*a_.model, in_a, options_.model);
  if (!a) return std::move(a).error().with_context(a_.name);
  auto b = with_outputs(*b_.model, in_b, options_.model);
  if (!b) return std::move(b).error().with_context(b_.name);
  const ParityModel a_seen{*std::move(a), a_.name};
  const ParityModel b_seen{*std::move(b), b_.name};
  return run_both(a_seen, b_seen, [&](const Outputs& of_a, const Outputs& of_b) -> Status {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      MOTE_TRY(
          compare_values(layers[i].a, of_a[i], layers[i].b, of_b[i], report_.layers[first + i]));
    }
    return {};
  });
}

}  // namespace

const ParityValue* ParityReport::first_beyond() const {
  const auto it = std::ranges::find(layers, false, &ParityValue::within);
  return it == layers.end() ? nullptr : &*it;
}

bool ParityReport::outputs_within() const {
  return std::ranges::all_of(outputs, &ParityValue::within);
}

Result<ParityReport> compare_models(const ParityModel& a, const ParityModel& b,
                                    const ParityInputs& inputs, const ParityOptions& options) {
  MOTE_ASSIGN(const InputSets sets, InputSets::create(a, b, inputs, options));
  return Comparison(a, b, sets, options).run();
}

}  // namespace mote
