// Scaled dot-product attention: attributes, sizes, and which keys a query may see.
#pragma once
#include <array>
#include <optional>

#include "ir/op_def.h"

namespace mote {

enum class QkOutput : std::uint8_t { kProduct, kCapped, kMasked, kProbabilities };

struct AttentionParams : OpParams {
  std::optional<float> scale;  // of products; absent: 1 / sqrt(head size)
  float softcap = 0.0F;        // 0: none
  bool is_causal = false;
  std::int64_t q_num_heads = 0, kv_num_heads = 0;              // 0: absent
  std::int64_t left_window_size = -1, right_window_size = -1;  // -1: unbounded
  QkOutput qk_output = QkOutput::kProduct;
  DType softmax_precision = DType::kUndefined;  // undefined: that of the scores
};

// Inputs by position.
inline constexpr std::size_t kQ = 0, kK = 1, kV = 2, kMask = 3, kPastKey = 4, kPastValue = 5,
                             kNonpad = 6;
inline constexpr std::size_t kAttentionInputs = 7;
using AttentionDims = std::array<std::optional<Dims>, kAttentionInputs>;  // absent ones are null

// Element (b, h, i, d) lies at b * batch + h * head + i * row + d.
struct HeadLayout {
  std::int64_t batch = 0, head = 0, row = 0;
  std::int64_t at(std::int64_t b, std::int64_t h, std::int64_t i) const {
    return b * batch + h * head + i * row;
  }
};

struct AttentionSizes {
  std::int64_t batch = 0, q_heads = 0, kv_heads = 0;
  std::int64_t queries = 0, past = 0, keys = 0;  // keys: those of K, without the past
  std::int64_t head_size = 0, v_head_size = 0;
  HeadLayout q, k, v, y, past_k, past_v;
  HeadLayout mask;             // 0 where it repeats
  std::int64_t mask_keys = 0;  // all, if there is no mask; those behind are masked

  std::int64_t total() const { return past + keys; }
  std::int64_t group() const { return kv_heads > 0 ? q_heads / kv_heads : 0; }
};

// Errors: kInvalidArgument: sizes that do not fit each other, naming them.
Result<AttentionSizes> attention_sizes(const AttentionParams& p, const AttentionDims& dims);

// The dims of what runs.
AttentionDims dims_of(const RunArgs& args);
AttentionDims dims_of(const PrepareArgs& args);

// Of each sequence of the batch. Errors: kInvalidArgument: one is outside [0, keys].
Status check_nonpad(const RunArgs& args, const AttentionSizes& sizes);

// Keys [first, last), empty where first >= last.
struct KeyRange {
  std::int64_t first, last;
};

// The keys that query `i` may see by its place. nonpad: how many keys of its sequence count; null
// without that input.
KeyRange visible_keys(const AttentionParams& p, const AttentionSizes& s, const std::int64_t* nonpad,
                      std::int64_t i);

// Products are scaled by sqrt(scale) on either side.
double scale_of(const AttentionParams& p, std::int64_t head_size);

Status attention_reference(const OpParams* params, const RunArgs& args);
// Null unless all floats are f32.
Result<std::unique_ptr<Step>> prepare_attention(const PrepareArgs& args);
// The outputs present_key and present_value, where the node has them.
void store_present(const AttentionSizes& s, const RunArgs& args);

}  // namespace mote
