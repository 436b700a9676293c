#include "format/onnx/opsets.h"

#include <algorithm>
#include <array>

namespace mote::onnx {
namespace {

struct Release {
  std::int64_t opset, ml_opset, ir_version;
};

// One for each opset of ai.onnx, ascending.
constexpr std::array<Release, 22> kReleases = {{
    {7, 1, 3},   {8, 1, 3},   {9, 1, 4},   {10, 1, 5},  {11, 2, 6},  {12, 2, 7},
    {13, 2, 7},  {14, 2, 7},  {15, 2, 8},  {16, 3, 8},  {17, 3, 8},  {18, 3, 8},
    {19, 3, 9},  {20, 4, 9},  {21, 5, 10}, {22, 5, 10}, {23, 5, 11}, {24, 5, 12},
    {25, 5, 13}, {26, 5, 13}, {27, 5, 13}, {28, 5, 14},
}};

}  // namespace

std::int64_t ir_version_of(std::string_view domain, std::int64_t opset) {
  const bool ml = domain == "ai.onnx.ml";
  if (!ml && !domain.empty()) return 0;
  const auto had = [&](const Release& r) { return (ml ? r.ml_opset : r.opset) >= opset; };
  const auto first = std::ranges::find_if(kReleases, had);
  return first == kReleases.end() ? kNewestIrVersion : first->ir_version;
}

std::int64_t version_of(std::span<const OpsetImport> opsets, std::string_view domain) {
  const auto it = std::ranges::find(opsets, domain, &OpsetImport::domain);
  return it == opsets.end() ? 0 : it->version;
}

std::int64_t known_version_of(std::span<const OpsetImport> opsets, std::string_view domain) {
  const std::int64_t version = version_of(opsets, domain);
  return version == 0 && domain == "com.microsoft" ? kNewestMicrosoftOpset : version;
}

std::int64_t newest_opset(std::string_view domain) {
  if (domain.empty()) return kNewestOpset;
  if (domain == "ai.onnx.ml") return kNewestMlOpset;
  if (domain == "ai.onnx.preview") return kNewestPreviewOpset;
  return domain == "com.microsoft" ? kNewestMicrosoftOpset : 0;
}

}  // namespace mote::onnx
