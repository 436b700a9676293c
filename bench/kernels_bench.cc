// Kernels on one thread, every ISA this CPU runs. Arithmetic is reported as FLOP/s, or
// op/s of integers (a multiply-add is two), data movement as bytes/s.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace mote {
namespace {

using benchmark::Counter;
using benchmark::State;

std::vector<float> random_floats(std::int64_t n) {
  std::mt19937 rng(1);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> v(static_cast<std::size_t>(n));
  for (float& x : v) x = uniform(rng);
  return v;
}

void report(State& state, const char* name, double per_iteration) {
  state.counters[name] = Counter(per_iteration, Counter::kIsIterationInvariantRate);
}

// Packed weights where the runtime puts them, too: on a cache line.
struct Packed {
  explicit Packed(std::int64_t n) : floats(static_cast<std::size_t>(n) + 16) {}
  std::vector<float> floats;
  float* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(floats.data());
    return floats.data() + (64 - address % 64) % 64 / sizeof(float);
  }
};

Packed pack(const KernelTable& k, std::int64_t n, std::int64_t depth, std::int64_t taps) {
  const std::vector<float> w = random_floats(n * depth * taps);
  Packed packed(k.packed_gemm_size_f32(n, depth, taps));
  k.pack_gemm_f32(w.data(), nullptr, n, depth, taps, depth * taps, depth, 1, packed.data());
  return packed;
}

void gemm(State& state, const KernelTable* k, std::int64_t m, std::int64_t n, std::int64_t depth) {
  const std::vector<float> x = random_floats(m * depth);
  Packed packed = pack(*k, n, depth, 1);
  std::vector<float> y(static_cast<std::size_t>(m * n));
  for (auto _ : state) {
    k->gemm_f32({m, n, depth, x.data(), depth, packed.data(), y.data(), n, {}});
    benchmark::ClobberMemory();
  }
  report(state, "flops", 2.0 * static_cast<double>(m * n * depth));
}

// A 3x3 convolution, stride 1, padding 1, of a [size, size, channels] image.
struct Image {
  std::int64_t size, channels;
  std::vector<float> x = random_floats(size * size * channels);
  std::vector<float> zeros = std::vector<float>(static_cast<std::size_t>(channels));
  std::vector<const float*> rows;

  Image(std::int64_t s, std::int64_t c) : size(s), channels(c) {
    for (std::int64_t i = 0; i < s * s * 9; ++i) {
      const std::int64_t row = i / 9 / s + i % 9 / 3 - 1;
      const std::int64_t col = i / 9 % s + i % 3 - 1;
      const bool inside = row >= 0 && row < s && col >= 0 && col < s;
      rows.push_back(inside ? x.data() + (row * s + col) * c : zeros.data());
    }
  }
};

void conv3x3(State& state, const KernelTable* k, std::int64_t size, std::int64_t channels) {
  const Image image(size, channels);
  const std::int64_t m = size * size;
  Packed packed = pack(*k, channels, channels, 9);
  std::vector<float> y(image.x.size());
  for (auto _ : state) {
    k->indirect_gemm_f32({m,
                          channels,
                          channels,
                          9,
                          image.rows.data(),
                          packed.data(),
                          y.data(),
                          channels,
                          {.act = UnaryF32::kClamp, .a = 0.0F, .b = 6.0F}});
    benchmark::ClobberMemory();
  }
  report(state, "flops", 2.0 * static_cast<double>(m * channels * channels * 9));
}

void depthwise3x3(State& state, const KernelTable* k, std::int64_t size, std::int64_t channels) {
  const std::vector<float> x = random_floats(size * size * channels);
  const std::vector<float> w = random_floats(channels * 9);
  Packed packed(k->packed_depthwise_size_f32(channels, 9));
  k->pack_depthwise_f32(w.data(), nullptr, channels, 9, packed.data());
  std::vector<float> y(x.size());
  std::vector<const float*> rows;
  std::vector<float*> to;
  for (std::int64_t line = 0; line < size; ++line) {
    to.push_back(y.data() + line * size * channels);
    for (std::int64_t at = line - 1; at <= line + 1; ++at) {
      rows.push_back(at >= 0 && at < size ? x.data() + at * size * channels : nullptr);
    }
  }
  for (auto _ : state) {
    k->depthwise_f32({{size, size, channels, 3, 3, 1, 1, 1, size},
                      rows.data(),
                      packed.data(),
                      to.data(),
                      {.act = UnaryF32::kClamp, .a = 0.0F, .b = 6.0F}});
    benchmark::ClobberMemory();
  }
  report(state, "flops", 18.0 * static_cast<double>(size * size * channels));
}

std::vector<std::uint8_t> random_bytes(std::int64_t n) {
  std::mt19937 rng(1);
  std::uniform_int_distribution<int> uniform(0, 255);
  std::vector<std::uint8_t> v(static_cast<std::size_t>(n));
  for (std::uint8_t& x : v) x = static_cast<std::uint8_t>(uniform(rng));
  return v;
}

// Weights in all of s8, with what packing takes beside them.
struct Weights8 {
  std::vector<std::int16_t> w;
  std::vector<std::int32_t> bias;
  std::vector<float> factor;

  Weights8(std::int64_t n, std::int64_t count)
      : bias(static_cast<std::size_t>(n)), factor(static_cast<std::size_t>(n), 1e-3F) {
    for (const std::uint8_t x : random_bytes(count))
      w.push_back(static_cast<std::int16_t>(x - 128));
  }
};

// u8 by s8.
void gemm_q8(State& state, const KernelTable* k, std::int64_t m, std::int64_t n,
             std::int64_t depth) {
  const std::vector<std::uint8_t> x = random_bytes(m * depth);
  const Weights8 q(n, n * depth);
  std::vector<std::int32_t> packed(
      static_cast<std::size_t>(k->product_s8.packed_size(n, depth, 1)));
  k->product_s8.pack({q.w.data(), q.bias.data(), q.factor.data(), n, depth, 1, depth, depth, 1},
                     packed.data());
  std::vector<const std::uint8_t*> rows;
  for (std::int64_t i = 0; i < m; ++i) rows.push_back(x.data() + i * depth);
  std::vector<std::uint8_t> y(static_cast<std::size_t>(m * n));
  for (auto _ : state) {
    k->product_s8.indirect(
        {m, n, depth, 1, rows.data(), 0, packed.data(), y.data(), n, {128, 0, 255}});
    benchmark::ClobberMemory();
  }
  report(state, "ops", 2.0 * static_cast<double>(m * n * depth));
}

// A window of `kernel` by `kernel`, padded to keep the size with stride 1.
void depthwise_q8(State& state, const KernelTable* k, std::int64_t size, std::int64_t channels,
                  std::int64_t kernel, std::int64_t stride) {
  const std::vector<std::uint8_t> x = random_bytes(size * size * channels);
  const std::vector<std::uint8_t> outside(static_cast<std::size_t>(channels), 7);
  const std::int64_t taps = kernel * kernel, left = kernel / 2, lines = (size - 1) / stride + 1;
  const Weights8 q(channels, channels * taps);
  std::vector<std::int32_t> packed(
      static_cast<std::size_t>(k->packed_depthwise_size_q8(channels, kernel, kernel)));
  k->pack_depthwise_q8({q.w.data(), q.bias.data(), q.factor.data(), channels, 1, taps, taps, 1, 0},
                       kernel, packed.data());
  std::vector<std::uint8_t> y(static_cast<std::size_t>(lines * lines * channels));
  std::vector<const std::uint8_t*> rows;
  std::vector<std::uint8_t*> to;
  for (std::int64_t line = 0; line < lines; ++line) {
    to.push_back(y.data() + line * lines * channels);
    for (std::int64_t at = line * stride - left; at < line * stride - left + kernel; ++at) {
      rows.push_back(at >= 0 && at < size ? x.data() + at * size * channels : nullptr);
    }
  }
  for (auto _ : state) {
    k->depthwise_q8({{lines, lines, channels, kernel, kernel, stride, 1, left, size},
                     rows.data(),
                     outside.data(),
                     0,
                     packed.data(),
                     to.data(),
                     {128, 0, 255}});
    benchmark::ClobberMemory();
  }
  report(state, "ops", 2.0 * static_cast<double>(lines * lines * channels * taps));
}

void unary(State& state, const KernelTable* k, UnaryF32 f) {
  const std::vector<float> x = random_floats(4096);
  std::vector<float> y(x.size());
  for (auto _ : state) {
    k->unary_f32(f, 0.0F, 1.0F, x.data(), y.data(), 4096);
    benchmark::ClobberMemory();
  }
  report(state, "elements", 4096.0);
}

void softmax(State& state, const KernelTable* k, std::int64_t rows, std::int64_t cols) {
  const std::vector<float> x = random_floats(rows * cols);
  std::vector<float> y(x.size());
  for (auto _ : state) {
    k->softmax_f32(x.data(), y.data(), rows, cols);
    benchmark::ClobberMemory();
  }
  report(state, "elements", static_cast<double>(rows * cols));
}

void transpose(State& state, const KernelTable* k, std::int64_t rows, std::int64_t cols) {
  const std::vector<std::uint32_t> x(static_cast<std::size_t>(rows * cols), 1);
  std::vector<std::uint32_t> y(x.size());
  for (auto _ : state) {
    k->transpose_32(x.data(), cols, y.data(), rows, rows, cols);
    benchmark::ClobberMemory();
  }
  report(state, "bytes", 8.0 * static_cast<double>(rows * cols));
}

void register_all(const KernelTable* k) {
  const auto name = [&](const char* what) { return std::string(what) + "/" + k->isa; };
  const auto add = [&](const char* what, auto f, auto... args) {
    benchmark::RegisterBenchmark(name(what).c_str(), f, k, args...);
  };
  add("gemm_1024x1024x1024", gemm, 1024, 1024, 1024);
  add("gemm_1024x1000x1000", gemm, 1024, 1000, 1000);
  add("gemm_l1_96x48x128", gemm, 96, k->gemm_panel, 128);
  add("gemm_3136x64x64", gemm, 3136, 64, 64);
  add("gemm_196x96x576", gemm, 196, 96, 576);
  add("gemm_49x2048x512", gemm, 49, 2048, 512);
  add("gemm_1x1000x2048", gemm, 1, 1000, 2048);
  add("conv3x3_56x64", conv3x3, 56, 64);
  add("conv3x3_7x512", conv3x3, 7, 512);
  add("depthwise3x3_28x192", depthwise3x3, 28, 192);
  add("depthwise3x3_7x960", depthwise3x3, 7, 960);
  add("gemm_q8_196x96x576", gemm_q8, 196, 96, 576);
  add("gemm_q8_49x1024x1024", gemm_q8, 49, 1024, 1024);
  add("gemm_q8_784x240x40", gemm_q8, 784, 240, 40);
  add("depthwise_q8_3x3_28x192", depthwise_q8, 28, 192, 3, 1);
  add("depthwise_q8_3x3s2_56x144", depthwise_q8, 56, 144, 3, 2);
  add("depthwise_q8_5x5_14x480", depthwise_q8, 14, 480, 5, 1);
  add("exp_4096", unary, UnaryF32::kExp);
  add("tanh_4096", unary, UnaryF32::kTanh);
  add("sigmoid_4096", unary, UnaryF32::kSigmoid);
  add("erf_4096", unary, UnaryF32::kErf);
  add("clamp_4096", unary, UnaryF32::kClamp);
  add("softmax_128x128", softmax, 128, 128);
  add("softmax_1000x10", softmax, 1000, 10);
  add("transpose_512x512", transpose, 512, 512);
  add("transpose_3136x64", transpose, 3136, 64);
}

}  // namespace
}  // namespace mote

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const mote::KernelTable* table : mote::runnable_kernels()) mote::register_all(table);
  benchmark::RunSpecifiedBenchmarks();
}
