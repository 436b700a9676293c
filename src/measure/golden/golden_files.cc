#include "measure/golden/golden_files.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/file_system.h"
#include "base/text.h"
#include "format/onnx/onnx.h"
#include "measure/golden/class_vectors.h"
#include "measure/npz.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;

// Where a set stands among those of its model; null if `name` is no set.
std::optional<int> order_of_set(std::string_view name) {
  if (name == "io.npz") return -1;
  std::string_view prefix = "test_data_set_";
  if (name.starts_with("test_data_") && name.ends_with(".npz")) {
    prefix = "test_data_";
    name.remove_suffix(4);
  }
  if (!name.starts_with(prefix)) return std::nullopt;
  const char* end = name.data() + name.size();
  int number = 0;
  const auto parsed = std::from_chars(name.data() + prefix.size(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

void find_sets(const fs::path& folder, const std::vector<std::string>& names,
               std::vector<GoldenCase>& found) {
  std::vector<std::pair<int, std::string>> sets;
  for (const std::string& name : names) {
    if (const auto order = order_of_set(name)) sets.emplace_back(*order, name);
  }
  std::ranges::sort(sets);
  for (const auto& [order, name] : sets) found.push_back({folder / "model.onnx", folder / name});
}

// Links are not followed, so that the search ends.
Status search(const fs::path& folder, const FileSystem& files, std::vector<GoldenCase>& found) {
  MOTE_ASSIGN(const std::vector<std::string> names, files.list(folder));
  if (files.is_file(folder / "model.onnx")) find_sets(folder, names, found);
  for (const std::string& name : names) {
    const fs::path below = folder / name;
    std::error_code ignored;
    const bool link = fs::is_symlink(fs::symlink_status(below, ignored));
    if (link || !files.is_directory(below) || order_of_set(name)) continue;
    MOTE_TRY(search(below, files, found));
  }
  return {};
}

Result<NamedDatum> read_one(const fs::path& path, Type::Kind kind, std::uint64_t max_bytes) {
  MOTE_ASSIGN(const Bytes bytes, FileSystem::real().read(path, std::min(kMaxFileBytes, max_bytes)));
  return read_data_proto(bytes, kind);
}

// prefix_0.pb, prefix_1.pb, ... until there is none. kinds: of the model's inputs or outputs, whose
// order the files have where not all are tensors.
Result<std::vector<NamedDatum>> read_numbered(const fs::path& folder, std::string_view prefix,
                                              const std::vector<Type::Kind>& kinds,
                                              std::uint64_t max_bytes) {
  std::vector<NamedDatum> data;
  for (std::size_t k = 0;; ++k) {
    const fs::path path = folder / cat(prefix, "_", k, ".pb");
    if (!FileSystem::real().is_file(path)) return data;
    auto named = read_one(path, k < kinds.size() ? kinds[k] : Type::Kind::kTensor, max_bytes);
    if (!named) return std::move(named).error().with_context(path.filename().native());
    data.push_back(*std::move(named));
  }
}

std::vector<Type::Kind> input_kinds(const Model& model) {
  std::vector<Type::Kind> kinds;
  const Graph& graph = model.impl().source;
  for (const ValueId v : graph.inputs) kinds.push_back(graph.value(v).type.kind);
  return kinds;
}

// Declared, or else inferred.
std::vector<Type::Kind> output_kinds(const Model& model) {
  std::vector<Type::Kind> kinds;
  const Graph& graph = model.impl().source;
  for (const GraphOutput& output : graph.outputs) {
    const Type& inferred = graph.value(output.value).type;
    kinds.push_back(output.type.unknown() ? inferred.kind : output.type.kind);
  }
  return kinds;
}

// For each datum the index of the input or output that it belongs to.
// Errors: kInvalidArgument: more tensors than `infos`.
Result<std::vector<int>> assign(const std::vector<NamedDatum>& data,
                                std::span<const TensorInfo> infos, std::string_view what) {
  std::vector<int> by_name, by_order;
  for (const NamedDatum& t : data) {
    const auto it = std::ranges::find(infos, t.name, &TensorInfo::name);
    if (it == infos.end()) break;
    const int index = static_cast<int>(it - infos.begin());
    if (std::ranges::find(by_name, index) != by_name.end()) break;
    by_name.push_back(index);
  }
  if (by_name.size() == data.size()) return by_name;
  if (data.size() > infos.size()) {
    return Error{Code::kInvalidArgument,
                 cat("the set has ", data.size(), " ", what, "s, the model ", infos.size())};
  }
  for (int i = 0; i < std::ssize(data); ++i) by_order.push_back(i);
  return by_order;
}

Result<GoldenValues> match(const std::vector<NamedDatum>& inputs,
                           const std::vector<NamedDatum>& outputs, const Model& model) {
  GoldenValues values;
  values.inputs.resize(model.inputs().size());
  MOTE_ASSIGN(const std::vector<int> in, assign(inputs, model.inputs(), "input"));
  MOTE_ASSIGN(const std::vector<int> out, assign(outputs, model.outputs(), "output"));
  for (std::size_t k = 0; k < in.size(); ++k) {
    values.inputs[static_cast<std::size_t>(in[k])] = inputs[k].datum;
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    values.outputs.push_back({out[k], outputs[k].datum});
  }
  for (std::size_t i = 0; i < values.inputs.size(); ++i) {
    const bool may_lack =
        model.impl().source.value(model.impl().source.inputs[i]).type.kind == Type::Kind::kOptional;
    if (values.inputs[i] || may_lack) continue;
    return Error{Code::kNotFound, cat("the set lacks input '", model.inputs()[i].name, "'")};
  }
  if (values.outputs.empty()) return Error{Code::kNotFound, "the set has no outputs"};
  return values;
}

// Arrays carry the names of inputs, or the one array is called so; what is left are outputs.
Result<GoldenValues> read_archive(const fs::path& path, const Model& model,
                                  std::uint64_t max_bytes) {
  MOTE_ASSIGN(const Bytes archive,
              FileSystem::real().read(path, std::min(kMaxFileBytes, max_bytes)));
  std::uint64_t left = max_bytes - archive.size();
  MOTE_ASSIGN(const std::vector<std::string> names, npz_names(archive));
  std::vector<NamedDatum> inputs, outputs;
  for (const std::string& name : names) {
    MOTE_ASSIGN(Tensor tensor, read_npz(archive, name, left));
    left -= tensor.bytes();
    const bool only_input = name == "inputs" && model.inputs().size() == 1;
    const int index = only_input ? 0 : model.input_index(name);
    if (index < 0) {
      outputs.push_back({name, std::move(tensor)});
      continue;
    }
    const TensorInfo& info = model.inputs()[static_cast<std::size_t>(index)];
    MOTE_ASSIGN(tensor, fit_to_input(tensor, info));
    inputs.push_back({name, std::move(tensor)});
  }
  return match(inputs, outputs, model);
}

}  // namespace

Result<std::vector<GoldenCase>> find_golden_cases(const fs::path& path) {
  const FileSystem& files = FileSystem::real();
  std::vector<GoldenCase> found;
  MOTE_TRY(search(path, files, found));
  if (!found.empty()) return found;
  return Error{Code::kNotFound, cat(path.native(),
                                    ": holds no folder with a model.onnx and sets test_data_set_N "
                                    "beside it")};
}

Result<GoldenValues> read_golden(const GoldenCase& golden, const Model& model,
                                 std::uint64_t max_bytes) {
  if (golden.data.extension() == ".npz") return read_archive(golden.data, model, max_bytes);
  MOTE_ASSIGN(const auto inputs,
              read_numbered(golden.data, "input", input_kinds(model), max_bytes));
  MOTE_ASSIGN(const auto outputs,
              read_numbered(golden.data, "output", output_kinds(model), max_bytes));
  return match(inputs, outputs, model);
}

}  // namespace mote
