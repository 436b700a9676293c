#include "runtime/plan_cache/derivations.h"

#include <algorithm>

#include "base/pages.h"
#include "base/result.h"

namespace mote {

void DerivationLog::keep(std::span<const int> from, const Tensor& derived) {
  derived_.push_back(derived);
  for (const int input : from) used_up_.emplace(node_, input);
}

// What a step reads as it runs is not used up, whatever was derived from it.
void DerivationLog::end(const Graph& graph, NodeId id, const Step* step) {
  for (int i = 0; i < std::ssize(graph.node(id).inputs); ++i) {
    if (step == nullptr || step->reads(i)) used_up_.erase({id, i});
  }
  node_ = NodeId::kNone;
}

bool DerivationLog::is_used_up(const Value& constant) const {
  return constant.outputs == 0 && std::ranges::all_of(constant.uses, [&](const Use& use) {
           return used_up_.contains({use.node, use.input});
         });
}

Result<Tensor> DerivationReader::constant(std::int64_t n, DType dtype, const Dims& dims) {
  const Error wrong{Code::kCorrupt, "plan cache: no such constant"};
  if (n < 0 || n >= std::ssize(file_.tensors)) return wrong;
  const PlanFileTensor& t = file_.tensors[static_cast<std::size_t>(n)];
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, dims));
  if (t.dtype != dtype) return wrong;
  if (t.kind == PlanFileTensor::Kind::kAbsent) return absent(dtype, dims, bytes);
  if (t.kind != PlanFileTensor::Kind::kConstant || t.bytes.size() != bytes) return wrong;
  return Tensor::view(dtype, dims, t.bytes.data(), owner_);
}

// Address space that nothing is written to, and so no memory.
Result<Tensor> DerivationReader::absent(DType dtype, const Dims& dims, std::uint64_t bytes) {
  if (bytes > budget_) {
    return Error{Code::kResourceExhausted, "plan cache: a constant is over the memory budget"};
  }
  if (zeros_.empty() || zeros_.back().bytes < bytes) {
    constexpr std::uint64_t kLeast = std::uint64_t{1} << 20;
    const std::uint64_t room =
        std::max({kLeast, bytes, zeros_.empty() ? 0 : 2 * zeros_.back().bytes});
    void* memory = allocate_pages(room);
    if (memory == nullptr) return Error{Code::kResourceExhausted, "no memory left"};
    const auto free = [room](void* m) { free_pages(m, room); };
    zeros_.push_back({std::shared_ptr<void>(memory, free), room});
  }
  return Tensor::view(dtype, dims, zeros_.back().memory.get(), zeros_.back().memory);
}

bool DerivationReader::is_absent(const Tensor& constant) const {
  return std::ranges::any_of(zeros_,
                             [&](const Zeros& z) { return z.memory.get() == constant.data(); });
}

void DerivationReader::end(const Graph& graph, NodeId id, const Step* step) {
  const Node& node = graph.node(id);
  for (int i = 0; i < std::ssize(node.inputs); ++i) {
    const ValueId v = node.inputs[static_cast<std::size_t>(i)];
    const bool reads = step == nullptr || step->reads(i);
    if (reads && graph.is_constant(v) && is_absent(graph.value(v).constant)) reads_absent_ = true;
  }
}

Result<Tensor> DerivationReader::find(DType dtype, std::int64_t count) {
  const auto& tensors = file_.tensors;
  while (next_ < tensors.size() && tensors[next_].kind != PlanFileTensor::Kind::kDerived) ++next_;
  const Error other{Code::kCorrupt, "plan cache: steps derive something else"};
  if (next_ == tensors.size()) return other;
  const PlanFileTensor& t = tensors[next_++];
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, {count}));
  if (t.dtype != dtype || t.bytes.size() != bytes) return other;
  return Tensor::view(dtype, {count}, t.bytes.data(), owner_);
}

bool DerivationReader::fits() const {
  const auto left = std::span(file_.tensors).subspan(next_);
  return !reads_absent_ && std::ranges::none_of(left, [](const PlanFileTensor& t) {
    return t.kind == PlanFileTensor::Kind::kDerived;
  });
}

}  // namespace mote
