// A file of the plan cache: docs/formats/plan-cache.md has it in bytes.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "mote/tensor.h"

namespace mote {

struct PlanFileTensor {
  enum class Kind : std::uint8_t {
    kConstant,  // of the graph; steps read it as they run
    kAbsent,    // of the graph; what steps need of it was derived
    kDerived,   // packed weights and the like, in the order of preparation
  };
  Kind kind = Kind::kConstant;
  DType dtype = DType::kUndefined;
  std::span<const std::byte> bytes = {};  // of an absent one: none
};

struct PlanFile {
  std::string_view key;   // all that it hangs on
  std::string_view text;  // the graph, or what else it is about
  std::vector<PlanFileTensor> tensors = {};
};

Bytes write_plan_file(const PlanFile& file);

// Views `bytes`, whose first is aligned to 64. The head is checked by its hash, tensors are not:
// they may be any numbers, but lie within the file, aligned to 64. Errors: kCorrupt.
Result<PlanFile> read_plan_file(std::span<const std::byte> bytes);

}  // namespace mote
