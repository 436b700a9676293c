#include "tasks/constant_input.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxElements = 1 << 20;

// The declared sizes with `open` for the first that is open, and 1 for the others.
Result<Dims> dims_with(const TensorInfo& info, std::int64_t open) {
  Dims dims;
  std::int64_t elements = 1;
  if (info.shape.size() > static_cast<std::size_t>(kMaxRank)) {
    return Error{Code::kInvalidArgument, cat("it has rank ", info.shape.size())};
  }
  for (const SizeInfo& s : info.shape) {
    const std::int64_t size = s.size >= 0 ? s.size : std::exchange(open, 1);
    if (size > kMaxElements || elements * std::max<std::int64_t>(size, 1) > kMaxElements) {
      return Error{Code::kInvalidArgument,
                   cat("it is ", to_string(info), ", more than ", kMaxElements, " elements")};
    }
    elements *= std::max<std::int64_t>(size, 1);
    dims.push_back(size);
  }
  return dims;
}

bool has_open_size(const TensorInfo& info) {
  return std::ranges::any_of(info.shape, [](const SizeInfo& s) { return s.size < 0; });
}

}  // namespace

Result<Tensor> constant_input(std::span<const double> values, const TensorInfo& info) {
  if (!is_convertible(info.dtype)) {
    return Error{Code::kUnsupported, cat("a constant cannot become ", to_string(info))};
  }
  MOTE_ASSIGN(Dims dims, dims_with(info, 1));
  const auto count = std::ssize(values);
  if (has_open_size(info) && count > 1 && dims.count() > 0 && count % dims.count() == 0) {
    MOTE_ASSIGN(dims, dims_with(info, count / dims.count()));
  }
  if (count != 1 && count != dims.count()) {
    return Error{Code::kInvalidArgument,
                 cat("value has ", count, " numbers, the model takes ", to_string(info))};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(info.dtype, dims));
  for (std::int64_t i = 0; i < dims.count(); ++i) {
    const double v = values[count == 1 ? 0 : static_cast<std::size_t>(i)];
    convert_range({DType::kF64, {1}, &v}, 0, tensor.mut(), i, 1);
  }
  return tensor;
}

Result<Tensor> zero_state(const TensorInfo& info) {
  if (info.initial) return info.initial;
  if (!is_convertible(info.dtype)) {
    return Error{Code::kUnsupported, cat("a state cannot be ", to_string(info))};
  }
  MOTE_ASSIGN(const Dims dims, dims_with(info, 1));
  return Tensor::zeros(info.dtype, dims);
}

Status feed_constants(const TaskDescription& task, std::span<const TensorInfo> infos,
                      std::span<Tensor> inputs) {
  for (const InputDescription& input : task.inputs) {
    if (input.kind != InputKind::kConstant && input.kind != InputKind::kState) continue;
    const auto info = std::ranges::find(infos, input.name, &TensorInfo::name);
    if (info == infos.end()) continue;
    Tensor& tensor = inputs[static_cast<std::size_t>(info - infos.begin())];
    if (tensor) continue;  // what somebody gives counts
    auto fed =
        input.kind == InputKind::kState ? zero_state(*info) : constant_input(input.value, *info);
    if (!fed) return std::move(fed).error().with_context(cat("input '", input.name, "'"));
    tensor = *std::move(fed);
  }
  return {};
}

}  // namespace mote
