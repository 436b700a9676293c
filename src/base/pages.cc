#include "base/pages.h"

#include <sys/mman.h>

namespace mote {

void* allocate_pages(std::size_t bytes) noexcept {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
#if defined(MADV_HUGEPAGE)
  ::madvise(memory, bytes, MADV_HUGEPAGE);  // if it cannot, small pages do
#endif
  return memory;
}

void free_pages(void* memory, std::size_t bytes) noexcept { ::munmap(memory, bytes); }

}  // namespace mote
