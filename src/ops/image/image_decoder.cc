// ImageDecoder: an image file's pixels, by the decoder that the program has set.
#include "mote/image_decoder.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

std::atomic<ImageDecodeFunction> decoder = nullptr;

enum class PixelFormat : std::uint8_t { kRgb, kBgr, kGrayscale };

struct ImageDecoderParams : OpParams {
  PixelFormat format = PixelFormat::kRgb;
  std::int64_t channels() const { return format == PixelFormat::kGrayscale ? 1 : 3; }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ImageDecoderParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->format, enum_named<PixelFormat>(r, "pixel_format", {"RGB", "BGR", "Grayscale"}));
  MOTE_TRY(r.finish());
  return p;
}

// encoded_stream: u8 [bytes]. image: u8 [height, width, channels].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kU8}));
  MOTE_TRY(expect_rank(args, 0, 1, "encoded_stream"));
  args.set(0, {DType::kU8, Shape{Dim(), Dim(), args.params<ImageDecoderParams>().channels()}});
  return {};
}

// What decoding may take, counted while it does: the largest part of what is left.
struct Room {
  std::uint64_t bytes = std::uint64_t{1} << 30;
  std::shared_ptr<const void> charge;
};

Result<Room> make_room(TensorAllocator& allocator) {
  constexpr std::uint64_t kLeast = 1 << 16;
  for (Room room;; room.bytes /= 2) {
    auto charge = allocator.charge(room.bytes);
    if (charge) return Room{room.bytes, *std::move(charge)};
    if (room.bytes <= kLeast) return std::move(charge).error();
  }
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const ImageDecoderParams*>(params);
  MOTE_ASSIGN(const TensorView stream, args.tensor(0));
  if (stream.dtype != DType::kU8) {
    return Error{Code::kInvalidArgument, cat("input 0 is ", name(stream.dtype), ", not u8")};
  }
  const ImageDecodeFunction decode = image_decoder();
  if (decode == nullptr) {
    return Error{Code::kUnsupported,
                 "this program decodes no images: it would set a decoder with "
                 "mote::set_image_decoder (mote/image_decoder.h)"};
  }
  const std::span bytes(stream.as<std::byte>(), static_cast<std::size_t>(stream.dims.count()));
  MOTE_ASSIGN(Room room, make_room(args.allocator));
  MOTE_ASSIGN(const ImagePixels image, decode({bytes, p.channels(), room.bytes}));
  room.charge.reset();
  const Dims dims = {image.height, image.width, p.channels()};
  MOTE_ASSIGN(Tensor pixels, args.allocator.allocate(DType::kU8, dims));
  if (image.channels != p.channels() || std::ssize(image.pixels) != pixels.count()) {
    return Error{Code::kInternal, cat("the decoder gave ", image.pixels.size(), " bytes of ",
                                      image.channels, " channels for ", to_string(dims))};
  }
  auto* out = pixels.mut().as<std::uint8_t>();
  std::copy(image.pixels.begin(), image.pixels.end(), out);
  if (p.format == PixelFormat::kBgr) {
    for (std::int64_t i = 0; i < pixels.count(); i += 3) std::swap(out[i], out[i + 2]);
  }
  args.out[0] = std::move(pixels);
  return {};
}

constexpr int kVersions[] = {20};

constexpr std::string_view kSamples[] = {
    "(x: u8[20]) -> (y) { y = ImageDecoder(x) }",
    "(x: u8[0]) -> (y) { y = ImageDecoder(x) {pixel_format=\"Grayscale\"} }",
};

}  // namespace

void set_image_decoder(ImageDecodeFunction decode) { decoder.store(decode); }
ImageDecodeFunction image_decoder() { return decoder.load(); }

extern const OpDef kOp_ImageDecoder;
constinit const OpDef kOp_ImageDecoder = {
    .name = "ImageDecoder",
    .parse = parse,
    .infer = infer,
    .compute = compute,
    .impure = true,  // the decoder may change
};

extern const OnnxOp kOnnx_ImageDecoder;
constinit const OnnxOp kOnnx_ImageDecoder = {.name = "ImageDecoder", .versions = kVersions};

extern const OpDoc kDoc_ImageDecoder;
constinit const OpDoc kDoc_ImageDecoder = {
    .name = "ImageDecoder",
    .doc =
        "The pixels of an image file, as it stores them; none of what is no image, or damaged. "
        "`mote` reads JPEG, PNG, BMP, PNM, TIFF, WebP and JPEG 2000; a program of one's own sets "
        "its decoder with mote/image_decoder.h.",
    .samples = kSamples,
};

}  // namespace mote
