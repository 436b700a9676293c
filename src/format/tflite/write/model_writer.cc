#include "base/guard.h"
#include "format/tflite/tflite.h"
#include "format/tflite/write/graph_writer.h"

namespace mote {

using namespace tfl::write;

Result<std::string> write_tflite(const ModelDef& model, const TfliteWriteOptions& options) {
  return guarded([&]() -> Result<std::string> {
    const Graph& graph = model.graph;
    const Problems problems(options.obstacles);
    FileSpec file;
    file.description = graph.name;
    for (const ValueId input : graph.inputs) {
      file.signature.inputs.push_back(graph.value(input).name);
    }
    for (const GraphOutput& output : graph.outputs) file.signature.outputs.push_back(output.name);
    SubgraphSpec& main = file.subgraphs.emplace_back();
    main.name = "main";
    MOTE_TRY(GraphWriter(graph, main, {file, problems, options.prepare}).write());
    if (options.obstacles != nullptr && !options.obstacles->empty()) return std::string();
    return pack(file);
  });
}

}  // namespace mote
