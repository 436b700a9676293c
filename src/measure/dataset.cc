#include "measure/dataset.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "measure/array_dataset.h"
#include "measure/file_dataset.h"
#include "measure/npz.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxCsvBytes = std::uint64_t{256} << 20;

Result<std::unique_ptr<Dataset>> open_npz(const std::filesystem::path& path,
                                          std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(const Bytes bytes, files.read(path, max_bytes));
  const std::uint64_t left = max_bytes - bytes.size();
  MOTE_ASSIGN(Tensor x, read_npz(bytes, "x", left));
  const std::uint64_t x_bytes = x.bytes();
  MOTE_ASSIGN(const Tensor y, read_npz(bytes, "y", left - x_bytes));
  return open_arrays(std::move(x), y, max_bytes - x_bytes);
}

Result<std::unique_ptr<Dataset>> open_folder(const std::filesystem::path& path,
                                             std::span<const std::string> labels,
                                             std::uint64_t max_bytes, const FileSystem& files) {
  for (LabelsFile list : kLabelsFiles) {
    if (!files.is_file(path / list.name)) continue;
    MOTE_ASSIGN(const Bytes bytes, files.read(path / list.name, std::min(kMaxCsvBytes, max_bytes)));
    list.text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return open_listed_files(path, list, labels, max_bytes, files);
  }
  return open_class_folders(path, labels, max_bytes, files);
}

// Errors of reading name the path already.
Error name_once(Error error, const std::string& path) {
  if (error.message.starts_with(path)) return error;
  return std::move(error).with_context(path);
}

}  // namespace

Result<std::unique_ptr<Dataset>> open_dataset(const std::filesystem::path& path,
                                              std::span<const std::string> labels,
                                              std::uint64_t max_bytes, const FileSystem& files) {
  const bool folder = files.is_directory(path);
  if (!folder && !files.is_file(path)) {
    return Error{Code::kNotFound, cat("there is no data set '", path.string(), "'")};
  }
  if (!folder && path.extension() != ".npz") {
    return Error{Code::kInvalidArgument,
                 cat("'", path.string(), "' is no data set: neither a folder nor an .npz")};
  }
  auto data =
      folder ? open_folder(path, labels, max_bytes, files) : open_npz(path, max_bytes, files);
  if (!data) return name_once(std::move(data).error(), path.string());
  return data;
}

std::vector<std::size_t> samples_of_each_class(const Dataset& data, std::size_t count,
                                               std::size_t skip) {
  std::vector<std::size_t> chosen;
  std::map<std::int64_t, std::size_t> seen;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t before = seen[data.class_of(i)]++;
    if (before >= skip && (count == 0 || before - skip < count)) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace mote
