#include "measure/file_dataset.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/text.h"
#include "measure/csv.h"
#include "measure/sample_file.h"
#include "tasks/nearest.h"

namespace mote {
namespace {

struct ListedFile {
  std::string file;  // beneath the folder
  std::int64_t index;
};

class FileDataset final : public Dataset {
 public:
  FileDataset(std::filesystem::path folder, std::vector<ListedFile> listed, std::uint64_t max_bytes,
              const FileSystem& files)
      : folder_(std::move(folder)),
        listed_(std::move(listed)),
        max_bytes_(max_bytes),
        files_(files) {}

  // Subfolders that were numbered by their order, if `ordered`.
  void set_class_names(std::vector<std::string> names, bool ordered) {
    class_names_ = std::move(names);
    ordered_ = ordered;
  }

  std::size_t size() const override { return listed_.size(); }
  std::int64_t class_of(std::size_t i) const override { return listed_[i].index; }
  std::string name_of(std::size_t i) const override { return listed_[i].file; }
  std::span<const std::string> class_names() const override { return class_names_; }

  std::string note() const override {
    if (!ordered_) return "";
    constexpr std::size_t kShown = 3;
    std::string text = "classes are the subfolders in the order of their names: ";
    for (std::size_t i = 0; i < std::min(kShown, class_names_.size()); ++i) {
      text += cat(i == 0 ? "" : ", ", i, " is '", class_names_[i], "'");
    }
    return class_names_.size() > kShown ? text + ", ..." : text;
  }

  Result<Tensor> load(std::size_t i, const InputDescription& input,
                      const TensorInfo& info) const override {
    return read_sample(folder_ / listed_[i].file, input, info, max_bytes_, files_);
  }

 private:
  std::filesystem::path folder_;
  std::vector<ListedFile> listed_;
  std::vector<std::string> class_names_;
  bool ordered_ = false;
  std::uint64_t max_bytes_;
  const FileSystem& files_;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
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
struct Columns : LabelColumns {
  bool header = false;
};

Columns find_columns(const CsvRow& first, const LabelColumns& otherwise) {
  std::optional<std::size_t> file;
  std::optional<std::size_t> cls;
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    const std::string name = lower(first.fields[i]);
    if (!file && (name == "file" || name == "filename" || name == "path")) file = i;
    if (!cls && (name == "class" || name == "label")) cls = i;
  }
  return file && cls ? Columns{{*file, *cls}, true} : Columns{otherwise, false};
}

// A relative path that stays beneath its folder.
bool is_beneath(const std::filesystem::path& path) {
  return !path.empty() && path.is_relative() && std::ranges::find(path, "..") == path.end();
}

class LabelsCsv {
 public:
  explicit LabelsCsv(std::span<const std::string> labels) : by_label_(classes_by_label(labels)) {}

  Result<std::vector<ListedFile>> read(std::string_view text, const LabelColumns& otherwise) const {
    MOTE_ASSIGN(const auto rows, parse_csv(text));
    if (rows.empty()) return Error{Code::kCorrupt, "it lists no files"};
    const Columns columns = find_columns(rows[0], otherwise);
    std::vector<ListedFile> listed;
    for (const CsvRow& row : std::span(rows).subspan(columns.header ? 1 : 0)) {
      auto file = read_row(row, columns);
      if (!file) return std::move(file).error().with_context(cat("line ", row.line));
      listed.push_back(*std::move(file));
    }
    if (listed.empty()) return Error{Code::kCorrupt, "it lists no files"};
    return listed;
  }

 private:
  Result<ListedFile> read_row(const CsvRow& row, const Columns& columns) const {
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
    return ListedFile{file, index};
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

// A subfolder with samples, and which class it is.
struct ClassFolder {
  std::string name;
  std::vector<std::string> files;
  std::int64_t index = 0;
};

// Sorted by name. Hidden folders and those without samples do not count.
Result<std::vector<ClassFolder>> list_class_folders(const std::filesystem::path& folder,
                                                    const FileSystem& files) {
  MOTE_ASSIGN(const auto entries, files.list(folder));
  std::vector<ClassFolder> classes;
  for (const std::string& entry : entries) {
    if (entry[0] == '.' || !files.is_directory(folder / entry)) continue;
    MOTE_ASSIGN(auto names, files.list(folder / entry));
    std::erase_if(names, [](const std::string& name) { return !is_sample_name(name); });
    if (!names.empty()) classes.push_back({entry, std::move(names)});
  }
  return classes;
}

// -1 if it is none.
std::int64_t number_named(std::string_view name) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && name[0] != '-' ? number : -1;
}

enum class Numbering { kLabels, kNumbers, kOrder };

// Errors: kInvalidArgument: some folders are named after labels, others not.
Result<Numbering> number_classes(std::vector<ClassFolder>& folders,
                                 std::span<const std::string> labels) {
  const auto by_label = classes_by_label(labels);
  const auto labelled = [&](const ClassFolder& f) { return by_label.contains(f.name); };
  if (const auto some = std::ranges::find_if(folders, labelled); some != folders.end()) {
    const auto odd = std::ranges::find_if_not(folders, labelled);
    if (odd != folders.end()) {
      return Error{Code::kInvalidArgument,
                   cat("subfolder '", odd->name, "' is none of the labels, ", "as '", some->name,
                       "' is: rename or remove it")};
    }
    for (ClassFolder& f : folders) f.index = by_label.at(f.name);
    return Numbering::kLabels;
  }
  const bool numbers =
      std::ranges::all_of(folders, [](const ClassFolder& f) { return number_named(f.name) >= 0; });
  for (std::size_t i = 0; i < folders.size(); ++i) {
    folders[i].index = numbers ? number_named(folders[i].name) : static_cast<std::int64_t>(i);
  }
  return numbers ? Numbering::kNumbers : Numbering::kOrder;
}

}  // namespace

Result<std::unique_ptr<Dataset>> open_listed_files(const std::filesystem::path& folder,
                                                   const LabelsFile& list,
                                                   std::span<const std::string> labels,
                                                   std::uint64_t max_bytes,
                                                   const FileSystem& files) {
  auto listed = LabelsCsv(labels).read(list.text, list.columns);
  if (!listed) return std::move(listed).error().with_context(std::string(list.name));
  return std::make_unique<FileDataset>(folder, *std::move(listed), max_bytes, files);
}

Result<std::unique_ptr<Dataset>> open_class_folders(const std::filesystem::path& folder,
                                                    std::span<const std::string> labels,
                                                    std::uint64_t max_bytes,
                                                    const FileSystem& files) {
  MOTE_ASSIGN(std::vector<ClassFolder> folders, list_class_folders(folder, files));
  if (folders.empty()) {
    return Error{Code::kNotFound,
                 "there is neither a labels.csv nor a subfolder with images, WAV "
                 "or .bin files"};
  }
  MOTE_ASSIGN(const Numbering numbering, number_classes(folders, labels));
  std::vector<ListedFile> listed;
  std::vector<std::string> names;
  for (const ClassFolder& f : folders) {
    for (const std::string& file : f.files) listed.push_back({cat(f.name, "/", file), f.index});
    names.push_back(f.name);
  }
  auto data = std::make_unique<FileDataset>(folder, std::move(listed), max_bytes, files);
  data->set_class_names(std::move(names), numbering == Numbering::kOrder);
  return data;
}

}  // namespace mote
