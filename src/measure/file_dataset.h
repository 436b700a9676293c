// Data sets of files, one for each sample.
#pragma once
#include "measure/dataset.h"

namespace mote {

// Where in a list of files their names and classes are, if it has no row of names.
struct LabelColumns {
  std::size_t file = 0;
  std::size_t cls = 1;
};

// A list of files in their folder.
struct LabelsFile {
  std::string_view name;
  LabelColumns columns;
  std::string_view text = {};
};

// The lists that count, the first that is there.
inline constexpr LabelsFile kLabelsFiles[] = {
    {"labels.csv", {0, 1}},
    {"y_labels.csv", {0, 2}},  // as MLPerf Tiny has it: file, number of classes, class
};

// See open_dataset.
Result<std::unique_ptr<Dataset>> open_listed_files(const std::filesystem::path& folder,
                                                   const LabelsFile& list,
                                                   std::span<const std::string> labels,
                                                   std::uint64_t max_bytes,
                                                   const FileSystem& files);
Result<std::unique_ptr<Dataset>> open_class_folders(const std::filesystem::path& folder,
                                                    std::span<const std::string> labels,
                                                    std::uint64_t max_bytes,
                                                    const FileSystem& files);

}  // namespace mote
