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

// One kind of answer: classes, boxes, a picture, tensors as they are.
class ImageAnswer {
 public:
  virtual ~ImageAnswer() = default;
  // Prints it, unless JSON is asked for, and adds its fields to `entry`.
  virtual Status tell(const AnsweredImage& answered, Json& entry) = 0;
  // An image of the last answer that was told. Errors: kInvalidArgument, if such answers have none.
  virtual Result<Image> draw(const AnsweredImage& answered);
  // Whether draw() gives an image that the model made.
  virtual bool makes_pictures() const { return false; }
};

// The kind that the description of the outputs says.
// task and model outlive it. Errors: kInvalidArgument: a description that contradicts itself.
Result<std::unique_ptr<ImageAnswer>> answer_for(const ModelTask& task, const Model& model,
                                                const AnswerOptions& options);

}  // namespace mote::cli
