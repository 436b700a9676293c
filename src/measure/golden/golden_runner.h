// Running golden vectors: does a model give what it must?
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "measure/golden/golden_files.h"
#include "measure/golden/tolerance.h"
#include "mote/model.h"
#include "mote/session.h"

namespace mote {

struct GoldenOutcome {
  enum class Kind { kPassed, kFailed, kSkipped };
  Kind kind = Kind::kPassed;
  std::string reason;  // one line; of a skipped case without the case's own names, to be counted
  std::string output;  // the failing one, if values differ
};

struct GoldenOptions {
  ModelOptions model;
  SessionOptions session;
  Tolerance tolerance;
  // Told of each session before it runs, and null before that session goes.
  std::function<void(Session*)> on_session;
};

// Runs cases one after the other; consecutive cases of one model share its session.
class GoldenRunner {
 public:
  explicit GoldenRunner(GoldenOptions options) : options_(std::move(options)) {}
  ~GoldenRunner() { close(); }
  GoldenRunner(const GoldenRunner&) = delete;
  GoldenRunner& operator=(const GoldenRunner&) = delete;

  // A case is skipped if its model needs what this build does not do (an operator, a type);
  // everything else that goes wrong, vectors that cannot be read among it, has failed it.
  GoldenOutcome run(const GoldenCase& golden);

 private:
  void open(const std::filesystem::path& path);
  void close();
  GoldenOutcome run_opened(const GoldenCase& golden);
  GoldenOutcome outcome_of_run(Error error) const;
  std::optional<std::string> compare_datum(const Datum& actual, const Datum& expected) const;

  GoldenOptions options_;
  std::filesystem::path path_;  // of the model that is open
  std::unique_ptr<Session> session_;
  GoldenOutcome refused_;  // kPassed, or why there is no session
};

}  // namespace mote
