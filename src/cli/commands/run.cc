// mote run: a model on images or arrays.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/run_images.h"
#include "cli/commands/tensor_report.h"
#include "cli/flags/checks.h"
#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "cli/terminal/interrupt.h"
#include "measure/npy.h"
#include "tasks/name_list.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote run model.onnx --image photo.jpg
  mote run model.onnx --image photos/ --top 1 --labels labels.txt
  mote run model.onnx --image photo.jpg --size 224 --crop 87.5% --mean 0.5 --std 0.5
  mote run model.onnx --input x=x.npy --input mask=mask.npy --output-dir out/

One line for each image: its best classes with their scores. Arrays are NumPy's .npy files; every
input that is no image needs one. --output-dir gets NAME.npy for each output.
--json prints: images (image, classes (index, label, score) or outputs, ms), or, of arrays: outputs
(name, dtype, shape, min, max, mean, values up to 1000, file), ms.
)";

struct Flags {
  std::string model;
  std::string image;
  std::vector<std::string> inputs;
  std::string output_dir;
  std::size_t top = 5;
  RuntimeFlags runtime;
  TaskFlags task;
  bool json = false;
};

std::string check_input_flag(const std::string& flag) {
  const auto at = flag.find('=');
  const bool whole = at != std::string::npos && at > 0 && at + 1 < flag.size();
  return whole ? "" : cat("'", flag, "' is not NAME=F.npy");
}

std::string names_of(std::span<const TensorInfo> infos) {
  std::vector<std::string> names;
  for (const TensorInfo& info : infos) names.push_back(cat("'", info.name, "' ", to_string(info)));
  return list_names(names);
}

// Where the name ends: names and paths may have a '=' too. The longest name that the model has.
std::size_t end_of_name(const std::string& flag, const Model& model) {
  for (auto at = flag.rfind('='); at != std::string::npos && at > 0; at = flag.rfind('=', at - 1)) {
    if (model.input_index(flag.substr(0, at)) >= 0) return at;
  }
  return flag.find('=');
}

Result<Tensor> read_array(const std::string& path, const RuntimeFlags& runtime,
                          std::uint64_t max_bytes) {
  auto bytes = FileSystem::real().read(path, max_bytes);
  if (!bytes) return runtime.explain(std::move(bytes).error());
  auto tensor = read_npy(*bytes, max_bytes - bytes->size());
  if (!tensor) return std::move(tensor).error().with_context(path);
  return tensor;
}

// Tensors for the inputs that --input names, together within the budget.
Result<std::vector<Tensor>> read_inputs(const Flags& flags, const Model& model) {
  std::vector<Tensor> tensors(model.inputs().size());
  std::uint64_t left = flags.runtime.memory_budget();
  for (const std::string& flag : flags.inputs) {
    const auto at = end_of_name(flag, model);
    const std::string name = flag.substr(0, at);
    const int index = model.input_index(name);
    if (index < 0) {
      return Error{Code::kInvalidArgument, cat("--input ", flag, ": the model has no input '", name,
                                               "'; it has ", names_of(model.inputs()))};
    }
    Tensor& tensor = tensors[static_cast<std::size_t>(index)];
    if (tensor) {
      return Error{Code::kInvalidArgument, cat("--input ", flag, ": '", name, "' is given twice")};
    }
    MOTE_ASSIGN(tensor, read_array(flag.substr(at + 1), flags.runtime, left));
    left -= tensor.bytes();
  }
  return tensors;
}

// skip: an input that something else feeds.
Status require_inputs(const std::vector<Tensor>& tensors, const Model& model, int skip) {
  std::vector<TensorInfo> missing;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i] && static_cast<int>(i) != skip) missing.push_back(model.inputs()[i]);
  }
  if (missing.empty()) return {};
  return advise({Code::kInvalidArgument, cat("nothing is given for input ", names_of(missing))},
                cat("give --input ", printable(missing[0].name), "=F.npy",
                    tensors.size() == 1 ? ", or --image F" : ""));
}

Status explain(Error error, const std::vector<Tensor>& inputs, const Model& model) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const DType wanted = model.inputs()[i].dtype;
    if (inputs[i].dtype() == wanted || wanted == DType::kUndefined) continue;
    return advise(std::move(error),
                  cat("convert the array: numpy.save(file, x.astype(...)) to ", name(wanted)));
  }
  return error;
}

Status tell_outputs(const std::vector<Tensor>& outputs, double ms, const Flags& flags,
                    const Model& model) {
  NpyFolder folder(flags.output_dir);
  Json list = Json::array();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = model.outputs()[i].name;
    MOTE_ASSIGN(const std::string file, folder.write(name, outputs[i]));
    if (!flags.json) {
      MOTE_TRY(print_text(name, outputs[i]));
      continue;
    }
    MOTE_ASSIGN(Json json, tensor_json(name, outputs[i]));
    list.push_back(std::move(json));
    if (!file.empty()) list.back()["file"] = file;
  }
  if (flags.json) print_json({{"outputs", std::move(list)}, {"ms", ms}});
  return {};
}

Status run_arrays(Session& session, const std::vector<Tensor>& inputs, const Flags& flags) {
  const auto begin = Clock::real().now();
  auto outputs = session.run(inputs);
  const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
  MOTE_TRY(Interrupt::check());
  if (!outputs) return explain(std::move(outputs).error(), inputs, session.model());
  return tell_outputs(*outputs, time.count(), flags, session.model());
}

Result<int> run_with(Session& session, const Flags& flags) {
  const Model& model = session.model();
  MOTE_ASSIGN(std::vector<Tensor> inputs, read_inputs(flags, model));
  if (flags.image.empty()) {
    MOTE_TRY(require_inputs(inputs, model, -1));
    MOTE_TRY(run_arrays(session, inputs, flags));
    return 0;
  }
  MOTE_ASSIGN(const ModelTask task, flags.task.resolve(flags.model, model));
  note_guess(task);
  const InputDescription* image = task.image_input();
  if (image != nullptr) MOTE_TRY(require_inputs(inputs, model, model.input_index(image->name)));
  return run_images(session, task,
                    {.images = flags.image,
                     .output_dir = flags.output_dir,
                     .top = flags.top,
                     .json = flags.json,
                     .runtime = &flags.runtime,
                     .inputs = std::move(inputs)});
}

Result<int> run(const Flags& flags) {
  const Interrupt interrupt;
  MOTE_ASSIGN(auto model, load_model(flags.model, flags.runtime));
  MOTE_ASSIGN(const auto session,
              open_session(std::move(model), flags.runtime.session_options(), flags.model));
  Interrupt::watch(session.get());
  auto status = run_with(*session, flags);
  Interrupt::watch(nullptr);
  return status;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("run", "what a model says of images or arrays");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->model, "an .onnx file")->required()->type_name("");
  auto* image =
      command->add_option("--image", flags->image, "an image file, or a folder of them")
          ->check(check_not_empty)
          ->type_name("F|DIR");
  command->add_option("--input", flags->inputs, "an array for one input (repeatable)")
      ->check(check_input_flag)
      ->allow_extra_args(false)
      ->type_name("NAME=F.npy");
  command->add_option("--output-dir", flags->output_dir, "write outputs there, as .npy")
      ->check(check_not_empty)
      ->type_name("D");
  command->add_option("--top", flags->top, "how many classes to tell")
      ->check(CLI::Range(1, 1'000'000))
      ->needs(image)
      ->capture_default_str();
  command->add_flag("--json", flags->json, "print JSON");
  flags->task.add_to(*command, image);
  flags->runtime.add_to(*command);
  flags->runtime.add_deadline_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(run(*flags)); }; });
}

}  // namespace mote::cli
