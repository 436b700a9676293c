// What the kernels' tests share.
#pragma once
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace mote {

// n elements that end where an unreadable page begins: a kernel that reads or writes one too many
// crashes. They begin wherever that puts them, so pointers are unaligned as a rule.
template <class T>
class Guarded {
 public:
  explicit Guarded(std::int64_t n, T fill = T{}) : n_(n) {
    const std::int64_t page = sysconf(_SC_PAGESIZE);
    const std::int64_t bytes = n * static_cast<std::int64_t>(sizeof(T));
    const std::int64_t used = (bytes + page - 1) / page * page;
    size_ = static_cast<std::size_t>(used + page);
    map_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char* guard = static_cast<char*>(map_) + used;
    mprotect(guard, static_cast<std::size_t>(page), PROT_NONE);
    data_ = reinterpret_cast<T*>(guard - bytes);
    for (T& x : *this) x = fill;
  }
  ~Guarded() { munmap(map_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + n_; }
  std::int64_t size() const { return n_; }
  T& operator[](std::int64_t i) { return data_[i]; }
  const T& operator[](std::int64_t i) const { return data_[i]; }

 private:
  std::int64_t n_;
  std::size_t size_;
  void* map_;
  T* data_;
};

using Floats = Guarded<float>;

inline void fill_random(Floats& v, std::uint32_t seed, float low = -1.0F, float high = 1.0F) {
  std::mt19937 rng(seed);
  std::uniform_real_distribution<float> uniform(low, high);
  for (float& x : v) x = uniform(rng);
}

// NaN equals NaN, -0 differs from 0.
inline bool same_bits(const float* a, const float* b, std::int64_t n) {
  return n == 0 || std::memcmp(a, b, static_cast<std::size_t>(n) * sizeof(float)) == 0;
}
inline bool same_bits(const Floats& a, const Floats& b) {
  return a.size() == b.size() && same_bits(a.data(), b.data(), a.size());
}

// A table, printed by its name: the address of one would differ between runs.
struct Isa {
  const KernelTable* table;
  Isa(const KernelTable* t) : table(t) {}
  friend std::ostream& operator<<(std::ostream& out, const Isa& isa) {
    return out << isa.table->isa;
  }
};

inline std::string isa_name(const testing::TestParamInfo<Isa>& info) {
  return info.param.table->isa;
}

// One run of each test for each table.
class KernelTest : public testing::TestWithParam<Isa> {
 protected:
  const KernelTable& k() const { return *GetParam().table; }
};

}  // namespace mote

#define MOTE_INSTANTIATE_KERNEL_TESTS(suite)                                         \
  INSTANTIATE_TEST_SUITE_P(                                                          \
      Isa, suite,                                                                    \
      testing::ValuesIn(std::vector<::mote::Isa>(::mote::runnable_kernels().begin(), \
                                                 ::mote::runnable_kernels().end())), \
      ::mote::isa_name)
