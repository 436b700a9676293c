// The tile registers of AMX: eight, of 16 rows of 64 bytes. Emulated where the unit's flags have
// none, for tests.
#pragma once
#include "kernels/simd.inl.h"

namespace mote {
namespace {

#if defined(__AMX_INT8__)

// The compilers' intrinsics take their register's number as text, not as a template's argument.
//
// While it lives, all registers have 16 rows of 64 bytes. Requires: the system has granted them.
class Tiles {
 public:
  Tiles() {
    struct alignas(64) Config {
      std::uint8_t palette = 1, start = 0, reserved[14] = {};
      std::uint16_t row_bytes[16] = {};
      std::uint8_t rows[16] = {};
    } config;
    for (int i = 0; i < 8; ++i) config.row_bytes[i] = 64, config.rows[i] = 16;
    _tile_loadconfig(&config);
  }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

  // Row i of the register is the 64 bytes at p + i * stride.
  template <int kTile>
  MOTE_INLINE void load(const void* p, std::int64_t stride) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(p), "r"(stride), "i"(kTile) : "memory");
  }
  template <int kTile>
  MOTE_INLINE void store(void* p, std::int64_t stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(p), "r"(stride), "i"(kTile) : "memory");
  }
  // s32 c[i][j] += sum over k in [0, 64) of u8 a[i][k] * s8 b[k / 4][4 * j + k % 4].
  template <int kC, int kA, int kB>
  MOTE_INLINE void multiply() {
    __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kC), "i"(kA), "i"(kB));
  }
  // f32 c[i][j] += sum over k in [0, 32) of bf16 a[i][k] * bf16 b[k / 2][2 * j + k % 2].
  template <int kC, int kA, int kB>
  MOTE_INLINE void multiply_bf16() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kC), "i"(kA), "i"(kB));
  }
};

#else

class Tiles {
 public:
  template <int kTile>
  void load(const void* p, std::int64_t stride) {
    for (int i = 0; i < 16; ++i) {
      __builtin_memcpy(bytes_[kTile][i], static_cast<const char*>(p) + i * stride, 64);
    }
  }
  template <int kTile>
  void store(void* p, std::int64_t stride) {
    for (int i = 0; i < 16; ++i) {
      __builtin_memcpy(static_cast<char*>(p) + i * stride, bytes_[kTile][i], 64);
    }
  }
  template <int kC, int kA, int kB>
  void multiply() {
    for (int i = 0; i < 16; ++i) {
      for (int j = 0; j < 16; ++j) {
        std::uint32_t sum;
        __builtin_memcpy(&sum, &bytes_[kC][i][4 * j], sizeof sum);
        for (int k = 0; k < 64; ++k) {
          const auto b = static_cast<std::int8_t>(bytes_[kB][k / 4][4 * j + k % 4]);
          sum += static_cast<std::uint32_t>(bytes_[kA][i][k] * b);
        }
        __builtin_memcpy(&bytes_[kC][i][4 * j], &sum, sizeof sum);
      }
    }
  }

  template <int kC, int kA, int kB>
  void multiply_bf16() {
    for (int i = 0; i < 16; ++i) {
      for (int j = 0; j < 16; ++j) {
        float sum;
        __builtin_memcpy(&sum, &bytes_[kC][i][4 * j], sizeof sum);
        for (int k = 0; k < 32; ++k) {
          sum += wide(&bytes_[kA][i][2 * k]) * wide(&bytes_[kB][k / 2][4 * j + k % 2 * 2]);
        }
        __builtin_memcpy(&bytes_[kC][i][4 * j], &sum, sizeof sum);
      }
    }
  }

 private:
  static float wide(const std::uint8_t* bf16) {
    float x;
    const std::uint32_t bits = static_cast<std::uint32_t>(bf16[0] | bf16[1] << 8) << 16;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
  }

  std::uint8_t bytes_[8][16][64];
};

#endif

}  // namespace
}  // namespace mote
