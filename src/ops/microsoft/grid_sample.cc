// GridSample of com.microsoft, whose modes have the names that they had before ONNX took it over.
#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/choices.h"

namespace mote {
namespace {

enum class SampleMode : std::uint8_t { kBilinear, kNearest, kBicubic };

struct GridParams : OpParams {
  Attributes onnx;  // of ONNX's operator
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GridParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(const SampleMode mode,
              enum_named<SampleMode>(r, "mode", {"bilinear", "nearest", "bicubic"}));
  const bool cubic = mode == SampleMode::kBicubic;
  const std::string name = mode == SampleMode::kNearest ? "nearest" : cubic ? "cubic" : "linear";
  p->onnx = {{"mode", name},
             {"padding_mode", r.text("padding_mode", "zeros")},
             {"align_corners", r.integer("align_corners", 0)}};
  MOTE_TRY(r.finish());
  MOTE_TRY(all_ops().find("", "GridSample")->parse(p->onnx));
  return p;
}

Status grid_sample(Decomposition& d) {
  d.yield(0, d.add("GridSample", {d.in(0), d.in(1)}, d.params<GridParams>().onnx));
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(x: f32[1,2,4,5], g: f32[1,3,2,2]) -> (y) { y = com.microsoft.GridSample(x, g) }",
    "(x: f32[1,2,4,5], g: f32[1,3,2,2]) -> (y) {\n"
    "  y = com.microsoft.GridSample(x, g) {\n"
    "    mode=\"bicubic\", padding_mode=\"reflection\", align_corners=1} }",
};

}  // namespace

MOTE_MICROSOFT_OP(GridSample, (composite<grid_sample>("GridSample", {2, 2}, parse)),
                  "ONNX's GridSample.", kSamples)

}  // namespace mote
