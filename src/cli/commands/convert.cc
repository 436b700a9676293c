// mote convert: a model in another format.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <algorithm>
#include <filesystem>

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/convert_noise.h"
#include "cli/commands/convert_task.h"
#include "cli/commands/obstacle_report.h"
#include "cli/commands/staged_files.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/output.h"
#include "measure/conversion.h"
#include "measure/dequantized.h"
#include "measure/tflite_conversion.h"
#include "runtime/model_impl.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExamples = R"(Examples:
  mote convert model.tflite model.onnx
  mote convert model.tflite encoder.onnx --signature encode
  mote convert model.onnx model.tflite --size batch=1
  mote convert quantized.tflite float.onnx --dequantize
  mote convert model.onnx model.float.onnx --dequantize --json

OUT.onnx: operators become those of ONNX, integers stand between DequantizeLinear and
QuantizeLinear, and any ONNX runtime runs the result. The lowest opset that says the same is
written.
OUT.tflite: images are channels last, integers between grids stay integers, and what has no operator
there becomes arithmetic. Inputs keep their names, types and order of axes.
Before that, unless it dequantizes, both models run on the same random inputs and must agree. A
model with something in the way is not converted: all of it is told, and the exit status is 1.
--size states sizes that the model's inputs leave open; others are 1 then.
--dequantize gives the float model of a quantized one: what was rounded passes through, inputs and
outputs are floats. What the model says of its inputs, and its labels, become a task description.
--json prints: model, output, bytes, dequantized, compared, difference, task (files written beside
it), of ONNX opsets, ir_version and nodes, and obstacles, where there are any; with --dequantize
also how far answers are from the original's: snr_db, the worst signal-to-noise ratio (null: equal,
or not compared), and outputs (name, snr_db).
)";

struct Flags {
  std::string input, output;
  RuntimeFlags runtime;
  std::vector<std::string> sizes;
  bool dequantize = false;
  bool unchecked = false;
  bool external = false;
  bool json = false;
};

// Models of 2 GiB and more keep their weights in a file of their own.
constexpr std::uint64_t kMaxModelBytes = std::uint64_t{2} << 30;

Status check_output(const Flags& flags) {
  const std::string extension = fs::path(flags.output).extension().string();
  if (extension != ".onnx" && extension != ".tflite") {
    return Error{Code::kInvalidArgument,
                 cat("OUT '", flags.output, "': must end in .onnx or .tflite")};
  }
  if (flags.external && extension != ".onnx") {
    return Error{Code::kInvalidArgument,
                 cat("--external-weights: OUT '", flags.output, "' is no .onnx file")};
  }
  std::error_code ignored;
  if (fs::equivalent(flags.input, flags.output, ignored)) {
    return Error{Code::kInvalidArgument, cat("OUT '", flags.output, "' is the model itself")};
  }
  return {};
}

Status write(const std::string& path, const std::string& bytes) {
  return FileSystem::real().write(path,
                                  {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
}

std::string opsets_of(const ModelDef& def) {
  std::vector<std::string> names;
  for (const OpsetImport& o : def.opsets) {
    names.push_back(o.domain.empty() ? cat("opset ", o.version) : cat(o.domain, " ", o.version));
  }
  return join(names, ", ");
}

// What came of it.
struct Outcome {
  std::uint64_t bytes;
  std::string summary;  // of the file, for people
  Json details;         // and for programs; null: there are none
  Agreement agreement;
  std::vector<std::string> task_files;
};

void tell_agreement(const Flags& flags, const Agreement& agreement) {
  if (agreement.worst() != nullptr) {
    tell_noise(flags.input, agreement);
  } else if (agreement.compared && flags.dequantize) {
    say("checked   runs as {} does; no output is a tensor of floats", printable(flags.input));
  } else if (agreement.compared) {
    say("checked   gives what {} gives, on one run of random inputs", printable(flags.input));
  } else if (!agreement.difference.empty()) {
    say("checked   no: {}", printable(agreement.difference));
  }
}

int tell(const Flags& flags, const Outcome& outcome) {
  if (flags.json) {
    Json json{{"model", flags.input},
              {"output", flags.output},
              {"bytes", outcome.bytes},
              {"dequantized", flags.dequantize},
              {"compared", outcome.agreement.compared},
              {"difference", outcome.agreement.difference},
              {"task", outcome.task_files}};
    if (!outcome.details.is_null()) json.update(outcome.details);
    if (flags.dequantize) add_noise(json, outcome.agreement);
    print_json(json);
    return 0;
  }
  say("{}: {}, {}", printable(flags.output), printable(outcome.summary),
      human_bytes(outcome.bytes));
  tell_agreement(flags, outcome.agreement);
  if (!outcome.task_files.empty()) {
    say("task      {}", printable(join(outcome.task_files, ", ")));
  }
  return 0;
}

bool has_open_sizes(const Model& model) {
  return std::ranges::any_of(model.inputs(), [](const TensorInfo& info) {
    return std::ranges::any_of(info.shape, [](const SizeInfo& size) { return size.size < 0; });
  });
}

int tell_obstacles(const Flags& flags, const Model& model, std::span<const Obstacle> obstacles) {
  if (flags.json) {
    print_json({{"model", flags.input}, {"obstacles", obstacles_json(obstacles)}});
  } else {
    say("{}: cannot be converted:", printable(flags.input));
    put(obstacles_text(obstacles));
    if (fs::path(flags.output).extension() == ".tflite" && flags.sizes.empty() &&
        has_open_sizes(model)) {
      say("some of it may be gone when --size states what the inputs leave open");
    }
  }
  return 1;
}

// Empty, if none is stated: what is open stays open.
Result<std::vector<Dims>> sizes_of(const Model& model, const Flags& flags) {
  if (flags.sizes.empty()) return std::vector<Dims>();
  return resolve_sizes(model.inputs(), flags.sizes);
}

// With the weights in a file of their own, if one is too small for all or it is asked for.
Result<Conversion> make(const Model& model, const Flags& flags) {
  ConversionOptions options;
  options.dequantize = flags.dequantize;
  MOTE_ASSIGN(options.input_sizes, sizes_of(model, flags));
  options.max_bytes = flags.runtime.memory_budget();
  if (!flags.external) {
    MOTE_ASSIGN(Conversion made, convert_to_onnx(model, options));
    if (made.files.model.size() < kMaxModelBytes) return made;
  }
  options.external_file = StagedFiles::weights_name(flags.output);
  return convert_to_onnx(model, options);
}

Result<std::shared_ptr<const Model>> read_again(const std::string& text, const Flags& flags) {
  return Model::parse({reinterpret_cast<const std::byte*>(text.data()), text.size()},
                      flags.runtime.model_options());
}

// Errors: kInternal: they should agree and do not.
Result<Agreement> compare(const Flags& flags, std::shared_ptr<const Model> model,
                          std::shared_ptr<const Model> converted) {
  if (flags.unchecked) return Agreement{};
  const SessionOptions options = flags.runtime.session_options();
  if (flags.dequantize) return compare_dequantized(std::move(model), std::move(converted), options);
  MOTE_ASSIGN(Agreement agreement,
              compare_conversion(std::move(model), std::move(converted), options));
  if (agreement.difference.empty() || !agreement.compared) return agreement;
  return Error{Code::kInternal,
               cat("the converted model differs, nothing is written: ", agreement.difference)};
}

Result<int> convert_to_tflite_file(const Flags& flags, const std::shared_ptr<const Model>& model) {
  TfliteConversionOptions options{flags.dequantize, {}, flags.runtime.memory_budget()};
  MOTE_ASSIGN(options.input_sizes, sizes_of(*model, flags));
  MOTE_ASSIGN(const TfliteConversion made, convert_to_tflite(*model, options));
  if (!made.obstacles.empty()) return tell_obstacles(flags, *model, made.obstacles);
  MOTE_ASSIGN(const auto converted, read_again(made.bytes, flags));
  Outcome outcome{made.bytes.size(), "TensorFlow Lite", {}, {}, {}};
  MOTE_ASSIGN(outcome.agreement, compare(flags, model, converted));
  MOTE_TRY(write(flags.output, made.bytes));
  MOTE_ASSIGN(outcome.task_files,
              write_task(*model, flags.input, *converted, flags.output, flags.dequantize));
  return tell(flags, outcome);
}

Outcome outcome_of(std::uint64_t bytes, std::int64_t nodes, const ModelDef& written) {
  Json opsets = Json::array();
  for (const OpsetImport& o : written.opsets) {
    opsets.push_back({{"domain", o.domain}, {"version", o.version}});
  }
  Json details{{"opsets", std::move(opsets)}, {"ir_version", written.ir_version}, {"nodes", nodes}};
  std::string summary =
      cat("ONNX, IR version ", written.ir_version, ", ", opsets_of(written), ", ", nodes, " nodes");
  return {bytes, std::move(summary), std::move(details), {}, {}};
}

Result<int> convert_to_onnx_file(const Flags& flags, const std::shared_ptr<const Model>& model) {
  MOTE_ASSIGN(Conversion made, make(*model, flags));
  const std::uint64_t bytes = made.files.model.size() + made.files.external.size();
  const bool external = !made.files.external.empty();
  StagedFiles staged(flags.output);
  if (external) {
    MOTE_TRY(staged.write(made.files));
    made.files = {};  // there may be no room for them twice
  }
  MOTE_ASSIGN(const auto converted, external
                                        ? Model::load(staged.model(), flags.runtime.model_options())
                                        : read_again(made.files.model, flags));
  Outcome outcome = outcome_of(bytes, made.nodes, converted->impl().def);
  MOTE_ASSIGN(outcome.agreement, compare(flags, model, converted));
  MOTE_TRY(external ? staged.publish() : write(flags.output, made.files.model));
  MOTE_ASSIGN(outcome.task_files,
              write_task(*model, flags.input, *converted, flags.output, flags.dequantize));
  return tell(flags, outcome);
}

Result<int> convert(const Flags& flags) {
  MOTE_TRY(check_output(flags));
  MOTE_ASSIGN(const auto model, load_model(flags.input, flags.runtime, Reading::kTolerant));
  if (!model->obstacles().empty()) return tell_obstacles(flags, *model, model->obstacles());
  const bool tflite = fs::path(flags.output).extension() == ".tflite";
  return tflite ? convert_to_tflite_file(flags, model) : convert_to_onnx_file(flags, model);
}

}  // namespace

void add_convert(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("convert", "a model in another format");
  auto flags = std::make_shared<Flags>();
  command->add_option("IN", flags->input, "a .tflite or .onnx file")->required()->type_name("");
  command->add_option("OUT", flags->output, "a .onnx or .tflite file")->required()->type_name("");
  command->add_flag("--dequantize", flags->dequantize, "the float model of a quantized one");
  add_size_flag(*command, flags->sizes);
  command->add_flag("--external-weights", flags->external,
                    "weights in OUT.weights, as those of 2 GiB and more always are; ONNX only");
  command->add_flag("--no-check", flags->unchecked, "written without running both");
  command->add_flag("--json", flags->json, "print JSON");
  flags->runtime.add_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(convert(*flags)); }; });
}

}  // namespace mote::cli
