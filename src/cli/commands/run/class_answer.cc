#include "cli/commands/run/class_answer.h"

#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/class_text.h"
#include "tasks/class_scores.h"
#include "tasks/labels.h"

namespace mote::cli {

Result<std::string> tell_classes(const ModelTask& task, const Tensor& scores, std::size_t top,
                                 Json& entry) {
  const OutputDescription& output = *task.scores_output();
  MOTE_ASSIGN(const ClassScores all, class_scores(scores, output.activation, output.quantization));
  MOTE_TRY(check_label_count(output, task.labels, static_cast<std::size_t>(all.classes)));
  std::string line;
  entry["classes"] = Json::array();
  for (const auto& [index, score] : top_k(all.row(0), top)) {
    const std::string label = class_name(index, task.labels);
    line += cat(line.empty() ? "" : ", ", label, " ", score_text(score, output.activation));
    entry["classes"].push_back({{"index", index}, {"label", label}, {"score", score}});
  }
  return line;
}

}  // namespace mote::cli
