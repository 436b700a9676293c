// mote parity: two forms of one model, value by value.
#include "measure/parity/parity.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/parity_report.h"
#include "cli/commands/run/run_arrays.h"
#include "cli/flags/checks.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/parity/match.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote parity model.tflite model.onnx
  mote parity float.onnx quantized.onnx --input image=photo.npy --steps 3
  mote parity before.onnx after.onnx --runs 20 --bound 1e-5 --all

Intermediate values are compared where both models have one of the same name, in the order in which A
makes them. Real numbers are within the bound if |a - b| <= bound * greatest |a|, quantized ones if
|a - b| <= steps * scale; other integers must be equal. A layer's values are kept as outputs, so that
rewriting does not fuse it with the next; outputs are compared as the models run.
Exit status is 1 if an output is beyond the bound. --json prints: a, b, runs, seed, bound, steps,
within, first_beyond, outputs and layers (name, op, within, problem, shape, dtype_a, dtype_b, max_abs,
max_rel, snr_db, held_to, scale, steps), unmatched_outputs, top1 (agree, of).
)";

struct Flags {
  std::string a, b;
  RuntimeFlags runtime;
  std::vector<std::string> inputs;
  std::vector<std::string> sizes;
  ParityBounds bounds;
  std::uint64_t seed = 1;
  int runs = 1;
  bool all = false;
  bool json = false;
};

// Refuses at once what cannot run, with the advice.
Result<ParityModel> load(const std::string& path, const Flags& flags) {
  ParityModel loaded{nullptr, path};
  MOTE_ASSIGN(loaded.model, load_model(path, flags.runtime));
  MOTE_TRY(open_session(loaded.model, flags.runtime.session_options(), path));
  return loaded;
}

// A's declarations; where they leave a size open, its partner's.
std::vector<TensorInfo> declared_by_both(const Model& a, const Model& b) {
  std::vector<TensorInfo> infos(a.inputs().begin(), a.inputs().end());
  for (const auto& [i, j] : match_names(a.inputs(), b.inputs())) {
    const TensorInfo& other = b.inputs()[j];
    if (!infos[i].ranked && other.ranked) infos[i].shape = other.shape;
    infos[i].ranked = infos[i].ranked || other.ranked;
    if (infos[i].shape.size() != other.shape.size()) continue;
    for (std::size_t axis = 0; axis < other.shape.size(); ++axis) {
      SizeInfo& size = infos[i].shape[axis];
      if (size.size < 0 && size.symbol.empty()) size.size = other.shape[axis].size;
    }
  }
  return infos;
}

Result<ParityInputs> read_all(const Flags& flags, const Model& a, const Model& b) {
  ParityInputs inputs;
  MOTE_ASSIGN(inputs.given, read_inputs(flags.inputs, a, flags.runtime));
  if (flags.runs > 1 && !inputs.given.empty() &&
      std::ranges::all_of(inputs.given, [](const Tensor& t) { return static_cast<bool>(t); })) {
    return Error{Code::kInvalidArgument,
                 cat("--runs ", flags.runs, ": all inputs are given, so that all runs are one")};
  }
  MOTE_ASSIGN(inputs.dims, resolve_sizes(declared_by_both(a, b), flags.sizes));
  for (std::size_t i = 0; i < inputs.dims.size(); ++i) {
    if (inputs.given[i]) inputs.dims[i] = inputs.given[i].dims();
  }
  return inputs;
}

ParityOptions options_of(const Flags& flags, Progress& progress) {
  ParityOptions options;
  options.model = flags.runtime.model_options();
  options.session = flags.runtime.session_options();
  options.bounds = flags.bounds;
  options.seed = flags.seed;
  options.runs = flags.runs;
  options.observed_bytes = flags.runtime.memory_budget() / 4;
  options.on_session = Interrupt::watch;
  options.progress = [&progress](std::int64_t done, std::int64_t total) {
    progress.show(done, total);
    return Interrupt::check();
  };
  return options;
}

Result<int> parity(const Flags& flags) {
  const Interrupt interrupt;
  MOTE_ASSIGN(const ParityModel a, load(flags.a, flags));
  MOTE_ASSIGN(const ParityModel b, load(flags.b, flags));
  MOTE_ASSIGN(const ParityInputs inputs, read_all(flags, *a.model, *b.model));
  ParityFindings findings{flags.a, flags.b, {}, flags.bounds, flags.seed, true};
  findings.random =
      std::ranges::any_of(inputs.given, [](const Tensor& t) { return !static_cast<bool>(t); });
  {
    Progress progress("comparing, run");
    MOTE_ASSIGN(findings.report, compare_models(a, b, inputs, options_of(flags, progress)));
  }
  if (flags.json) {
    print_json(json_of(findings));
  } else {
    print_text(findings, flags.all);
  }
  return findings.report.outputs_within() ? 0 : 1;
}

void add_bounds(CLI::App& command, Flags& flags) {
  command
      .add_option("--bound", flags.bounds.relative,
                  "how far real numbers may be apart, of a value's greatest")
      ->check(number_between(0, 1e30))
      ->capture_default_str();
  command
      .add_option("--steps", flags.bounds.steps,
                  "how far quantized numbers may be apart, in steps of their scale")
      ->check(number_between(0, 1e30))
      ->capture_default_str();
}

void add_inputs(CLI::App& command, Flags& flags) {
  command.add_option("--input", flags.inputs, "an array for one input of A; others are random")
      ->allow_extra_args(false)
      ->type_name("NAME=F.npy");
  command.add_option("--runs", flags.runs, "sets of random inputs")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--seed", flags.seed, "of the random inputs")->capture_default_str();
  add_size_flag(command, flags.sizes);
}

}  // namespace

void add_parity(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("parity", "two forms of one model: which value is the first to differ");
  auto flags = std::make_shared<Flags>();
  command->add_option("A", flags->a, "a model")->required()->type_name("");
  command->add_option("B", flags->b, "another form of it")->required()->type_name("");
  add_inputs(*command, *flags);
  add_bounds(*command, *flags);
  command->add_flag("--all", flags->all, "every layer, not only those beyond the bound");
  command->add_flag("--json", flags->json, "print JSON");
  flags->runtime.add_to(*command);
  flags->runtime.add_deadline_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(parity(*flags)); }; });
}

}  // namespace mote::cli
