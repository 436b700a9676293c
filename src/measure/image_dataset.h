// Data sets of image files.
#pragma once
#include "measure/dataset.h"

namespace mote {

// See open_dataset. `csv`: the text of labels.csv.
Result<std::unique_ptr<Dataset>> open_listed_images(const std::filesystem::path& folder,
                                                    std::string_view csv,
                                                    std::span<const std::string> labels,
                                                    std::uint64_t max_bytes,
                                                    const FileSystem& files);
Result<std::unique_ptr<Dataset>> open_image_folders(const std::filesystem::path& folder,
                                                    std::span<const std::string> labels,
                                                    std::uint64_t max_bytes,
                                                    const FileSystem& files);

}  // namespace mote
