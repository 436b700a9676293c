// Flags about what goes into a model and what comes out.
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "mote/model.h"
#include "tasks/task.h"

namespace mote::cli {

// A model's task with the flags in force.
struct ModelTask {
  TaskDescription description;  // bound to the model
  std::vector<std::string> labels;
  std::string guess;  // how it was guessed; empty if it was described

  // Null if there is none.
  const InputDescription* image_input() const { return description.input(InputKind::kImage); }
  const OutputDescription* scores_output() const {
    return description.output(OutputKind::kClassScores);
  }
};

class TaskFlags {
 public:
  // --size --short-side --letterbox --fill --crop --filter --layout --color --scale --mean --std;
  // --activation --labels.
  // image: the flag without which those before would mean nothing; null: none.
  void add_to(CLI::App& command, CLI::Option* image = nullptr);
  // --raw
  void add_raw_to(CLI::App& command);
  // --score --iou --threshold
  void add_thresholds_to(CLI::App& command);

  // The first flag about outputs that is given, "--labels"; empty: none.
  std::string output_flag() const;
  std::string threshold_flag() const;

  // The description beside `model_path`, or a guess, changed as the flags say.
  // Errors: a file that is no description; flags or description that do not fit the model.
  Result<ModelTask> resolve(const std::string& model_path, const Model& model) const;

 private:
  Status change_image(TaskDescription& task, const Model& model) const;
  Status change_scores(TaskDescription& task) const;
  Status change_thresholds(TaskDescription& task) const;
  Status change_raw(TaskDescription& task) const;

  std::vector<std::string> values_;  // by number of the field; empty: as described
  std::string activation_;
  std::string labels_;
  std::string raw_;
  float score_ = -1.0F;  // below 0: as described
  float iou_ = -1.0F;
  double threshold_ = -1.0;
};

// "mote: note: no net.task.json: guessed ..." to standard error, if it was guessed.
void note_guess(const ModelTask& task);

}  // namespace mote::cli
