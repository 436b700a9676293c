#include "cli/flags/runtime_flags.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <thread>

#include "cli/terminal/output.h"
#include "lower/lower.h"
#include "passes/passes.h"

namespace mote::cli {
namespace {

bool contains(std::span<const Pass* const> passes, std::string_view name) {
  return std::ranges::find(passes, name, &Pass::name) != passes.end();
}

std::string check_pass(const std::string& name) {
  if (contains(model_passes(), name) || contains(lowering_passes(), name)) return "";
  std::string names;
  for (const auto passes : {model_passes(), lowering_passes()}) {
    for (const Pass* pass : passes)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", pass->name);
  }
  return fmt::format("there is no pass '{}'; there are: {}", name, names);
}

Error with_advice(Error error, const std::string& path) {
  switch (error.code) {
    case Code::kNotFound:
      return advise(std::move(error), "check the path");
    case Code::kCorrupt:
      return advise(std::move(error), "the file is damaged or no ONNX model: export it again");
    case Code::kUnsupported:
      return advise(std::move(error),
                    fmt::format("mote inspect {} lists all that cannot run", path));
    case Code::kResourceExhausted:
      return advise(std::move(error), "grant more with --memory-budget");
    default:
      return error;
  }
}

}  // namespace

void RuntimeFlags::add_to(CLI::App& command) {
  const std::string group = "How it runs";
  command.add_option("--threads", threads_, "threads that share a run; 0: one for each core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str()
      ->group(group);
  command.add_option("--isa", isa_, "kernel variant: scalar, avx2, avx512 (default: the best)")
      ->group(group);
  command
      .add_option("--memory-budget", memory_budget_,
                  "ceiling for memory beside the model's file, as 512MiB (default: 4GiB)")
      ->transform(CLI::AsSizeValue(false))
      ->group(group);
  command
      .add_flag("--no-optimize", no_optimize_,
                "no rewriting, every operator by its reference: slow")
      ->group(group);
  command.add_option("--disable-pass", disabled_passes_, "leave out one rewrite (repeatable)")
      ->check(check_pass)
      ->allow_extra_args(false)
      ->type_name("NAME")
      ->group(group);
}

void RuntimeFlags::add_deadline_to(CLI::App& command) {
  command.add_option("--deadline", deadline_ms_, "a run that takes longer fails, in ms")
      ->check(CLI::Range(0.001, 1e9))
      ->type_name("MS")
      ->group("How it runs");
}

int RuntimeFlags::threads() const {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return threads_ == 0 ? cores : threads_;
}

ModelOptions RuntimeFlags::model_options() const {
  ModelOptions options;
  options.memory_budget_bytes = memory_budget_;
  for (const std::string& name : disabled_passes_) {
    if (contains(model_passes(), name)) options.disabled_passes.push_back(name);
  }
  return options;
}

SessionOptions RuntimeFlags::session_options() const {
  SessionOptions options;
  options.threads = threads_;
  options.isa = isa_;
  options.memory_budget_bytes = memory_budget_;
  options.optimize = !no_optimize_;
  options.disabled_passes = disabled_passes_;
  if (deadline_ms_ > 0) {
    options.deadline = std::chrono::nanoseconds(std::llround(deadline_ms_ * 1e6));
  }
  return options;
}

Result<std::shared_ptr<const Model>> load_model(const std::string& path,
                                                const RuntimeFlags& flags) {
  auto model = Model::load(path, flags.model_options());
  if (!model) return with_advice(std::move(model).error(), path);
  return model;
}

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Model> model,
                                              const SessionOptions& options,
                                              const std::string& path) {
  auto session = Session::create(std::move(model), options);
  if (!session) return with_advice(std::move(session).error(), path);
  return session;
}

}  // namespace mote::cli
