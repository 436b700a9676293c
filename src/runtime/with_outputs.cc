#include "runtime/with_outputs.h"

#include <algorithm>

#include "base/guard.h"
#include "base/result.h"
#include "base/text.h"
#include "ops/ops.h"
#include "passes/passes.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

void drop_outputs(Graph& graph) {
  for (const GraphOutput& output : graph.outputs) --graph.value(output.value).outputs;
  graph.outputs.clear();
}

Status set_outputs(Graph& graph, std::span<const std::string> names) {
  drop_outputs(graph);
  for (const std::string& name : names) {
    const ValueId id = graph.find_value(name);
    if (id == ValueId::kNone) return Error{Code::kNotFound, cat("there is no value '", name, "'")};
    graph.add_output({id, name, {}, {}});
  }
  return {};
}

Status remove_dead_code(Graph& graph) {
  const auto pass =
      std::ranges::find(model_passes(), "remove_dead_code", [](const Pass* p) { return p->name; });
  return run_passes(graph, std::span(&*pass, 1), {all_ops()});
}

}  // namespace

Result<std::shared_ptr<const Model>> with_outputs(const Model& model,
                                                  std::span<const std::string> names,
                                                  const ModelOptions& options) {
  return guarded([&]() -> Result<std::shared_ptr<const Model>> {
    auto impl = std::make_unique<Model::Impl>(model.impl());
    MOTE_TRY(set_outputs(impl->source, names));
    MOTE_TRY(remove_dead_code(impl->source));
    impl->describe_interface();
    impl->def.graph = impl->source;
    impl->def.functions.clear();
    if (impl->obstacles.empty()) {
      MOTE_ASSIGN(impl->simplified, simplify(impl->source, options));
    }
    return Model::Impl::finish(std::move(impl));
  });
}

}  // namespace mote
