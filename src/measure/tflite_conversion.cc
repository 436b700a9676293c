#include "measure/tflite_conversion.h"

#include "format/onnx/onnx.h"
#include "format/tflite/tflite.h"
#include "ir/inference.h"
#include "ops/ops.h"
#include "passes/dequantize.h"
#include "passes/passes.h"
#include "runtime/model_impl.h"

namespace mote {

Result<TfliteConversion> convert_to_tflite(const Model& model,
                                           const TfliteConversionOptions& options) {
  ModelDef def = model.impl().def;
  if (!def.functions.empty()) {
    MOTE_TRY(expand_functions(def, options.max_bytes));
  }
  const PassContext context{all_ops(), options.max_bytes};
  if (options.dequantize) {
    MOTE_TRY(dequantize(def.graph, context));
  }
  MOTE_TRY(infer_types(def.graph));
  MOTE_TRY(run_passes(def.graph, model_passes(), context));
  MOTE_TRY(lower_to_tflite(def.graph));
  MOTE_TRY(run_passes(def.graph, model_passes(), context));
  TfliteConversion made;
  MOTE_ASSIGN(made.bytes, write_tflite(def, {&made.obstacles}));
  return made;
}

}  // namespace mote
