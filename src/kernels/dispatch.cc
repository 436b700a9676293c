#include <cstring>

#include "kernels/table.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mote {

extern const KernelTable kKernels_scalar;
#if defined(__x86_64__)
extern const KernelTable kKernels_avx2;
extern const KernelTable kKernels_avx512;
// The CPUs that have these products run AVX-512's other kernels.
extern const ProductQ8 kProductS8_avx512vnni;
extern const ProductQ8 kProductS8_amx;
extern const ProductF32 kProductBf16_amx;
#elif defined(__aarch64__)
extern const KernelTable kKernels_neon;
// The CPUs that have these products run NEON's other kernels.
extern const ProductQ8 kProductS8_neondot;
extern const ProductQ8 kProductS8_neoni8mm;
#endif

namespace {

#if defined(__x86_64__)
// clang 14's __builtin_cpu_supports does not know F16C. That the system saves AVX registers, which
// F16C needs as well, is checked with AVX2.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

// Each must name every feature that the flags of its unit let the compiler use; see CMakeLists.txt.
bool runs_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && has_f16c() &&
         __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("popcnt");
}

bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

// The system must grant a process the tile registers, whose state is large. Linux, from 5.16 on,
// is asked by arch_prctl.
bool runs_amx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kTile = 1U << 24, kInt8 = 1U << 25;  // of EDX
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTile) == 0 || (d & kInt8) == 0) {
    return false;
  }
#if defined(__linux__) && defined(SYS_arch_prctl)
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

// Beside what runs_amx() asks for.
bool runs_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAmxBf16 = 1U << 22;    // of EDX
  constexpr unsigned kAvx512Bf16 = 1U << 5;  // of EAX in the next leaf
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kAmxBf16) == 0) return false;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvx512Bf16) != 0;
}

bool runs_avx512vnni() { return runs_avx512() && __builtin_cpu_supports("avx512vnni"); }
#elif defined(__aarch64__)
// Each must name every feature that the flags of its unit let the compiler use; see CMakeLists.txt.
// What armv8-a has, all have.
#if defined(__linux__)
bool runs_neondot() {
  constexpr unsigned long kOf82 = HWCAP_ATOMICS | HWCAP_CRC32 | HWCAP_ASIMDRDM,
                          kDot = HWCAP_ASIMDDP;
  return (~getauxval(AT_HWCAP) & (kOf82 | kDot)) == 0;
}

bool runs_neoni8mm() {
  constexpr unsigned long kI8mm = 1UL << 13;  // HWCAP2_I8MM; older headers have no name for it
  return runs_neondot() && (getauxval(AT_HWCAP2) & kI8mm) != 0;
}
#else
bool runs_neondot() { return false; }
bool runs_neoni8mm() { return false; }
#endif
#endif

[[maybe_unused]] KernelTable with_products(KernelTable table, const char* type,
                                           const ProductF32& product) {
  table.products = type;
  table.packed_gemm_size_f32 = product.packed_size;
  table.pack_gemm_f32 = product.pack;
  table.gemm_f32 = product.direct;
  table.indirect_gemm_f32 = product.indirect;
  return table;
}

// Empty where one of them is.
[[maybe_unused]] KernelTable with_product(const char* isa, const ProductQ8& product,
                                          const KernelTable& rest) {
  if (product.pack == nullptr || rest.isa == nullptr) return {};
  KernelTable table = rest;
  table.isa = isa;
  table.product_s8 = product;
  return table;
}

struct Runnable {
  const KernelTable* tables[5] = {};
  int count = 0;
#if defined(__x86_64__)
  KernelTable vnni = with_product("avx512vnni", kProductS8_avx512vnni, kKernels_avx512);
  KernelTable amx = with_product("amx", kProductS8_amx, kKernels_avx512);
#elif defined(__aarch64__)
  KernelTable dot = with_product("neondot", kProductS8_neondot, kKernels_neon);
  KernelTable i8mm = with_product("neoni8mm", kProductS8_neoni8mm, kKernels_neon);
#endif

  Runnable() {
    add(kKernels_scalar);
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (runs_avx2()) add(kKernels_avx2);
    if (runs_avx512()) add(kKernels_avx512);
    if (runs_avx512vnni()) add(vnni);
    if (runs_avx512vnni() && runs_amx()) add(amx);
#elif defined(__aarch64__)
    add(kKernels_neon);
    if (runs_neondot()) add(dot);
    if (runs_neoni8mm()) add(i8mm);
#endif
  }
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;

  // What is left out of a build has an empty table.
  void add(const KernelTable& table) {
    if (table.isa != nullptr) tables[count++] = &table;
  }
};

}  // namespace

KernelTables runnable_kernels() noexcept {
  static const Runnable runnable;
  return {runnable.tables, runnable.tables + runnable.count};
}

const KernelTable* fast_kernels([[maybe_unused]] const KernelTable& exact) noexcept {
#if defined(__x86_64__)
  const bool there = kProductBf16_amx.pack != nullptr;
  if (there && std::strcmp(exact.isa, "amx") == 0 && runs_amx_bf16()) {
    static const KernelTable fast = with_products(exact, "bf16", kProductBf16_amx);
    return &fast;
  }
#endif
  return nullptr;
}

const KernelTable* find_kernels(const char* isa) noexcept {
  const KernelTables all = runnable_kernels();
  if (all.begin() == all.end()) return nullptr;
  if (isa == nullptr || *isa == '\0') return *(all.end() - 1);
  for (const KernelTable* table : all) {
    if (std::strcmp(isa, table->isa) == 0) return table;
  }
  return nullptr;
}

}  // namespace mote
