// What the machine can do at most: multiply-adds and reading, on one core or several.
//   limit [THREADS]
// Prints JSON: f32_gflops, int8_gops (VNNI where there is one; AMX is not asked), and bandwidth of
// a 128 KiB (L2) and a 256 MiB (memory) buffer, in GB/s, of all threads together.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kChains = 10;  // latency times units
constexpr int kSteps = 20'000;

struct Kernel {
  double operations;  // of one call
  void (*run)();
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
  return {chains * 16, f32_avx2};
}

Kernel int8_kernel() {
  const double chains = double{kChains} * kSteps;
  if (__builtin_cpu_supports("avx512vnni")) return {chains * 128, int8_vnni};
  return {chains * 64, int8_avx2};
}

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
Kernel int8_kernel() {
  return {0, [] {}};
}  // not measured

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
double fastest(int threads, const F& run) {
  double best = 1e9;
  for (int attempt = 0; attempt < 60; ++attempt) {
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
double giga(int threads, const Kernel& kernel) {
  constexpr int kCalls = 20;
  const double seconds = fastest(threads, [&](int) {
    for (int i = 0; i < kCalls; ++i) kernel.run();
  });
  return kernel.operations * kCalls * threads / seconds / 1e9;
}

// Each thread reads a buffer of its own, `passes` times.
double read_gbps(int threads, std::size_t bytes, int passes) {
  std::vector<std::unique_ptr<std::byte, void (*)(void*)>> buffers;
  for (int t = 0; t < threads; ++t) {
    auto* p = static_cast<std::byte*>(std::aligned_alloc(64, bytes));
    if (p == nullptr) return 0;
    std::fill_n(p, bytes, std::byte{1});
    buffers.emplace_back(p, std::free);
  }
  const double seconds = fastest(threads, [&](int t) {
    for (int i = 0; i < passes; ++i) read_all(buffers[static_cast<std::size_t>(t)].get(), bytes);
  });
  return static_cast<double>(bytes) * passes * threads / seconds / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1;
  std::printf("{\"threads\": %d, \"f32_gflops\": %.1f, \"int8_gops\": %.1f, ", threads,
              giga(threads, f32_kernel()), giga(threads, int8_kernel()));
  std::printf("\"l2_gbps\": %.1f, \"memory_gbps\": %.1f}\n",
              read_gbps(threads, std::size_t{128} << 10, 400),
              read_gbps(threads, std::size_t{256} << 20, 1));
}
