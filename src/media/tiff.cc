#include "media/tiff.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "media/exif.h"
#include "media/integer_reader.h"
#include "media/tiff_strip.h"

namespace mote {
namespace {

enum Tag : std::uint32_t {
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kFillOrder = 266,
  kStripOffsets = 273,
  kSamples = 277,
  kRowsPerStrip = 278,
  kStripBytes = 279,
  kPlanar = 284,
  kPredictor = 317,
  kColorMap = 320,
  kTileWidth = 322,
  kTileHeight = 323,
  kTileOffsets = 324,
  kTileBytes = 325,
  kSampleFormat = 339,
};

enum Photometric : std::uint32_t { kWhiteIsZero, kBlackIsZero, kRgb, kPalette };

constexpr std::uint64_t kMaxSide = 1 << 24;
// What a strip unpacks to, times this, must be in the file: Deflate's best.
constexpr std::uint64_t kMaxRatio = 1032;
// Tiles may lie beside the picture for the most part, but not to any extent.
constexpr std::uint64_t kMaxWaste = 4;
constexpr std::uint64_t kSmallBytes = std::uint64_t{64} << 20;

Error unsupported(std::string_view what, std::uint32_t value) {
  return {Code::kUnsupported, cat("TIFF: ", what, " ", value, " is not supported")};
}
Error corrupt(std::string_view what) { return {Code::kCorrupt, cat("corrupt TIFF: ", what)}; }

// The first directory of a file.
class Directory {
 public:
  static std::optional<Directory> find(std::span<const std::byte> bytes) {
    if (bytes.size() < 8) return std::nullopt;
    Directory d(bytes);
    const auto at = d.file_.u32(4);
    const auto count = at ? d.file_.u16(*at) : std::nullopt;
    if (!count) return std::nullopt;
    d.entries_ = std::uint64_t{*at} + 2;
    d.count_ = *count;
    return d;
  }

  // The values of a tag; of one that is not there, none.
  class Field {
   public:
    Field(const IntegerReader& file, std::optional<std::uint64_t> entry) : file_(file) {
      if (!entry) return;
      const std::uint32_t type = file.u16(*entry + 2).value_or(0);
      bytes_ = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;  // no other is an integer
      size_ = bytes_ > 0 ? file.u32(*entry + 4).value_or(0) : 0;
      at_ = *entry + 8;
      if (bytes_ * size_ > 4) at_ = file.u32(at_).value_or(0xFFFFFFFF);
    }

    std::uint32_t size() const { return size_; }
    std::optional<std::uint32_t> operator[](std::uint32_t i) const {
      if (i >= size_) return std::nullopt;
      const std::uint64_t at = at_ + bytes_ * i;
      return bytes_ == 1 ? file_.u8(at) : bytes_ == 2 ? file_.u16(at) : file_.u32(at);
    }

   private:
    IntegerReader file_;
    std::uint64_t bytes_ = 0;  // of a value
    std::uint32_t size_ = 0;
    std::uint64_t at_ = 0;
  };

  Field field(Tag tag) const { return {file_, find(tag)}; }
  std::uint32_t value_or(Tag tag, std::uint32_t fallback) const {
    return field(tag)[0].value_or(fallback);
  }

 private:
  explicit Directory(std::span<const std::byte> bytes) : file_(bytes, bytes[0] == std::byte{'M'}) {}

  std::optional<std::uint64_t> find(Tag tag) const {
    for (std::uint64_t i = 0; i < count_; ++i) {
      if (file_.u16(entries_ + 12 * i) == tag) return entries_ + 12 * i;
    }
    return std::nullopt;
  }

  IntegerReader file_;
  std::uint64_t entries_ = 0;
  std::uint64_t count_ = 0;
};

struct Layout {
  std::uint64_t width, height;
  std::uint32_t bits, samples, photometric, predictor;
  TiffCompression compression;
  // Pieces in rows from the top: strips are as wide as the picture.
  std::uint64_t piece_width, piece_height;
  Tag offsets, sizes;
  bool big_endian;

  std::uint64_t row_bytes() const { return (piece_width * samples * bits + 7) / 8; }
  std::uint64_t across() const { return (width + piece_width - 1) / piece_width; }
  std::uint64_t down() const { return (height + piece_height - 1) / piece_height; }
  std::int32_t channels() const { return photometric >= kRgb ? 3 : 1; }
};

// Errors: kUnsupported, naming the property.
Status check_kind(const Directory& d, const Layout& t) {
  const auto c = static_cast<std::uint32_t>(t.compression);
  if (c != 1 && c != 5 && c != 8 && c != 32773 && c != 32946) return unsupported("compression", c);
  if (t.photometric > kPalette) return unsupported("colour space", t.photometric);
  const bool deep = t.bits == 8 || t.bits == 16;
  if (!deep && t.bits != 1 && t.bits != 4) return unsupported("sample size", t.bits);
  if (t.photometric == kRgb && (!deep || t.samples < 3)) return corrupt("RGB of too few bits");
  if (t.photometric == kPalette && t.bits > 8) return unsupported("palette size", t.bits);
  if (!deep && t.samples != 1) return unsupported("number of small samples", t.samples);
  if (t.samples < 1 || t.samples > 8) return unsupported("number of samples", t.samples);
  const Directory::Field bits = d.field(kBits);
  for (std::uint32_t i = 0; i < std::min(bits.size(), t.samples); ++i) {
    if (bits[i] != t.bits) return unsupported("another sample size than", t.bits);
  }
  const std::uint32_t planar = d.value_or(kPlanar, 1);
  if (planar != 1 && t.samples > 1) return unsupported("planar configuration", planar);
  if (t.predictor != 1 && (t.predictor != 2 || !deep)) return unsupported("predictor", t.predictor);
  const std::uint32_t format = d.value_or(kSampleFormat, 1);
  if (format != 1) return unsupported("sample format", format);
  const std::uint32_t order = d.value_or(kFillOrder, 1);
  return order == 1 ? Status() : unsupported("fill order", order);
}

Result<Layout> read_layout(const Directory& d, bool big_endian) {
  Layout t{};
  t.width = d.value_or(kWidth, 0);
  t.height = d.value_or(kHeight, 0);
  t.bits = d.value_or(kBits, 1);
  t.samples = d.value_or(kSamples, 1);
  t.compression =
      static_cast<TiffCompression>(std::min<std::uint32_t>(d.value_or(kCompression, 1), 0xFFFF));
  t.photometric = d.value_or(kPhotometric, kBlackIsZero);
  t.predictor = d.value_or(kPredictor, 1);
  t.big_endian = big_endian;
  const bool tiled = d.field(kTileOffsets).size() > 0;
  t.offsets = tiled ? kTileOffsets : kStripOffsets;
  t.sizes = tiled ? kTileBytes : kStripBytes;
  t.piece_width = tiled ? d.value_or(kTileWidth, 0) : t.width;
  t.piece_height = tiled ? d.value_or(kTileHeight, 0)
                         : std::min<std::uint64_t>(d.value_or(kRowsPerStrip, 0xFFFFFFFF), t.height);
  for (const std::uint64_t side : {t.width, t.height, t.piece_width, t.piece_height}) {
    if (side < 1 || side > kMaxSide) return corrupt(cat("a side of ", side, " pixels"));
  }
  MOTE_TRY(check_kind(d, t));
  return t;
}

// Samples of one piece, unpacked.
class Piece {
 public:
  Piece(const Layout& t, std::vector<std::uint8_t> bytes) : t_(t), bytes_(std::move(bytes)) {}

  std::span<std::uint8_t> bytes() { return bytes_; }

  // Each sample was stored as what it adds to the one of the pixel before. Requires: 8 or 16 bits.
  void undo_predictor() {
    for (std::uint64_t y = 0; y < t_.piece_height; ++y) {
      for (std::uint64_t i = t_.samples; i < t_.piece_width * t_.samples; ++i) {
        set(y, i, raw(y, i) + raw(y, i - t_.samples));
      }
    }
  }

  // Sample i of a row, as it is stored.
  std::uint32_t raw(std::uint64_t y, std::uint64_t i) const {
    const std::uint8_t* row = &bytes_[y * t_.row_bytes()];
    if (t_.bits == 16) {
      const std::uint32_t first = row[2 * i], second = row[2 * i + 1];
      return t_.big_endian ? first << 8 | second : second << 8 | first;
    }
    const std::uint64_t bit = i * t_.bits;
    const std::uint32_t shift = 8 - t_.bits - static_cast<std::uint32_t>(bit % 8);
    return std::uint32_t{row[bit / 8]} >> shift & ((1U << t_.bits) - 1);
  }

 private:
  void set(std::uint64_t y, std::uint64_t i, std::uint32_t value) {
    std::uint8_t* row = &bytes_[y * t_.row_bytes()];
    if (t_.bits == 8) {
      row[i] = static_cast<std::uint8_t>(value);
      return;
    }
    row[2 * i + (t_.big_endian ? 0 : 1)] = static_cast<std::uint8_t>(value >> 8);
    row[2 * i + (t_.big_endian ? 1 : 0)] = static_cast<std::uint8_t>(value);
  }

  const Layout& t_;
  std::vector<std::uint8_t> bytes_;
};

class Decoder {
 public:
  Decoder(std::span<const std::byte> file, const Directory& d, const Layout& t)
      : file_(reinterpret_cast<const std::uint8_t*>(file.data()), file.size()),
        t_(t),
        offsets_(d.field(t.offsets)),
        sizes_(d.field(t.sizes)),
        colors_(d.field(kColorMap)) {}

  // How much of the file there is for a piece of this number; none if it is outside.
  std::optional<std::span<const std::uint8_t>> packed(std::uint64_t piece) const {
    const auto i = static_cast<std::uint32_t>(piece);
    const auto offset = offsets_[i];
    const auto size = sizes_[i];
    if (!offset || !size || *offset > file_.size() || *size > file_.size() - *offset) {
      return std::nullopt;
    }
    return file_.subspan(*offset, *size);
  }

  Status read_palette() {
    const std::uint32_t colors = 1U << t_.bits;
    for (std::uint32_t i = 0; i < 3 * colors; ++i) {
      const auto value = colors_[i];
      if (!value) return corrupt("a palette without colours");
      palette_.push_back(static_cast<std::uint8_t>(*value >> 8));
    }
    return {};
  }

  Status read(std::uint64_t piece, Piece& room, Image& image) const {
    const std::uint64_t top = piece / t_.across() * t_.piece_height;
    const std::uint64_t left = piece % t_.across() * t_.piece_width;
    const std::uint64_t rows = std::min(t_.piece_height, t_.height - top);
    const std::uint64_t columns = std::min(t_.piece_width, t_.width - left);
    // The last strip has no more rows than the picture; tiles are whole.
    const std::uint64_t stored = t_.offsets == kStripOffsets ? rows : t_.piece_height;
    const auto in = packed(piece);
    if (!in || !unpack_strip(t_.compression, *in, room.bytes().first(stored * t_.row_bytes()))) {
      return corrupt(cat("strip or tile ", piece, " is damaged or cut short"));
    }
    if (t_.predictor == 2) room.undo_predictor();
    for (std::uint64_t y = 0; y < rows; ++y) {
      std::uint8_t* to =
          &image.pixels[((top + y) * t_.width + left) * static_cast<std::uint64_t>(t_.channels())];
      for (std::uint64_t x = 0; x < columns; ++x) to = write_pixel(room, y, x * t_.samples, to);
    }
    return {};
  }

 private:
  std::uint8_t* write_pixel(const Piece& piece, std::uint64_t y, std::uint64_t i,
                            std::uint8_t* to) const {
    if (t_.photometric == kPalette) {
      const std::size_t colors = std::size_t{1} << t_.bits;
      const std::size_t color = piece.raw(y, i);
      for (std::size_t k = 0; k < 3; ++k) *to++ = palette_[k * colors + color];
      return to;
    }
    for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(t_.channels()); ++k) {
      const std::uint32_t raw = piece.raw(y, i + k);
      const std::uint32_t byte = t_.bits == 16 ? raw >> 8 : raw * 255 / ((1U << t_.bits) - 1);
      *to++ = static_cast<std::uint8_t>(t_.photometric == kWhiteIsZero ? 255 - byte : byte);
    }
    return to;
  }

  std::span<const std::uint8_t> file_;
  const Layout& t_;
  Directory::Field offsets_, sizes_, colors_;
  std::vector<std::uint8_t> palette_;  // all reds, greens, blues
};

}  // namespace

Result<DecodedImage> decode_tiff(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const auto directory = Directory::find(bytes);
  if (!directory) {
    return Error{Code::kCorrupt, cat("truncated TIFF: ends after ", bytes.size(), " bytes")};
  }
  MOTE_ASSIGN(const Layout t, read_layout(*directory, bytes[0] == std::byte{'M'}));
  const auto width = static_cast<std::int64_t>(t.width);
  const auto height = static_cast<std::int64_t>(t.height);
  MOTE_ASSIGN(const std::int64_t memory,
              check_cost("TIFF", {width, height, 2 * t.channels()}, limits));
  // Sides are below 2^24: no product of two of them, and a pixel, overflows.
  const std::uint64_t piece_bytes = t.row_bytes() * t.piece_height;
  const std::uint64_t pieces = t.across() * t.down();
  const std::uint64_t picture_bytes = (t.width * t.samples * t.bits + 7) / 8 * t.height;
  if (piece_bytes > (kMaxWaste * picture_bytes + kSmallBytes) / pieces) {
    return corrupt("its tiles are far larger than the picture");
  }
  if (piece_bytes / kMaxRatio > bytes.size() || pieces > bytes.size()) {
    return Error{Code::kCorrupt, cat("truncated TIFF: ", bytes.size(), " bytes cannot hold ",
                                     t.width, "x", t.height, " pixels")};
  }
  if (piece_bytes > static_cast<std::uint64_t>(memory)) {
    return Error{Code::kResourceExhausted,
                 cat("TIFF: a strip of ", piece_bytes, " bytes is over the limit of ",
                     limits.max_memory_bytes, " bytes")};
  }
  Decoder decoder(bytes, *directory, t);
  if (t.photometric == kPalette) MOTE_TRY(decoder.read_palette());
  MOTE_ASSIGN(Image image, allocate_image(width, height, t.channels()));
  Piece room(t, std::vector<std::uint8_t>(piece_bytes));
  for (std::uint64_t i = 0; i < pieces; ++i) MOTE_TRY(decoder.read(i, room, image));
  return DecodedImage{std::move(image), exif_orientation(bytes)};
}

}  // namespace mote
