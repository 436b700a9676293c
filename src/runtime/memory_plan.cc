#include "runtime/memory_plan.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <vector>

namespace mote {
namespace {

constexpr std::uint64_t kAlignment = 64;
// Beyond so many buffers comparing all with all takes seconds.
constexpr std::size_t kMostCompared = 1 << 13;

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

bool overlap_in_time(const BufferRequest& a, const BufferRequest& b) {
  return a.first <= b.last && b.first <= a.last;
}

std::uint64_t place_by_size(std::vector<BufferRequest*> buffers) {
  std::ranges::stable_sort(buffers, std::greater{}, &BufferRequest::bytes);
  std::vector<const BufferRequest*> placed;  // by offset
  std::uint64_t total = 0;
  for (BufferRequest* b : buffers) {
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

// Room within a block that grows at its end. Sizes are aligned.
class Gaps {
 public:
  // The smallest gap that holds it, at its begin.
  std::uint64_t take(std::uint64_t size) {
    const auto fit = by_size_.lower_bound({size, 0});
    if (fit == by_size_.end()) return grow(size);
    const auto [room, offset] = *fit;
    erase(by_offset_.find(offset));
    if (room > size) add(offset + size, room - size);
    return offset;
  }

  // Joins the gaps on both sides.
  void give_back(std::uint64_t offset, std::uint64_t size) {
    auto next = by_offset_.lower_bound(offset);
    if (next != by_offset_.end() && next->first == offset + size) {
      size += next->second;
      next = erase(next);
    }
    if (next != by_offset_.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second == offset) {
        offset = before->first;
        size += before->second;
        erase(before);
      }
    }
    add(offset, size);
  }

  std::uint64_t end() const { return end_; }

 private:
  using ByOffset = std::map<std::uint64_t, std::uint64_t>;

  // Behind all, beginning with a gap that is last.
  std::uint64_t grow(std::uint64_t size) {
    std::uint64_t offset = end_;
    if (!by_offset_.empty()) {
      const auto last = std::prev(by_offset_.end());
      if (last->first + last->second == end_) {
        offset = last->first;
        erase(last);
      }
    }
    end_ = offset + size;
    return offset;
  }
  void add(std::uint64_t offset, std::uint64_t size) {
    by_offset_.emplace(offset, size);
    by_size_.emplace(size, offset);
  }
  ByOffset::iterator erase(ByOffset::iterator gap) {
    by_size_.erase({gap->second, gap->first});
    return by_offset_.erase(gap);
  }

  ByOffset by_offset_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> by_size_;
  std::uint64_t end_ = 0;
};

std::uint64_t place_by_time(std::vector<BufferRequest*> buffers) {
  std::ranges::stable_sort(buffers, {}, &BufferRequest::first);
  const auto ends_later = [](const BufferRequest* a, const BufferRequest* b) {
    return a->last > b->last;
  };
  std::priority_queue<BufferRequest*, std::vector<BufferRequest*>, decltype(ends_later)> alive;
  Gaps gaps;
  for (BufferRequest* b : buffers) {
    for (; !alive.empty() && alive.top()->last < b->first; alive.pop()) {
      gaps.give_back(alive.top()->offset, aligned(alive.top()->bytes));
    }
    b->offset = gaps.take(aligned(b->bytes));
    alive.push(b);
  }
  return gaps.end();
}

}  // namespace

std::uint64_t plan_memory(std::span<BufferRequest> buffers) {
  std::vector<BufferRequest*> filled;
  for (BufferRequest& b : buffers) {
    if (b.bytes > 0) filled.push_back(&b);
  }
  const bool few = filled.size() <= kMostCompared;
  return few ? place_by_size(std::move(filled)) : place_by_time(std::move(filled));
}

}  // namespace mote
