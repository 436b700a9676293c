#include "tasks/table/features.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/result.h"
#include "base/text.h"
#include "ops/support/convert.h"
#include "tasks/name_list.h"
#include "tasks/nearest.h"

namespace mote {
namespace {

using Columns = std::span<const std::string>;

constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;  // of a run

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

std::string listed(Columns columns) {
  std::vector<std::string> names;
  for (const std::string& c : columns) names.push_back(cat("'", c, "'"));
  return list_names(names);
}

Result<std::size_t> column_named(std::string_view name, Columns columns) {
  const auto count = std::ranges::count(columns, name);
  if (count == 1)
    return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
  if (count > 1) return invalid(cat("the table has ", count, " columns '", name, "'"));
  const std::vector<std::string_view> names(columns.begin(), columns.end());
  const std::string_view near = nearest_name(name, names);
  return invalid(
      cat("the table has no column '", name, "'; ",
          near.empty() ? cat("it has ", listed(columns)) : cat("did you mean '", near, "'?")));
}

// How many features a row has; -1: any number.
std::int64_t features_of(const TensorInfo& info) {
  return info.shape.size() == 2 ? info.shape[1].size : 1;
}

Result<std::vector<std::size_t>> choose_columns(const InputDescription& input,
                                                const TensorInfo& info, Columns columns,
                                                std::string_view target, bool only) {
  std::vector<std::size_t> chosen;
  for (const std::string& name : input.columns) {
    MOTE_ASSIGN(const std::size_t column, column_named(name, columns));
    chosen.push_back(column);
  }
  if (!chosen.empty()) return chosen;
  const std::int64_t wanted = features_of(info);
  const bool named = wanted == 1 && std::ranges::count(columns, input.name) == 1;
  if (named || !only) {
    MOTE_ASSIGN(const std::size_t column, column_named(input.name, columns));
    return std::vector<std::size_t>{column};
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (target.empty() || columns[i] != target) chosen.push_back(i);
  }
  if (wanted < 0 || wanted == std::ssize(chosen)) return chosen;
  return invalid(cat("it takes ", wanted, " features, the table has ", chosen.size(),
                     target.empty() ? "" : " other", " columns, ", listed(columns)));
}

// Texts that are no numbers give null; an empty one is NaN.
std::optional<double> number_in(std::string_view text) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end == text.data() + text.size() && error == std::errc() && !text.empty()) return number;
  // "3.0" is one, too.
  const auto real = number_in(text);
  if (!real || *real != *real ||
      *real != static_cast<double>(static_cast<std::int64_t>(std::clamp(*real, -0x1p53, 0x1p53)))) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*real);
}

// Element i of `tensor` becomes what `text` says. False: it says none.
bool set_element(const MutTensorView& tensor, std::int64_t i, const std::string& text) {
  if (tensor.dtype == DType::kString) {
    tensor.as<std::string>()[i] = text;
    return true;
  }
  if (tensor.dtype == DType::kS64 || tensor.dtype == DType::kS32) {
    const auto number = integer_in(text);
    if (!number) return false;
    if (tensor.dtype == DType::kS32 && (*number < std::numeric_limits<std::int32_t>::min() ||
                                        *number > std::numeric_limits<std::int32_t>::max())) {
      return false;
    }
    convert_range({DType::kS64, {1}, &*number}, 0, tensor, i, 1);
    return true;
  }
  const auto number = number_in(text);
  if (!number) return false;
  convert_range({DType::kF64, {1}, &*number}, 0, tensor, i, 1);
  return true;
}

// Types of inputs whose integers stand for other numbers.
bool is_quantized(DType dtype) {
  return dtype == DType::kS8 || dtype == DType::kU8 || dtype == DType::kS16;
}

bool is_feature_type(DType dtype) {
  return is_quantized(dtype) || dtype == DType::kString || dtype == DType::kF32 ||
         dtype == DType::kF64 || dtype == DType::kF16 || dtype == DType::kS32 ||
         dtype == DType::kS64;
}

}  // namespace

Result<Features> Features::create(const TaskDescription& task, std::span<const TensorInfo> inputs,
                                  Columns columns, std::string_view target) {
  Features features;
  features.names_.assign(columns.begin(), columns.end());
  const auto count = std::ranges::count(task.inputs, InputKind::kFeatures, &InputDescription::kind);
  for (const InputDescription& input : task.inputs) {
    if (input.kind != InputKind::kFeatures) continue;
    const auto info = std::ranges::find(inputs, input.name, &TensorInfo::name);
    if (info == inputs.end()) continue;
    const auto named = [&](Error e) {
      return std::move(e).with_context(cat("input '", input.name, "'"));
    };
    if (!is_feature_type(info->dtype)) {
      return named({Code::kUnsupported, cat("features cannot become ", name(info->dtype))});
    }
    auto chosen = choose_columns(input, *info, columns, target, count == 1);
    if (!chosen) return named(std::move(chosen).error());
    features.features_ += std::ssize(*chosen);
    features.inputs_.push_back({static_cast<std::size_t>(info - inputs.begin()), info->dtype,
                                info->shape.size() == 1, input.quantization, *std::move(chosen)});
    const std::int64_t rows = info->shape.empty() ? -1 : info->shape[0].size;
    if (rows >= 1) features.rows_of_a_run_ = rows;
  }
  const std::int64_t rows = features.rows_of_a_run_.value_or(1);
  if (rows > kMaxElements / std::max<std::int64_t>(features.features_, 1)) {
    return invalid(cat("the model takes ", rows, " rows of ", features.features_,
                       " features at a time, more than ", kMaxElements, " numbers"));
  }
  if (features.inputs_.empty()) return invalid("no input of the model is known as features");
  return features;
}

Result<Tensor> Features::tensor_of(const Input& input, std::span<const TextRow> rows) const {
  const auto count = rows_of_a_run_.value_or(std::ssize(rows));
  const auto width = std::ssize(input.columns);
  const Dims dims = input.flat ? Dims{count} : Dims{count, width};
  const DType read_as = is_quantized(input.dtype) ? DType::kF32 : input.dtype;
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(read_as, dims));
  const MutTensorView to = tensor.mut();
  for (std::int64_t r = 0; r < count; ++r) {
    const TextRow& row = rows[static_cast<std::size_t>(std::min(r, std::ssize(rows) - 1))];
    for (std::int64_t k = 0; k < width; ++k) {
      const std::size_t column = input.columns[static_cast<std::size_t>(k)];
      if (set_element(to, r * width + k, row.fields[column])) continue;
      return invalid(cat("line ", row.line, ", column '", names_[column], "': '",
                         row.fields[column], "' is no number of type ", name(read_as)));
    }
  }
  if (read_as == input.dtype) return tensor;
  return quantized(tensor.values<float>(), dims, input.dtype, input.quantization);
}

Status Features::fill(std::span<const TextRow> rows, std::span<Tensor> inputs) const {
  for (const Input& input : inputs_) {
    MOTE_ASSIGN(inputs[input.index], tensor_of(input, rows));
  }
  return {};
}

}  // namespace mote
