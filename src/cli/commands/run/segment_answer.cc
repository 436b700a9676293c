#include "cli/commands/run/segment_answer.h"

#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/class_text.h"
#include "cli/commands/run/draw_findings.h"

namespace mote::cli {
namespace {

class SegmentAnswer final : public ImageAnswer {
 public:
  SegmentAnswer(const ModelTask& task, const Model& model, const AnswerOptions& options)
      : task_(task),
        options_(options),
        output_(*task.description.output(OutputKind::kSegments)),
        index_(static_cast<std::size_t>(model.output_index(output_.name))) {}

  Status tell(const AnsweredImage& answered, Json& entry) override {
    auto map =
        segment(answered.outputs[index_], output_,
                {answered.input.size(), answered.input.place, task_.image_input()->image.size},
                options_.max_bytes);
    if (!map) return std::move(map).error().with_context(cat("output '", output_.name, "'"));
    map_ = *std::move(map);
    entry["width"] = map_.width;
    entry["height"] = map_.height;
    entry["segments"] = Json::array();
    const std::vector<ClassShare> shares = class_shares(map_);
    for (const ClassShare& s : shares) {
      entry["segments"].push_back(
          {{"index", s.index}, {"label", class_name(s.index, task_.labels)}, {"share", s.share}});
    }
    if (!options_.json) print(answered.path, shares);
    return {};
  }

  Drawing drawing() const override { return Drawing::kFindings; }

  Image draw(const AnsweredImage& answered) override {
    return draw_segments(answered.input.image, map_, output_.segments.background);
  }

 private:
  void print(const std::filesystem::path& path, const std::vector<ClassShare>& shares) const {
    std::string line;
    for (const ClassShare& s : shares) {
      line += cat(line.empty() ? "" : ", ", class_name(s.index, task_.labels), " ",
                  percent(static_cast<float>(s.share)));
    }
    say("{}: {}", printable(path.native()), printable(line));
  }

  const ModelTask& task_;
  AnswerOptions options_;
  const OutputDescription& output_;
  std::size_t index_ = 0;
  SegmentMap map_;
};

}  // namespace

std::unique_ptr<ImageAnswer> make_segment_answer(const ModelTask& task, const Model& model,
                                                 const AnswerOptions& options) {
  return std::make_unique<SegmentAnswer>(task, model, options);
}

}  // namespace mote::cli
