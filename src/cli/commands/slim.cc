// mote slim: what models need of the library, for a build that holds no more.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <algorithm>

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/slim_list.h"
#include "cli/flags/checks.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/output.h"
#include "kernels/table.h"
#include "measure/random_inputs.h"
#include "runtime/model_impl.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote slim model.onnx -o slim.cmake
  mote slim detector.onnx classifier.tflite -o slim.cmake
  mote slim model.onnx --isa scalar --isa avx2 -o slim.cmake
  mote slim model.onnx --size batch=8 -o slim.cmake
  mote slim model.onnx --json

Plans each model and runs it once, on random inputs, with the kernels of every instruction set that
this machine runs, and lists what that took: operators, gradients, rewrites, kernels, element types,
formats, and parts of the library: `functions`, where an ONNX model has its own; `dynamic`, where sizes are
known only by running; `plan_cache` and `fast` if asked for. `cmake -DMOTE_SLIM=slim.cmake` then builds a library with these alone; tools/slim.sh does all
of it. Instruction sets are all of the build's unless --isa names those to keep. Without -o the list is
printed. --json prints: models, operators, onnx_operators, gradients, passes, kernels, dtypes, formats,
parts, isas.
)";

struct Flags {
  std::vector<std::string> models;
  std::string out;
  std::vector<std::string> isas;
  std::vector<std::string> sizes;
  std::string signature;
  bool plan_cache = false;
  bool fast = false;
  bool json = false;
};

// Those of --size that this model has: an input, or a size that it leaves open.
std::vector<std::string> sizes_of(const Model& model, const std::vector<std::string>& sizes) {
  std::vector<std::string> own;
  for (const std::string& size : sizes) {
    const std::string_view name = std::string_view(size).substr(0, size.find('='));
    const auto has = [&](const TensorInfo& input) {
      return input.name == name ||
             std::ranges::find(input.shape, name, &SizeInfo::symbol) != input.shape.end();
    };
    if (std::ranges::any_of(model.inputs(), has)) own.push_back(size);
  }
  return own;
}

// Dynamic models plan as they run, so that one that stops early has not shown all that it needs.
Status run_once(Session& session, std::span<const Tensor> inputs, const std::string& path) {
  const auto outputs = session.run(inputs);
  if (outputs) return {};
  if (session.memory().is_static) {
    print_note(cat(printable(path),
                   ": planned, but random inputs are wrong for it: ", outputs.error().message));
    return {};
  }
  return advise(outputs.error(),
                "a model whose sizes depend on its inputs must run on random ones");
}

Status note_uses(const std::string& path, const Flags& flags, SlimList& list) {
  const CollectUses collect(list.uses);
  ModelOptions options;
  options.signature = flags.signature;
  MOTE_ASSIGN(const auto model, Model::load(path, options));
  list.models.push_back(path);
  list.formats.insert(model->impl().def.format == ModelFormat::kTflite ? "tflite" : "onnx");
  const std::vector<std::string> sizes = sizes_of(*model, flags.sizes);
  MOTE_ASSIGN(const std::vector<Dims> dims,
              resolve_sizes(model->inputs(), flags.models.size() == 1 ? flags.sizes : sizes));
  MOTE_ASSIGN(const auto inputs, random_inputs(model->inputs(), dims));
  for (const KernelTable* kernels : runnable_kernels()) {
    SessionOptions session_options;
    session_options.isa = kernels->isa;
    MOTE_ASSIGN(const auto session, open_session(model, session_options, path));
    MOTE_TRY(session->prepare(dims));
    if (!session->memory().is_static) list.uses.parts.insert("dynamic");
    if (kernels == *(runnable_kernels().end() - 1)) MOTE_TRY(run_once(*session, inputs, path));
  }
  return {};
}

void say_summary(const SlimList& list, const std::string& out) {
  const Uses& uses = list.uses;
  say("{}: what {} of a build", printable(out),
      list.models.size() == 1 ? cat(printable(list.models[0]), " needs")
                              : cat(list.models.size(), " models need"));
  Table table({Table::Align::kLeft, Table::Align::kRight, Table::Align::kLeft});
  const auto row = [&](std::string what, const auto& names) {
    table.add({std::move(what), cat(names.size()), join(names, " ")});
  };
  row("operators", uses.operators);
  row("of ONNX", uses.onnx_operators);
  row("gradients", uses.gradients);
  row("rewrites", uses.passes);
  row("kernels", uses.kernels);
  row("element types", dtype_names(list));
  row("formats", list.formats);
  row("parts", list.uses.parts);
  if (!list.isas.empty()) row("instruction sets", list.isas);
  put(table.text());
}

Result<int> slim(const Flags& flags) {
  SlimList list;
  list.isas = flags.isas;
  if (flags.plan_cache) list.uses.parts.insert("plan_cache");
  if (flags.fast) list.uses.parts.insert("fast");
  for (const std::string& path : flags.models) MOTE_TRY(note_uses(path, flags, list));
  const std::string text = cmake_text(list);
  if (!flags.out.empty()) {
    MOTE_TRY(FileSystem::real().write(flags.out, std::as_bytes(std::span(text))));
  }
  if (flags.json) {
    print_json(json_of(list));
  } else if (flags.out.empty()) {
    put(text);
  } else {
    say_summary(list, flags.out);
  }
  return 0;
}

}  // namespace

void add_slim(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("slim", "what models need, for a build with no more");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->models, ".onnx or .tflite files")->required()->type_name("");
  command->add_option("-o,--out", flags->out, "write the list for CMake here")
      ->check(check_not_empty)
      ->type_name("FILE");
  command->add_option("--isa", flags->isas, "build kernels for this instruction set (repeatable)")
      ->check(check_not_empty)
      ->allow_extra_args(false)
      ->type_name("NAME");
  command
      ->add_option("--signature", flags->signature,
                   "of TensorFlow Lite models that have several (default: the first)")
      ->check(check_not_empty)
      ->type_name("NAME");
  add_size_flag(*command, flags->sizes);
  command->add_flag("--plan-cache", flags->plan_cache, "the program keeps plans between starts");
  command->add_flag("--fast", flags->fast, "the program asks for fast products: Precision::kFast");
  command->add_flag("--json", flags->json, "print JSON");
  command->footer(std::string(kExamples));
  command->callback([flags, &action] { action = [flags] { return slim(*flags); }; });
}

}  // namespace mote::cli
