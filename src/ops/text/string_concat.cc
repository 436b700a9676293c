// StringConcat: texts joined one by one.
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/broadcast.h"

namespace mote {
namespace {

// X, Y: string, of shapes that broadcast. Z: string.
Status infer(const InferArgs& args) {
  for (const std::size_t i : {0, 1}) MOTE_TRY(expect_dtype(args, i, {DType::kString}));
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {DType::kString, std::move(shape)});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  const Dims& dims = args.out[0].dims;
  const auto rows = broadcast_rows<2>({args.in[0].dims, args.in[1].dims}, dims);
  if (dims.count() == 0) return {};
  const auto* x = args.in[0].as<std::string>();
  const auto* y = args.in[1].as<std::string>();
  auto* z = args.out[0].as<std::string>();
  for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      std::string& text = z[to + i];
      text = x[at[0] + i * rows.step[0]];
      text += y[at[1] + i * rows.step[1]];
    }
  });
  return {};
}

constexpr int kVersions[] = {20};

constexpr std::string_view kSamples[] = {
    "() -> (z) { x: string[2] = {\"a\", \"\"} y: string[2] = {\"b\", \"c\"}\n"
    "  z = StringConcat(x, y) }",
    "() -> (z) { x: string[2,1] = {\"a\", \"b\"} y: string[3] = {\"1\", \"2\", \"\\xc3\\xa4\"}\n"
    "  z = StringConcat(x, y) }",
    "() -> (z) { x: string[] = {\"a\"} y: string[0] = {} z = StringConcat(x, y) }",
};

}  // namespace

extern const OpDef kOp_StringConcat;
constinit const OpDef kOp_StringConcat = {
    .name = "StringConcat",
    .min_inputs = 2,
    .max_inputs = 2,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_StringConcat;
constinit const OnnxOp kOnnx_StringConcat = {.name = "StringConcat", .versions = kVersions};

extern const OpDoc kDoc_StringConcat;
constinit const OpDoc kDoc_StringConcat = {
    .name = "StringConcat",
    .doc = "Each text of `X` with that of `Y` behind it.",
    .samples = kSamples,
};

}  // namespace mote
