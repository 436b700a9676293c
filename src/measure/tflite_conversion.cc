#include "measure/tflite_conversion.h"

#include <map>
#include <string_view>

#include "format/onnx/onnx.h"
#include "format/tflite/tflite.h"
#include "measure/fixed_sizes.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "passes/dequantize.h"
#include "passes/passes.h"
#include "passes/quantized_operators.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

// Why a node was not replaced tells more than that it has no form of its own.
void explain(std::vector<Obstacle>& obstacles, const std::vector<Obstacle>& kept) {
  using Name = std::pair<std::string_view, std::string_view>;
  std::map<Name, std::string_view> reasons;
  for (const Obstacle& k : kept) reasons.emplace(Name(k.node, k.op), k.reason);
  for (Obstacle& o : obstacles) {
    if (const auto at = reasons.find({o.node, o.op}); at != reasons.end()) o.reason = at->second;
  }
}

}  // namespace

Result<TfliteConversion> convert_to_tflite(const Model& model,
                                           const TfliteConversionOptions& options) {
  ModelDef def = model.impl().def;
  if (!def.functions.empty()) {
    MOTE_TRY(expand_functions(def, options.max_bytes));
  }
  const PassContext context{all_ops(), options.max_bytes};
  if (!options.input_sizes.empty()) {
    MOTE_TRY(fix_sizes(def.graph, options.input_sizes));
  }
  if (options.dequantize) {
    MOTE_TRY(dequantize(def.graph, context));
  }
  MOTE_TRY(split_quantized_operators(def.graph, context));
  std::vector<Obstacle> kept;
  const auto prepare = [&](Graph& graph) -> Status {
    MOTE_TRY(decompose_all(graph));
    MOTE_TRY(run_passes(graph, model_passes(), context));
    MOTE_TRY(lower_to_tflite(graph, kept));
    return run_passes(graph, model_passes(), context);
  };
  MOTE_TRY(prepare(def.graph));
  TfliteConversion made;
  MOTE_ASSIGN(made.bytes, write_tflite(def, {prepare, &made.obstacles}));
  explain(made.obstacles, kept);
  return made;
}

}  // namespace mote
