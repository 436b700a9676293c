// What `mote bench` tells.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cli/terminal/output.h"
#include "measure/latency.h"

namespace mote::cli {

// Of the machine, with as many threads as the runs had; 0: not known.
struct Limits {
  double f32_gflops = 0, int8_gops = 0, cache_gbps = 0;
};

struct BenchReport {
  std::string path;
  std::shared_ptr<const Model> model;
  std::vector<Dims> dims;  // of the inputs
  std::string isa;
  std::string products;  // see Session::products()
  int threads = 0;
  std::chrono::nanoseconds load{};
  Latency latency;
  MemoryUse memory;
  std::uint64_t file_bytes = 0;
  std::uint64_t peak_rss_bytes = 0;  // 0: unknown
  std::vector<StepProfile> steps;    // without times unless profiled_runs > 0
  int profiled_runs = 0;
  bool profile = false;  // asked for
  Limits limits;         // measured for the profile
};

// A lower bound of a step's time: what its products take at the limit of multiply-adds, or its
// bytes at the limit of reading from the second-level cache, whichever is more.
std::chrono::nanoseconds least_time(const StepProfile& step, const Limits& limits);

void print_text(const BenchReport& report);
Json json_of(const BenchReport& report);

}  // namespace mote::cli
