// Attention of f32 by matrix kernels. The queries that share a key head are rows of one matrix and
// go block by block: scores against packed keys, softmax, products with packed values. Keys are
// packed in chunks, so that those which no query of a block may see are left out.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "kernels/table.h"
#include "ops/attention/dot_product.h"
#include "ops/support/has_kernels.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

constexpr std::int64_t kChunk = 256;            // keys packed together
constexpr std::int64_t kBlockRows = 96;         // the GEMM passes over the weights once for these
constexpr std::int64_t kBlockScores = 1 << 17;  // half a MiB of scores stays in the L2 cache
constexpr std::int64_t kBlocksAtOnce = 32;      // each has its own scratch
constexpr float kMasked = -std::numeric_limits<float>::infinity();

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

class AttentionStep final : public Step {
 public:
  AttentionStep(const KernelTable& kernels, const AttentionParams& p, const AttentionSizes& s)
      : kernels_(kernels), p_(p), s_(s), scale_(static_cast<float>(scale_of(p, s.head_size))) {
    rows_ = s_.group() * s_.queries;
    const std::int64_t fitting = kBlockScores / s_.total() / kernels.gemm_rows * kernels.gemm_rows;
    block_rows_ = std::min(std::clamp(fitting, kernels.gemm_rows, kBlockRows), rows_);
    blocks_ = ceil_div(rows_, block_rows_);
    past_chunks_ = ceil_div(s_.past, kChunk);
    chunks_ = past_chunks_ + ceil_div(s_.keys, kChunk);
    const std::int64_t most = std::min(kChunk, std::max(s_.past, s_.keys));
    key_floats_ = aligned(kernels.packed_gemm_size_f32(most, s_.head_size, 1));
    value_floats_ = aligned(kernels.packed_gemm_size_f32(s_.v_head_size, most, 1));
    block_floats_ = aligned(block_rows_ * (s_.total() + s_.head_size + s_.v_head_size));
  }

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(packed_floats() + at_once() * block_floats_) * sizeof(float);
  }
  std::string_view kernel() const override { return "gemm_f32, softmax_f32"; }

  Status run(const RunArgs& args) const override {
    MOTE_TRY(check_nonpad(args, s_));
    store_present(s_, args);
    pack(args);
    auto* scratch = reinterpret_cast<float*>(args.scratch) + packed_floats();
    const std::int64_t all = heads() * blocks_;
    for (std::int64_t first = 0; first < all; first += at_once()) {
      const std::int64_t count = std::min(at_once(), all - first);
      args.workers.for_each_range(count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          Block block = block_at(args, first + i);
          block.scores = scratch + i * block_floats_;
          block.q = block.scores + block_rows_ * s_.total();
          block.y = block.q + block_rows_ * s_.head_size;
          run_block(args, block);
        }
      });
    }
    return {};
  }

 private:
  struct Chunk {
    std::int64_t begin, size;  // keys
  };
  // Rows [row, row + rows) of one key head; row r is query r % queries of head r / queries.
  struct Block {
    std::int64_t batch, kv_head, row, rows;
    const std::int64_t* nonpad;
    KeyRange keys;  // that any of its rows may see, in whole chunks
    float *scores, *q, *y;
  };

  static std::int64_t aligned(std::int64_t floats) { return ceil_div(floats, 16) * 16; }
  std::int64_t heads() const { return s_.batch * s_.kv_heads; }
  std::int64_t at_once() const { return std::min(kBlocksAtOnce, heads() * blocks_); }
  std::int64_t packed_floats() const { return heads() * chunks_ * (key_floats_ + value_floats_); }

  Chunk chunk(std::int64_t c) const {
    const bool past = c < past_chunks_;
    const std::int64_t begin = (past ? c : c - past_chunks_) * kChunk;
    const std::int64_t size = std::min(kChunk, (past ? s_.past : s_.keys) - begin);
    return {past ? begin : s_.past + begin, size};
  }

  float* packed_key(const RunArgs& args, std::int64_t head, std::int64_t c) const {
    return reinterpret_cast<float*>(args.scratch) +
           (head * chunks_ + c) * (key_floats_ + value_floats_);
  }

  void pack(const RunArgs& args) const {
    args.workers.for_each_range(heads() * chunks_, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) pack_chunk(args, i / chunks_, i % chunks_);
    });
  }

  void pack_chunk(const RunArgs& args, std::int64_t head, std::int64_t c) const {
    const Chunk keys = chunk(c);
    const std::int64_t b = head / s_.kv_heads, h = head % s_.kv_heads;
    const bool past = c < past_chunks_;
    const HeadLayout& k = past ? s_.past_k : s_.k;
    const HeadLayout& v = past ? s_.past_v : s_.v;
    const std::int64_t row = past ? keys.begin : keys.begin - s_.past;
    float* packed = packed_key(args, head, c);
    kernels_.pack_gemm_f32(args.in[past ? kPastKey : kK].as<float>() + k.at(b, h, row), nullptr,
                           keys.size, s_.head_size, 1, k.row, 0, 1, packed);
    kernels_.pack_gemm_f32(args.in[past ? kPastValue : kV].as<float>() + v.at(b, h, row), nullptr,
                           s_.v_head_size, keys.size, 1, 1, 0, v.row, packed + key_floats_);
  }

  Block block_at(const RunArgs& args, std::int64_t i) const {
    Block block{};
    const std::int64_t head = i / blocks_;
    block.batch = head / s_.kv_heads;
    block.kv_head = head % s_.kv_heads;
    block.row = i % blocks_ * block_rows_;
    block.rows = std::min(block_rows_, rows_ - block.row);
    const TensorView nonpad = optional_input(args, kNonpad);
    if (nonpad) block.nonpad = nonpad.as<std::int64_t>() + block.batch;
    block.keys = {s_.total(), 0};
    for (std::int64_t r = 0; r < block.rows; ++r) {
      const KeyRange keys = visible(block, r);
      if (keys.first >= keys.last) continue;
      block.keys.first = std::min(block.keys.first, keys.first);
      block.keys.last = std::max(block.keys.last, keys.last);
    }
    return block;
  }

  KeyRange visible(const Block& block, std::int64_t r) const {
    return visible_keys(p_, s_, block.nonpad, (block.row + r) % s_.queries);
  }

  static bool needs(const Block& block, const Chunk& keys) {
    return keys.begin < block.keys.last && keys.begin + keys.size > block.keys.first;
  }

  void run_block(const RunArgs& args, Block& block) const {
    if (block.keys.first >= block.keys.last) {
      std::fill_n(block.y, block.rows * s_.v_head_size, 0.0F);
      return store(args, block);
    }
    widen(block);
    load_queries(args, block);
    const std::int64_t width = block.keys.last - block.keys.first;
    const std::int64_t head = block.batch * s_.kv_heads + block.kv_head;
    for (std::int64_t c = 0; c < chunks_; ++c) {
      const Chunk keys = chunk(c);
      if (!needs(block, keys)) continue;
      kernels_.gemm_f32({block.rows,
                         std::min(keys.size, block.keys.last - keys.begin),
                         s_.head_size,
                         block.q,
                         s_.head_size,
                         packed_key(args, head, c),
                         block.scores + keys.begin - block.keys.first,
                         width,
                         {}});
    }
    weigh(args, block, width);
    multiply_values(args, block, width);
    store(args, block);
  }

  // The block's keys begin where a chunk does.
  void widen(Block& block) const {
    for (std::int64_t c = 0; c < chunks_; ++c) {
      const Chunk keys = chunk(c);
      if (needs(block, keys)) return void(block.keys.first = keys.begin);
    }
  }

  void load_queries(const RunArgs& args, const Block& block) const {
    for (std::int64_t r = 0; r < block.rows; ++r) {
      const std::int64_t h = block.kv_head * s_.group() + (block.row + r) / s_.queries;
      const std::int64_t i = (block.row + r) % s_.queries;
      kernels_.binary_f32(BinaryF32::kMul, args.in[kQ].as<float>() + s_.q.at(block.batch, h, i), 1,
                          &scale_, 0, block.q + r * s_.head_size, s_.head_size);
    }
  }

  // Scores become probabilities; rows that see no key become zeros.
  void weigh(const RunArgs& args, const Block& block, std::int64_t width) const {
    float* scores = block.scores;
    if (p_.softcap > 0.0F) cap(scores, block.rows * width);
    for (std::int64_t r = 0; r < block.rows; ++r) {
      float* row = scores + r * width;
      const bool any = mask_row(args, block, r, row);
      kernels_.softmax_f32(row, row, 1, width);
      if (!any) std::fill_n(row, width, 0.0F);
    }
  }

  void cap(float* scores, std::int64_t count) const {
    kernels_.binary_f32(BinaryF32::kDiv, scores, 1, &p_.softcap, 0, scores, count);
    kernels_.unary_f32(UnaryF32::kTanh, 0.0F, 0.0F, scores, scores, count);
    kernels_.binary_f32(BinaryF32::kMul, scores, 1, &p_.softcap, 0, scores, count);
  }

  // False: row r of the block sees no key.
  bool mask_row(const RunArgs& args, const Block& block, std::int64_t r, float* row) const {
    const KeyRange keys = visible(block, r);
    const std::int64_t first = std::min(std::max(keys.first, block.keys.first), block.keys.last);
    const std::int64_t last = std::clamp(keys.last, first, block.keys.last);
    std::fill(row, row + (first - block.keys.first), kMasked);
    std::fill(row + (last - block.keys.first), row + (block.keys.last - block.keys.first), kMasked);
    const TensorView mask = optional_input(args, kMask);
    if (!mask || first >= last) return first < last;
    const std::int64_t h = block.kv_head * s_.group() + (block.row + r) / s_.queries;
    const std::int64_t at = s_.mask.at(block.batch, h, (block.row + r) % s_.queries) + first;
    float* seen = row + (first - block.keys.first);
    if (mask.dtype == DType::kBool) return hide(mask.as<bool>() + at, seen, last - first);
    return add_bias(mask.as<float>() + at, seen, last - first);
  }

  static bool hide(const bool* mask, float* row, std::int64_t n) {
    bool any = false;
    for (std::int64_t j = 0; j < n; ++j) {
      any |= mask[j];
      row[j] = mask[j] ? row[j] : kMasked;
    }
    return any;
  }

  static bool add_bias(const float* mask, float* row, std::int64_t n) {
    bool any = false;
    for (std::int64_t j = 0; j < n; ++j) {
      const bool seen = mask[j] != kMasked;
      any |= seen;
      row[j] = seen ? row[j] + mask[j] : kMasked;
    }
    return any;
  }

  // y = probabilities · values, a panel of columns at a time: how far panels lie apart depends on
  // all keys of a chunk, of which the block may need the first ones only.
  void multiply_values(const RunArgs& args, const Block& block, std::int64_t width) const {
    const std::int64_t head = block.batch * s_.kv_heads + block.kv_head;
    for (std::int64_t d = 0; d < s_.v_head_size; d += kernels_.gemm_panel) {
      EpilogueF32 epilogue;
      for (std::int64_t c = 0; c < chunks_; ++c) {
        const Chunk keys = chunk(c);
        if (!needs(block, keys)) continue;
        const float* packed = packed_key(args, head, c) + key_floats_ +
                              kernels_.packed_gemm_size_f32(d, keys.size, 1);
        kernels_.gemm_f32({block.rows, std::min(kernels_.gemm_panel, s_.v_head_size - d),
                           std::min(keys.size, block.keys.last - keys.begin),
                           block.scores + keys.begin - block.keys.first, width, packed, block.y + d,
                           s_.v_head_size, epilogue});
        epilogue.residual = block.y + d;
        epilogue.residual_ld = s_.v_head_size;
      }
    }
  }

  void store(const RunArgs& args, const Block& block) const {
    for (std::int64_t r = 0; r < block.rows; ++r) {
      const std::int64_t h = block.kv_head * s_.group() + (block.row + r) / s_.queries;
      const std::int64_t i = (block.row + r) % s_.queries;
      std::copy_n(block.y + r * s_.v_head_size, s_.v_head_size,
                  args.out[0].as<float>() + s_.y.at(block.batch, h, i));
    }
  }

  const KernelTable& kernels_;
  AttentionParams p_;
  AttentionSizes s_;
  float scale_;
  std::int64_t rows_, block_rows_, blocks_;  // of the queries of one key head
  std::int64_t past_chunks_, chunks_;
  std::int64_t key_floats_, value_floats_, block_floats_;
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_attention(const PrepareArgs& args) {
  const auto& p = args.params<AttentionParams>();
  MOTE_ASSIGN(const AttentionSizes s, attention_sizes(p, dims_of(args)));
  const auto is_f32 = [&](std::size_t i) { return args.in_dtype(i) == DType::kF32; };
  const bool plain_mask = !args.has(kMask) || is_f32(kMask) || args.in_dtype(kMask) == DType::kBool;
  const bool f32_softmax =
      p.softmax_precision == DType::kUndefined || p.softmax_precision == DType::kF32;
  // Scores that somebody wants to see are made by the reference.
  if (!is_f32(kQ) || !is_f32(kV) || !plain_mask || !f32_softmax || args.out.size() > 3 ||
      args.out_dims(0).count() == 0 || s.total() == 0 || s.head_size == 0) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32, Kernel::binary_f32, Kernel::unary_f32,
                   Kernel::softmax_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<AttentionStep>(args.kernels, p, s);
}

}  // namespace mote
