#include "measure/machine_limits.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mote {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kChains = 10;  // latency times units
constexpr int kSteps = 20'000;

struct Kernel {
  double operations = 0;  // of one call; 0: there is none for this machine
  void (*run)() = nullptr;
};

#define MOTE_EACH(M) M(c0) M(c1) M(c2) M(c3) M(c4) M(c5) M(c6) M(c7) M(c8) M(c9)

// A loop of independent chains of STEP(c), c a register.
#define MOTE_CHAINS(NAME, TARGET, VECTOR, STEP)                                                    \
  TARGET void NAME() {                                                                             \
    VECTOR a = {}, b = {}, c0 = {}, c1 = {}, c2 = {}, c3 = {}, c4 = {}, c5 = {}, c6 = {}, c7 = {}, \
           c8 = {}, c9 = {};                                                                       \
    MOTE_HIDE(a) MOTE_HIDE(b) for (int s = 0; s < kSteps; ++s) { MOTE_EACH(STEP) }                 \
  }

#if defined(__x86_64__)

// The compiler no longer knows what is in the register.
#define MOTE_HIDE(c) asm volatile("" : "+v"(c));
#define MOTE_TARGET(T) __attribute__((target(T)))

#define MOTE_STEP(c)            \
  c = _mm512_fmadd_ps(a, b, c); \
  MOTE_HIDE(c)
MOTE_CHAINS(f32_avx512, MOTE_TARGET("avx512f"), __m512, MOTE_STEP)
#undef MOTE_STEP
#define MOTE_STEP(c)            \
  c = _mm256_fmadd_ps(a, b, c); \
  MOTE_HIDE(c)
MOTE_CHAINS(f32_avx2, MOTE_TARGET("avx2,fma"), __m256, MOTE_STEP)
#undef MOTE_STEP
#define MOTE_STEP(c)                \
  c = _mm512_dpbusd_epi32(c, a, b); \
  MOTE_HIDE(c)
MOTE_CHAINS(int8_vnni, MOTE_TARGET("avx512f,avx512vnni"), __m512i, MOTE_STEP)
#undef MOTE_STEP
// Sums of two products in 16 bits are not exact for all weights: kernels that are do more.
#define MOTE_STEP(c)                                      \
  {                                                       \
    __m256i pairs = _mm256_maddubs_epi16(a, b);           \
    MOTE_HIDE(pairs)                                      \
    c = _mm256_add_epi32(c, _mm256_madd_epi16(pairs, b)); \
    MOTE_HIDE(c)                                          \
  }
MOTE_CHAINS(int8_avx2, MOTE_TARGET("avx2"), __m256i, MOTE_STEP)

Kernel f32_kernel() {
  const double chains = double{kChains} * kSteps;
  if (__builtin_cpu_supports("avx512f")) return {chains * 32, f32_avx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return {chains * 16, f32_avx2};
  }
  return {};
}

Kernel int8_kernel() {
  const double chains = double{kChains} * kSteps;
  if (__builtin_cpu_supports("avx512vnni")) return {chains * 128, int8_vnni};
  if (__builtin_cpu_supports("avx2")) return {chains * 64, int8_avx2};
  return {};
}

bool can_read() { return __builtin_cpu_supports("avx2"); }

#define MOTE_READ(c) asm volatile("vpxor %1, %0, %0" : "+x"(c) : "m"(v[i++]));

MOTE_TARGET("avx2") void read_all(const std::byte* p, std::size_t bytes) {
  const auto* v = reinterpret_cast<const __m256i*>(p);
  __m256i c0 = {}, c1 = {}, c2 = {}, c3 = {};
  for (std::size_t i = 0; i < bytes / 32;) {
    MOTE_READ(c0) MOTE_READ(c1) MOTE_READ(c2) MOTE_READ(c3)
  }
}

#else

// Vectors of the compiler, 128 bits, contracted to multiply-adds where there are some.
using Vector = float __attribute__((vector_size(16)));

#define MOTE_HIDE(c) asm volatile("" : "+w"(c));
#define MOTE_STEP(c) \
  c += a * b;        \
  MOTE_HIDE(c)
MOTE_CHAINS(f32_generic, , Vector, MOTE_STEP)

Kernel f32_kernel() { return {double{kChains} * kSteps * 8, f32_generic}; }
Kernel int8_kernel() { return {}; }

bool can_read() { return true; }

void read_all(const std::byte* p, std::size_t bytes) {
  const auto* v = reinterpret_cast<const Vector*>(p);
  for (std::size_t i = 0; i < bytes / sizeof(Vector); ++i) {
    Vector c = v[i];
    MOTE_HIDE(c)
  }
}

#endif

// Seconds of the fastest of some calls on `threads` threads at once.
template <class F>
double fastest(int threads, int attempts, const F& run) {
  double best = 1e9;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto begin = Clock::now();
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back(run, t);
    run(0);
    for (std::thread& t : others) t.join();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

// Best operations per second of a kernel, calls of some milliseconds so that threads overlap.
double giga(int threads, int attempts, const Kernel& kernel) {
  constexpr int kCalls = 20;
  if (kernel.operations == 0) return 0;
  const double seconds = fastest(threads, attempts, [&](int) {
    for (int i = 0; i < kCalls; ++i) kernel.run();
  });
  return kernel.operations * kCalls * threads / seconds / 1e9;
}

}  // namespace

double limit_f32_gflops(int threads, int attempts) { return giga(threads, attempts, f32_kernel()); }

double limit_int8_gops(int threads, int attempts) { return giga(threads, attempts, int8_kernel()); }

double limit_read_gbps(int threads, int attempts, std::size_t bytes, int passes) {
  if (!can_read()) return 0;
  std::vector<std::unique_ptr<std::byte, void (*)(void*)>> buffers;
  for (int t = 0; t < threads; ++t) {
    auto* p = static_cast<std::byte*>(std::aligned_alloc(64, bytes));
    if (p == nullptr) return 0;
    std::fill_n(p, bytes, std::byte{1});
    buffers.emplace_back(p, std::free);
  }
  const double seconds = fastest(threads, attempts, [&](int t) {
    for (int i = 0; i < passes; ++i) read_all(buffers[static_cast<std::size_t>(t)].get(), bytes);
  });
  return static_cast<double>(bytes) * passes * threads / seconds / 1e9;
}

}  // namespace mote
