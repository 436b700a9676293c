#include "cli/commands/run/pose_answer.h"

#include <algorithm>

#include "base/result.h"
#include "cli/commands/run/class_text.h"
#include "cli/commands/run/draw_findings.h"

namespace mote::cli {
namespace {

class PoseAnswer final : public ImageAnswer {
 public:
  PoseAnswer(const ModelTask& task, const PoseReader& reader, const AnswerOptions& options)
      : task_(task), reader_(reader), options_(options) {}

  Status tell(const AnsweredImage& answered, Json& entry) override {
    MOTE_ASSIGN(points_, reader_.read(answered.outputs, task_.image_input()->image.size));
    move_to_image(points_, answered.input.place);
    entry["width"] = answered.input.image.width;
    entry["height"] = answered.input.image.height;
    entry["points"] = Json::array();
    const std::vector<std::string> names = reader_.names(points_.size());
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const PosePoint& p = points_[i];
      if (p.score < threshold()) continue;
      entry["points"].push_back({{"name", names[i]}, {"x", p.x}, {"y", p.y}, {"score", p.score}});
    }
    if (!options_.json) print(answered.path, names);
    return {};
  }

  Drawing drawing() const override { return Drawing::kFindings; }

  Image draw(const AnsweredImage& answered) override {
    return draw_pose(answered.input.image, points_, reader_.limbs(points_.size()), threshold());
  }

 private:
  float threshold() const { return reader_.rule().score_threshold; }

  void print(const std::filesystem::path& path, const std::vector<std::string>& names) const {
    Table table({Table::Align::kLeft, Table::Align::kRight, Table::Align::kLeft});
    std::size_t found = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const PosePoint& p = points_[i];
      if (p.score < threshold()) continue;
      table.add({names[i], percent(p.score), fmt::format("({:.0f}, {:.0f})", p.x, p.y)});
      ++found;
    }
    say("{}: {} of {} points", printable(path.native()), found, points_.size());
    put(table.text());
  }

  const ModelTask& task_;
  PoseReader reader_;
  AnswerOptions options_;
  std::vector<PosePoint> points_;
};

}  // namespace

Result<std::unique_ptr<ImageAnswer>> make_pose_answer(const ModelTask& task, const Model& model,
                                                      const AnswerOptions& options) {
  MOTE_ASSIGN(const PoseReader reader, PoseReader::create(task.description, model.outputs()));
  std::unique_ptr<ImageAnswer> answer = std::make_unique<PoseAnswer>(task, reader, options);
  return answer;
}

}  // namespace mote::cli
