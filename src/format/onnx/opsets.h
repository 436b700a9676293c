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
inline constexpr std::int64_t kNewestPreviewOpset = 1;
inline constexpr std::int64_t kNewestMicrosoftOpset = 1;
inline constexpr std::int64_t kNewestIrVersion = 14;

// The IR version of the first release that had the opset. 0 for domains other than ai.onnx and
// ai.onnx.ml.
std::int64_t ir_version_of(std::string_view domain, std::int64_t opset);

// Version that `opsets` import of `domain`; 0 if they do not.
std::int64_t version_of(std::span<const OpsetImport> opsets, std::string_view domain);
// The same; but com.microsoft has only one version, and models need not import it: ONNX Runtime,
// whose domain it is, does not ask for it, and some exporters forget.
std::int64_t known_version_of(std::span<const OpsetImport> opsets, std::string_view domain);

// The newest that this build reads; 0 for domains of others.
std::int64_t newest_opset(std::string_view domain);

}  // namespace mote::onnx
