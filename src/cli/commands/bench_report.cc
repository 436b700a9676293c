#include "cli/commands/bench_report.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/text.h"
#include "cli/flags/input_sizes.h"

namespace mote::cli {
namespace {

using Align = Table::Align;
using std::chrono::nanoseconds;

constexpr std::size_t kRowsShown = 20;

double ms(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

nanoseconds mean(const Latency& latency) {
  const auto sum = std::accumulate(latency.sorted.begin(), latency.sorted.end(), nanoseconds());
  return sum / std::max<std::int64_t>(std::ssize(latency.sorted), 1);
}

std::int64_t total_macs(const BenchReport& report) {
  std::int64_t macs = 0;
  for (const StepProfile& step : report.steps) macs += step.macs;
  return macs;
}

nanoseconds total_time(const BenchReport& report) {
  nanoseconds time{};
  for (const StepProfile& step : report.steps) time += step.time;
  return time;
}

// Operations in a nanosecond are 10^9 in a second; a multiply-accumulate is two.
double giga_flops(std::int64_t macs, nanoseconds time) {
  if (time.count() == 0) return 0;
  return 2 * static_cast<double>(macs) / static_cast<double>(time.count());
}

// Of one run.
nanoseconds mean_time(const StepProfile& step, const BenchReport& report) {
  return step.time / std::max(report.profiled_runs, 1);
}

double limit_share(const StepProfile& step, const BenchReport& report) {
  const auto time = static_cast<double>(mean_time(step, report).count());
  return time == 0 ? 0 : static_cast<double>(least_time(step, report.limits).count()) / time;
}

// A row of the profile: one step, or all of one operator and kernel.
struct Row {
  StepProfile step;
  std::string last;  // the node, or how many steps
};

void print_rows(std::vector<Row> rows, const BenchReport& report, std::string_view last_title) {
  std::ranges::stable_sort(rows, std::greater(), [](const Row& r) { return r.step.time; });
  if (rows.size() > kRowsShown) rows.resize(kRowsShown);
  const auto whole = static_cast<double>(std::max<std::int64_t>(total_time(report).count(), 1));
  Table table({Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
               Align::kLeft, Align::kLeft, Align::kLeft});
  table.add({"ms", "share", "GFLOP/s", "bytes", "of limit", "operator", "kernel",
             std::string(last_title)});
  for (const auto& [step, last] : rows) {
    const nanoseconds time = mean_time(step, report);
    const double share = 100.0 * static_cast<double>(step.time.count()) / whole;
    const double limit = limit_share(step, report);
    table.add({fmt::format("{:.4f}", ms(time)), fmt::format("{:.1f} %", share),
               step.macs == 0 ? "" : fmt::format("{:.1f}", giga_flops(step.macs, time)),
               human_bytes(static_cast<std::uint64_t>(step.bytes)),
               limit == 0 ? "" : fmt::format("{:.0f} %", 100 * limit), step.op, step.kernel, last});
  }
  put(table.text());
}

std::vector<Row> by_kernel(const BenchReport& report) {
  std::map<std::pair<std::string, std::string>, std::pair<StepProfile, int>> groups;
  for (const StepProfile& step : report.steps) {
    auto& [sum, count] = groups[{step.op, step.kernel}];
    sum.time += step.time;
    sum.macs += step.macs;
    sum.bytes += step.bytes;
    ++count;
  }
  std::vector<Row> rows;
  for (auto& [key, group] : groups) {
    auto& [step, count] = group;
    std::tie(step.op, step.kernel) = key;
    rows.push_back({step, cat(count)});
  }
  return rows;
}

void print_profile(const BenchReport& report) {
  if (report.steps.empty()) return say("profile     none: sizes are known only as it runs");
  const Limits& l = report.limits;
  say("\nlimits      {:.0f} GFLOP/s of f32, {:.0f} GOP/s of 8 bits, {:.0f} GB/s from the L2 cache",
      l.f32_gflops, l.int8_gops, l.cache_gbps);
  say("\nby operator and kernel");
  print_rows(by_kernel(report), report, "steps");
  const std::size_t steps = report.steps.size();
  say("\n{}", steps > kRowsShown ? cat("the ", kRowsShown, " slowest of ", steps, " steps")
                                 : std::string("by step"));
  std::vector<Row> rows;
  for (const StepProfile& step : report.steps) rows.push_back({step, step.node});
  print_rows(std::move(rows), report, "node");
}

void print_memory(const BenchReport& report) {
  const std::string peak = human_bytes(report.peak_rss_bytes);
  if (!report.memory.is_static) {
    return say("memory      allocated as it runs; the process took {} at most", peak);
  }
  const std::int64_t macs = total_macs(report);
  if (macs > 0) {
    say("compute     {} multiply-accumulates, {:.1f} GFLOP/s", short_count(macs),
        giga_flops(macs, report.latency.percentile(50)));
  }
  say("memory      {} for tensors, {} packed weights; the process took {} at most",
      human_bytes(report.memory.arena_bytes), human_bytes(report.memory.packed_bytes), peak);
}

Json steps_json(const BenchReport& report) {
  Json steps = Json::array();
  const auto whole = static_cast<double>(std::max<std::int64_t>(total_time(report).count(), 1));
  for (const StepProfile& step : report.steps) {
    steps.push_back({{"node", step.node},
                     {"op", step.op},
                     {"kernel", step.kernel},
                     {"ms", ms(mean_time(step, report))},
                     {"share", static_cast<double>(step.time.count()) / whole},
                     {"macs", step.macs},
                     {"gflops", giga_flops(step.macs, mean_time(step, report))},
                     {"bytes", step.bytes},
                     {"limit_share", limit_share(step, report)}});
  }
  return steps;
}

}  // namespace

nanoseconds least_time(const StepProfile& step, const Limits& limits) {
  const double giga = step.kernel.ends_with("q8") ? limits.int8_gops : limits.f32_gflops;
  const double compute = giga > 0 ? 2 * static_cast<double>(step.macs) / giga : 0;
  const double memory =
      limits.cache_gbps > 0 ? static_cast<double>(step.bytes) / limits.cache_gbps : 0;
  return nanoseconds(static_cast<std::int64_t>(std::max(compute, memory)));
}

void print_text(const BenchReport& report) {
  std::vector<std::string> sizes;
  for (std::size_t i = 0; i < report.dims.size(); ++i) {
    const TensorInfo& info = report.model->inputs()[i];
    sizes.push_back(cat(info.name, " ", to_string(info.dtype, report.dims[i])));
  }
  const std::string rounded =
      report.products == "f32" ? "" : cat(", products in ", report.products);
  say("{}: {}; {}{}, {} thread{}", printable(report.path), printable(join(sizes, ", ")), report.isa,
      rounded, report.threads, report.threads == 1 ? "" : "s");
  const auto at = [&](double p) { return ms(report.latency.percentile(p)); };
  say("latency     median {:.4g} ms, min {:.4g}, p90 {:.4g}, p99 {:.4g}, max {:.4g}; runs: {}",
      at(50), at(0), at(90), at(99), at(100), report.latency.sorted.size());
  say("load        {:.4g} ms{}", ms(report.load),
      report.memory.from_cache ? "; the plan came from the cache" : "");
  say("first run   {:.4g} ms", ms(report.latency.first));
  print_memory(report);
  if (report.profile) print_profile(report);
}

Json json_of(const BenchReport& report) {
  const auto at = [&](double p) { return ms(report.latency.percentile(p)); };
  Json json;
  json["model"] = report.path;
  json["sizes"] = Json::object();
  for (std::size_t i = 0; i < report.dims.size(); ++i) {
    json["sizes"][report.model->inputs()[i].name] = dims_json(report.dims[i]);
  }
  json["isa"] = report.isa;
  json["products"] = report.products;
  json["threads"] = report.threads;
  json["runs"] = report.latency.sorted.size();
  json["median_ms"] = at(50);
  json["min_ms"] = at(0);
  json["mean_ms"] = ms(mean(report.latency));
  json["p90_ms"] = at(90);
  json["p95_ms"] = at(95);
  json["p99_ms"] = at(99);
  json["max_ms"] = at(100);
  json["load_ms"] = ms(report.load);
  json["first_run_ms"] = ms(report.latency.first);
  json["static"] = report.memory.is_static;
  json["macs"] = total_macs(report);
  json["arena_bytes"] = report.memory.arena_bytes;
  json["packed_bytes"] = report.memory.packed_bytes;
  json["file_bytes"] = report.file_bytes;
  json["peak_rss_bytes"] = report.peak_rss_bytes;
  json["from_cache"] = report.memory.from_cache;
  if (!report.profile) return json;
  json["limits"] = {{"f32_gflops", report.limits.f32_gflops},
                    {"int8_gops", report.limits.int8_gops},
                    {"cache_gbps", report.limits.cache_gbps}};
  json["steps"] = steps_json(report);
  return json;
}

}  // namespace mote::cli
