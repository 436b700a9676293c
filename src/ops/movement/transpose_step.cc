#include "ops/movement/transpose_step.h"

#include <algorithm>
#include <cstring>

#include "ir/dtype.h"
#include "kernels/table.h"
#include "ops/support/has_kernels.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// Bytes that a thread moves at a time.
constexpr std::int64_t kGrainBytes = 64 * 1024;

// Indices of a box in row-major order, and where the source and the target of each lie.
class Walk {
 public:
  // Stands at index number `at`. Requires: no size is 0.
  Walk(const Dims& dims, const Dims& from, const Dims& to, std::int64_t at)
      : dims_(dims), from_strides_(from), to_strides_(to), index_(dims) {
    for (int d = dims.rank() - 1; d >= 0; --d) {
      index_[d] = at % dims[d];
      at /= dims[d];
      from_ += index_[d] * from[d];
      to_ += index_[d] * to[d];
    }
  }

  std::int64_t from() const { return from_; }
  std::int64_t to() const { return to_; }

  void advance() {
    for (int d = dims_.rank() - 1; d >= 0; --d) {
      from_ += from_strides_[d];
      to_ += to_strides_[d];
      if (++index_[d] < dims_[d]) return;
      from_ -= from_strides_[d] * dims_[d];
      to_ -= to_strides_[d] * dims_[d];
      index_[d] = 0;
    }
  }

 private:
  const Dims& dims_;
  const Dims& from_strides_;
  const Dims& to_strides_;
  Dims index_;
  std::int64_t from_ = 0;
  std::int64_t to_ = 0;
};

// The box of a transposition, without dimensions of size 1, neighbours merged that stay neighbours.
struct Plan {
  Dims dims;
  Dims from;
  Dims to;

  void take_out(int d) {
    for (Dims* list : {&dims, &from, &to}) {
      Dims rest;
      for (int i = 0; i < list->rank(); ++i) {
        if (i != d) rest.push_back((*list)[i]);
      }
      *list = rest;
    }
  }
};

Plan simplify(const Dims& dims, const Dims& strides) {
  Plan plan;
  for (int d = 0; d < dims.rank(); ++d) {
    if (dims[d] == 1) continue;
    const int last = plan.dims.rank() - 1;
    if (last >= 0 && plan.from[last] == strides[d] * dims[d]) {
      plan.dims[last] *= dims[d];
      plan.from[last] = strides[d];
    } else {
      plan.dims.push_back(dims[d]);
      plan.from.push_back(strides[d]);
    }
  }
  plan.to = row_major_strides(plan.dims);
  return plan;
}

// The last dimension stays the last: runs of elements.
class RunsStep final : public Step {
 public:
  RunsStep(Plan outer, std::int64_t run_bytes, std::int64_t width)
      : outer_(std::move(outer)), run_bytes_(run_bytes), width_(width) {}

  std::string_view kernel() const override { return "transpose_runs"; }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<std::byte>();
    auto* y = args.out[0].as<std::byte>();
    const std::int64_t grain = std::max<std::int64_t>(1, kGrainBytes / run_bytes_);
    args.workers.for_each_range(outer_.dims.count(), grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  Walk walk(outer_.dims, outer_.from, outer_.to, begin);
                                  for (std::int64_t i = begin; i < end; ++i, walk.advance()) {
                                    std::memcpy(y + walk.to() * width_, x + walk.from() * width_,
                                                static_cast<std::size_t>(run_bytes_));
                                  }
                                });
    return {};
  }

 private:
  Plan outer_;  // strides in elements
  std::int64_t run_bytes_;
  std::int64_t width_;
};

// y[c * ldy + r] = x[r * ldx + c], as KernelTable::transpose_32.
using TransposeTile = void (*)(const void* x, std::int64_t ldx, void* y, std::int64_t ldy,
                               std::int64_t rows, std::int64_t cols);

template <class T>
void transpose_tile(const void* x, std::int64_t ldx, void* y, std::int64_t ldy, std::int64_t rows,
                    std::int64_t cols) {
  constexpr std::int64_t kBlock = 16;
  const T* source = static_cast<const T*>(x);
  T* target = static_cast<T*>(y);
  for (std::int64_t r0 = 0; r0 < rows; r0 += kBlock) {
    const std::int64_t r_end = std::min(r0 + kBlock, rows);
    for (std::int64_t c = 0; c < cols; ++c) {
      for (std::int64_t r = r0; r < r_end; ++r) target[c * ldy + r] = source[r * ldx + c];
    }
  }
}

// A batch of matrices. The columns of the source, which are its contiguous elements, are rows of
// the target; both are cut into tiles.
struct Matrix {
  std::int64_t rows, cols;  // of the source
  std::int64_t ldx, ldy;
};

class TilesStep final : public Step {
 public:
  TilesStep(Plan batch, const Matrix& m, std::int64_t width, TransposeTile tile,
            const KernelTable* kernels)
      : batch_(std::move(batch)), m_(m), width_(width), tile_(tile), kernels_(kernels) {
    const std::int64_t elements = kGrainBytes / width;
    const bool cut_rows = m.rows > m.cols;
    const std::int64_t other = cut_rows ? m.cols : m.rows;
    const std::int64_t cut = std::max<std::int64_t>(16, elements / other / 16 * 16);
    tile_rows_ = cut_rows ? std::min(cut, m.rows) : m.rows;
    tile_cols_ = cut_rows ? m.cols : std::min(cut, m.cols);
    tiles_ =
        cut_rows ? (m.rows + tile_rows_ - 1) / tile_rows_ : (m.cols + tile_cols_ - 1) / tile_cols_;
    grain_ = std::max<std::int64_t>(1, elements / (tile_rows_ * tile_cols_));
  }

  std::string_view kernel() const override {
    return kernels_ != nullptr ? "transpose_32" : "transpose_tiles";
  }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<std::byte>();
    auto* y = args.out[0].as<std::byte>();
    args.workers.for_each_range(
        batch_.dims.count() * tiles_, grain_, [&](std::int64_t begin, std::int64_t end) {
          Walk walk(batch_.dims, batch_.from, batch_.to, begin / tiles_);
          std::int64_t tile = begin % tiles_;
          for (std::int64_t i = begin; i < end; ++i) {
            run_tile(x + walk.from() * width_, y + walk.to() * width_, tile);
            if (++tile < tiles_) continue;
            tile = 0;
            walk.advance();
          }
        });
    return {};
  }

 private:
  void run_tile(const std::byte* x, std::byte* y, std::int64_t tile) const {
    const bool cut_rows = tile_cols_ == m_.cols;
    const std::int64_t r = cut_rows ? tile * tile_rows_ : 0;
    const std::int64_t c = cut_rows ? 0 : tile * tile_cols_;
    const std::byte* from = x + (r * m_.ldx + c) * width_;
    std::byte* to = y + (c * m_.ldy + r) * width_;
    const std::int64_t rows = std::min(tile_rows_, m_.rows - r);
    const std::int64_t cols = std::min(tile_cols_, m_.cols - c);
    if (kernels_ != nullptr) {
      kernels_->transpose_32(reinterpret_cast<const std::uint32_t*>(from), m_.ldx,
                             reinterpret_cast<std::uint32_t*>(to), m_.ldy, rows, cols);
    } else {
      tile_(from, m_.ldx, to, m_.ldy, rows, cols);
    }
  }

  Plan batch_;
  Matrix m_;
  std::int64_t width_;
  TransposeTile tile_;
  const KernelTable* kernels_;  // null: tile_
  std::int64_t tile_rows_, tile_cols_, tiles_, grain_;
};

TransposeTile tile_for(std::int64_t width) {
  switch (width) {
    case 1:
      return transpose_tile<std::uint8_t>;
    case 2:
      return transpose_tile<std::uint16_t>;
    case 4:
      return transpose_tile<std::uint32_t>;
    default:
      return transpose_tile<std::uint64_t>;
  }
}

}  // namespace

std::unique_ptr<Step> make_transpose_step(DType dtype, const Dims& dims, const Dims& strides,
                                          const KernelTable& kernels) {
  const int bits = bit_width(dtype);
  if (dtype == DType::kString || bits < 8 || bits > 64 || dims.count() == 0) return nullptr;
  const std::int64_t width = bits / 8;
  Plan plan = simplify(dims, strides);
  const int last = plan.dims.rank() - 1;
  if (last < 0 || plan.from[last] == 1) {
    const std::int64_t run = last < 0 ? 1 : plan.dims[last];
    if (last >= 0) plan.take_out(last);
    return std::make_unique<RunsStep>(std::move(plan), run * width, width);
  }
  const auto columns = static_cast<int>(std::ranges::find(plan.from, 1) - plan.from.begin());
  const Matrix m = {plan.dims[last], plan.dims[columns], plan.from[last], plan.to[columns]};
  plan.take_out(last);
  plan.take_out(columns);
  const bool by_kernel = width == 4 && has_kernels<Kernel::transpose_32>(kernels);
  return std::make_unique<TilesStep>(std::move(plan), m, width, tile_for(width),
                                     by_kernel ? &kernels : nullptr);
}

}  // namespace mote
