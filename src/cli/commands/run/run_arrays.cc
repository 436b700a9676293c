#include "cli/commands/run/run_arrays.h"

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/anomaly_text.h"
#include "cli/commands/tensor_report.h"
#include "cli/terminal/interrupt.h"
#include "measure/npy.h"
#include "tasks/name_list.h"

namespace mote::cli {
namespace {

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

Status explain(Error error, const std::vector<Tensor>& inputs, const Model& model) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const DType wanted = model.inputs()[i].dtype;
    if (inputs[i].dtype() == wanted || wanted == DType::kUndefined) continue;
    return advise(std::move(error),
                  cat("convert the array: numpy.save(file, x.astype(...)) to ", name(wanted)));
  }
  return error;
}

// A line for each row, or `anomalies` of `json`.
Status tell_anomalies(std::span<const Tensor> inputs, std::span<const Tensor> outputs,
                      const ArrayRun& flags, Json& json) {
  if (flags.scorer == nullptr) return {};
  MOTE_ASSIGN(const std::vector<double> scores, flags.scorer->scores(inputs, outputs));
  const std::optional<double> threshold = flags.scorer->rule().threshold;
  if (flags.json) json["anomalies"] = Json::array();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!flags.json) {
      say("{}: {}", i + 1, anomaly_text(scores[i], threshold));
      continue;
    }
    Json entry{{"row", i + 1}};
    add_anomaly(entry, scores[i], threshold);
    json["anomalies"].push_back(std::move(entry));
  }
  return {};
}

Status tell_outputs(std::span<const Tensor> inputs, const std::vector<Tensor>& outputs, double ms,
                    const ArrayRun& flags, const Model& model) {
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
  Json all{{"outputs", std::move(list)}, {"ms", ms}};
  MOTE_TRY(tell_anomalies(inputs, outputs, flags, all));
  if (flags.json) print_json(all);
  return {};
}

}  // namespace

Result<std::vector<Tensor>> read_inputs(const std::vector<std::string>& flags, const Model& model,
                                        const RuntimeFlags& runtime) {
  std::vector<Tensor> tensors(model.inputs().size());
  std::uint64_t left = runtime.memory_budget();
  for (const std::string& flag : flags) {
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
    MOTE_ASSIGN(tensor, read_array(flag.substr(at + 1), runtime, left));
    left -= tensor.bytes();
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i]) tensors[i] = model.inputs()[i].initial;
  }
  return tensors;
}

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

Status run_arrays(Session& session, const std::vector<Tensor>& inputs, const ArrayRun& run) {
  const auto begin = Clock::real().now();
  auto outputs = session.run(inputs);
  const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
  MOTE_TRY(Interrupt::check());
  if (!outputs) return explain(std::move(outputs).error(), inputs, session.model());
  return tell_outputs(inputs, *outputs, time.count(), run, session.model());
}

}  // namespace mote::cli
