// Windows over channels-last images, [N, H, W, C], as kernels want them: for each output pixel one
// pointer for each tap.
#pragma once
#include <cstdint>
#include <vector>

#include "ir/op_def.h"
#include "ops/support/window.h"

namespace mote {

// Pointers that a step keeps on its stack: 32 KiB.
inline constexpr std::int64_t kMaxRows = 4096;

// Output of a window over x: [N, H, W, C], with `channels` channels; its dtype is `to`.
// Errors: kInvalidArgument.
Status infer_image(const InferArgs& args, const WindowParams& p, std::span<const Dim> kernel,
                   const Dim& channels, DType to);

// The window of a step or a run. Requires: sizes that infer_image takes.
Result<Window> image_window(const WindowParams& p, const Dims& x,
                            std::span<const std::int64_t> kernel);

// Where the taps of each output pixel lie. Immutable.
class TapTable {
 public:
  // pixel_step: elements between neighbouring pixels of the input.
  TapTable(const Window& window, std::int64_t pixel_step);

  std::int64_t taps() const { return static_cast<std::int64_t>(offsets_.size()); }
  std::size_t bytes() const { return offsets_.size() * sizeof(std::int64_t); }

  // rows[i * taps() + t]: tap t of output pixel first + i, i in [0, count); pixels are numbered
  // through the images of a batch that starts at x. `outside` stands for what lies on padding.
  // T: float or std::uint8_t.
  template <class T>
  void fill(const T* x, const T* outside, std::int64_t first, std::int64_t count,
            const T** rows) const;

 private:
  template <class T>
  void fill_border(const T* image, const T* outside, std::int64_t top, std::int64_t left,
                   const T** rows) const;

  Window window_;
  std::int64_t pixel_step_;
  std::vector<std::int64_t> offsets_;  // of each tap from the first
};

}  // namespace mote
