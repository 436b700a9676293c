// Plans as the cache keeps them: whatever the bytes, a plan that runs within the budget or an
// error. Size and hash are set right, so that what lies behind them is reached.
#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "ir/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "runtime/plan_cache/plan_record.h"
#include "runtime/random_tensors.h"
#include "runtime/testing/run_graph.h"

namespace mote {
namespace {

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;
constexpr std::size_t kHashAt = 16, kSizeAt = 24, kHeadAt = 32, kLeast = 40;

// Aligned, as a mapped file is.
Tensor mended(const std::uint8_t* data, std::size_t size) {
  Tensor copy = *Tensor::zeros(DType::kU8, {static_cast<std::int64_t>(size)});
  auto* bytes = copy.mut().as<char>();
  std::copy_n(data, size, bytes);
  if (size < kLeast) return copy;
  const std::uint64_t end = size;
  std::memcpy(bytes + kSizeAt, &end, sizeof end);
  std::uint64_t head = 0;
  std::memcpy(&head, bytes + kHeadAt, sizeof head);
  if (head < kSizeAt || head > size) return copy;
  const std::uint64_t hash = fnv1a({bytes + kSizeAt, head - kSizeAt});
  std::memcpy(bytes + kHashAt, &hash, sizeof hash);
  return copy;
}

// Of the graph in the file's text; false: it takes what is no tensor of known sizes.
bool make_inputs(const PlanFile& file, std::vector<Datum>& inputs) {
  DerivationReader reader(file, nullptr, kBudget);
  const auto graph = parse_graph(file.text, all_ops(),
                                 {.max_constant_bytes = kBudget,
                                  .elsewhere = [&](std::int64_t n, DType dtype, const Dims& dims) {
                                    return reader.constant(n, dtype, dims);
                                  }});
  if (!graph) return false;
  Random random(1);
  for (const ValueId id : graph->inputs) {
    const InputInfo info{graph->value(id).type, {}, true};
    if (!has_concrete_type(info)) return false;
    const TensorType& type = info.type.tensor;
    const auto bytes = byte_size(type.dtype, *type.dims());
    if (!bytes || *bytes > kBudget) return false;
    auto tensor = random_tensor(type.dtype, *type.dims(), random);
    if (!tensor) return false;
    inputs.emplace_back(*std::move(tensor));
  }
  return true;
}

void fuzz(const std::uint8_t* data, std::size_t size) {
  const Tensor bytes = mended(data, size);
  const auto file = read_plan_file({static_cast<const std::byte*>(bytes.data()), size});
  if (!file) return;
  std::vector<Datum> inputs;
  if (!make_inputs(*file, inputs)) return;
  const KernelTables isas = runnable_kernels();
  for (const KernelTable* isa : {*isas.begin(), *(isas.end() - 1)}) {
    const auto plan = read_plan(*file, nullptr, {*isa, kBudget});
    if (!plan) continue;
    const Clock& clock = Clock::real();
    const StopToken stop(&clock, clock.now() + std::chrono::milliseconds(200), nullptr);
    (void)run_plan(**plan, inputs, 1, stop);
  }
}

}  // namespace
}  // namespace mote

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mote::fuzz(data, size);
  return 0;
}
