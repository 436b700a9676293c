// What `mote bench` tells.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cli/terminal/output.h"
#include "measure/latency.h"

namespace mote::cli {

struct BenchReport {
  std::string path;
  std::shared_ptr<const Model> model;
  std::vector<Dims> dims;  // of the inputs
  std::string isa;
  int threads = 0;
  std::chrono::nanoseconds load{};
  Latency latency;
  MemoryUse memory;
  std::uint64_t peak_rss_bytes = 0;  // 0: unknown
  std::vector<StepProfile> steps;    // without times unless profiled_runs > 0
  int profiled_runs = 0;
  bool profile = false;  // asked for
};

void print_text(const BenchReport& report);
Json json_of(const BenchReport& report);

}  // namespace mote::cli
