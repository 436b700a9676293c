// mote verify: golden vectors.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/flags/checks.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/golden/golden_runner.h"

namespace mote::cli {
namespace {

using Kind = GoldenOutcome::Kind;

constexpr std::string_view kExamples = R"(Examples:
  mote verify examples/digits
  mote verify models/ --rtol 1e-4 --atol 1e-6
  mote verify models/ --reference --json

A case is a folder test_data_set_N with input_K.pb and output_K.pb (ONNX TensorProtos) beside a
model.onnx; or an io.npz there whose arrays have the names of the model's inputs and outputs; or a
test_data_N.npz with `inputs` and, as a one-hot vector, the right class in `outputs`. Floats agree if
|actual - expected| <= atol + rtol * |expected|, bf16 with an rtol of at least 2^-6; everything else
must be equal.
Each failure is one line, the last line is the count. Exit status is 1 if a case failed; cases that
need what this build has not are skipped, with the reason. --json prints: passed, failed, skipped,
seconds, failures (case, output, reason), skips (case, reason).
)";

struct Flags {
  std::vector<std::string> paths;
  RuntimeFlags runtime;
  Tolerance tolerance;
  double timeout_s = 20;
  bool reference = false;
  bool verbose = false;
  bool json = false;
};

struct Finding {
  std::string name;
  GoldenOutcome outcome;
};

struct Tally {
  std::size_t passed = 0;
  std::vector<Finding> failures;
  std::vector<Finding> skips;
  std::chrono::nanoseconds time{};
};

// Cases beneath two of the paths count once.
Result<std::vector<GoldenCase>> find_all(const Flags& flags) {
  std::vector<GoldenCase> cases;
  std::set<std::filesystem::path> known;
  for (const std::string& path : flags.paths) {
    MOTE_ASSIGN(std::vector<GoldenCase> found, find_golden_cases(path));
    for (GoldenCase& c : found) {
      std::error_code unknown;
      const auto place = std::filesystem::weakly_canonical(c.data, unknown);
      if (known.insert(unknown ? c.data : place).second) cases.push_back(std::move(c));
    }
  }
  return cases;
}

GoldenOptions options_of(const Flags& flags) {
  GoldenOptions options;
  options.model = flags.runtime.model_options();
  options.session = flags.runtime.session_options();
  if (flags.reference) options.session.optimize = false;
  options.session.deadline =
      std::chrono::nanoseconds(static_cast<std::int64_t>(flags.timeout_s * 1e9));
  options.tolerance = flags.tolerance;
  options.on_session = Interrupt::watch;
  return options;
}

std::string where(const Finding& finding) {
  if (finding.outcome.output.empty()) return finding.name;
  return cat(finding.name, ": output '", finding.outcome.output, "'");
}

void say_finding(std::string_view word, const Finding& finding, const Flags& flags) {
  if (flags.json) return;
  say("{} {}: {}", word, printable(where(finding)), printable(finding.outcome.reason));
}

void count(Finding finding, const Flags& flags, Progress& progress, Tally& tally) {
  if (finding.outcome.kind == Kind::kPassed) {
    ++tally.passed;
    return;
  }
  const bool failed = finding.outcome.kind == Kind::kFailed;
  if (failed || flags.verbose) {
    progress.clear();
    say_finding(failed ? "FAIL" : "skip", finding, flags);
  }
  (failed ? tally.failures : tally.skips).push_back(std::move(finding));
}

Result<Tally> run_all(const std::vector<GoldenCase>& cases, const Flags& flags) {
  Tally tally;
  Progress progress("verifying");
  GoldenRunner runner(options_of(flags));
  const auto begin = Clock::real().now();
  std::int64_t done = 0;
  for (const GoldenCase& golden : cases) {
    progress.show(done++, std::ssize(cases));
    GoldenOutcome outcome = runner.run(golden);
    MOTE_TRY(Interrupt::check());
    count({golden.data.native(), std::move(outcome)}, flags, progress, tally);
  }
  tally.time = Clock::real().now() - begin;
  return tally;
}

void say_tally(const Tally& tally, const Flags& flags) {
  std::map<std::string, int> reasons;
  for (const Finding& skip : tally.skips) ++reasons[skip.outcome.reason];
  if (!flags.verbose) {
    for (const auto& [reason, cases] : reasons) {
      say("skipped {}: {}", cases, printable(reason));
    }
  }
  const std::string skipped = tally.skips.empty() ? "" : cat(", ", tally.skips.size(), " skipped");
  say("{} passed, {} failed{}", tally.passed, tally.failures.size(), skipped);
}

Json json_of(const std::vector<Finding>& findings, bool outputs) {
  Json list = Json::array();
  for (const Finding& f : findings) {
    Json json{{"case", f.name}};
    if (outputs) json["output"] = f.outcome.output.empty() ? Json(nullptr) : Json(f.outcome.output);
    json["reason"] = f.outcome.reason;
    list.push_back(std::move(json));
  }
  return list;
}

Result<int> verify(const Flags& flags) {
  const Interrupt interrupt;
  MOTE_ASSIGN(const std::vector<GoldenCase> cases, find_all(flags));
  MOTE_ASSIGN(const Tally tally, run_all(cases, flags));
  if (flags.json) {
    print_json({{"passed", tally.passed},
                {"failed", tally.failures.size()},
                {"skipped", tally.skips.size()},
                {"seconds", std::chrono::duration<double>(tally.time).count()},
                {"failures", json_of(tally.failures, true)},
                {"skips", json_of(tally.skips, false)}});
  } else {
    say_tally(tally, flags);
  }
  return tally.failures.empty() ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("verify", "golden vectors: do models give what they must");
  auto flags = std::make_shared<Flags>();
  command->add_option("PATH", flags->paths, "folders to search for cases")
      ->required()
      ->type_name("");
  command->add_option("--rtol", flags->tolerance.rtol, "relative bound of floats")
      ->check(number_between(0, 1e30))
      ->capture_default_str();
  command->add_option("--atol", flags->tolerance.atol, "absolute bound of floats")
      ->check(number_between(0, 1e30))
      ->capture_default_str();
  command->add_option("--timeout", flags->timeout_s, "a case that takes longer fails, in seconds")
      ->check(number_between(0.001, 1e6))
      ->capture_default_str();
  command->add_flag("--reference", flags->reference,
                    "no rewriting, every operator by its reference");
  command->add_flag("--verbose", flags->verbose, "a line for each skipped case");
  command->add_flag("--json", flags->json, "print JSON");
  flags->runtime.add_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(verify(*flags)); }; });
}

}  // namespace mote::cli
