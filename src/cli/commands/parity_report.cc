#include "cli/commands/parity_report.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "cli/flags/input_sizes.h"

namespace mote::cli {
namespace {

constexpr std::size_t kMaxName = 48;

// Converters join the names of what they fuse by ';': the first says enough.
std::string first_name(std::string_view name) {
  const auto end = name.find(';');
  return end == std::string_view::npos ? std::string(name) : cat(name.substr(0, end), ";...");
}

std::string short_name(std::string_view name) {
  const std::string first = first_name(name);
  return first.size() <= kMaxName ? first : cat("...", first.substr(first.size() - kMaxName + 3));
}

std::string types_of(const ParityValue& value) {
  if (value.a_dtype == value.b_dtype) return to_string(value.a_dtype, value.dims);
  return cat(name(value.a_dtype), "/", name(value.b_dtype), to_string(value.dims));
}

std::string snr_text(double db) {
  return std::isinf(db) && db > 0 ? "equal" : fmt::format("{:.1f} dB", db);
}

// The difference in the bound's own measure.
std::string measured(const ParityValue& value) {
  switch (value.bound.kind) {
    case BoundKind::kRelative:
      return fmt::format("{:.2g} relative", value.difference.relative());
    case BoundKind::kSteps:
      return fmt::format("{:.2f} steps", value.difference.greatest() / value.bound.step);
    case BoundKind::kEqual:
      break;
  }
  return "";
}

std::vector<std::string> cells_of(const ParityValue& value) {
  const std::string verdict = value.within ? "" : "beyond";
  if (!value.problem.empty()) {
    return {short_name(value.name), value.op, "", "", "", "", cat("differ: ", value.problem)};
  }
  return {short_name(value.name),
          value.op,
          types_of(value),
          fmt::format("{:.3g}", value.difference.greatest()),
          measured(value),
          snr_text(value.difference.snr_db()),
          verdict};
}

Table new_table() {
  using enum Table::Align;
  return Table({kLeft, kLeft, kLeft, kRight, kRight, kRight, kLeft});
}

std::int64_t count_beyond(const std::vector<ParityValue>& values) {
  return std::ranges::count(values, false, &ParityValue::within);
}

void print_layers(const ParityFindings& findings, bool all) {
  const auto& layers = findings.report.layers;
  Table table = new_table();
  if (all) table.add({"layer", "operator", "type", "greatest |a - b|", "", "signal to noise", ""});
  for (const ParityValue& layer : layers) {
    if (all || !layer.within) table.add(cells_of(layer));
  }
  if (!table.empty()) put("\n" + table.text() + "\n");
}

std::string inputs_text(const ParityFindings& findings) {
  const int runs = findings.report.runs;
  if (!findings.random) return "on the given inputs";
  return fmt::format("on {} {} of inputs, seed {}", runs, runs == 1 ? "set" : "sets",
                     findings.seed);
}

void print_layer_summary(const ParityReport& report) {
  if (report.layers.empty()) {
    say("layers   no common names, only outputs are compared");
    return;
  }
  say("layers   {} compared, {} beyond the bound", report.layers.size(),
      count_beyond(report.layers));
  const ParityValue* first = report.first_beyond();
  if (first == nullptr) return;
  const std::string why =
      first->problem.empty() ? measured(*first) : cat("differ: ", first->problem);
  say("first    {} ({}){}{}", printable(first_name(first->name)), printable(first->op),
      why.empty() ? "" : ": ", printable(why));
}

void print_outputs(const ParityReport& report) {
  for (const ParityValue& output : report.outputs) {
    const std::string name = printable(first_name(output.name));
    const std::string verdict = output.within ? "within the bound" : "beyond the bound";
    if (!output.problem.empty()) {
      say("output   {}: differ: {}", name, printable(output.problem));
      continue;
    }
    const std::string measure = measured(output);
    say("output   {} {}: {}, greatest difference {:.3g}{}{}, {}", name, types_of(output), verdict,
        output.difference.greatest(), measure.empty() ? "" : ", ", measure,
        snr_text(output.difference.snr_db()));
  }
  for (const std::string& name : report.unmatched) {
    say("output   {}: the other model has none for it", printable(name));
  }
}

// JSON has no infinities.
Json finite(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

std::string_view name_of(BoundKind kind) {
  switch (kind) {
    case BoundKind::kRelative:
      return "relative";
    case BoundKind::kSteps:
      return "steps";
    case BoundKind::kEqual:
      break;
  }
  return "equal";
}

Json json_of(const ParityValue& value) {
  Json json{{"name", value.name}};
  if (!value.op.empty()) json["op"] = value.op;
  json["within"] = value.within;
  json["problem"] = value.problem.empty() ? Json(nullptr) : Json(value.problem);
  if (!value.problem.empty() || value.a_dtype == DType::kUndefined) return json;
  json["shape"] = dims_json(value.dims);
  json["dtype_a"] = name(value.a_dtype);
  json["dtype_b"] = name(value.b_dtype);
  json["max_abs"] = finite(value.difference.greatest());
  json["max_rel"] = finite(value.difference.relative());
  json["snr_db"] = finite(value.difference.snr_db());
  json["held_to"] = name_of(value.bound.kind);
  if (value.bound.kind != BoundKind::kSteps) return json;
  json["scale"] = value.bound.step;
  json["steps"] = finite(value.difference.greatest() / value.bound.step);
  return json;
}

Json json_of(const std::vector<ParityValue>& values) {
  Json list = Json::array();
  for (const ParityValue& value : values) list.push_back(json_of(value));
  return list;
}

}  // namespace

void print_text(const ParityFindings& findings, bool all) {
  const ParityReport& report = findings.report;
  say("{} and {} {}", printable(findings.a), printable(findings.b), inputs_text(findings));
  print_layers(findings, all);
  print_layer_summary(report);
  print_outputs(report);
  if (report.top1) say("top-1    agrees in {} of {}", report.top1->agree, report.top1->of);
}

Json json_of(const ParityFindings& findings) {
  const ParityReport& report = findings.report;
  const ParityValue* first = report.first_beyond();
  Json json{{"a", findings.a},
            {"b", findings.b},
            {"runs", report.runs},
            {"seed", findings.random ? Json(findings.seed) : Json(nullptr)},
            {"bound", findings.bounds.relative},
            {"steps", findings.bounds.steps},
            {"within", report.outputs_within()},
            {"first_beyond", first == nullptr ? Json(nullptr) : Json(first->name)},
            {"outputs", json_of(report.outputs)},
            {"unmatched_outputs", report.unmatched},
            {"layers", json_of(report.layers)}};
  if (report.top1) json["top1"] = {{"agree", report.top1->agree}, {"of", report.top1->of}};
  return json;
}

}  // namespace mote::cli
