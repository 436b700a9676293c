// Releases of ONNX: which IR version came with which opset.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "ir/model_def.h"

namespace mote::onnx {

// The newest that this build reads.
inline constexpr std::int64_t kNewestOpset = 28;
inline constexpr std::int64_t kNewestMlOpset = 5;
inline constexpr std::int64_t kNewestIrVersion = 14;

// The IR version of the first release that had the opset. 0 for domains other than ai.onnx and
// ai.onnx.ml.
std::int64_t ir_version_of(std::string_view domain, std::int64_t opset);

// Version that `opsets` import of `domain`; 0 if they do not.
std::int64_t version_of(std::span<const OpsetImport> opsets, std::string_view domain);

}  // namespace mote::onnx
