#include "measure/image_dataset.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/text.h"
#include "measure/csv.h"
#include "media/image.h"
#include "tasks/nearest.h"
#include "tasks/preprocess.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxImageBytes = std::uint64_t{256} << 20;

struct ListedImage {
  std::string file;  // beneath the folder
  std::int64_t index;
};

class ImageDataset final : public Dataset {
 public:
  ImageDataset(std::filesystem::path folder, std::vector<ListedImage> images,
               std::vector<std::string> class_names, const FileSystem& files)
      : folder_(std::move(folder)),
        images_(std::move(images)),
        class_names_(std::move(class_names)),
        files_(files) {}

  std::size_t size() const override { return images_.size(); }
  std::int64_t class_of(std::size_t i) const override { return images_[i].index; }
  std::string name_of(std::size_t i) const override { return images_[i].file; }
  std::span<const std::string> class_names() const override { return class_names_; }

  Result<Tensor> load(std::size_t i, const InputDescription& input,
                      const TensorInfo& info) const override {
    auto tensor = load_unnamed(images_[i].file, input, info.dtype);
    if (!tensor) return std::move(tensor).error().with_context((folder_ / name_of(i)).string());
    return tensor;
  }

 private:
  Result<Tensor> load_unnamed(const std::string& file, const InputDescription& input,
                              DType dtype) const {
    if (input.kind != InputKind::kImage) {
      return Error{Code::kInvalidArgument,
                   cat("the task description does not take input '", input.name, "' for an image")};
    }
    MOTE_ASSIGN(const Bytes bytes, files_.read(folder_ / file, kMaxImageBytes));
    MOTE_ASSIGN(const Image image, decode_image(bytes));
    const PixelView view{image.width, image.height, image.channels, image.pixels.data(),
                         std::int64_t{image.width} * image.channels};
    return image_to_tensor(view, input.image, dtype);
  }

  std::filesystem::path folder_;
  std::vector<ListedImage> images_;
  std::vector<std::string> class_names_;
  const FileSystem& files_;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_image_name(std::string_view name) {
  const std::string ending = lower(std::filesystem::path(name).extension().string());
  return name[0] != '.' && (ending == ".jpg" || ending == ".jpeg" || ending == ".png");
}

// Class of each label; of equal labels the first.
std::map<std::string_view, std::int64_t> classes_by_label(std::span<const std::string> labels) {
  std::map<std::string_view, std::int64_t> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    classes.emplace(labels[i], static_cast<std::int64_t>(i));
  }
  return classes;
}

// Which columns hold what, and whether the first row says so.
struct Columns {
  std::size_t file = 0;
  std::size_t cls = 1;
  bool header = false;
};

Columns find_columns(const CsvRow& first) {
  std::optional<std::size_t> file;
  std::optional<std::size_t> cls;
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    const std::string name = lower(first.fields[i]);
    if (!file && (name == "file" || name == "filename" || name == "path")) file = i;
    if (!cls && (name == "class" || name == "label")) cls = i;
  }
  return file && cls ? Columns{*file, *cls, true} : Columns{};
}

// A relative path that stays beneath its folder.
bool is_beneath(const std::filesystem::path& path) {
  return !path.empty() && path.is_relative() && std::ranges::find(path, "..") == path.end();
}

class LabelsCsv {
 public:
  explicit LabelsCsv(std::span<const std::string> labels) : by_label_(classes_by_label(labels)) {}

  Result<std::vector<ListedImage>> read(std::string_view text) const {
    MOTE_ASSIGN(const auto rows, parse_csv(text));
    if (rows.empty()) return Error{Code::kCorrupt, "it lists no files"};
    const Columns columns = find_columns(rows[0]);
    std::vector<ListedImage> images;
    for (const CsvRow& row : std::span(rows).subspan(columns.header ? 1 : 0)) {
      auto image = read_row(row, columns);
      if (!image) return std::move(image).error().with_context(cat("line ", row.line));
      images.push_back(*std::move(image));
    }
    if (images.empty()) return Error{Code::kCorrupt, "it lists no files"};
    return images;
  }

 private:
  Result<ListedImage> read_row(const CsvRow& row, const Columns& columns) const {
    if (row.fields.size() <= std::max(columns.file, columns.cls)) {
      return Error{Code::kCorrupt, cat("it has ", row.fields.size(), " fields; file and class are ",
                                       "fields ", columns.file + 1, " and ", columns.cls + 1)};
    }
    const std::string& file = row.fields[columns.file];
    if (!is_beneath(file)) {
      return Error{Code::kInvalidArgument,
                   cat("file '", file, "' does not lie beneath the folder")};
    }
    MOTE_ASSIGN(const std::int64_t index, class_named(row.fields[columns.cls]));
    return ListedImage{file, index};
  }

  Result<std::int64_t> class_named(std::string_view text) const {
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (is_number && number >= 0) return number;
    if (is_number) return Error{Code::kInvalidArgument, cat("class ", number, " is negative")};
    if (const auto it = by_label_.find(text); it != by_label_.end()) return it->second;
    if (by_label_.empty()) {
      return Error{Code::kInvalidArgument,
                   cat("class '", text, "' is a name, and the model has no labels")};
    }
    std::vector<std::string_view> names;
    for (const auto& [label, index] : by_label_) names.push_back(label);
    const std::string_view near = nearest_name(text, names);
    const std::string hint = near.empty() ? "" : cat("; did you mean '", near, "'?");
    return Error{Code::kInvalidArgument, cat("class '", text, "' is none of the labels", hint)};
  }

  std::map<std::string_view, std::int64_t> by_label_;
};

}  // namespace

Result<std::unique_ptr<Dataset>> open_listed_images(const std::filesystem::path& folder,
                                                    std::string_view csv,
                                                    std::span<const std::string> labels,
                                                    const FileSystem& files) {
  auto images = LabelsCsv(labels).read(csv);
  if (!images) return std::move(images).error().with_context("labels.csv");
  return std::make_unique<ImageDataset>(folder, *std::move(images), std::vector<std::string>(),
                                        files);
}

Result<std::unique_ptr<Dataset>> open_image_folders(const std::filesystem::path& folder,
                                                    std::span<const std::string> labels,
                                                    const FileSystem& files) {
  MOTE_ASSIGN(const auto entries, files.list(folder));
  std::vector<std::string> classes;
  for (const std::string& entry : entries) {
    if (entry[0] != '.' && files.is_directory(folder / entry)) classes.push_back(entry);
  }
  const auto by_label = classes_by_label(labels);
  const bool named =
      std::ranges::all_of(classes, [&](const std::string& c) { return by_label.contains(c); });
  std::vector<ListedImage> images;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::int64_t index = named ? by_label.at(classes[i]) : static_cast<std::int64_t>(i);
    MOTE_ASSIGN(const auto names, files.list(folder / classes[i]));
    for (const std::string& name : names) {
      if (is_image_name(name)) images.push_back({cat(classes[i], "/", name), index});
    }
  }
  if (images.empty()) {
    return Error{Code::kNotFound,
                 "there is neither a labels.csv nor a subfolder with JPEG or PNG files"};
  }
  return std::make_unique<ImageDataset>(folder, std::move(images), std::move(classes), files);
}

}  // namespace mote
