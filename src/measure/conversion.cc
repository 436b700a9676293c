#include "measure/conversion.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ir/inference.h"
#include "measure/fixed_sizes.h"
#include "measure/golden/tolerance.h"
#include "measure/random_inputs.h"
#include "ops/ops.h"
#include "ops/support/convert.h"
#include "passes/dequantize.h"
#include "passes/passes.h"
#include "runtime/model_impl.h"

namespace mote {

extern const Pass kFoldConstants;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;

namespace {

constexpr const Pass* kTidying[] = {&kFoldConstants, &kRemoveNoOps, &kRemoveDeadCode};

// The farthest that two tensors of integers are apart.
std::int64_t steps_between(const Tensor& a, const Tensor& b) {
  Tensor wide_a = *Tensor::zeros(DType::kS64, a.dims());
  Tensor wide_b = *Tensor::zeros(DType::kS64, b.dims());
  convert_range(a.view(), 0, wide_a.mut(), 0, a.count());
  convert_range(b.view(), 0, wide_b.mut(), 0, b.count());
  std::int64_t most = 0;
  for (std::size_t i = 0; i < wide_a.values<std::int64_t>().size(); ++i) {
    most = std::max(most,
                    std::abs(wide_a.values<std::int64_t>()[i] - wide_b.values<std::int64_t>()[i]));
  }
  return most;
}

// quantized: the elements are integers of a scale.
std::string difference_of(const TensorInfo& info, bool quantized, const Tensor& before,
                          const Tensor& after) {
  const auto named = [&](std::string what) { return cat("output '", info.name, "': ", what); };
  const bool same_kind = before.dtype() == after.dtype() && before.dims() == after.dims();
  if (same_kind && quantized) {
    const std::int64_t steps = steps_between(before, after);
    return steps <= 1 ? "" : named(cat("differs by ", steps, " steps of its scale"));
  }
  double greatest = 0;
  if (same_kind && before.dtype() == DType::kF32) {
    for (const float v : before.values<float>()) {
      if (std::isfinite(v)) greatest = std::max(greatest, std::abs(static_cast<double>(v)));
    }
  }
  const Tolerance tolerance{1e-4, 1e-6 * greatest + 1e-12};
  const auto mismatch = compare(after, before, tolerance);
  return mismatch ? named(mismatch->message) : "";
}

}  // namespace

Result<Conversion> convert_to_onnx(const Model& model, const ConversionOptions& options) {
  Conversion made;
  made.def = model.impl().def;
  const bool fixes = !options.input_sizes.empty();
  if ((options.dequantize || fixes) && !made.def.functions.empty()) {
    MOTE_TRY(expand_functions(made.def, options.max_bytes));
  }
  Graph& graph = made.def.graph;
  const PassContext context{all_ops(), options.max_bytes};
  const bool foreign = made.def.format != ModelFormat::kOnnx;
  if (fixes) {
    MOTE_TRY(fix_sizes(graph, options.input_sizes));
  }
  if (options.dequantize) {
    MOTE_TRY(dequantize(graph, context));
  }
  if (options.dequantize || foreign) {
    MOTE_TRY(infer_types(graph));
    MOTE_TRY(run_passes(graph, kTidying, context));
  }
  if (foreign) {
    made.def.producer_name = "mote";
    made.def.format = ModelFormat::kOnnx;
  }
  made.nodes = static_cast<std::int64_t>(graph.node_count());
  OnnxWriteOptions write;
  write.external_file = options.external_file;
  MOTE_ASSIGN(made.files, write_onnx(made.def, write));
  return made;
}

const OutputNoise* Agreement::worst() const {
  const auto it = std::ranges::min_element(noise, {}, &OutputNoise::snr_db);
  return it == noise.end() ? nullptr : &*it;
}

Result<Agreement> compare_conversion(std::shared_ptr<const Model> original,
                                     std::shared_ptr<const Model> converted,
                                     const SessionOptions& options) {
  const auto infos = original->outputs(), written = converted->outputs();
  const std::vector<TensorInfo> outputs(infos.begin(), infos.end());
  std::vector<bool> quantized;
  for (std::size_t i = 0; i < std::min(infos.size(), written.size()); ++i) {
    quantized.push_back(infos[i].scale != 0 || written[i].scale != 0);
  }
  const std::vector<Dims> sizes = smallest_sizes(converted->inputs());
  RandomInputOptions random;
  random.max_bytes = options.memory_budget_bytes;
  auto inputs = random_inputs(original->inputs(), sizes, random);
  if (!inputs) return Agreement{false, inputs.error().message};
  MOTE_ASSIGN(auto before, Session::create(std::move(original), options));
  auto expected = before->run(*inputs);
  if (!expected) {
    if (expected.error().code == Code::kCancelled) return std::move(expected).error();
    return Agreement{false, expected.error().message};
  }
  MOTE_ASSIGN(auto after, Session::create(std::move(converted), options));
  MOTE_ASSIGN(const std::vector<Tensor> actual, after->run(*inputs));
  if (actual.size() != expected->size()) {
    return Agreement{true, cat(actual.size(), " outputs instead of ", expected->size())};
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    std::string difference = difference_of(outputs[i], quantized[i], (*expected)[i], actual[i]);
    if (!difference.empty()) return Agreement{true, std::move(difference)};
  }
  return Agreement{true, ""};
}

}  // namespace mote
