// The f32 step of layer, RMS, group and instance normalization: rows normalized, then scaled and
// shifted.
#pragma once
#include <cstdint>
#include <memory>

#include "ir/op_def.h"

namespace mote {

// x: [rows, channels, run], statistics over channels * run. Element (r, c, i) is scaled by
// scale[(r * channels + c) % scales] if by_channel, else by scale[c * run + i].
struct NormGeometry {
  std::int64_t rows = 0;
  std::int64_t channels = 1;
  std::int64_t run = 1;
  std::int64_t scales = 1;  // elements of scale
  bool by_channel = false;  // one scale for a run, or one for each element of a row
  bool centered = true;     // false: about 0, not the mean
};

// Inputs: x, scale, bias (optional). Output 0: y; 1 and 2, if wanted: mean and inverse deviation of
// each row, f32.
std::unique_ptr<Step> make_norm_step(const KernelTable& kernels, const NormGeometry& geometry,
                                     float epsilon);

}  // namespace mote
