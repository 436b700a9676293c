#include "cli/flags/input_sizes.h"

#include <CLI/Option.hpp>
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/result.h"
#include "base/text.h"
#include "tasks/name_list.h"

namespace mote::cli {
namespace {

Error wrong(std::string_view flag, std::string_view why) {
  return {Code::kInvalidArgument, cat("--size ", flag, ": ", why)};
}

Result<std::int64_t> parse_size(std::string_view flag, std::string_view text) {
  std::int64_t size = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), size);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || size < 0) {
    return wrong(flag, cat("'", text, "' is not a size"));
  }
  return size;
}

Result<Dims> parse_dims(std::string_view flag, std::string_view text) {
  Dims dims;
  if (text == "scalar") return dims;
  for (const std::string_view piece : split(text, 'x')) {
    if (dims.rank() == kMaxRank) return wrong(flag, cat("more than ", kMaxRank, " sizes"));
    MOTE_ASSIGN(const std::int64_t size, parse_size(flag, piece));
    dims.push_back(size);
  }
  return dims;
}

class Sizes {
 public:
  explicit Sizes(std::span<const TensorInfo> inputs) : inputs_(inputs), whole_(inputs.size()) {}

  Status take(std::string_view flag) {
    const auto at = flag.rfind('=');
    if (at == std::string_view::npos) return wrong(flag, "expected NAME=N");
    const std::string_view name = flag.substr(0, at);
    MOTE_ASSIGN(const Dims dims, parse_dims(flag, flag.substr(at + 1)));
    if (const auto input = std::ranges::find(inputs_, name, &TensorInfo::name);
        input != inputs_.end()) {
      auto& whole = whole_[static_cast<std::size_t>(input - inputs_.begin())];
      if (whole) return wrong(flag, cat("input '", name, "' has its sizes already"));
      whole = dims;
      return {};
    }
    if (!has_symbol(name)) return wrong(flag, cat("the model has no such size; ", names()));
    if (dims.rank() != 1) return wrong(flag, cat("'", name, "' stands for one size"));
    const bool added = symbols_.emplace(name, dims[0]).second;
    return added ? Status() : wrong(flag, cat("'", name, "' has its size already"));
  }

  Result<Dims> of(std::size_t i) const {
    const TensorInfo& info = inputs_[i];
    if (!info.ranked) {
      if (whole_[i]) return *whole_[i];
      return Error{
          Code::kInvalidArgument,
          cat("input '", info.name, "' may have any number of sizes: state them with --size ",
              info.name, "=1x3x8x8")};
    }
    if (whole_[i] && whole_[i]->size() != info.shape.size()) {
      return Error{Code::kInvalidArgument,
                   cat("--size ", info.name, ": input '", info.name, "' is ", to_string(info))};
    }
    Dims dims;
    for (std::size_t axis = 0; axis < info.shape.size(); ++axis) {
      const SizeInfo& declared = info.shape[axis];
      const auto symbol = symbols_.find(declared.symbol);
      if (whole_[i] && symbol != symbols_.end() &&
          symbol->second != (*whole_[i])[static_cast<int>(axis)]) {
        return wrong(cat(info.name, "=", join(*whole_[i], "x")),
                     cat("does not go with --size ", symbol->first, "=", symbol->second));
      }
      dims.push_back(whole_[i]                  ? (*whole_[i])[static_cast<int>(axis)]
                     : declared.size >= 0       ? declared.size
                     : symbol != symbols_.end() ? symbol->second
                                                : 1);
    }
    return dims;
  }

 private:
  bool has_symbol(std::string_view name) const {
    return !name.empty() && std::ranges::any_of(inputs_, [&](const TensorInfo& info) {
      return std::ranges::find(info.shape, name, &SizeInfo::symbol) != info.shape.end();
    });
  }

  std::string names() const {
    std::vector<std::string> all;
    for (const TensorInfo& info : inputs_) {
      for (const SizeInfo& size : info.shape) {
        if (size.symbol.empty() || std::ranges::find(all, size.symbol) != all.end()) continue;
        all.push_back(size.symbol);
      }
    }
    for (const TensorInfo& info : inputs_) all.push_back(info.name);
    return cat("it has: ", list_names(all));
  }

  std::span<const TensorInfo> inputs_;
  std::vector<std::optional<Dims>> whole_;
  std::map<std::string, std::int64_t> symbols_;
};

}  // namespace

CLI::Option* add_size_flag(CLI::App& command, std::vector<std::string>& sizes) {
  return command
      .add_option("--size", sizes,
                  "a size that the model leaves open, as batch=8, or those of one input, as "
                  "image=1x3x224x224; others are 1 (repeatable)")
      ->allow_extra_args(false)
      ->type_name("NAME=N");
}

Result<std::vector<Dims>> resolve_sizes(std::span<const TensorInfo> inputs,
                                        std::span<const std::string> sizes) {
  Sizes resolved(inputs);
  for (const std::string& flag : sizes) MOTE_TRY(resolved.take(flag));
  std::vector<Dims> dims(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    MOTE_ASSIGN(dims[i], resolved.of(i));
  }
  return dims;
}

std::string to_string(DType dtype, const Dims& dims) {
  return cat(name(dtype), mote::to_string(dims));
}

}  // namespace mote::cli
