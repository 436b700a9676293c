// Sound at another sample rate.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace mote {

// Samples of one channel, `from` a second, become `to` a second, as many as last as long (rounded
// up). By a sinc of 24 zero crossings at each side in a Kaiser window (Smith, Digital Audio
// Resampling, 2002), which lets 92 % of the lower rate's band pass; silence lies around the sound.
// Errors: kResourceExhausted: more than max_bytes. Requires: rates are 1 to 768,000.
Result<std::vector<float>> resample(std::span<const float> samples, std::int32_t from,
                                    std::int32_t to,
                                    std::uint64_t max_bytes = std::uint64_t{1} << 30);

}  // namespace mote
