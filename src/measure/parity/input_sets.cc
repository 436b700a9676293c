#include "measure/parity/input_sets.h"

#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "measure/random_inputs.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

std::string described(const ParityModel& model, const TensorInfo& info) {
  return cat("'", info.name, "' ", to_string(info), " of ", model.name);
}

bool takes(const TensorInfo& info, const Dims& dims) {
  if (!info.ranked) return true;
  return std::ranges::equal(info.shape, dims, [](const SizeInfo& declared, std::int64_t size) {
    return declared.size < 0 || declared.size == size;
  });
}

Result<Layout> layout_for(const ParityModel& b, const TensorInfo& info, const Dims& a_dims) {
  // B's sizes are A's moved the other way.
  if (takes(info, a_dims)) return Layout::kSame;
  if (a_dims.rank() == 4) {
    if (takes(info, in_layout(a_dims, Layout::kToChannelsLast))) return Layout::kToChannelsFirst;
    if (takes(info, in_layout(a_dims, Layout::kToChannelsFirst))) return Layout::kToChannelsLast;
  }
  return Error{Code::kInvalidArgument,
               cat("sizes ", to_string(a_dims), " are none for ", described(b, info))};
}

Layout reverse(Layout layout) {
  switch (layout) {
    case Layout::kToChannelsFirst:
      return Layout::kToChannelsLast;
    case Layout::kToChannelsLast:
      return Layout::kToChannelsFirst;
    case Layout::kSame:
      break;
  }
  return layout;
}

Observed observe_input(const ParityModel& model, std::size_t i) {
  const Graph& graph = model.model->impl().source;
  return observe(graph, graph.inputs[i]);
}

Error count_error(const ParityModel& a, const ParityModel& b) {
  const auto list = [](const ParityModel& model) {
    std::vector<std::string> names;
    for (const TensorInfo& info : model.model->inputs()) {
      names.push_back(cat("'", info.name, "' ", to_string(info)));
    }
    return cat(model.name, " takes ", names.empty() ? "none" : join(names, ", "));
  };
  return {Code::kInvalidArgument, cat("inputs do not match: ", list(a), "; ", list(b))};
}

}  // namespace

Result<InputSets> InputSets::create(const ParityModel& a, const ParityModel& b,
                                    const ParityInputs& inputs, const ParityOptions& options) {
  const auto a_infos = a.model->inputs();
  const auto b_infos = b.model->inputs();
  if (a_infos.size() != b_infos.size()) return count_error(a, b);
  InputSets sets(inputs, options);
  for (const IndexPair at : match_names(a_infos, b_infos)) {
    auto pair = sets.pair_of(a, b, at);
    if (!pair) {
      return std::move(pair).error().with_context(cat("input ", described(a, a_infos[at.a])));
    }
    sets.pairs_.push_back(*std::move(pair));
  }
  return sets;
}

Result<InputSets::Pair> InputSets::pair_of(const ParityModel& a, const ParityModel& b,
                                           IndexPair at) const {
  const TensorInfo& a_info = a.model->inputs()[at.a];
  const TensorInfo& b_info = b.model->inputs()[at.b];
  if (!a_info.is_tensor() || !b_info.is_tensor()) {
    return Error{Code::kUnsupported, "only tensors can be given to both"};
  }
  Pair pair{at.b, observe_input(a, at.a), observe_input(b, at.b), Layout::kSame, false};
  MOTE_ASSIGN(pair.layout, layout_for(b, b_info, inputs_->dims[at.a]));
  const bool b_is_narrower = is_float(a_info.dtype) && !is_float(b_info.dtype);
  pair.drawn_for_b = !pair.in_a.scale && (pair.in_b.scale || b_is_narrower);
  return pair;
}

// An array may be of either model's element type; real numbers are nobody's.
RealTensor InputSets::given(std::size_t i) const {
  const Tensor& tensor = inputs_->given[i];
  const Pair& pair = pairs_[i];
  if (tensor.dtype() == pair.in_a.dtype) return {tensor, pair.in_a.scale};
  if (tensor.dtype() == pair.in_b.dtype) return {tensor, pair.in_b.scale};
  return {tensor, std::nullopt};
}

Result<std::vector<RealTensor>> InputSets::draw(int run) const {
  std::vector<TensorInfo> infos;
  std::vector<Dims> dims;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Observed& source = pairs_[i].drawn_for_b ? pairs_[i].in_b : pairs_[i].in_a;
    infos.push_back({source.name, source.dtype, true, {}});
    dims.push_back(inputs_->given[i] ? Dims{0} : inputs_->dims[i]);
  }
  RandomInputOptions random{.seed = options_->seed + static_cast<std::uint64_t>(run),
                            .max_bytes = options_->session.memory_budget_bytes};
  MOTE_ASSIGN(std::vector<Tensor> tensors, random_inputs(infos, dims, random));
  std::vector<RealTensor> drawn;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Observed& source = pairs_[i].drawn_for_b ? pairs_[i].in_b : pairs_[i].in_a;
    if (inputs_->given[i]) {
      drawn.push_back(given(i));
      continue;
    }
    // Their scale spans what the input may be.
    if (source.scale) {
      MOTE_ASSIGN(tensors[i], random_steps(source.dtype, dims[i], random.seed + i));
    }
    drawn.push_back({std::move(tensors[i]), source.scale});
  }
  return drawn;
}

Result<InputSet> InputSets::make(int run) const {
  MOTE_ASSIGN(const std::vector<RealTensor> numbers, draw(run));
  InputSet set{std::vector<Tensor>(pairs_.size()), std::vector<Tensor>(pairs_.size())};
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    auto for_a = as_dtype(numbers[i], pair.in_a.dtype, pair.in_a.scale);
    auto for_b = as_dtype(numbers[i], pair.in_b.dtype, pair.in_b.scale);
    if (!for_a || !for_b) {
      Error error = for_a ? std::move(for_b).error() : std::move(for_a).error();
      return std::move(error).with_context(cat("input '", pair.in_a.name, "'"));
    }
    set.a[i] = *std::move(for_a);
    MOTE_ASSIGN(set.b[pair.b], in_layout(*for_b, reverse(pair.layout)));
  }
  return set;
}

}  // namespace mote
