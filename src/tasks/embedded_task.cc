#include "tasks/embedded_task.h"

#include <algorithm>

#include "base/text.h"
#include "tasks/guess_task.h"

namespace mote {
namespace {

using Meaning = TfliteTensorMeaning;

// The k-th channel's, or the only one's.
float at(const std::vector<float>& values, std::size_t k) {
  return values[values.size() == 1 ? 0 : k];
}

// (pixel - mean) / std, and of s8 inputs then to their grid.
void set_normalization(const Meaning& meaning, const TensorInfo& info, ImageRule& rule) {
  const std::size_t count = std::max(meaning.mean.size(), meaning.std.size());
  const auto fits = [&](const std::vector<float>& v) { return v.size() == 1 || v.size() == count; };
  if (info.dtype == DType::kU8 || count == 0 || !fits(meaning.mean) || !fits(meaning.std)) return;
  const bool to_grid = info.dtype != DType::kF32 && info.scale > 0;
  rule.scale = 1;
  rule.mean.clear();
  rule.std.clear();
  for (std::size_t k = 0; k < count; ++k) {
    const float std = at(meaning.std, k) * (to_grid ? info.scale : 1.0F);
    const float zero = to_grid ? static_cast<float>(info.zero_point) * std : 0.0F;
    rule.mean.push_back(at(meaning.mean, k) - zero);
    rule.std.push_back(std);
  }
}

void describe_input(const Meaning& meaning, const TensorInfo& info, InputDescription& input) {
  if (meaning.content != Meaning::Content::kImage) return;
  auto rule = guess_image(info);
  if (!rule) return;
  if (meaning.grayscale && rule->channels() == 1) rule->color = ColorOrder::kGray;
  ImageRule normalized = *rule;
  set_normalization(meaning, info, normalized);
  input.kind = InputKind::kImage;
  input.image = check(normalized) ? normalized : *rule;
}

// A name and no way through folders: what a model says must not lead out of where it lies.
bool is_plain(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && path == path.filename() && name != "." && name != ".." &&
         name.find('\0') == std::string::npos;
}

std::string labels_of(const Meaning& meaning) {
  const TfliteFile* best = nullptr;
  for (const TfliteFile& f : meaning.files) {
    const bool labels =
        f.kind == TfliteFile::Kind::kAxisLabels || f.kind == TfliteFile::Kind::kValueLabels;
    // Those for any language before those of one.
    if (labels && is_plain(f.name) &&
        (best == nullptr || (!best->locale.empty() && f.locale.empty())))
      best = &f;
  }
  return best == nullptr ? "" : best->name;
}

BoxRule box_rule(const Meaning& meaning) {
  BoxRule rule;
  rule.unit = meaning.box_pixels ? BoxUnit::kPixels : BoxUnit::kRelative;
  rule.nms = Nms::kNone;
  const bool y_first = meaning.box_order.size() == 4 && meaning.box_order[0] == 1;
  if (meaning.box_kind == Meaning::BoxKind::kCentre) {
    rule.format = BoxFormat::kCxcywh;
  } else if (meaning.box_kind == Meaning::BoxKind::kUpperLeft) {
    rule.format = BoxFormat::kXywh;
  } else {
    rule.format = y_first ? BoxFormat::kYxyx : BoxFormat::kXyxy;
  }
  return rule;
}

bool is_named(const Meaning& meaning, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, meaning.name) != names.end();
}

// Outputs beside boxes have names that the format's tools give them.
void describe_beside_boxes(const Meaning& meaning, OutputDescription& output) {
  if (meaning.content == Meaning::Content::kBoxes) {
    output.kind = OutputKind::kBoxes;
    output.boxes = box_rule(meaning);
  } else if (is_named(meaning, {"category", "class", "classes"})) {
    output.kind = OutputKind::kBoxClasses;
    output.labels = labels_of(meaning);
  } else if (is_named(meaning, {"score", "scores"})) {
    output.kind = OutputKind::kBoxScores;
  } else if (is_named(meaning, {"number of detections", "count"})) {
    output.kind = OutputKind::kBoxCount;
  }
}

void describe_outputs(std::span<const Meaning> meanings, TaskDescription& task) {
  const std::size_t count = std::min(meanings.size(), task.outputs.size());
  const bool boxes = std::ranges::any_of(
      meanings, [](const Meaning& m) { return m.content == Meaning::Content::kBoxes; });
  for (std::size_t i = 0; i < count; ++i) {
    OutputDescription& output = task.outputs[i];
    if (boxes) {
      describe_beside_boxes(meanings[i], output);
      continue;
    }
    const std::string labels = labels_of(meanings[i]);
    if (labels.empty()) continue;
    output.kind = OutputKind::kClassScores;
    output.labels = labels;
  }
  for (std::size_t i = 0; i < count; ++i) {
    OutputDescription* rule = task.output(OutputKind::kBoxes);
    if (rule != nullptr && meanings[i].score_threshold > 0) {
      rule->boxes.score_threshold = meanings[i].score_threshold;
    }
  }
  if (boxes) {
    task.task = TaskKind::kObjectDetection;
  } else if (task.output(OutputKind::kClassScores) != nullptr) {
    task.task = task.input(InputKind::kImage) != nullptr ? TaskKind::kImageClassification
                                                         : TaskKind::kClassification;
  }
}

class EmbeddedFiles final : public FileSystem {
 public:
  explicit EmbeddedFiles(std::shared_ptr<const TfliteMetadata> metadata)
      : metadata_(std::move(metadata)) {}

  Result<Bytes> read(const std::filesystem::path& path, std::uint64_t max_bytes) const override {
    MOTE_ASSIGN(const ZipEntry* entry, find(path.filename().string()));
    if (entry->size > max_bytes) {
      return Error{Code::kResourceExhausted,
                   cat("'", entry->name, "' has ", entry->size, " bytes")};
    }
    return Bytes(entry->content.begin(), entry->content.end());
  }
  Result<Bytes> read_beneath(const std::filesystem::path&, const std::string& name,
                             std::uint64_t offset, std::uint64_t size) const override {
    MOTE_ASSIGN(const ZipEntry* entry, find(name));
    if (offset > entry->size || size > entry->size - offset) {
      return Error{Code::kCorrupt, cat("'", name, "' ends before")};
    }
    const auto part = entry->content.subspan(offset, size);
    return Bytes(part.begin(), part.end());
  }
  Result<std::uint64_t> size_beneath(const std::filesystem::path&,
                                     const std::string& name) const override {
    MOTE_ASSIGN(const ZipEntry* entry, find(name));
    return entry->size;
  }
  Status write(const std::filesystem::path&, std::span<const std::byte>) override {
    return Error{Code::kUnsupported, "files within a model cannot be written"};
  }
  Result<std::vector<std::string>> list(const std::filesystem::path&) const override {
    std::vector<std::string> names;
    for (const ZipEntry& e : metadata_->entries) names.push_back(e.name);
    std::ranges::sort(names);
    return names;
  }
  bool is_directory(const std::filesystem::path&) const override { return false; }
  bool is_file(const std::filesystem::path& path) const override {
    return static_cast<bool>(find(path.filename().string()));
  }

 private:
  Result<const ZipEntry*> find(const std::string& name) const {
    for (const ZipEntry& e : metadata_->entries) {
      if (e.name != name) continue;
      if (e.method == ZipEntry::Method::kStored) return &e;
      return Error{Code::kUnsupported, cat("'", name, "' within the model is compressed")};
    }
    return Error{Code::kNotFound, cat("no '", name, "' within the model")};
  }

  std::shared_ptr<const TfliteMetadata> metadata_;
};

}  // namespace

std::optional<TaskDescription> embedded_task(const ModelView& model,
                                             const TfliteMetadata& metadata) {
  if (metadata.inputs.empty() && metadata.outputs.empty()) return std::nullopt;
  TaskDescription task = guess_task(model);
  const std::size_t inputs = std::min(metadata.inputs.size(), task.inputs.size());
  for (std::size_t i = 0; i < inputs; ++i) {
    const auto info = std::ranges::find(model.inputs, task.inputs[i].name, &TensorInfo::name);
    if (info != model.inputs.end()) describe_input(metadata.inputs[i], *info, task.inputs[i]);
  }
  describe_outputs(metadata.outputs, task);
  return task;
}

std::shared_ptr<const FileSystem> embedded_files(std::shared_ptr<const TfliteMetadata> metadata) {
  return std::make_shared<const EmbeddedFiles>(std::move(metadata));
}

}  // namespace mote
