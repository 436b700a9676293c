// Flags about how a model is loaded and run.
#pragma once
#include <CLI/App.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/session.h"

namespace mote::cli {

class RuntimeFlags {
 public:
  // --threads --isa --memory-budget --no-optimize --disable-pass --signature
  // --precision --plan-cache
  void add_to(CLI::App& command);
  // --deadline, for a run
  void add_deadline_to(CLI::App& command);

  // As --threads says, with 0 resolved.
  int threads() const;
  std::uint64_t memory_budget() const { return memory_budget_; }  // in bytes
  ModelOptions model_options() const;
  SessionOptions session_options() const;

  // The same error; where a limit was reached, with the flag that sets it as advice.
  Error explain(Error error) const;
  template <class T>
  Result<T> explained(Result<T> result) const {
    return result ? std::move(result) : explain(std::move(result).error());
  }

 private:
  int threads_ = 0;
  std::string isa_;
  std::uint64_t memory_budget_ = std::uint64_t{4} << 30;
  bool no_optimize_ = false;
  std::vector<std::string> disabled_passes_;
  std::string signature_;
  std::string plan_cache_;
  bool fast_ = false;
  double deadline_ms_ = 0;  // 0: none
};

enum class Reading : std::uint8_t {
  kWhole,
  kTolerant,  // see ModelOptions::tolerant
  kMayWait,   // until it is needed, where a plan is in the cache: Model::read_whole()
};

// Loads `path`. Errors: those of Model::load, with advice.
Result<std::shared_ptr<const Model>> load_model(const std::string& path, const RuntimeFlags& flags,
                                                Reading reading = Reading::kWhole);

// A session for it. Errors: those of Session::create, with advice.
Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Model> model,
                                              const SessionOptions& options,
                                              const std::string& path);

}  // namespace mote::cli
