#include "runtime/memory_plan.h"

#include <algorithm>
#include <vector>

namespace mote {
namespace {

constexpr std::uint64_t kAlignment = 64;

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

bool overlap_in_time(const BufferRequest& a, const BufferRequest& b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

std::uint64_t plan_memory(std::span<BufferRequest> buffers) {
  std::vector<BufferRequest*> by_size;
  for (BufferRequest& b : buffers) {
    if (b.bytes > 0) by_size.push_back(&b);
  }
  std::ranges::stable_sort(by_size, std::greater{}, &BufferRequest::bytes);
  std::vector<const BufferRequest*> placed;  // by offset
  std::uint64_t total = 0;
  for (BufferRequest* b : by_size) {
    std::uint64_t offset = 0;
    for (const BufferRequest* p : placed) {
      if (!overlap_in_time(*b, *p)) continue;
      if (offset + b->bytes <= p->offset) break;
      offset = std::max(offset, aligned(p->offset + p->bytes));
    }
    b->offset = offset;
    placed.insert(std::ranges::upper_bound(placed, offset, {}, &BufferRequest::offset), b);
    total = std::max(total, offset + aligned(b->bytes));
  }
  return total;
}

}  // namespace mote
