// Where: elements of one tensor or the other, as a third says.
#include <string>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/ops.h"
#include "ops/support/broadcast.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// condition: bool; X, Y: one dtype, of whole bytes.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kBool}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {1, 2}));
  if (dtype != DType::kUndefined && bit_width(dtype) < 8) {
    return Error{Code::kInvalidArgument, cat("input 1 is ", name(dtype), ", of less than a byte")};
  }
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

// Only the width of T matters.
template <class T>
void select(const RunArgs& args) {
  const auto rows =
      broadcast_rows<3>({args.in[0].dims, args.in[1].dims, args.in[2].dims}, args.out[0].dims);
  for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t n) {
    const bool* condition = args.in[0].as<bool>() + at[0];
    const T* x = args.in[1].as<T>() + at[1];
    const T* y = args.in[2].as<T>() + at[2];
    T* out = args.out[0].as<T>() + to;
    for (std::int64_t i = 0; i < n; ++i) {
      out[i] = condition[i * rows.step[0]] ? x[i * rows.step[1]] : y[i * rows.step[2]];
    }
  });
}

struct TwoWords {
  std::uint64_t low, high;
};

Status reference(const OpParams*, const RunArgs& args) {
  const DType dtype = args.out[0].dtype;
  if (dtype == DType::kString) {
    select<std::string>(args);
    return {};
  }
  switch (byte_width(dtype)) {
    case 1:
      select<std::uint8_t>(args);
      return {};
    case 2:
      select<std::uint16_t>(args);
      return {};
    case 4:
      select<std::uint32_t>(args);
      return {};
    case 8:
      select<std::uint64_t>(args);
      return {};
    default:
      select<TwoWords>(args);
      return {};
  }
}

constexpr int kVersions[] = {9, 16};

constexpr std::string_view kSamples[] = {
    "(c: bool[2,3], x: f32[2,3], y: f32[2,3]) -> (z) { z = Where(c, x, y) }",
    "(c: bool[3,1], x: f32[], y: f32[2,1,4]) -> (z) { z = Where(c, x, y) }",
    "(c: bool[], x: s64[4], y: s64[4]) -> (z) { z = Where(c, x, y) }",
    "(c: bool[4], x: bool[4], y: bool[1]) -> (z) { z = Where(c, x, y) }",
    "(c: bool[0,2], x: f16[2], y: f16[]) -> (z) { z = Where(c, x, y) }",
    "(c: bool[2]) -> (z) { x: c64[2] = {0x0000803f000000400000404000008040} z = Where(c, x, x) }",
    "(c: bool[2]) -> (z) { x: string[2] = {\"a\", \"b\"} y: string[] = {\"\"}\n"
    "  z = Where(c, x, y) }",
};

}  // namespace

extern const OpDef kOp_Where;
constinit const OpDef kOp_Where = {
    .name = "Where",
    .min_inputs = 3,
    .max_inputs = 3,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Where;
constinit const OnnxOp kOnnx_Where = {.name = "Where", .versions = kVersions};

extern const OpDoc kDoc_Where;
constinit const OpDoc kDoc_Where = {
    .name = "Where",
    .doc = "The element of X where `condition` is true, that of Y elsewhere; all three broadcast.",
    .samples = kSamples,
};

}  // namespace mote
