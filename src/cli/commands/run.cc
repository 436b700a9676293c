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
#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "cli/terminal/interrupt.h"
#include "measure/npy.h"

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
  const auto at = flag.rfind('=');
  const bool whole = at != std::string::npos && at > 0 && at + 1 < flag.size();
  return whole ? "" : cat("'", flag, "' is not NAME=F.npy");
}

std::string names_of(std::span<const TensorInfo> infos) {
  std::vector<std::string> names;
  for (const TensorInfo& info : infos) names.push_back(cat("'", info.name, "' ", to_string(info)));
  return join(names, ", ");
}

// Tensors for the inputs that --input names.
Result<std::vector<Tensor>> read_inputs(const Flags& flags, const Model& model) {
  std::vector<Tensor> tensors(model.inputs().size());
  for (const std::string& flag : flags.inputs) {
    const auto at = flag.rfind('=');
    const std::string name = flag.substr(0, at);
    const std::string path = flag.substr(at + 1);
    const int index = model.input_index(name);
    if (index < 0) {
      return Error{Code::kInvalidArgument, cat("--input ", flag, ": the model has no input '", name,
                                               "'; it has ", names_of(model.inputs()))};
    }
    MOTE_ASSIGN(const Bytes bytes, FileSystem::real().read(path, std::uint64_t{4} << 30));
    auto tensor = read_npy(bytes);
    if (!tensor) return std::move(tensor).error().with_context(path);
    tensors[static_cast<std::size_t>(index)] = *std::move(tensor);
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
    if (inputs[i].dtype() == model.inputs()[i].dtype) continue;
    return advise(std::move(error), cat("convert the array: numpy.save(file, x.astype(...)) to ",
                                        name(model.inputs()[i].dtype)));
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
      print_text(name, outputs[i]);
      continue;
    }
    list.push_back(tensor_json(name, outputs[i]));
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
  command->add_option("--image", flags->image, "a JPEG or PNG file, or a folder of them")
      ->type_name("F|DIR");
  command->add_option("--input", flags->inputs, "an array for one input (repeatable)")
      ->check(check_input_flag)
      ->allow_extra_args(false)
      ->type_name("NAME=F.npy");
  command->add_option("--output-dir", flags->output_dir, "write outputs there, as .npy")
      ->type_name("D");
  command->add_option("--top", flags->top, "how many classes to tell")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "print JSON");
  flags->task.add_to(*command);
  flags->runtime.add_to(*command);
  flags->runtime.add_deadline_to(*command);
  command->footer(std::string(kExamples));
  command->callback([flags, &action] { action = [flags] { return run(*flags); }; });
}

}  // namespace mote::cli
