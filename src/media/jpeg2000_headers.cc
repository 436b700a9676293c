#include "media/jpeg2000_headers.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "media/integer_reader.h"

namespace mote {
namespace {

enum Marker : std::uint32_t {
  kSiz = 0xFF51,  // sizes, right after the beginning
  kCod = 0xFF52,  // coding style
  kCoc = 0xFF53,  // of one component
  kSot = 0xFF90,  // a tile begins
  kSod = 0xFF93,  // its data
  kEoc = 0xFFD9,  // the end
};

constexpr std::uint64_t kMaxTiles = 4096;
constexpr std::uint32_t kMaxComponents = 4;
constexpr std::uint32_t kMaxLayers = 256;
constexpr int kMaxCodestreams = 16;
constexpr std::uint32_t kLeastPrecinct = 5;  // as a power of two

Error too_many(std::string_view what, std::uint64_t value, std::uint64_t most) {
  return {Code::kUnsupported, cat("JPEG 2000: ", value, " ", what, ", more than ", most)};
}

// One codestream, from its SOC marker on. What is missing or damaged the library finds.
class Headers {
 public:
  Headers(std::span<const std::byte> bytes, std::uint64_t start)
      : file_(bytes, true), at_(start + 2) {}

  Status check() {
    std::uint64_t tile_end = 0;  // of the tile part that we are in
    for (;;) {
      const auto marker = file_.u16(at_);
      const auto length = file_.u16(at_ + 2);
      if (!marker || *marker < 0xFF00 || *marker == kEoc) return {};
      if (*marker == kSod) {
        if (tile_end <= at_) return {};
        at_ = tile_end;
        continue;
      }
      if (!length || *length < 2) return {};
      if (*marker == kSiz) MOTE_TRY(sizes());
      if (*marker == kCod) MOTE_TRY(coding(at_ + 4, true));
      // The number of a component takes a byte: there are few of them.
      if (*marker == kCoc) MOTE_TRY(coding(at_ + 5, false));
      if (*marker == kSot) tile_end = at_ + file_.u32(at_ + 6).value_or(0);
      at_ += 2 + *length;
    }
  }

 private:
  Status sizes() {
    std::uint64_t tiles = 1;
    for (const std::uint64_t d : {0, 4}) {
      const std::uint64_t end = file_.u32(at_ + 6 + d).value_or(0);
      const std::uint64_t tile = file_.u32(at_ + 22 + d).value_or(0);
      const std::uint64_t first = file_.u32(at_ + 30 + d).value_or(0);
      if (tile == 0 || first > end) return {};
      tiles *= (end - first + tile - 1) / tile;
    }
    if (tiles > kMaxTiles) return too_many("tiles", tiles, kMaxTiles);
    const std::uint32_t components = file_.u16(at_ + 38).value_or(0);
    if (components > kMaxComponents) return too_many("components", components, kMaxComponents);
    return {};
  }

  // at: where the style stands. That of all components has layers before the sizes of blocks.
  Status coding(std::uint64_t at, bool has_layers) {
    const bool precincts = (file_.u8(at).value_or(0) & 1U) != 0;
    if (has_layers) {
      const std::uint32_t layers = file_.u16(at + 2).value_or(0);
      if (layers > kMaxLayers) return too_many("layers", layers, kMaxLayers);
      at += 4;
    }
    if (!precincts) return {};
    const std::uint32_t levels = file_.u8(at + 1).value_or(0);
    for (std::uint64_t i = 0; i <= std::min<std::uint32_t>(levels, 32); ++i) {
      const std::uint32_t sizes = file_.u8(at + 6 + i).value_or(0xFF);
      if (std::min(sizes & 0xFU, sizes >> 4) >= kLeastPrecinct) continue;
      return Error{Code::kUnsupported, "JPEG 2000: precincts smaller than 32 samples"};
    }
    return {};
  }

  IntegerReader file_;
  std::uint64_t at_;
};

}  // namespace

Status check_jpeg2000_headers(std::span<const std::byte> bytes) {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kStart = "\xFF\x4F\xFF\x51"sv;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  int count = 0;
  for (std::size_t at = text.find(kStart); at != std::string_view::npos;
       at = text.find(kStart, at + kStart.size())) {
    if (++count > kMaxCodestreams) {
      return too_many("codestreams", static_cast<std::uint64_t>(count), kMaxCodestreams);
    }
    MOTE_TRY(Headers(bytes, at).check());
  }
  return {};
}

}  // namespace mote
