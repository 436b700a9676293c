#include "media/jpeg2000.h"

#include <openjpeg.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/text.h"
#include "media/jpeg2000_headers.h"

namespace mote {
namespace {

// What OpenJPEG keeps of each sample: itself and its coefficient, 32 bits each, and its share of
// what describes the smallest blocks and precincts that we let through.
constexpr std::int64_t kBytesPerSample = 20;
constexpr std::uint32_t kMaxComponents = 4;

// Where the library reads.
struct Source {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_bytes(void* to, OPJ_SIZE_T size, void* data) {
  auto& source = *static_cast<Source*>(data);
  const std::size_t n = std::min<std::size_t>(size, source.bytes.size() - source.at);
  if (n == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::copy_n(source.bytes.data() + source.at, n, static_cast<std::byte*>(to));
  source.at += n;
  return n;
}

OPJ_OFF_T skip_bytes(OPJ_OFF_T size, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (size < 0) return -1;
  const auto left = static_cast<OPJ_OFF_T>(source.bytes.size() - source.at);
  source.at += static_cast<std::size_t>(std::min(size, left));
  return size <= left ? size : -1;
}

OPJ_BOOL seek_to(OPJ_OFF_T to, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (to < 0 || static_cast<std::uint64_t>(to) > source.bytes.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

struct FreeStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct FreeCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct FreeImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
using Stream = std::unique_ptr<opj_stream_t, FreeStream>;
using Codec = std::unique_ptr<opj_codec_t, FreeCodec>;
using OpjImage = std::unique_ptr<opj_image_t, FreeImage>;

// Keeps the first message.
void on_error(const char* message, void* data) {
  auto& kept = *static_cast<std::string*>(data);
  if (kept.empty()) kept = trim(message);
}

Error corrupt(const std::string& message) {
  return {Code::kCorrupt, cat("corrupt JPEG 2000", message.empty() ? "" : ": ", message)};
}

Stream make_stream(Source& source) {
  Stream stream(opj_stream_default_create(OPJ_TRUE));
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.bytes.size());
  opj_stream_set_read_function(stream.get(), read_bytes);
  opj_stream_set_skip_function(stream.get(), skip_bytes);
  opj_stream_set_seek_function(stream.get(), seek_to);
  return stream;
}

// Grey or RGB, perhaps with alpha, of the image's own size.
Status check_components(const opj_image_t& image) {
  if (image.numcomps < 1 || image.numcomps > kMaxComponents) {
    return Error{Code::kUnsupported,
                 cat("JPEG 2000: ", image.numcomps, " components, which are neither grey nor RGB")};
  }
  for (std::uint32_t i = 0; i < image.numcomps; ++i) {
    const opj_image_comp_t& c = image.comps[i];
    if (c.dx == 1 && c.dy == 1 && c.prec >= 1 && c.prec <= 31) continue;
    return Error{Code::kUnsupported,
                 cat("JPEG 2000: component ", i,
                     " is sampled more coarsely than the image, or has ", c.prec, " bits")};
  }
  const bool known = image.color_space == OPJ_CLRSPC_SRGB || image.color_space == OPJ_CLRSPC_GRAY ||
                     image.color_space == OPJ_CLRSPC_UNSPECIFIED ||
                     image.color_space == OPJ_CLRSPC_UNKNOWN;
  if (known) return {};
  return Error{Code::kUnsupported, "JPEG 2000: a colour space other than grey and RGB"};
}

std::uint8_t to_byte(std::int32_t sample, const opj_image_comp_t& c) {
  const std::int64_t range = std::int64_t{1} << c.prec;
  std::int64_t v = std::int64_t{sample} + (c.sgnd != 0 ? range / 2 : 0);
  v = std::clamp<std::int64_t>(v, 0, range - 1);
  if (c.prec >= 8) return static_cast<std::uint8_t>(v >> (c.prec - 8));
  return static_cast<std::uint8_t>(v * 255 / (range - 1));
}

// The decoded samples. Errors: a component without them, or of another size than the header said.
Result<Image> interleaved(const opj_image_t& image, std::int64_t width, std::int64_t height) {
  const std::uint32_t channels = image.numcomps >= 3 ? 3 : 1;
  MOTE_ASSIGN(Image result, allocate_image(width, height, static_cast<std::int32_t>(channels)));
  for (std::uint32_t k = 0; k < channels; ++k) {
    const opj_image_comp_t& c = image.comps[k];
    if (c.data == nullptr || c.w != width || c.h != height)
      return corrupt("a component is missing");
    for (std::int64_t i = 0; i < width * height; ++i) {
      result.pixels[static_cast<std::size_t>(i * channels + k)] = to_byte(c.data[i], c);
    }
  }
  return result;
}

}  // namespace

Result<DecodedImage> decode_jpeg2000(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  MOTE_TRY(check_jpeg2000_headers(bytes));
  Source source{bytes};
  const bool bare = bytes.size() > 0 && bytes[0] == std::byte{0xFF};
  const Codec codec(opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  const Stream stream = make_stream(source);
  if (!codec || !stream) return Error{Code::kResourceExhausted, "JPEG 2000: out of memory"};
  std::string message;
  opj_set_error_handler(codec.get(), on_error, &message);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE) return corrupt(message);
  opj_image_t* header = nullptr;
  const bool has_header = opj_read_header(stream.get(), codec.get(), &header) != OPJ_FALSE;
  const OpjImage image(header);
  if (!has_header || image == nullptr) return corrupt(message);
  MOTE_TRY(check_components(*image));
  if (image->x1 <= image->x0 || image->y1 <= image->y0) return corrupt("no pixels");
  const std::int64_t width = std::int64_t{image->x1} - image->x0;
  const std::int64_t height = std::int64_t{image->y1} - image->y0;
  const std::int64_t cost = 3 + kBytesPerSample * image->numcomps;
  MOTE_TRY(check_cost("JPEG 2000", {width, height, cost}, limits));
  if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_FALSE) return corrupt(message);
  MOTE_ASSIGN(Image pixels, interleaved(*image, width, height));
  return DecodedImage{std::move(pixels), 1};
}

}  // namespace mote
