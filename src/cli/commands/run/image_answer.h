// What is told of a model's answer to an image.
#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "cli/flags/task_flags.h"
#include "cli/terminal/output.h"
#include "measure/image_tensor.h"

namespace mote::cli {

struct AnswerOptions {
  std::size_t top = 5;
  bool json = false;
  std::uint64_t max_bytes = 0;
};

// An image that the model has answered to.
struct AnsweredImage {
  std::filesystem::path path;
  const ImageInput& input;
  std::span<const Tensor> outputs;  // as the model's
};

// One kind of answer: classes, boxes, points, classes of pixels, a picture, tensors as they are.
class ImageAnswer {
 public:
  virtual ~ImageAnswer() = default;
  // Prints it, unless JSON is asked for, and adds its fields to `entry`.
  virtual Status tell(const AnsweredImage& answered, Json& entry) = 0;
  // What draw() gives: nothing, the image with what was found in it, or one that the model made.
  enum class Drawing : std::uint8_t { kNone, kFindings, kMade };
  virtual Drawing drawing() const { return Drawing::kNone; }
  // Of the last answer that was told. Requires: drawing() is not kNone.
  virtual Image draw(const AnsweredImage&) { return {}; }
};

// The kind that the description of the outputs says.
// task and model outlive it. Errors: kInvalidArgument: a description that contradicts itself.
Result<std::unique_ptr<ImageAnswer>> answer_for(const ModelTask& task, const Model& model,
                                                const AnswerOptions& options);

}  // namespace mote::cli
