// A program as an app is one: loads a model, runs it once, and says when it had the result.
//   first_result MODEL THREADS [--plan-cache=DIR] [NAME=SIZExSIZE...]
// Prints the monotonic clock's nanoseconds after the run, and the most memory that was resident.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/model.h"
#include "mote/session.h"

namespace {

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

// "1x3x224x224"
mote::Dims parse_dims(std::string_view text) {
  mote::Dims dims;
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end && dims.rank() < mote::kMaxRank) {
    std::int64_t size = 0;
    p = std::from_chars(p, end, size).ptr;
    dims.push_back(size);
    if (p < end) ++p;
  }
  return dims;
}

mote::Dims dims_of(const mote::TensorInfo& info, std::span<char*> stated) {
  for (const std::string_view text : stated) {
    if (text.starts_with(info.name + "=")) return parse_dims(text.substr(info.name.size() + 1));
  }
  mote::Dims dims;
  for (const mote::SizeInfo& size : info.shape) dims.push_back(size.size < 0 ? 1 : size.size);
  return dims;
}

constexpr std::string_view kCacheFlag = "--plan-cache=";

mote::Status run_once(const char* path, int threads, std::span<char*> sizes) {
  mote::ModelOptions options;
  for (const std::string_view text : sizes) {
    if (text.starts_with(kCacheFlag)) options.plan_cache = text.substr(kCacheFlag.size());
  }
  auto model = mote::Model::load(path, options);
  if (!model) return model.error();
  auto session = mote::Session::create(*model, {.threads = threads});
  if (!session) return session.error();
  std::vector<mote::Tensor> inputs;
  for (const mote::TensorInfo& info : (*model)->inputs()) {
    auto zeros = mote::Tensor::zeros(info.dtype, dims_of(info, sizes));
    if (!zeros) return zeros.error();
    inputs.push_back(*std::move(zeros));
  }
  auto outputs = (*session)->run(inputs);
  return outputs ? mote::Status{} : mote::Status(outputs.error());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: first_result MODEL THREADS [--plan-cache=DIR] [NAME=SIZExSIZE...]\n",
               stderr);
    return 2;
  }
  const auto all = std::span(argv, static_cast<std::size_t>(argc));
  int threads = 1;
  std::from_chars(argv[2], argv[2] + std::string_view(argv[2]).size(), threads);
  if (const mote::Status done = run_once(argv[1], threads, all.subspan(3)); !done) {
    std::fprintf(stderr, "first_result: %s: %s\n", argv[1], done.error().message.c_str());
    return 1;
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  std::printf("{\"done_ns\": %lld, \"peak_rss_bytes\": %llu}\n", static_cast<long long>(ns),
              static_cast<unsigned long long>(peak_rss_bytes()));
}
