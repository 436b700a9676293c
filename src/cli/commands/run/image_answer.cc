#include "cli/commands/run/image_answer.h"

#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/box_answer.h"
#include "cli/commands/run/class_answer.h"
#include "cli/commands/run/pose_answer.h"
#include "cli/commands/run/segment_answer.h"
#include "cli/commands/tensor_report.h"
#include "tasks/image/picture.h"

namespace mote::cli {
namespace {

class ClassAnswer final : public ImageAnswer {
 public:
  ClassAnswer(const ModelTask& task, const Model& model, const AnswerOptions& options)
      : task_(task), options_(options) {
    index_ = static_cast<std::size_t>(model.output_index(task.scores_output()->name));
  }

  Status tell(const AnsweredImage& answered, Json& entry) override {
    MOTE_ASSIGN(const std::string line,
                tell_classes(task_, answered.outputs[index_], options_.top, entry));
    if (!options_.json) say("{}: {}", printable(answered.path.native()), printable(line));
    return {};
  }

 private:
  const ModelTask& task_;
  AnswerOptions options_;
  std::size_t index_ = 0;
};

class PictureAnswer final : public ImageAnswer {
 public:
  PictureAnswer(const ModelTask& task, const Model& model, const AnswerOptions& options)
      : options_(options),
        rule_(task.description.output(OutputKind::kImage)->image),
        input_size_(task.image_input()->image.size) {
    name_ = task.description.output(OutputKind::kImage)->name;
    index_ = static_cast<std::size_t>(model.output_index(name_));
  }

  Status tell(const AnsweredImage& answered, Json& entry) override {
    MOTE_ASSIGN(picture_, picture_of(answered));
    entry["width"] = picture_.width;
    entry["height"] = picture_.height;
    if (!options_.json) {
      say("{}: an image of {}x{} pixels", printable(answered.path.native()), picture_.width,
          picture_.height);
    }
    return {};
  }

  Drawing drawing() const override { return Drawing::kMade; }
  Image draw(const AnsweredImage&) override { return picture_; }

 private:
  Result<Image> picture_of(const AnsweredImage& answered) const {
    const PixelView view = answered.input.view();
    const PictureSource source{view, answered.input.place, input_size_};
    auto pixels = tensor_to_picture(answered.outputs[index_], rule_, source, options_.max_bytes);
    if (!pixels) return std::move(pixels).error().with_context(cat("output '", name_, "'"));
    return Image{pixels->width, pixels->height, pixels->channels, std::move(pixels->values)};
  }

  AnswerOptions options_;
  const PictureRule& rule_;
  ImageSize input_size_;
  std::string name_;
  std::size_t index_ = 0;
  Image picture_;
};

class TensorAnswer final : public ImageAnswer {
 public:
  TensorAnswer(const Model& model, const AnswerOptions& options)
      : model_(model), options_(options) {}

  Status tell(const AnsweredImage& answered, Json& entry) override {
    if (!options_.json) say("{}", printable(answered.path.native()));
    return tell_tensors(model_, answered.outputs, options_.json, entry);
  }

 private:
  const Model& model_;
  AnswerOptions options_;
};

}  // namespace

Result<std::unique_ptr<ImageAnswer>> answer_for(const ModelTask& task, const Model& model,
                                                const AnswerOptions& options) {
  const TaskDescription& d = task.description;
  if (d.output(OutputKind::kDetections) != nullptr || d.output(OutputKind::kBoxes) != nullptr) {
    return make_box_answer(task, model, options);
  }
  if (d.output(OutputKind::kKeypoints) != nullptr || d.output(OutputKind::kHeatmaps) != nullptr) {
    return make_pose_answer(task, model, options);
  }
  std::unique_ptr<ImageAnswer> answer;
  if (d.output(OutputKind::kImage) != nullptr) {
    answer = std::make_unique<PictureAnswer>(task, model, options);
  } else if (d.output(OutputKind::kSegments) != nullptr) {
    answer = make_segment_answer(task, model, options);
  } else if (task.scores_output() != nullptr) {
    answer = std::make_unique<ClassAnswer>(task, model, options);
  } else {
    answer = std::make_unique<TensorAnswer>(model, options);
  }
  return answer;
}

}  // namespace mote::cli
