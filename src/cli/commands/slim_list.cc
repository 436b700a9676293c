#include "cli/commands/slim_list.h"

#include "base/text.h"

namespace mote::cli {
namespace {

// A comment of one line, whatever a file is called.
std::string comment_of(const SlimList& list) {
  std::string text = "# Made by `mote slim";
  for (const std::string& model : list.models) text += cat(" ", printable(model));
  return text + "`, to build Mote with -DMOTE_SLIM=this file: docs/small-binary.md\n";
}

template <class Names>
void append_set(std::string& text, std::string_view variable, const Names& names) {
  constexpr std::size_t kColumns = 100;
  std::string line = cat("set(MOTE_SLIM_", variable);
  for (const auto& name : names) {
    if (line.size() + 1 + name.size() > kColumns) {
      text += line + '\n';
      line = "   ";
    }
    line += cat(" ", name);
  }
  text += line + ")\n";
}

}  // namespace

std::set<std::string> dtype_names(const SlimList& list) {
  // Numbers and sizes, whatever the model is of.
  std::set<std::string> names = {"f32", "s64"};
  for (const DType dtype : list.uses.dtypes) names.emplace(name(dtype));
  return names;
}

std::string cmake_text(const SlimList& list) {
  std::string text = comment_of(list);
  append_set(text, "OPERATORS", list.uses.operators);
  append_set(text, "ONNX_OPERATORS", list.uses.onnx_operators);
  append_set(text, "GRADIENTS", list.uses.gradients);
  append_set(text, "PASSES", list.uses.passes);
  append_set(text, "KERNELS", list.uses.kernels);
  append_set(text, "DTYPES", dtype_names(list));
  append_set(text, "FORMATS", list.formats);
  append_set(text, "PARTS", list.uses.parts);
  if (!list.isas.empty()) append_set(text, "ISAS", list.isas);
  return text;
}

Json json_of(const SlimList& list) {
  return {{"models", list.models},
          {"operators", list.uses.operators},
          {"onnx_operators", list.uses.onnx_operators},
          {"gradients", list.uses.gradients},
          {"passes", list.uses.passes},
          {"kernels", list.uses.kernels},
          {"dtypes", dtype_names(list)},
          {"formats", list.formats},
          {"parts", list.uses.parts},
          {"isas", list.isas}};
}

}  // namespace mote::cli
