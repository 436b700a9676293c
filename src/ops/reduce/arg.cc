// ArgMax, ArgMin: where along an axis the extreme is.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/reduce/lanes.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct ArgParams : OpParams {
  std::int64_t axis = 0;
  bool keepdims = true;
  bool select_last_index = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ArgParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 0);
  p->keepdims = r.flag("keepdims", true);
  p->select_last_index = r.flag("select_last_index", false);
  MOTE_TRY(r.finish());
  return p;
}

// data: numbers. reduced: s64.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  const auto& p = args.params<ArgParams>();
  const auto& data = args.type(0).shape;
  if (!data) {
    args.set(0, {DType::kS64, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, args.type(0).rank()));
  Shape shape = *data;
  const auto reduced = shape.begin() + axis;
  if (*reduced == Dim(0)) {
    return Error{Code::kInvalidArgument, cat("axis ", p.axis, " has no elements to choose from")};
  }
  if (p.keepdims) {
    *reduced = 1;
  } else {
    shape.erase(reduced);
  }
  args.set(0, {DType::kS64, std::move(shape)});
  return {};
}

// NaN is more extreme than any number.
template <bool kMax, class T>
bool beats(T x, T best, bool ties) {
  if (x != x || best != best) return x != x && (best == best || ties);
  if (x == best) return ties;
  return kMax ? x > best : x < best;
}

// The lanes of one block, side by side as they lie in memory.
template <bool kMax, class T>
void best_of_block(const T* x, const Lanes& lanes, bool ties, std::int64_t* best) {
  std::fill_n(best, lanes.inner, 0);
  for (std::int64_t i = 1; i < lanes.size; ++i) {
    for (std::int64_t c = 0; c < lanes.inner; ++c) {
      const auto challenger = static_cast<Compute<T>>(x[i * lanes.inner + c]);
      const auto leader = static_cast<Compute<T>>(x[best[c] * lanes.inner + c]);
      if (beats<kMax>(challenger, leader, ties)) best[c] = i;
    }
  }
}

template <bool kMax>
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ArgParams&>(*params);
  const TensorView& data = args.in[0];
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, data.dims.rank()));
  const Lanes lanes = lanes_along(data.dims, axis);
  return with_dtype(NumberElements{}, data.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    auto* y = args.out[0].as<std::int64_t>();
    for (std::int64_t o = 0; o < lanes.outer; ++o) {
      const T* x = data.as<T>() + o * lanes.size * lanes.inner;
      best_of_block<kMax>(x, lanes, p.select_last_index, y + o * lanes.inner);
    }
    return {};
  });
}

constexpr int kVersions[] = {1, 11, 12, 13};

}  // namespace

#define MOTE_ARG_OP(Op, is_max, text)                                               \
  extern const OpDef kOp_##Op;                                                      \
  constinit const OpDef kOp_##Op = {                                                \
      .name = #Op, .parse = parse, .infer = infer, .reference = reference<is_max>}; \
  extern const OnnxOp kOnnx_##Op;                                                   \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = kVersions};         \
  static constexpr std::string_view kSamples_##Op[] = {                             \
      "(x: f32[2,3,4]) -> (y) { y = " #Op "(x) }",                                  \
      "(x: f32[2,3,4]) -> (y) { y = " #Op "(x) {axis=-1, keepdims=0} }",            \
      "(x: s8[3,4]) -> (y) { y = " #Op "(x) {axis=1} }",                            \
      "(x: u64[9]) -> (y) { y = " #Op "(x) {select_last_index=1} }",                \
      "(x: f16[2,3]) -> (y) { y = " #Op "(x) {axis=1, keepdims=0} }",               \
      "(x: f64[0,3]) -> (y) { y = " #Op "(x) {axis=1} }",                           \
      "() -> (y) { x: f32[4] = {1, nan, 2, nan} y = " #Op "(x) }"};                 \
  extern const OpDoc kDoc_##Op;                                                     \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = kSamples_##Op};
MOTE_ARG_OP(ArgMax, true,
            "The index of the greatest element along `axis`, the first of several unless "
            "select_last_index; NaN is above all.")
MOTE_ARG_OP(ArgMin, false,
            "The index of the smallest element along `axis`, the first of several unless "
            "select_last_index; NaN is below all.")
#undef MOTE_ARG_OP

}  // namespace mote
