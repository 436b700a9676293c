#include "ops/attention/dot_product.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "base/text.h"
#include "ops/support/box.h"
#include "ops/support/indices.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

Error mismatch(std::string_view what, std::int64_t size, std::string_view of, std::int64_t want) {
  return {Code::kInvalidArgument, cat(what, " ", size, " is not ", of, " ", want)};
}

Status expect_equal(std::string_view what, std::int64_t size, std::string_view of,
                    std::int64_t want) {
  if (size == want) return {};
  return mismatch(what, size, of, want);
}

// Strides of an empty tensor may be beyond 64 bits; nobody uses them.
std::int64_t times(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

// Of [batch, heads, rows, size].
HeadLayout dense_layout(std::int64_t heads, std::int64_t rows, std::int64_t size) {
  return {times(heads, times(rows, size)), times(rows, size), size};
}

// Of [batch, rows, heads * size].
HeadLayout flat_layout(std::int64_t heads, std::int64_t rows, std::int64_t size) {
  return {times(heads, times(rows, size)), size, times(heads, size)};
}

// [batch, heads, rows, size], as 4 dimensions say or as 3 and a number of heads.
struct Heads {
  std::int64_t batch, heads, rows, size;
  HeadLayout layout;
};

Result<Heads> heads_of(const Dims& dims, std::int64_t num_heads, std::string_view what) {
  if (dims.rank() == 4) {
    return Heads{dims[0], dims[1], dims[2], dims[3], dense_layout(dims[1], dims[2], dims[3])};
  }
  if (dims.rank() != 3) {
    return Error{Code::kInvalidArgument, cat(what, " has rank ", dims.rank(), ", not 3 or 4")};
  }
  if (num_heads <= 0) {
    return Error{Code::kInvalidArgument,
                 cat(what, " has rank 3, which needs q_num_heads and kv_num_heads")};
  }
  if (dims[2] % num_heads != 0) {
    return Error{Code::kInvalidArgument, cat("the last size of ", what, ", ", dims[2],
                                             ", is not a multiple of ", num_heads, " heads")};
  }
  const std::int64_t size = dims[2] / num_heads;
  return Heads{dims[0], num_heads, dims[1], size, flat_layout(num_heads, dims[1], size)};
}

Status set_heads(const AttentionParams& p, const AttentionDims& dims, AttentionSizes& s) {
  if (dims[kK]->rank() != dims[kQ]->rank() || dims[kV]->rank() != dims[kQ]->rank()) {
    return Error{Code::kInvalidArgument,
                 cat("Q, K and V have ranks ", dims[kQ]->rank(), ", ", dims[kK]->rank(), " and ",
                     dims[kV]->rank(), ", which differ")};
  }
  MOTE_ASSIGN(const Heads q, heads_of(*dims[kQ], p.q_num_heads, "Q"));
  MOTE_ASSIGN(const Heads k, heads_of(*dims[kK], p.kv_num_heads, "K"));
  MOTE_ASSIGN(const Heads v, heads_of(*dims[kV], p.kv_num_heads, "V"));
  MOTE_TRY(expect_equal("the batch of K,", k.batch, "Q's", q.batch));
  MOTE_TRY(expect_equal("the batch of V,", v.batch, "Q's", q.batch));
  MOTE_TRY(expect_equal("the head size of K,", k.size, "Q's", q.size));
  MOTE_TRY(expect_equal("the number of V's heads,", v.heads, "K's", k.heads));
  MOTE_TRY(expect_equal("the length of V,", v.rows, "K's", k.rows));
  if (k.heads == 0 ? q.heads != 0 : q.heads % k.heads != 0) {
    return Error{Code::kInvalidArgument,
                 cat("the number of Q's heads, ", q.heads, ", is not a multiple of K's ", k.heads)};
  }
  s.batch = q.batch, s.q_heads = q.heads, s.kv_heads = k.heads;
  s.queries = q.rows, s.keys = k.rows;
  s.head_size = q.size, s.v_head_size = v.size;
  s.q = q.layout, s.k = k.layout, s.v = v.layout;
  const bool flat = dims[kQ]->rank() == 3;
  s.y = flat ? flat_layout(q.heads, q.rows, v.size) : dense_layout(q.heads, q.rows, v.size);
  return {};
}

Status set_past(const AttentionDims& dims, AttentionSizes& s) {
  if (dims[kPastKey].has_value() != dims[kPastValue].has_value()) {
    return Error{Code::kInvalidArgument, "past_key and past_value come together"};
  }
  if (!dims[kPastKey]) return {};
  if (dims[kNonpad]) {
    return Error{Code::kInvalidArgument, "nonpad_kv_seqlen excludes past_key and past_value"};
  }
  const Dims& key = *dims[kPastKey];
  const Dims& value = *dims[kPastValue];
  if (key.rank() != 4 || key[0] != s.batch || key[1] != s.kv_heads || key[3] != s.head_size) {
    return Error{Code::kInvalidArgument,
                 cat("past_key has shape ", to_string(key), ", not [", s.batch, ",", s.kv_heads,
                     ",length,", s.head_size, "]")};
  }
  if (value != Dims{s.batch, s.kv_heads, key[2], s.v_head_size}) {
    return Error{Code::kInvalidArgument,
                 cat("past_value has shape ", to_string(value), ", not [", s.batch, ",", s.kv_heads,
                     ",", key[2], ",", s.v_head_size, "]")};
  }
  s.past = key[2];
  s.past_k = dense_layout(s.kv_heads, s.past, s.head_size);
  s.past_v = dense_layout(s.kv_heads, s.past, s.v_head_size);
  return {};
}

Status set_mask(const AttentionDims& dims, AttentionSizes& s) {
  s.mask_keys = s.total();
  if (!dims[kMask]) return {};
  const Dims& mask = *dims[kMask];
  const Dims scores{s.batch, s.q_heads, s.queries, s.total()};
  bool fits = mask.rank() >= 1 && mask.rank() <= 4 && mask[mask.rank() - 1] <= s.total();
  for (int d = 0; fits && d + 1 < mask.rank(); ++d) {
    const std::int64_t size = scores[4 - mask.rank() + d];
    fits = mask[d] == size || mask[d] == 1;
  }
  if (!fits) {
    return Error{Code::kInvalidArgument, cat("attn_mask of shape ", to_string(mask),
                                             " does not broadcast to ", to_string(scores))};
  }
  s.mask_keys = mask[mask.rank() - 1];
  Dims to = scores;
  to[3] = s.mask_keys;
  const Dims strides = broadcast_strides(mask, to);
  s.mask = {strides[0], strides[1], strides[2]};
  return {};
}

}  // namespace

Result<AttentionSizes> attention_sizes(const AttentionParams& p, const AttentionDims& dims) {
  AttentionSizes s;
  MOTE_TRY(set_heads(p, dims, s));
  MOTE_TRY(set_past(dims, s));
  MOTE_TRY(set_mask(dims, s));
  if (dims[kNonpad] && *dims[kNonpad] != Dims{s.batch}) {
    return Error{Code::kInvalidArgument, cat("nonpad_kv_seqlen has shape ",
                                             to_string(*dims[kNonpad]), ", not [", s.batch, "]")};
  }
  return s;
}

AttentionDims dims_of(const RunArgs& args) {
  AttentionDims dims;
  for (std::size_t i = 0; i < kAttentionInputs; ++i) {
    if (const TensorView in = optional_input(args, i)) dims[i] = in.dims;
  }
  return dims;
}

AttentionDims dims_of(const PrepareArgs& args) {
  AttentionDims dims;
  for (std::size_t i = 0; i < kAttentionInputs; ++i) {
    if (args.has(i)) dims[i] = args.in_dims(i);
  }
  return dims;
}

Status check_nonpad(const RunArgs& args, const AttentionSizes& sizes) {
  const TensorView nonpad = optional_input(args, kNonpad);
  for (std::int64_t b = 0; nonpad && b < sizes.batch; ++b) {
    const std::int64_t length = nonpad.as<std::int64_t>()[b];
    if (length >= 0 && length <= sizes.keys) continue;
    return Error{Code::kInvalidArgument, cat("nonpad_kv_seqlen ", length, " of sequence ", b,
                                             " is outside [0, ", sizes.keys, "]")};
  }
  return {};
}

KeyRange visible_keys(const AttentionParams& p, const AttentionSizes& s, const std::int64_t* nonpad,
                      std::int64_t i) {
  KeyRange range{0, std::min(s.total(), s.mask_keys)};
  const std::int64_t at = i + (nonpad != nullptr ? *nonpad - s.queries : s.past);
  if (nonpad != nullptr) range.last = std::min(range.last, *nonpad);
  if (p.is_causal) range.last = std::min(range.last, at + 1);
  if (p.right_window_size >= 0) range.last = std::min(range.last, at + p.right_window_size + 1);
  if (p.left_window_size >= 0) range.first = std::max(range.first, at - p.left_window_size);
  return range;
}

double scale_of(const AttentionParams& p, std::int64_t head_size) {
  return p.scale ? static_cast<double>(*p.scale) : 1.0 / std::sqrt(static_cast<double>(head_size));
}

void store_present(const AttentionSizes& s, const RunArgs& args) {
  const auto store = [&](std::size_t out, std::size_t past, std::size_t fresh,
                         const HeadLayout& layout, std::int64_t size) {
    if (out >= args.out.size() || args.out[out].data == nullptr) return;
    const Dims whole{s.batch, s.kv_heads, s.total(), size};
    const Dims from_past{s.batch, s.kv_heads, s.past, size};
    const Dims added{s.batch, s.kv_heads, s.keys, size};
    if (s.past > 0) {
      copy_box(from_past, args.in[past], placed_whole(from_past), args.out[out],
               placed_at(whole, {0, 0, 0, 0}));
    }
    copy_box(added, args.in[fresh], {0, {layout.batch, layout.head, layout.row, 1}}, args.out[out],
             placed_at(whole, {0, 0, s.past, 0}));
  };
  store(1, kPastKey, kK, s.k, s.head_size);
  store(2, kPastValue, kV, s.v, s.v_head_size);
}

}  // namespace mote
