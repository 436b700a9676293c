// From the bins of a spectrum to bands as wide as ears tell them apart.
#pragma once
#include <span>
#include <vector>

#include "tasks/audio/feature_rule.h"

namespace mote {

// Triangles between every other of mel_bins + 2 corners, which lie evenly on the mel scale from
// low_hz to high_hz.
//
// kHtk: mel(f) = 1127 ln(1 + f / 700) (Young et al., The HTK Book, section 5.4); triangles are
// straight in mel, of height 1, and leave out the bin of 0 Hz, as TensorFlow's
// linear_to_mel_weight_matrix.
// kSlaney: mel(f) = 3 f / 200 below 1000 Hz, and 15 + 27 ln(f / 1000) / ln(6.4) above (Slaney,
// Auditory Toolbox, 1998); triangles are straight in Hz, of area 1, as librosa's filters.mel.
class MelFilters {
 public:
  // Requires: check(rule).
  explicit MelFilters(const AudioFeatureRule& rule);

  // bands[b] = Σ weight(b, k) spectrum[k]. Requires: spectrum has fft / 2 + 1, bands mel_bins.
  void apply(std::span<const double> spectrum, std::span<double> bands) const;

 private:
  struct Filter {
    std::size_t first = 0;  // bin
    std::vector<double> weights;
  };
  std::vector<Filter> filters_;
};

}  // namespace mote
