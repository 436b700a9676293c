#include <cstring>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

TEST(FindKernels, TakesTheBestWithoutAName) {
  const KernelTable* best = *(runnable_kernels().end() - 1);
  EXPECT_EQ(find_kernels(nullptr), best);
  EXPECT_EQ(find_kernels(""), best);
}

TEST(FindKernels, FindsEachRunnableTableByName) {
  for (const KernelTable* table : runnable_kernels()) EXPECT_EQ(find_kernels(table->isa), table);
  ASSERT_NE(find_kernels("scalar"), nullptr);
}

TEST(FindKernels, GivesNullForAnUnknownName) {
  EXPECT_EQ(find_kernels("avx"), nullptr);
  EXPECT_EQ(find_kernels("AVX2"), nullptr);
  EXPECT_EQ(find_kernels("scalar "), nullptr);
}

// Those that every CPU of a kind runs, and none of another kind.
TEST(FindKernels, KnowsTheNamesOfItsProcessor) {
#if defined(__aarch64__)
  EXPECT_NE(find_kernels("neon"), nullptr);
  for (const char* isa : {"avx2", "avx512", "avx512vnni", "amx"}) {
    EXPECT_EQ(find_kernels(isa), nullptr) << isa;
  }
  // Each has what the ones before it have.
  if (find_kernels("neoni8mm") != nullptr) {
    EXPECT_NE(find_kernels("neondot"), nullptr);
  }
#else
  for (const char* isa : {"neon", "neondot", "neoni8mm"}) {
    EXPECT_EQ(find_kernels(isa), nullptr) << isa;
  }
#endif
}

TEST(FindKernels, OrdersTablesWorstFirst) {
  EXPECT_STREQ((*runnable_kernels().begin())->isa, "scalar");
}

// A function that a table's initialiser leaves out would be a null pointer.
TEST_P(KernelTest, HasEveryFunction) {
  const char* first = reinterpret_cast<const char*>(&k().packed_gemm_size_f32);
  const char* last = reinterpret_cast<const char*>(&k() + 1);
  for (const char* p = first; p < last; p += sizeof(void*)) {
    void* function = nullptr;
    std::memcpy(&function, p, sizeof function);
    EXPECT_NE(function, nullptr) << "at byte " << p - first;
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(KernelTest);

}  // namespace
}  // namespace mote
