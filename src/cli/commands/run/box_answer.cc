#include "cli/commands/run/box_answer.h"

#include "base/result.h"
#include "cli/commands/run/class_text.h"
#include "cli/commands/run/draw_boxes.h"
#include "tasks/detection/detection.h"

namespace mote::cli {
namespace {

class BoxAnswer final : public ImageAnswer {
 public:
  BoxAnswer(const ModelTask& task, const Detector& detector, const AnswerOptions& options)
      : task_(task), options_(options), detector_(detector) {}

  Status tell(const AnsweredImage& answered, Json& entry) override {
    const ImageSize input = task_.image_input()->image.size;
    MOTE_ASSIGN(found_, detector_.detect(answered.outputs, input));
    move_to_image(found_, answered.input.place, answered.input.size());
    entry["width"] = answered.input.image.width;
    entry["height"] = answered.input.image.height;
    entry["detections"] = Json::array();
    for (const Detection& d : found_) {
      entry["detections"].push_back({{"index", d.index},
                                     {"label", class_name(d.index, task_.labels)},
                                     {"score", d.score},
                                     {"box", {d.box.x0, d.box.y0, d.box.x1, d.box.y1}}});
    }
    if (!options_.json) print(answered.path);
    return {};
  }

  Drawing drawing() const override { return Drawing::kFindings; }

  Image draw(const AnsweredImage& answered) override {
    std::vector<LabelledBox> boxes;
    for (const Detection& d : found_) {
      boxes.push_back(
          {d.box, d.index,
           fmt::format("{} {:.0f}%", class_name(d.index, task_.labels), 100 * d.score)});
    }
    return draw_boxes(answered.input.image, boxes);
  }

 private:
  void print(const std::filesystem::path& path) const {
    say("{}: {} found", printable(path.native()), found_.size());
    Table table({Table::Align::kLeft, Table::Align::kRight, Table::Align::kLeft});
    for (const Detection& d : found_) {
      table.add({class_name(d.index, task_.labels), percent(d.score),
                 fmt::format("({:.0f}, {:.0f}) to ({:.0f}, {:.0f})", d.box.x0, d.box.y0, d.box.x1,
                             d.box.y1)});
    }
    put(table.text());
  }

  const ModelTask& task_;
  AnswerOptions options_;
  Detector detector_;
  std::vector<Detection> found_;
};

}  // namespace

Result<std::unique_ptr<ImageAnswer>> make_box_answer(const ModelTask& task, const Model& model,
                                                     const AnswerOptions& options) {
  MOTE_ASSIGN(const Detector detector, Detector::create(task.description, model.outputs()));
  std::unique_ptr<ImageAnswer> answer = std::make_unique<BoxAnswer>(task, detector, options);
  return answer;
}

}  // namespace mote::cli
