// RowStep: a step over channels-last images that can compute any rows of its output from the rows
// of its input below them. Chains of such steps run a few rows at a time, so that what lies between
// them never exists whole.
#pragma once
#include <algorithm>
#include <cstdint>

#include "ir/step.h"

namespace mote {

struct RowRange {
  std::int64_t begin, end;
  std::int64_t count() const { return end - begin; }
};

// The rows of one image of which the last `capacity` are kept: row y lies in place y % capacity.
struct RowBuffer {
  std::byte* data;
  std::int64_t row_bytes;
  std::int64_t capacity;

  template <class T>
  T* row(std::int64_t y) const {
    return reinterpret_cast<T*>(data + y % capacity * row_bytes);
  }
  // How many rows from y on lie one behind the other.
  std::int64_t together(std::int64_t y) const { return capacity - y % capacity; }
};

// Output row y lies below the input rows y * stride - top + [0, extent), as far as there are any.
struct RowGeometry {
  std::int64_t images;
  std::int64_t in_rows, out_rows;  // of an image
  std::int64_t in_row_bytes, out_row_bytes;
  std::int64_t extent, stride, top;

  RowRange below(RowRange out) const {
    const std::int64_t begin = out.begin * stride - top;
    const std::int64_t end = (out.end - 1) * stride - top + extent;
    return {std::clamp<std::int64_t>(begin, 0, in_rows), std::clamp<std::int64_t>(end, 0, in_rows)};
  }
};

struct RowArgs {
  RowBuffer in;  // of input 0
  RowBuffer out;
  RowRange rows;  // of the output: to be computed; `in` holds those below
  std::int64_t image;
  std::span<const TensorView> operands;  // as RunArgs::in; entry 0 is not read
};

class RowStep {
 public:
  virtual ~RowStep() = default;
  virtual RowGeometry row_geometry() const = 0;
  // On the calling thread. The bits of a row do not depend on which others are computed with it.
  virtual void run_rows(const RowArgs& args) const = 0;
};

// All rows of input 0 and output 0 of one image of a run.
RowBuffer input_image(const RowGeometry& g, const RunArgs& args, std::int64_t image);
RowBuffer output_image(const RowGeometry& g, const RunArgs& args, std::int64_t image);

// Runs the whole step, `grain` rows (at least one) at a time.
void run_by_rows(const RowStep& step, std::int64_t grain, const RunArgs& args);

}  // namespace mote
