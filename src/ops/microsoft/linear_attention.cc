// LinearAttention of com.microsoft: ONNX's, which took it over, but for a window of states.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

struct LinearParams : OpParams {
  Attributes onnx;  // of ONNX's operator
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LinearParams>();
  p->onnx = attributes;
  p->onnx.erase("state_window");
  MOTE_TRY(all_ops().find("", "LinearAttention")->parse(p->onnx));
  const AttributeValue* window = attributes.find("state_window");
  const auto* states = window != nullptr ? std::get_if<std::int64_t>(window) : nullptr;
  if (window == nullptr || (states != nullptr && *states == 0)) return p;
  return Error{Code::kUnsupported, "state_window is not done by this build"};
}

Status linear_attention(Decomposition& d) {
  const auto y =
      d.add_many(2, "LinearAttention", {d.in(0), d.in(1), d.in(2), d.in(3), d.in(4), d.in(5)},
                 d.params<LinearParams>().onnx);
  yield_all(d, y);
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(q: f32[1,2,8], k: f32[1,2,8], v: f32[1,2,6], g: f32[1,2,2], b: f32[1,2,2]) -> (y, s) {\n"
    "  y, s = com.microsoft.LinearAttention(q, k, v, _, g, b) {\n"
    "    q_num_heads=2, kv_num_heads=2, state_window=0} }",
};

}  // namespace

MOTE_MICROSOFT_OP(LinearAttention,
                  (composite<linear_attention>("LinearAttention", {3, 6, 2}, parse)),
                  "ONNX's LinearAttention.", kSamples)

}  // namespace mote
