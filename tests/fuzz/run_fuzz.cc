// Load, plan and run: whatever the bytes, an answer or an error, within the budget and a second.
#include <cstddef>
#include <cstdint>

#include "base/random.h"
#include "mote/session.h"
#include "runtime/random_tensors.h"

namespace {

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

// Inputs of the declared sizes; open ones are small.
bool make_inputs(const mote::Model& model, std::vector<mote::Tensor>& inputs) {
  mote::Random random(1);
  for (const mote::TensorInfo& info : model.inputs()) {
    if (!info.ranked || info.shape.size() > mote::kMaxRank) return false;
    mote::Dims dims;
    for (const mote::SizeInfo& s : info.shape) dims.push_back(s.size < 0 ? 2 : s.size);
    const auto bytes = mote::byte_size(info.dtype, dims);
    if (!bytes || *bytes > kBudget) return false;
    auto tensor = mote::random_tensor(info.dtype, dims, random);
    if (!tensor) return false;
    inputs.push_back(*std::move(tensor));
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mote::ModelOptions model_options;
  model_options.memory_budget_bytes = kBudget;
  auto model = mote::Model::parse(std::as_bytes(std::span(data, size)), model_options);
  if (!model) return 0;
  mote::SessionOptions options;
  options.threads = 1;
  options.memory_budget_bytes = kBudget;
  options.deadline = std::chrono::milliseconds(200);
  auto session = mote::Session::create(*model, options);
  if (!session) return 0;
  std::vector<mote::Tensor> inputs;
  if (make_inputs(**model, inputs)) (void)(*session)->run(inputs);
  return 0;
}
