#include "architectures/calibrate.h"

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "format/onnx/onnx.h"
#include "mote/model.h"
#include "mote/session.h"
#include "runtime/with_outputs.h"

namespace mote {
namespace {

using Ranges = std::map<std::string, Range>;

std::vector<std::string> made_values(const Graph& graph) {
  std::vector<std::string> names;
  for (const NodeId id : graph.node_ids()) {
    for (const ValueId output : graph.node(id).outputs) {
      const Value& value = graph.value(output);
      if (value.type.tensor.dtype == DType::kF32) names.push_back(value.name);
    }
  }
  return names;
}

// Requires: inputs are f32 of known sizes.
std::vector<Tensor> random_images(const Graph& graph, Random& random) {
  std::vector<Tensor> images;
  for (const ValueId input : graph.inputs) {
    const Dims dims = *graph.value(input).type.tensor.dims();
    std::vector<float> pixels(static_cast<std::size_t>(dims.count()));
    for (float& p : pixels) p = random.uniform(kPixels.low, kPixels.high);
    images.push_back(Tensor::of<float>(dims, pixels));
  }
  return images;
}

void widen(Ranges& ranges, const std::string& name, const Tensor& tensor) {
  const auto values = tensor.values<float>();
  if (values.empty()) return;
  const auto [low, high] = std::ranges::minmax(values);
  Range& range = ranges[name];
  range.low = std::min(range.low, low);
  range.high = std::max(range.high, high);
}

}  // namespace

Result<Ranges> calibrate(const ModelDef& model, int runs, std::uint64_t seed) {
  MOTE_ASSIGN(const OnnxFiles files, write_onnx(model));
  MOTE_ASSIGN(const auto whole, Model::parse(std::as_bytes(std::span(files.model))));
  const std::vector<std::string> names = made_values(model.graph);
  MOTE_ASSIGN(const auto open, with_outputs(*whole, names));
  MOTE_ASSIGN(const auto session, Session::create(open));
  Ranges ranges;
  Random random(seed);
  for (int i = 0; i < runs; ++i) {
    const std::vector<Tensor> images = random_images(model.graph, random);
    for (std::size_t j = 0; j < images.size(); ++j) {
      widen(ranges, model.graph.value(model.graph.inputs[j]).name, images[j]);
    }
    MOTE_ASSIGN(const std::vector<Tensor> made, session->run(images));
    for (std::size_t j = 0; j < made.size(); ++j) widen(ranges, names[j], made[j]);
  }
  return ranges;
}

}  // namespace mote
