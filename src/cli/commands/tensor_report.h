// What is told of a tensor that a model gave.
#pragma once
#include <filesystem>
#include <set>
#include <string>

#include "cli/terminal/output.h"
#include "mote/model.h"
#include "mote/tensor.h"

namespace mote::cli {

// "logits  f32[1,10]  min -3.1, max 9.4, mean 0.2: 1.5, 2.25, ..."
// Errors: kCancelled: interrupted, before anything was printed.
Status print_text(const std::string& name, const Tensor& tensor);
// name, dtype, shape; of numbers min, max, mean; values, if they are at most 1000.
// Errors: kCancelled: interrupted.
Result<Json> tensor_json(const std::string& name, const Tensor& tensor);

// Writes tensors into one folder, which it makes, as NAME.npy.
class NpyFolder {
 public:
  // path: empty for none, where write() does nothing.
  explicit NpyFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // Characters of `name` that a file's name should not have become '_'; a long name is cut, and one
  // that is taken gets a number. Returns the file's path. Errors: kIo; kUnsupported: a type that
  // .npy has not.
  Result<std::string> write(const std::string& name, const Tensor& tensor);

 private:
  std::filesystem::path path_;
  std::set<std::string> taken_;
};

// What a model gave, as it is: printed, or as `outputs` of `entry`.
Status tell_tensors(const Model& model, std::span<const Tensor> outputs, bool json, Json& entry);

}  // namespace mote::cli
