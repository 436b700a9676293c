// Labelled samples of a classifier, read one by one.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/task.h"

namespace mote {

// Thread-safe: reading changes nothing.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual std::size_t size() const = 0;
  // The class of sample i, from 0.
  virtual std::int64_t class_of(std::size_t i) const = 0;
  // "cat/0001.png", "x[17]": how messages name it.
  virtual std::string name_of(std::size_t i) const = 0;
  // Names of the classes where the data has some: the subfolders. Else empty.
  virtual std::span<const std::string> class_names() const { return {}; }
  // What was taken for granted about the classes, for people; else empty:
  // "classes are the subfolders in the order of their names: 0 is 'cat', 1 is 'dog'"
  virtual std::string note() const { return {}; }

  // Sample i as a batch of one for the model's input `info`, which `input` describes.
  // Errors: a file that is missing or no such sample, numbers that the input does not take; they
  // name the sample.
  virtual Result<Tensor> load(std::size_t i, const InputDescription& input,
                              const TensorInfo& info) const = 0;
};

inline constexpr std::uint64_t kMaxDatasetBytes = std::uint64_t{4} << 30;

// Opens, and looks at no sample yet:
// - an .npz with `x` [n, ...] and `y` [n] (whole numbers). x is given to the model as it is, f64 as
//   f32; u8 pixels [n, h, w], [n, h, w, c] or [n, c, h, w] go the way of images where the model
//   takes an image and not x itself;
// - a folder with labels.csv: columns `file` (beneath the folder) and `class` (a number, or one of
//   `labels`), by a header or else the first two; or with y_labels.csv: the first and the third;
// - a folder with one subfolder for each class, with files as sample_file.h names them; others do
//   not count. Names
//   that are `labels` are those classes, all or none of them; else names that are all numbers are
//   the classes' numbers; else classes count in the order of names, which note() tells.
// labels: the model's; may be empty. max_bytes: for an archive and its arrays, or for each image.
// Errors: kNotFound; kCorrupt, kInvalidArgument, with the line or the name; kResourceExhausted.
Result<std::unique_ptr<Dataset>> open_dataset(const std::filesystem::path& path,
                                              std::span<const std::string> labels,
                                              std::uint64_t max_bytes = kMaxDatasetBytes,
                                              const FileSystem& files = FileSystem::real());

// Indices of the first `count` samples of each class after the first `skip` of it, in the set's
// order; count 0: all of them.
std::vector<std::size_t> samples_of_each_class(const Dataset& data, std::size_t count,
                                               std::size_t skip = 0);

}  // namespace mote
