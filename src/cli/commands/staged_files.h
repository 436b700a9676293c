// A converted model and its weights in files that are nobody's until it is found right.
#pragma once
#include <filesystem>

#include "base/result.h"
#include "format/onnx/onnx.h"

namespace mote::cli {

// Keeps them in a hidden folder beside `output`, so that weights are found by their name and moving
// is renaming. What is not published is removed at the end.
class StagedFiles {
 public:
  explicit StagedFiles(const std::filesystem::path& output);
  ~StagedFiles();
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;

  // The file of weights that goes with `output`, without a folder.
  static std::string weights_name(const std::filesystem::path& output);

  // Errors: kIo.
  Status write(const OnnxFiles& files);
  // Where the model lies until it is published.
  std::filesystem::path model() const { return folder_ / output_.filename(); }
  // Puts both in their place, the weights first. Errors: kIo.
  Status publish();

 private:
  std::filesystem::path weights() const { return folder_ / weights_name(output_); }

  std::filesystem::path output_, folder_;
};

}  // namespace mote::cli
