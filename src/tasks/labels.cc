#include "tasks/labels.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMaxLabels = 1'000'000;

}  // namespace

Result<std::vector<std::string>> parse_labels(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return Error{Code::kCorrupt, "it is no text: it has a byte 0"};
  }
  std::vector<std::string> labels;
  for (const std::string_view line : split(text, '\n')) {
    labels.emplace_back(trim(line));
    if (labels.size() > kMaxLabels) {
      return Error{Code::kCorrupt, cat("it has more than ", kMaxLabels, " lines")};
    }
  }
  while (!labels.empty() && labels.back().empty()) labels.pop_back();
  if (labels.empty()) return Error{Code::kCorrupt, "it is empty; it must have one label a line"};
  return labels;
}

Result<std::vector<std::string>> read_labels(const OutputDescription& output,
                                             const std::filesystem::path& folder,
                                             const FileSystem& files) {
  if (output.labels.empty()) return output.class_names;
  const auto context = [&](Error e) {
    return std::move(e).with_context(cat("labels of output '", output.name, "'"));
  };
  const std::filesystem::path root = folder.empty() ? "." : folder;
  auto size = files.size_beneath(root, output.labels);
  if (!size) return context(std::move(size).error());
  if (*size > kMaxBytes) {
    return context({Code::kInvalidArgument, cat("'", output.labels, "' has ", human_bytes(*size),
                                                ", more than ", human_bytes(kMaxBytes))});
  }
  auto bytes = files.read_beneath(root, output.labels, 0, *size);
  if (!bytes) return context(std::move(bytes).error());
  auto labels = parse_labels({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!labels) return context(std::move(labels).error().with_context(output.labels));
  return labels;
}

Status check_label_count(const OutputDescription& output, const std::vector<std::string>& labels,
                         std::size_t classes) {
  if (labels.empty() || labels.size() == classes) return {};
  const std::string from = output.labels.empty() ? "and" : cat("'", output.labels, "' has");
  return Error{Code::kInvalidArgument, cat("output '", output.name, "' has ", classes, " classes, ",
                                           from, " ", labels.size(), " labels")};
}

}  // namespace mote
