// CropAndResize: boxes of images, resampled to one size.
#include <cmath>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using CropElements = Elements<float, double, F16>;
enum class CropMode : std::uint8_t { kBilinear, kNearest };

struct CropParams : OpParams {
  CropMode mode = CropMode::kBilinear;
  float extrapolation_value = 0.0F;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<CropParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->mode, enum_named<CropMode>(r, "mode", {"bilinear", "nearest"}));
  p->extrapolation_value = r.real("extrapolation_value", 0.0F);
  MOTE_TRY(r.finish());
  return p;
}

// X: [N, C, H, W]; rois: [R, 4]; batch_indices: s32[R]; crop_size: s32[2]. Y: [R, C, height,
// width].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, CropElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kS32}));
  MOTE_TRY(expect_dtype(args, 3, {DType::kS32}));
  MOTE_TRY(expect_rank(args, 0, 4, "[batch, channels, height, width]"));
  MOTE_TRY(expect_rank(args, 1, 2, "[boxes, 4]"));
  MOTE_TRY(expect_size(args, 1, 1, Dim(4), "a box's"));
  const Dim boxes = size_of(args, 1, 0);
  MOTE_TRY(expect_vector(args, 2, boxes, "batch_indices"));
  MOTE_TRY(expect_vector(args, 3, Dim(2), "crop_size"));
  Shape y{boxes, size_of(args, 0, 1), Dim(), Dim()};
  MOTE_ASSIGN(const auto size, known_integers(args, 3));
  if (size && size->size() == 2) {
    if ((*size)[0] < 1 || (*size)[1] < 1) {
      return Error{Code::kInvalidArgument,
                   cat("crop_size [", (*size)[0], ",", (*size)[1], "] is not positive")};
    }
    y[2] = Dim((*size)[0]);
    y[3] = Dim((*size)[1]);
  }
  args.set(0, {dtype, std::move(y)});
  return {};
}

// The place in [0, size) of sample i of `count` between `begin` and `end`, which are in [0, 1];
// corners meet. One sample lies in the middle.
double place_of(double begin, double end, std::int64_t i, std::int64_t count, std::int64_t size) {
  const auto last = static_cast<double>(size - 1);
  if (count == 1) return 0.5 * (begin + end) * last;
  return begin * last +
         static_cast<double>(i) * (end - begin) * last / static_cast<double>(count - 1);
}

struct Image {
  TensorView x;
  std::int64_t at, height, width;  // of one channel

  double pixel(std::int64_t i, std::int64_t j) const { return load_real(x, at + i * width + j); }

  double sample(CropMode mode, double y, double x_place) const {
    if (mode == CropMode::kNearest) {
      return pixel(std::llround(y), std::llround(x_place));
    }
    const auto top = static_cast<std::int64_t>(std::floor(y));
    const auto left = static_cast<std::int64_t>(std::floor(x_place));
    const std::int64_t bottom = std::min(top + 1, height - 1);
    const std::int64_t right = std::min(left + 1, width - 1);
    const double dy = y - static_cast<double>(top), dx = x_place - static_cast<double>(left);
    const double above = pixel(top, left) + (pixel(top, right) - pixel(top, left)) * dx;
    const double below = pixel(bottom, left) + (pixel(bottom, right) - pixel(bottom, left)) * dx;
    return above + (below - above) * dy;
  }
};

Status check_images(const RunArgs& args) {
  const std::int64_t images = args.in[0].dims[0];
  for (std::int64_t r = 0; r < args.in[2].dims.count(); ++r) {
    const std::int64_t image = load_integer(args.in[2], r);
    if (image >= 0 && image < images) continue;
    return Error{Code::kInvalidArgument,
                 cat("batch index ", image, " of box ", r, " is outside [0, ", images, ")")};
  }
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const CropParams&>(*params);
  const Dims& in = args.in[0].dims;
  const Dims& out = args.out[0].dims;
  MOTE_TRY(expect_output_size(
      args, {args.in[1].dims[0], in[1], load_integer(args.in[3], 0), load_integer(args.in[3], 1)}));
  MOTE_TRY(check_images(args));
  const auto inside = [](double place, std::int64_t size) {
    return place >= 0 && place <= static_cast<double>(size - 1);
  };
  const auto crop_row = [&](std::int64_t row) {
    const std::int64_t plane = row / out[2], r = plane / out[1];
    const std::int64_t image = load_integer(args.in[2], r) * in[1] + plane % out[1];
    const Image channel{args.in[0], image * in[2] * in[3], in[2], in[3]};
    double box[4];
    for (std::int64_t k = 0; k < 4; ++k) box[k] = load_real(args.in[1], r * 4 + k);
    const double y = place_of(box[0], box[2], row % out[2], out[2], in[2]);
    for (std::int64_t j = 0; j < out[3]; ++j) {
      const double x = place_of(box[1], box[3], j, out[3], in[3]);
      const bool seen = inside(y, in[2]) && inside(x, in[3]);
      store_real(args.out[0], row * out[3] + j,
                 seen ? channel.sample(p.mode, y, x) : static_cast<double>(p.extrapolation_value));
    }
  };
  const std::int64_t rows = args.out[0].dims.count() == 0 ? 0 : out.count(0, 3);
  args.workers.for_each_range(rows, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) crop_row(row);
  });
  return {};
}

constexpr OpDef crop_and_resize() {
  OpDef op;
  op.name = "CropAndResize";
  op.domain = "com.microsoft";
  op.min_inputs = op.max_inputs = 4;
  op.parse = parse;
  op.infer = infer;
  op.reference = reference;
  return op;
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4,5], r: f32[3,4]) -> (y) {\n"
    "  i: s32[3] = {0, 1, 1} s: s32[2] = {3, 2} y = com.microsoft.CropAndResize(x, r, i, s) }",
    "(x: f32[1,2,4,5]) -> (y) {\n"
    "  r: f32[1,4] = {0.1, 0, 1.2, 0.9} i: s32[1] = {0} s: s32[2] = {3, 1}\n"
    "  y = com.microsoft.CropAndResize(x, r, i, s) {mode=\"nearest\", extrapolation_value=-1.0} }",
    "(x: f16[1,2,4,5]) -> (y) {\n"
    "  r: f16[1,4] = {0, 0, 1, 1} i: s32[1] = {0} s: s32[2] = {2, 2}\n"
    "  y = com.microsoft.CropAndResize(x, r, i, s) }",
};

}  // namespace

MOTE_MICROSOFT_OP(CropAndResize, crop_and_resize(),
                  "Boxes [y1, x1, y2, x2] of images, in parts of their height and width, resampled "
                  "to `crop_size`.",
                  kSamples)

}  // namespace mote
