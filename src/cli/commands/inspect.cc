// mote inspect: what a model is, what it costs, what keeps it from running.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/model_report.h"
#include "cli/commands/obstacle_report.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/output.h"
#include "ir/text.h"
#include "runtime/model_impl.h"

namespace mote::cli {
namespace {

using Align = Table::Align;

constexpr std::string_view kExamples = R"(Examples:
  mote inspect model.onnx
  mote inspect model.onnx --size batch=8 --size image=8x3x224x224
  mote inspect model.onnx --plan
  mote inspect model.tflite --signature encode
  mote inspect model.onnx --text
  mote inspect model.onnx --json

Compute and memory are those of one run at the declared sizes; a size that the model leaves open is 1
unless --size states it. --json prints: model, format, file_bytes, ir_version (TensorFlow Lite's is
the version of its schema), opsets (it has none), producer, metadata, inputs, outputs, nodes,
operators, parameters, parameter_bytes, obstacles, and of the plan: sizes, isa, static, macs,
arena_bytes, packed_bytes, dynamic_nodes (or no_plan, the reason).
)";

struct Flags {
  std::string model;
  RuntimeFlags runtime;
  std::vector<std::string> sizes;
  bool text = false;
  bool plan = false;
  bool json = false;
};

// Of a value that is no tensor, TensorInfo knows too little.
std::string type_text(const TensorInfo& info, const Type& type) {
  return type.kind == Type::Kind::kTensor ? to_string(info) : to_string(type);
}

// -- text

void say_interface(const ModelReport& report) {
  const Model& model = *report.model;
  const Graph& graph = model.impl().source;
  Table table({Align::kLeft, Align::kLeft, Align::kLeft});
  for (std::size_t i = 0; i < model.inputs().size(); ++i) {
    const TensorInfo& info = model.inputs()[i];
    table.add({"input", info.name, type_text(info, graph.value(graph.inputs[i]).type)});
  }
  for (std::size_t i = 0; i < model.outputs().size(); ++i) {
    const TensorInfo& info = model.outputs()[i];
    table.add({"output", info.name, type_text(info, graph.value(graph.outputs[i].value).type)});
  }
  put(table.text(""));
}

void say_origin(const ModelReport& report, const std::string& path) {
  const ModelDef& def = report.model->impl().def;
  if (def.format == ModelFormat::kTflite) {
    say("{}: TensorFlow Lite, schema version {}, {}", printable(path), def.ir_version,
        human_bytes(report.model->impl().file_bytes));
    return;
  }
  std::string opsets;
  for (const OpsetImport& opset : def.opsets) {
    opsets += cat(opsets.empty() ? "" : ", ", opset.domain.empty() ? "" : cat(opset.domain, " "),
                  opset.version);
  }
  std::string made_by;
  if (!def.producer_name.empty()) {
    made_by = cat(", made by ", def.producer_name, " ", def.producer_version);
  }
  say("{}: ONNX, IR version {}, opset {}{}, {}", printable(path), def.ir_version, printable(opsets),
      printable(trim(made_by)), human_bytes(report.model->impl().file_bytes));
  for (const auto& [key, value] : def.notes.properties) {
    say("  {}: {}", printable(key), printable(value));
  }
}

void say_operators(const ModelReport& report) {
  std::vector<std::string> counts;
  for (const OperatorCount& o : report.operators) counts.push_back(cat(o.op, " ", o.nodes));
  say("operators   {}: {}", report.nodes, printable(join(counts, ", ")));
  say("parameters  {} in {} tensors, {}", with_commas(report.parameters.elements),
      report.parameters.tensors, human_bytes(report.parameters.bytes));
}

void say_dynamic(const DynamicNodes& dynamic) {
  say("memory      known only as it runs: tensors are allocated one by one");
  for (const DynamicNode& node : dynamic.roots) {
    say("  dynamic: '{}' ({}): {}", printable(node.node), printable(node.op), printable(node.why));
  }
  if (dynamic.followers > 0) say("  and {} nodes that follow", dynamic.followers);
}

void say_no_plan(const ModelReport& report, const Flags& flags) {
  if (!report.model->obstacles().empty()) return;  // said already
  say("plan        none: {}", printable(report.no_plan));
  if (!flags.sizes.empty()) return;
  for (const TensorInfo& info : report.model->inputs()) {
    for (const SizeInfo& size : info.shape) {
      if (size.size >= 0) continue;
      return say("            open sizes are 1; state others with --size, as {}=N",
                 printable(size.symbol.empty() ? info.name : size.symbol));
    }
  }
}

void say_plan(const ModelReport& report, const Flags& flags) {
  if (!report.plan) return say_no_plan(report, flags);
  const PlanReport& plan = *report.plan;
  std::vector<std::string> sizes;
  for (std::size_t i = 0; i < plan.input_dims.size(); ++i) {
    const TensorInfo& info = report.model->inputs()[i];
    sizes.push_back(cat(info.name, " ", to_string(info.dtype, plan.input_dims[i])));
  }
  if (!sizes.empty()) say("for         {}", printable(join(sizes, ", ")));
  if (!plan.memory.is_static) return say_dynamic(plan.dynamic);
  say("compute     {} multiply-accumulates in {} steps", short_count(plan.macs), plan.steps.size());
  say("memory      {} peak: {} for tensors, {} packed weights",
      human_bytes(plan.memory.arena_bytes + plan.memory.packed_bytes),
      human_bytes(plan.memory.arena_bytes), human_bytes(plan.memory.packed_bytes));
}

void say_obstacles(const Model& model) {
  if (model.obstacles().empty()) return say("runs        yes, every operator is supported");
  say("runs        no:");
  put(obstacles_text(model.obstacles()));
}

void say_steps(const PlanReport& plan) {
  say("\nplan ({})", plan.isa);
  Table table({Align::kRight, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft});
  table.add({"", "operator", "kernel", "MACs", "node"});
  int number = 0;
  for (const StepProfile& step : plan.steps) {
    table.add({cat(number++), step.op, step.kernel, step.macs > 0 ? short_count(step.macs) : "",
               step.node});
  }
  put(table.text());
}

// -- JSON

Json json_of(const TensorInfo& info) {
  Json shape = nullptr;
  if (info.ranked) {
    shape = Json::array();
    for (const SizeInfo& size : info.shape) {
      if (size.size >= 0) {
        shape.push_back(size.size);
      } else {
        shape.push_back(size.symbol.empty() ? Json(nullptr) : Json(size.symbol));
      }
    }
  }
  const bool known = info.dtype != DType::kUndefined;
  return {{"name", info.name},
          {"dtype", known ? Json(std::string(name(info.dtype))) : Json(nullptr)},
          {"shape", std::move(shape)}};
}

Json json_of(std::span<const TensorInfo> infos) {
  Json list = Json::array();
  for (const TensorInfo& info : infos) list.push_back(json_of(info));
  return list;
}

void add_origin(const ModelReport& report, Json& json) {
  const ModelDef& def = report.model->impl().def;
  json["format"] = def.format == ModelFormat::kTflite ? "tflite" : "onnx";
  json["file_bytes"] = report.model->impl().file_bytes;
  json["ir_version"] = def.ir_version;
  json["opsets"] = Json::array();
  for (const OpsetImport& opset : def.opsets) {
    json["opsets"].push_back({{"domain", opset.domain}, {"version", opset.version}});
  }
  json["producer"] = {{"name", def.producer_name}, {"version", def.producer_version}};
  json["metadata"] = Json::object();
  for (const auto& [key, value] : def.notes.properties) json["metadata"][key] = value;
}

void add_plan(const ModelReport& report, bool steps, Json& json) {
  if (!report.plan) {
    json["no_plan"] = report.no_plan;
    return;
  }
  const PlanReport& plan = *report.plan;
  json["sizes"] = Json::object();
  for (std::size_t i = 0; i < plan.input_dims.size(); ++i) {
    json["sizes"][report.model->inputs()[i].name] = dims_json(plan.input_dims[i]);
  }
  json["isa"] = plan.isa;
  json["static"] = plan.memory.is_static;
  json["dynamic_nodes"] = Json::array();
  for (const DynamicNode& node : plan.dynamic.roots) {
    json["dynamic_nodes"].push_back({{"node", node.node}, {"op", node.op}, {"why", node.why}});
  }
  if (!plan.memory.is_static) return;
  json["macs"] = plan.macs;
  json["arena_bytes"] = plan.memory.arena_bytes;
  json["packed_bytes"] = plan.memory.packed_bytes;
  if (!steps) return;
  json["plan"] = Json::array();
  for (const StepProfile& s : plan.steps) {
    json["plan"].push_back(
        {{"node", s.node}, {"op", s.op}, {"kernel", s.kernel}, {"macs", s.macs}});
  }
}

Json json_of(const ModelReport& report, const Flags& flags) {
  Json json;
  json["model"] = flags.model;
  add_origin(report, json);
  json["inputs"] = json_of(report.model->inputs());
  json["outputs"] = json_of(report.model->outputs());
  json["nodes"] = report.nodes;
  json["operators"] = Json::object();
  for (const OperatorCount& o : report.operators) json["operators"][o.op] = o.nodes;
  json["parameters"] = report.parameters.elements;
  json["parameter_bytes"] = report.parameters.bytes;
  json["obstacles"] = obstacles_json(report.model->obstacles());
  add_plan(report, flags.plan, json);
  return json;
}

Result<int> inspect(const Flags& flags) {
  MOTE_ASSIGN(auto model, load_model(flags.model, flags.runtime, Reading::kTolerant));
  if (flags.text) {
    put(to_text(model->impl().source, {.max_elements = 8}));
    return 0;
  }
  MOTE_ASSIGN(const ModelReport report,
              report_model(std::move(model), flags.sizes, flags.runtime.session_options()));
  if (flags.json) {
    print_json(json_of(report, flags));
    return 0;
  }
  say_origin(report, flags.model);
  say_interface(report);
  say_operators(report);
  say_obstacles(*report.model);
  say_plan(report, flags);
  if (flags.plan && report.plan && report.plan->memory.is_static) say_steps(*report.plan);
  return 0;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("inspect", "what a model is, costs and lacks");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->model, "an .onnx or .tflite file")->required()->type_name("");
  auto* size = add_size_flag(*command, flags->sizes);
  auto* plan =
      command->add_flag("--plan", flags->plan, "also the steps of the plan, with their kernels");
  auto* text = command->add_flag("--text", flags->text, "the graph in text form, nothing else")
                   ->excludes(size)
                   ->excludes(plan);
  command->add_flag("--json", flags->json, "print JSON")->excludes(text);
  flags->runtime.add_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(inspect(*flags)); }; });
}

}  // namespace mote::cli
