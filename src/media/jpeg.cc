#include "media/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "media/exif.h"
#include "media/libjpeg.h"

namespace mote {
namespace {

using std::string_view_literals::operator""sv;

// Each scan of a progressive file costs a pass over the whole image, however few bytes it has.
// Encoders write about ten.
constexpr int kMaxScans = 50;
constexpr int kTooManyScans = -1;  // beside libjpeg's own codes, which are positive
constexpr std::string_view kExifStart = "Exif\0\0"sv;

// Warnings after which libjpeg fills in grey; the others (unknown JFIF version, bytes between
// markers) leave the picture whole.
bool is_damage(int code) {
  return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
         code == JWRN_ARITH_BAD_CODE || code == JWRN_MUST_RESYNC || code == JWRN_BOGUS_PROGRESSION;
}

Code code_of(int libjpeg_code) {
  switch (libjpeg_code) {
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      return Code::kInvalidArgument;
    case JERR_NO_BACKING_STORE:
    case JERR_OUT_OF_MEMORY:
      return Code::kResourceExhausted;
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_COMPONENT_COUNT:
    case kTooManyScans:
      return Code::kUnsupported;
    default:
      return Code::kCorrupt;
  }
}

// One decompression. libjpeg leaves by longjmp, so each of its calls is made within guarded(), and
// no object with a destructor lives between setjmp and the call.
class JpegReader {
 public:
  explicit JpegReader(std::span<const std::byte> bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&errors_);
    info_.client_data = this;
    errors_.error_exit = fail;
    errors_.emit_message = warn;
    errors_.output_message = [](j_common_ptr) {};  // by default, to standard error
    progress_.progress_monitor = watch;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Status open();
  Result<Image> read(const DecodeLimits& limits);
  int orientation() const;

 private:
  template <class Step>
  bool guarded(Step step) {
    static_assert(std::is_trivially_destructible_v<Step>);
    if (setjmp(on_error_) != 0) return false;
    step();
    return true;
  }

  static JpegReader& self(j_common_ptr info) {
    return *static_cast<JpegReader*>(info->client_data);
  }
  [[noreturn]] static void fail(j_common_ptr info);
  static void warn(j_common_ptr info, int level);
  static void watch(j_common_ptr info);
  Error error() const;

  Status check_bytes() const;
  Status choose_colors();
  void read_rgb_or_grey(std::uint8_t* pixels);
  void read_cmyk(std::uint8_t* pixels);

  std::span<const std::byte> bytes_;
  jpeg_decompress_struct info_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf on_error_ = {};
  char message_[JMSG_LENGTH_MAX] = {};
  std::int32_t channels_ = 0;
};

void JpegReader::fail(j_common_ptr info) {
  JpegReader& reader = self(info);
  if (info->err->msg_code != kTooManyScans) (*info->err->format_message)(info, reader.message_);
  std::longjmp(reader.on_error_, 1);
}

void JpegReader::warn(j_common_ptr info, int level) {
  if (level < 0 && is_damage(info->err->msg_code)) fail(info);
}

void JpegReader::watch(j_common_ptr info) {
  JpegReader& reader = self(info);
  if (reader.info_.input_scan_number <= kMaxScans) return;
  info->err->msg_code = kTooManyScans;
  std::snprintf(reader.message_, sizeof reader.message_, "more than %d scans", kMaxScans);
  fail(info);
}

Error JpegReader::error() const {
  const int code = errors_.msg_code;
  if (code == JWRN_JPEG_EOF || code == JERR_INPUT_EOF) {
    return {Code::kCorrupt, cat("truncated JPEG: ends after ", bytes_.size(), " bytes")};
  }
  if (code == JERR_NO_BACKING_STORE) {
    return {Code::kResourceExhausted, cat("JPEG of ", info_.image_width, "x", info_.image_height,
                                          " pixels in scans needs more memory than the limit")};
  }
  std::string_view message = message_;
  constexpr std::string_view kRepeated = "Corrupt JPEG data: ";
  if (message.starts_with(kRepeated)) message.remove_prefix(kRepeated.size());
  const Code kind = code_of(code);
  return {kind, cat(kind == Code::kCorrupt ? "corrupt JPEG: " : "JPEG: ", message)};
}

Status JpegReader::open() {
  const bool ok = guarded([this] {
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info_, TRUE);
  });
  if (!ok) return error();
  return {};
}

// Each 8x8 block takes a Huffman code, which is a bit at least. A file too short for that is
// refused before it takes memory.
Status JpegReader::check_bytes() const {
  if (info_.arith_code) return {};
  for (int i = 0; i < info_.num_components; ++i) {
    const jpeg_component_info& component = info_.comp_info[i];
    const std::uint64_t blocks =
        std::uint64_t{component.width_in_blocks} * component.height_in_blocks;
    if (blocks / 8 <= bytes_.size()) continue;
    return Error{Code::kCorrupt, cat("truncated JPEG: ", bytes_.size(), " bytes cannot hold ",
                                     info_.image_width, "x", info_.image_height, " pixels")};
  }
  return {};
}

Status JpegReader::choose_colors() {
  switch (info_.jpeg_color_space) {
    case JCS_GRAYSCALE:
      info_.out_color_space = JCS_GRAYSCALE;
      channels_ = 1;
      return {};
    case JCS_RGB:
    case JCS_YCbCr:
      info_.out_color_space = JCS_RGB;
      channels_ = 3;
      return {};
    case JCS_CMYK:
    case JCS_YCCK:
      info_.out_color_space = JCS_CMYK;
      channels_ = 3;
      return {};
    default:
      return Error{Code::kUnsupported,
                   cat("JPEG: ", info_.num_components,
                       " colour components, which are neither grey, RGB nor CMYK")};
  }
}

void JpegReader::read_rgb_or_grey(std::uint8_t* pixels) {
  const std::size_t row_bytes = std::size_t{info_.output_width} * channels_;
  while (info_.output_scanline < info_.output_height) {
    JSAMPROW row = pixels + info_.output_scanline * row_bytes;
    jpeg_read_scanlines(&info_, &row, 1);
  }
}

// Stored is 255 - ink, as Adobe's programs do and all others followed: light through both inks is
// their product.
void JpegReader::read_cmyk(std::uint8_t* pixels) {
  const std::uint32_t width = info_.output_width;
  JSAMPARRAY row =
      (*info_.mem->alloc_sarray)(reinterpret_cast<j_common_ptr>(&info_), JPOOL_IMAGE, width * 4, 1);
  while (info_.output_scanline < info_.output_height) {
    jpeg_read_scanlines(&info_, row, 1);
    for (const std::uint8_t* p = row[0]; p != row[0] + std::size_t{width} * 4; p += 4) {
      for (int i = 0; i < 3; ++i) {
        *pixels++ = static_cast<std::uint8_t>((std::uint32_t{p[i]} * p[3] + 127) / 255);
      }
    }
  }
}

Result<Image> JpegReader::read(const DecodeLimits& limits) {
  MOTE_TRY(choose_colors());
  MOTE_ASSIGN(const std::int64_t memory,
              check_cost("JPEG", {info_.image_width, info_.image_height, 2 * channels_}, limits));
  MOTE_TRY(check_bytes());
  // libjpeg keeps this budget for the coefficients of a file in several scans; 0 would mean none.
  info_.mem->max_memory_to_use =
      static_cast<long>(std::clamp<std::int64_t>(memory, 1, std::numeric_limits<long>::max()));
  if (!guarded([this] { jpeg_start_decompress(&info_); })) return error();
  MOTE_ASSIGN(Image image, allocate_image(info_.output_width, info_.output_height, channels_));
  std::uint8_t* pixels = image.pixels.data();
  const bool ok = guarded([this, pixels] {
    info_.out_color_space == JCS_CMYK ? read_cmyk(pixels) : read_rgb_or_grey(pixels);
    jpeg_finish_decompress(&info_);
  });
  if (!ok) return error();
  return image;
}

int JpegReader::orientation() const {
  for (auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (!data.starts_with(kExifStart)) continue;
    return exif_orientation(std::as_bytes(std::span(data.substr(kExifStart.size()))));
  }
  return 1;
}

}  // namespace

Result<DecodedImage> decode_jpeg(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  JpegReader reader(bytes);
  MOTE_TRY(reader.open());
  // Read first: finishing the decompression frees the saved markers.
  const int orientation = reader.orientation();
  MOTE_ASSIGN(Image image, reader.read(limits));
  return DecodedImage{std::move(image), orientation};
}

}  // namespace mote
