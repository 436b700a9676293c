#include "measure/dequantized.h"

#include "base/text.h"
#include "ir/dtype.h"
#include "measure/parity/match.h"
#include "measure/parity/parity.h"
#include "measure/parity/real_numbers.h"
#include "measure/random_inputs.h"
#include "runtime/linear_scale.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

// What the model rounds an input to first; kNone: it does not.
ValueId rounded(const Graph& graph, ValueId input) {
  for (const Use& use : graph.value(input).uses) {
    const Node& node = graph.node(use.node);
    const bool quantizes = node.domain.empty() && node.op_type == "QuantizeLinear";
    if (quantizes && use.input == 0) return node.outputs[0];
  }
  return ValueId::kNone;
}

// For an input of floats that are rounded first: some that the rounding leaves as they are.
// Undefined for others.
Result<Tensor> on_grid(const Graph& graph, ValueId input, const Dims& dims, std::uint64_t seed) {
  const DType dtype = graph.value(input).type.tensor.dtype;
  const ValueId narrow = is_float(dtype) ? rounded(graph, input) : ValueId::kNone;
  if (narrow == ValueId::kNone) return Tensor();
  const auto scale = scale_of(graph, narrow);
  const DType steps_dtype = graph.value(narrow).type.tensor.dtype;
  if (!scale || !is_integer(steps_dtype)) return Tensor();
  MOTE_ASSIGN(Tensor steps, random_steps(steps_dtype, dims, seed));
  return as_dtype({std::move(steps), scale}, dtype, std::nullopt);
}

// Integers that become numbers by a scale that nothing states beside them; empty: there are none.
std::string unknown_scale(const Model& original, const Model& floats) {
  const Graph& graph = original.impl().source;
  for (const IndexPair at : match_names(original.inputs(), floats.inputs())) {
    const TensorInfo& info = original.inputs()[at.a];
    if (is_float(info.dtype) || !is_float(floats.inputs()[at.b].dtype)) continue;
    if (!scale_of(graph, graph.inputs[at.a])) {
      return cat("input '", info.name, "': its scale is stated behind other operators only");
    }
  }
  return "";
}

// Sizes that the original leaves open are those of the float model, where it states them.
std::vector<Dims> sizes_of(const Model& original, const Model& floats) {
  std::vector<Dims> sizes = smallest_sizes(original.inputs());
  const std::vector<Dims> stated = smallest_sizes(floats.inputs());
  for (const IndexPair at : match_names(original.inputs(), floats.inputs())) {
    if (floats.inputs()[at.b].ranked) sizes[at.a] = stated[at.b];
  }
  return sizes;
}

Result<ParityInputs> inputs_for(const Model& original, const Model& floats) {
  const Graph& graph = original.impl().source;
  ParityInputs inputs;
  inputs.dims = sizes_of(original, floats);
  for (std::size_t i = 0; i < inputs.dims.size(); ++i) {
    MOTE_ASSIGN(Tensor given, on_grid(graph, graph.inputs[i], inputs.dims[i], 1 + i));
    inputs.given.push_back(std::move(given));
  }
  return inputs;
}

Result<ParityReport> run_both(std::shared_ptr<const Model> original,
                              std::shared_ptr<const Model> floats, const SessionOptions& options) {
  ParityOptions parity;
  parity.session = options;
  parity.layers = false;
  parity.cut_off = true;
  MOTE_ASSIGN(const ParityInputs inputs, inputs_for(*original, *floats));
  const ParityModel a{std::move(original), "the original"};
  const ParityModel b{std::move(floats), "the float model"};
  return compare_models(a, b, inputs, parity);
}

}  // namespace

Result<Agreement> compare_dequantized(std::shared_ptr<const Model> original,
                                      std::shared_ptr<const Model> floats,
                                      const SessionOptions& options) {
  std::string unknown = unknown_scale(*original, *floats);
  if (!unknown.empty()) return Agreement{false, std::move(unknown)};
  const auto report = run_both(std::move(original), std::move(floats), options);
  if (!report) {
    if (report.error().code == Code::kCancelled) return Error(report.error());
    return Agreement{false, report.error().message};
  }
  Agreement agreement{true, "", {}};
  for (const ParityValue& output : report->outputs) {
    if (!output.problem.empty()) {
      return Agreement{false, cat("output '", output.name, "': ", output.problem)};
    }
    // Of classes and counts there is no noise.
    if (!is_float(output.b_dtype)) continue;
    agreement.noise.push_back({output.name, output.difference.snr_db()});
  }
  return agreement;
}

}  // namespace mote
