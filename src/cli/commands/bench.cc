// mote bench: how long a model takes and what it needs.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <fstream>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "cli/commands.h"
#include "cli/commands/bench_report.h"
#include "cli/commands/bench_trace.h"
#include "cli/flags/checks.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/machine_limits.h"
#include "measure/random_inputs.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote bench model.onnx
  mote bench model.onnx --threads 1 --runs 200
  mote bench model.onnx --size batch=8 --profile
  mote bench model.onnx --trace trace.json
  mote bench model.onnx --plan-cache plans
  mote bench model.onnx --json

Inputs are random, the same each time. "load" reads, checks and simplifies the file; "first run"
includes planning and packing weights, which a plan cache saves the second time. --profile gives each
step's time, operations a second, bytes read and written, and the share of what the machine could do
at most; --trace writes it for chrome://tracing or ui.perfetto.dev. --json prints: model, sizes, isa,
products, threads, runs, median_ms, min_ms, mean_ms, p90_ms, p95_ms, p99_ms, max_ms, load_ms, first_run_ms,
static, macs, arena_bytes, packed_bytes, file_bytes, peak_rss_bytes, from_cache, and with --profile:
limits, steps.
)";

struct Flags {
  std::string model;
  RuntimeFlags runtime;
  std::vector<std::string> sizes;
  int runs = 0;
  int warmup = 3;
  bool profile = false;
  std::string trace;
  bool json = false;
};

// The most memory that this process has had resident. 0: the system does not tell.
std::uint64_t peak_rss_bytes() {
  std::ifstream status("/proc/self/status");
  std::string field;
  while (status >> field) {
    if (field != "VmHWM:") continue;
    std::uint64_t kib = 0;
    status >> kib;
    return kib * 1024;
  }
  return 0;
}

Result<Latency> measure(Session& session, std::span<const Tensor> inputs, const Flags& flags,
                        const std::string& what) {
  Progress progress(what);
  const int total = flags.runs > 0 ? flags.runs + flags.warmup : 0;
  Interrupt::watch(&session);
  LatencyOptions options;
  options.runs = flags.runs;
  options.warmup = flags.warmup;
  options.on_run = [&](int runs) {
    progress.show(runs, total);
    return Interrupt::check();
  };
  auto latency = measure_latency(session, inputs, options);
  Interrupt::watch(nullptr);
  return latency;
}

Limits measure_limits(int threads) {
  constexpr int kAttempts = 12, kPasses = 100;
  constexpr std::size_t kCached = std::size_t{128} << 10;
  return {limit_f32_gflops(threads, kAttempts), limit_int8_gops(threads, kAttempts),
          limit_read_gbps(threads, kAttempts, kCached, kPasses)};
}

// In a session of its own: measuring steps costs a little time.
Status measure_steps(std::shared_ptr<const Model> model, std::span<const Tensor> inputs,
                     const Flags& flags, BenchReport& report) {
  SessionOptions options = flags.runtime.session_options();
  options.profile = true;
  MOTE_ASSIGN(const auto session, open_session(std::move(model), options, flags.model));
  MOTE_ASSIGN(Latency latency, measure(*session, inputs, flags, "profiling, run"));
  report.profiled_runs = static_cast<int>(latency.sorted.size());
  report.steps = std::move(latency.steps);
  report.limits = measure_limits(report.threads);
  return {};
}

Result<BenchReport> measure_all(const Flags& flags) {
  BenchReport report;
  report.path = flags.model;
  report.profile = flags.profile || !flags.trace.empty();
  report.threads = flags.runtime.threads();
  const Clock& clock = Clock::real();
  const auto begin = clock.now();
  MOTE_ASSIGN(report.model, load_model(flags.model, flags.runtime, Reading::kMayWait));
  MOTE_ASSIGN(auto session,
              open_session(report.model, flags.runtime.session_options(), flags.model));
  report.load = clock.now() - begin;
  MOTE_ASSIGN(report.dims, resolve_sizes(report.model->inputs(), flags.sizes));
  MOTE_ASSIGN(const auto inputs, random_inputs(report.model->inputs(), report.dims,
                                               {.max_bytes = flags.runtime.memory_budget(),
                                                .go_on = [] { return Interrupt::check(); }}));
  MOTE_ASSIGN(report.latency, measure(*session, inputs, flags, "run"));
  report.isa = session->isa();
  report.products = session->products();
  report.memory = session->memory();
  report.peak_rss_bytes = peak_rss_bytes();
  report.steps = report.latency.steps;
  MOTE_ASSIGN(const FileIdentity file, FileSystem::real().identify(flags.model));
  report.file_bytes = file.size_bytes;
  session.reset();
  if (report.profile) MOTE_TRY(measure_steps(report.model, inputs, flags, report));
  return report;
}

Result<int> bench(const Flags& flags) {
  const Interrupt interrupt;
  MOTE_ASSIGN(const BenchReport report, measure_all(flags));
  if (!flags.trace.empty()) {
    const std::string trace =
        chrome_trace(report).dump(1, ' ', true, Json::error_handler_t::replace);
    MOTE_TRY(FileSystem::real().write(flags.trace, std::as_bytes(std::span(trace))));
  }
  if (flags.json) {
    print_json(json_of(report));
  } else {
    print_text(report);
  }
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "latency, load, first run, memory, per operator");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->model, "an .onnx or .tflite file")->required()->type_name("");
  command->add_option("--runs", flags->runs, "runs to count (default: 3 s of them, 10 to 1000)")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--warmup", flags->warmup, "runs before that are not counted")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--profile", flags->profile, "also the time of each operator");
  command->add_option("--trace", flags->trace, "write the profile as a Chrome trace, in JSON")
      ->check(check_not_empty)
      ->type_name("FILE");
  add_size_flag(*command, flags->sizes);
  command->add_flag("--json", flags->json, "print JSON");
  flags->runtime.add_to(*command);
  flags->runtime.add_deadline_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(bench(*flags)); }; });
}

}  // namespace mote::cli
