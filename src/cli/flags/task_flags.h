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
  const InputDescription* image_input() const;
  const OutputDescription* scores_output() const;
};

class TaskFlags {
 public:
  // --size --short-side --crop --filter --layout --color --scale --mean --std --activation --labels
  // needed: the flag without which they would mean nothing; null: none.
  void add_to(CLI::App& command, CLI::Option* needed = nullptr);

  // The description beside `model_path`, or a guess, changed as the flags say.
  // Errors: a file that is no description; flags or description that do not fit the model.
  Result<ModelTask> resolve(const std::string& model_path, const Model& model) const;

 private:
  Status change_image(TaskDescription& task, const Model& model) const;
  Status change_scores(TaskDescription& task) const;

  std::vector<std::string> values_;  // by number of the field; empty: as described
  std::string activation_;
  std::string labels_;
};

// "mote: note: no net.task.json: guessed ..." to standard error, if it was guessed.
void note_guess(const ModelTask& task);

}  // namespace mote::cli
