// One operator computed on tensors, by its reference.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ir/op_def.h"

namespace mote {

// Memory for op.compute, outside of any session: at most max_bytes in all.
class LimitedAllocator final : public TensorAllocator {
 public:
  explicit LimitedAllocator(std::uint64_t max_bytes)
      : left_(std::make_shared<std::uint64_t>(max_bytes)) {}
  Result<Tensor> allocate(DType dtype, const Dims& dims) override;
  Result<std::shared_ptr<const void>> charge(std::uint64_t bytes) override;
  Status expect_text(std::uint64_t bytes) override;

 private:
  std::shared_ptr<std::uint64_t> left_;  // charges give back to it
};

// Runs op.reference; `out` gives the types, with all sizes known.
// Errors: the reference's; kUnsupported: no reference, an output that is no tensor or of unknown
// size; kResourceExhausted: outputs of more than max_bytes.
Result<std::vector<Tensor>> evaluate(const OpDef& op, const OpParams* params,
                                     std::span<const InputInfo> in, std::span<const InputInfo> out,
                                     std::uint64_t max_bytes);

}  // namespace mote
