#include <unordered_set>

#include "base/guard.h"
#include "base/text.h"
#include "format/tflite/read/subgraph_reader.h"
#include "format/tflite/tflite.h"

namespace mote {
namespace tfl {
namespace {

constexpr std::size_t kIdentifierAt = 4;
constexpr std::string_view kIdentifier = "TFL3";

// What callers call the inputs and outputs of a subgraph.
struct Signature {
  std::int64_t subgraph = 0;
  TensorNames inputs, outputs;
};

TensorNames names_of(const flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>* m) {
  TensorNames names;
  for (std::uint32_t i = 0; i < size_of(m); ++i) {
    names.emplace(static_cast<int>(m->Get(i)->tensor_index()), text_of(m->Get(i)->name()));
  }
  return names;
}

Result<Signature> choose_signature(const fb::Model& model, const std::string& wanted) {
  const auto* all = model.signature_defs();
  std::string known;
  for (std::uint32_t i = 0; i < size_of(all); ++i) {
    const fb::SignatureDef* s = all->Get(i);
    const std::string_view key = text_of(s->signature_key());
    if (wanted.empty() || wanted == key) {
      return Signature{s->subgraph_index(), names_of(s->inputs()), names_of(s->outputs())};
    }
    known += cat(known.empty() ? "" : ", ", key);
  }
  if (wanted.empty()) return Signature{};
  return Error{Code::kInvalidArgument,
               cat("no signature '", wanted, "'; the model has ", known.empty() ? "none" : known)};
}

struct NamedOutput {
  ValueId value;
  std::string name;
};

// In the subgraph's order. A tensor that the signature names several times is as many outputs, of
// which the subgraph may list one.
Result<std::vector<NamedOutput>> named_outputs(SubgraphReader& reader, const TensorNames& names) {
  MOTE_ASSIGN(const std::vector<ValueId> values, reader.output_values());
  std::vector<NamedOutput> outputs;
  std::map<int, TensorNames::const_iterator> unused;  // of each tensor, the next name
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int tensor = reader.outputs()[i];
    auto& name = unused.try_emplace(tensor, names.lower_bound(tensor)).first->second;
    const bool named = name != names.upper_bound(tensor);
    outputs.push_back({values[i], named ? (name++)->second : reader.tensors().def(tensor).name});
    if (outputs.back().name.empty()) outputs.back().name = cat("output_", i);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int tensor = reader.outputs()[i];
    auto& name = unused.at(tensor);
    for (; name != names.upper_bound(tensor); ++name) outputs.push_back({values[i], name->second});
  }
  return outputs;
}

// Where names are the same, the first output has it, and others one that no output asks for.
void make_unique(std::vector<NamedOutput>& outputs) {
  std::unordered_set<std::string> wanted, taken;
  for (const NamedOutput& output : outputs) wanted.insert(output.name);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::string& name = outputs[i].name;
    if (taken.insert(name).second) continue;
    do {
      name += cat("_", i);
    } while (wanted.contains(name) || !taken.insert(name).second);
  }
}

Status add_outputs(SubgraphReader& reader, const Signature& signature) {
  MOTE_ASSIGN(std::vector<NamedOutput> outputs, named_outputs(reader, signature.outputs));
  make_unique(outputs);
  Graph& graph = reader.graph();
  for (NamedOutput& output : outputs) {
    const Value& value = graph.value(output.value);
    if (value.producer != NodeId::kNone && value.outputs == 0) {
      graph.rename_value(output.value, output.name);
    }
    graph.add_output(
        {output.value, std::move(output.name), reader.inference().known(output.value).type, {}});
  }
  return {};
}

Result<ModelDef> read(std::shared_ptr<const Bytes> bytes, const TfliteReadOptions& options) {
  MOTE_ASSIGN(const File file, File::open(std::move(bytes)));
  ModelDef model;
  model.format = ModelFormat::kTflite;
  model.ir_version = file.model().version();
  model.notes.doc = text_of(file.model().description());
  MOTE_ASSIGN(const Signature signature, choose_signature(file.model(), options.signature));
  Budget budget(options.max_bytes);
  Variables variables(model.graph);
  ReadContext context{file, options, budget, variables, &model.graph};
  context.operators_left = kMaxInlined;
  for (std::uint32_t i = 0; i < size_of(file.model().subgraphs()); ++i) {
    context.operators_left +=
        static_cast<std::int64_t>(size_of(file.model().subgraphs()->Get(i)->operators()));
  }
  TypeInference inference(model.graph);
  MOTE_ASSIGN(SubgraphReader reader,
              SubgraphReader::open(context, signature.subgraph, model.graph, inference, 0));
  MOTE_TRY(reader.declare_inputs(signature.inputs));
  MOTE_TRY(reader.read_operators());
  MOTE_TRY(add_outputs(reader, signature));
  variables.finish();
  name_nodes(model.graph);
  return model;
}

}  // namespace
}  // namespace tfl

bool is_tflite(std::span<const std::byte> bytes) {
  if (bytes.size() < tfl::kIdentifierAt + tfl::kIdentifier.size()) return false;
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + tfl::kIdentifierAt;
  return std::string_view(text, tfl::kIdentifier.size()) == tfl::kIdentifier;
}

Result<ModelDef> read_tflite(std::shared_ptr<const Bytes> bytes, const TfliteReadOptions& options) {
  return guarded([&]() -> Result<ModelDef> { return tfl::read(bytes, options); });
}

}  // namespace mote
