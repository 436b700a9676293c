// Memory in whole pages.
#pragma once
#include <cstddef>

namespace mote {

// At least `bytes` > 0 zeroed bytes at a multiple of a page, in large pages where the system has
// them: one fault, where small pages take five hundred. Null: there is no memory. For blocks of
// many pages; a sanitizer does not see their ends.
void* allocate_pages(std::size_t bytes) noexcept;
// What allocate_pages(bytes) gave.
void free_pages(void* memory, std::size_t bytes) noexcept;

}  // namespace mote
