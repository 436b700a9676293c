#include "base/guard.h"
#include "format/tflite/tflite.h"
#include "format/tflite/write/graph_writer.h"

namespace mote {

using namespace tfl::write;

Result<std::string> write_tflite(const ModelDef& model, const TfliteWriteOptions& options) {
  return guarded([&]() -> Result<std::string> {
    std::vector<Obstacle> none;
    std::vector<Obstacle>* obstacles = options.obstacles;
    SubgraphSpec subgraph;
    const Problems problems(obstacles);
    MOTE_TRY(GraphWriter(model.graph, subgraph, problems).write());
    if (obstacles != nullptr && !obstacles->empty()) return std::string();
    SignatureSpec signature;
    for (const ValueId input : model.graph.inputs) {
      signature.inputs.push_back(model.graph.value(input).name);
    }
    for (const GraphOutput& output : model.graph.outputs) signature.outputs.push_back(output.name);
    return pack(subgraph, signature, model.graph.name);
  });
}

}  // namespace mote
