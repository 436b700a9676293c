// StringConcat: texts joined one by one.
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/broadcast.h"
#include "ops/support/strides.h"
#include "ops/text/texts.h"

namespace mote {
namespace {

// X, Y: string, of shapes that broadcast. Z: string.
Status infer(const InferArgs& args) {
  for (const std::size_t i : {0, 1}) MOTE_TRY(expect_dtype(args, i, {DType::kString}));
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {DType::kString, std::move(shape)});
  return {};
}

// Counts what it makes before it does: a long text may be joined to any number of others.
Status compute(const OpParams*, const ComputeArgs& args) {
  MOTE_ASSIGN(const TensorView x, texts_of(args, 0));
  MOTE_ASSIGN(const TensorView y, texts_of(args, 1));
  MOTE_ASSIGN(const Dims dims, broadcast_dims(x.dims, y.dims));
  MOTE_ASSIGN(Tensor joined, args.allocator.allocate(DType::kString, dims));
  auto* const z = joined.mut().as<std::string>();
  const auto for_each_pair = [&](const auto& f) {
    if (dims.count() == 0) return;
    const auto rows = broadcast_rows<2>({x.dims, y.dims}, dims);
    for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        f(x.as<std::string>()[at[0] + i * rows.step[0]],
          y.as<std::string>()[at[1] + i * rows.step[1]], z[to + i]);
      }
    });
  };
  std::uint64_t bytes = 0;
  for_each_pair([&](const std::string& a, const std::string& b, std::string&) {
    bytes += a.size() + b.size();
  });
  MOTE_TRY(args.allocator.expect_text(bytes));
  for_each_pair([](const std::string& a, const std::string& b, std::string& out) {
    out.reserve(a.size() + b.size());
    out += a;
    out += b;
  });
  args.out[0] = std::move(joined);
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
    .compute = compute,
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
