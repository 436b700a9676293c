#include "cli/flags/runtime_flags.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "base/text.h"
#include "cli/flags/checks.h"
#include "cli/terminal/output.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "passes/passes.h"

namespace mote::cli {
namespace {

bool contains(std::span<const Pass* const> passes, std::string_view name) {
  return std::ranges::find(passes, name, &Pass::name) != passes.end();
}

std::string check_pass(const std::string& name) {
  if (contains(model_passes(), name) || contains(lowering_passes(), name)) return "";
  std::vector<std::string_view> names;  // some passes run more than once
  for (const auto passes : {model_passes(), lowering_passes()}) {
    for (const Pass* pass : passes) {
      if (std::ranges::find(names, pass->name) == names.end()) names.push_back(pass->name);
    }
  }
  return cat("there is no pass '", name, "'; there are: ", join(names, ", "));
}

std::string check_isa(const std::string& name) {
  if (std::string wrong = check_not_empty(name); !wrong.empty()) return wrong;
  if (find_kernels(name.c_str()) != nullptr) return "";
  std::vector<std::string_view> names;
  for (const KernelTable* table : runnable_kernels()) names.push_back(table->isa);
  return cat("this machine or build has no kernels '", name, "'; it has ", join(names, ", "));
}

// As --isa, which overrules it.
void check_environment(const CLI::Option& isa) {
  const char* name = std::getenv("MOTE_ISA");
  if (name == nullptr || *name == '\0' || isa.count() > 0) return;
  if (const std::string wrong = check_isa(name); !wrong.empty()) {
    throw CLI::ValidationError("MOTE_ISA", wrong);
  }
}

// Replaces the text by a number of bytes.
std::string transform_bytes(std::string& text) {
  const auto bytes = parse_bytes(text);
  if (!bytes) return cat("'", text, "' is no size of memory, as 512MiB or 1.5GiB");
  text = cat(*bytes);
  return "";
}

// tolerant: the advice to look at everything has been taken.
Error load_advice(Error error, const std::string& path, bool tolerant) {
  switch (error.code) {
    case Code::kNotFound:
      return advise(std::move(error), "check the path");
    case Code::kCorrupt:
      return advise(std::move(error),
                    "the file is damaged or no ONNX or TensorFlow Lite model: export it again");
    case Code::kUnsupported:
    case Code::kInvalidArgument:
      if (tolerant) return error;
      return advise(std::move(error),
                    cat("mote inspect ", printable(path), " lists everything in the way"));
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
  auto* isa =
      command
          .add_option(
              "--isa", isa_,
              "kernel variant: scalar, avx2, avx512, avx512vnni, amx; neon, neondot, neoni8mm "
              "(default: the best)")
          ->check(check_isa)
          ->group(group);
  command.parse_complete_callback([isa] { check_environment(*isa); });
  command
      .add_option("--memory-budget", memory_budget_,
                  "ceiling for memory, as 512MiB or 1.5GiB (default: 4GiB)")
      ->transform(CLI::Validator(transform_bytes, ""))
      ->type_name("SIZE")
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
  command
      .add_option("--signature", signature_,
                  "of a TensorFlow Lite model that has several (default: the first)")
      ->check(check_not_empty)
      ->type_name("NAME")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--precision", [this](const std::string& p) { fast_ = p == "fast"; },
          "exact, or fast: factors in bf16 where the CPU has units for it (default: exact)")
      ->check(CLI::IsMember({"exact", "fast"}))
      ->type_name("P")
      ->group(group);
  command
      .add_option("--plan-cache", plan_cache_,
                  "keep plans and packed weights in this folder, and take them from there")
      ->check(check_not_empty)
      ->type_name("DIR")
      ->group(group);
}

void RuntimeFlags::add_deadline_to(CLI::App& command) {
  command.add_option("--deadline", deadline_ms_, "a run that takes longer fails, in ms")
      ->check(number_between(0.001, 1e9))
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
  options.signature = signature_;
  options.plan_cache = plan_cache_;
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
  options.precision = fast_ ? Precision::kFast : Precision::kExact;
  options.disabled_passes = disabled_passes_;
  if (deadline_ms_ > 0) {
    options.deadline = std::chrono::nanoseconds(std::llround(deadline_ms_ * 1e6));
  }
  return options;
}

Error RuntimeFlags::explain(Error error) const {
  if (error.message.find('\n') != std::string::npos) return error;  // has advice
  if (error.code == Code::kResourceExhausted) {
    return advise(std::move(error),
                  cat("grant more with --memory-budget, now ", human_bytes(memory_budget_)));
  }
  if (error.code == Code::kCancelled && deadline_ms_ > 0) {
    return advise(std::move(error), cat("grant more with --deadline, now ", deadline_ms_, " ms"));
  }
  return error;
}

Result<std::shared_ptr<const Model>> load_model(const std::string& path, const RuntimeFlags& flags,
                                                Reading reading) {
  ModelOptions options = flags.model_options();
  options.tolerant = reading == Reading::kTolerant;
  auto model = Model::load(path, options);
  if (model && reading != Reading::kMayWait) {
    if (const Status whole = (*model)->read_whole(); !whole) model = whole.error();
  }
  if (model) return model;
  return load_advice(flags.explain(std::move(model).error()), path, options.tolerant);
}

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Model> model,
                                              const SessionOptions& options,
                                              const std::string& path) {
  auto session = Session::create(std::move(model), options);
  if (session && options.precision == Precision::kFast && (*session)->products() == "f32") {
    print_note("this CPU or kernel variant has no units for bf16: products are in f32");
  }
  if (session || session.error().code != Code::kUnsupported) return session;
  return advise(std::move(session).error(),
                cat("mote inspect ", printable(path), " lists everything in the way"));
}

}  // namespace mote::cli
