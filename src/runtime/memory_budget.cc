#include "runtime/memory_budget.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

// What a tensor takes beside its elements, in bookkeeping of ours and of the heap.
constexpr std::uint64_t kTensorBytes = 384;

// Characters of a string that lie outside of its object.
std::uint64_t text_bytes(const std::string& s) {
  return s.capacity() > std::string().capacity() ? s.capacity() + 1 : 0;
}

class Charge {
 public:
  Charge(std::shared_ptr<MemoryBudget> budget, std::uint64_t bytes)
      : budget_(std::move(budget)), bytes_(bytes) {}
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;
  ~Charge() { budget_->give_back(bytes_); }

 private:
  std::shared_ptr<MemoryBudget> budget_;
  std::uint64_t bytes_;
};

struct Counted {
  Tensor tensor;
  std::shared_ptr<const void> charge;
};

Tensor counted(Tensor tensor, std::shared_ptr<const void> charge) {
  const TensorView view = tensor.view();
  auto owner = std::make_shared<const Counted>(Counted{std::move(tensor), std::move(charge)});
  return Tensor::view(view.dtype, view.dims, view.data, std::move(owner));
}

}  // namespace

std::uint64_t MemoryBudget::left() const { return limit_ - std::min(limit_, used_.load()); }

Status MemoryBudget::take(std::uint64_t bytes) {
  if (bytes > left()) {
    return Error{Code::kResourceExhausted,
                 cat(human_bytes(bytes), " beside ", human_bytes(used_.load()),
                     " are over the memory budget of ", human_bytes(limit_))};
  }
  used_ += bytes;
  return {};
}

Result<std::shared_ptr<const void>> MemoryBudget::charge(std::uint64_t bytes) {
  MOTE_TRY(take(bytes));
  return std::shared_ptr<const void>(std::make_shared<const Charge>(shared_from_this(), bytes));
}

Result<Tensor> BudgetAllocator::allocate(DType dtype, const Dims& dims) {
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, dims));
  auto charge = budget_->charge(bytes + kTensorBytes);
  if (!charge) {
    return std::move(charge).error().with_context(cat("a tensor ", name(dtype), to_string(dims)));
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  return counted(std::move(tensor), *std::move(charge));
}

Status BudgetAllocator::expect_text(std::uint64_t bytes) {
  if (bytes <= budget_->left()) return {};
  return Error{Code::kResourceExhausted, cat(human_bytes(bytes), " of text, of the memory budget ",
                                             human_bytes(budget_->left()), " are left")};
}

Result<Tensor> BudgetAllocator::counted_text(const Tensor& strings) {
  std::uint64_t bytes = 0;
  for (const std::string& s : strings.values<std::string>()) bytes += text_bytes(s);
  if (bytes == 0) return strings;
  MOTE_ASSIGN(auto charge, budget_->charge(bytes));
  return counted(strings, std::move(charge));
}

Status Arena::reserve(std::uint64_t bytes) {
  if (block_ && block_.bytes() >= bytes) return {};
  block_ = Tensor();
  MOTE_ASSIGN(block_, Tensor::zeros(DType::kU8, {static_cast<std::int64_t>(bytes)}));
  return {};
}

Status Arena::reserve(std::uint64_t bytes, MemoryBudget& budget) {
  const std::uint64_t has = block_ ? block_.bytes() : 0;
  if (bytes > has) MOTE_TRY(budget.take(bytes - has));
  return reserve(bytes);
}

}  // namespace mote
