// What operators of two broadcast operands share. A function is a struct, as in unary.h:
//
//   struct Less {
//     using Types = NumberElements;  // of both operands
//     using Output = bool;           // unless the result has their type
//     template <class T> bool operator()(T a, T b) { ... }
//     Status status() const { ... }  // if elements can be wrong: what they were
//   };
#pragma once
#include "ops/elementwise/unary.h"
#include "ops/support/broadcast.h"
#include "ops/support/shapes.h"

namespace mote {

// y = f(a, b). Null unless the operands are f32.
std::unique_ptr<Step> make_binary_step(const PrepareArgs& args, BinaryF32 f);

template <class F>
concept HasOutput = requires {
  typename F::Output;
};

template <class F>
Status binary_infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, typename F::Types{}));
  MOTE_TRY(expect_elements(args, 1, typename F::Types{}));
  MOTE_ASSIGN(DType dtype, shared_dtype(args, {0, 1}));
  if constexpr (HasOutput<F>) dtype = kDTypeOf<typename F::Output>;
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

template <class T, class F>
void binary_elements(F& f, const RunArgs& args) {
  const auto rows = broadcast_rows<2>({args.in[0].dims, args.in[1].dims}, args.out[0].dims);
  for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t n) {
    const T* a = args.in[0].as<T>() + at[0];
    const T* b = args.in[1].as<T>() + at[1];
    for (std::int64_t i = 0; i < n; ++i) {
      const auto y = f(static_cast<const Compute<T>&>(a[i * rows.step[0]]),
                       static_cast<const Compute<T>&>(b[i * rows.step[1]]));
      if constexpr (HasOutput<F>) {
        args.out[0].as<typename F::Output>()[to + i] = y;
      } else {
        args.out[0].as<T>()[to + i] = static_cast<T>(y);
      }
    }
  });
}

template <class F>
Status binary_reference(const OpParams* params, const RunArgs& args) {
  F f = function_of<F>(params);
  MOTE_TRY(with_dtype(typename F::Types{}, args.in[0].dtype, [&](auto element) -> Status {
    binary_elements<decltype(element)>(f, args);
    return {};
  }));
  if constexpr (requires { f.status(); }) return f.status();
  return {};
}

template <class F>
Result<std::unique_ptr<Step>> binary_prepare(const PrepareArgs& args) {
  return make_binary_step(args, F::kKernel);
}

template <class F>
constexpr OpDef binary_op(std::string_view name) {
  OpDef op;
  op.name = name;
  op.min_inputs = 2;
  op.max_inputs = 2;
  if constexpr (requires(F f, AttributeReader r) { f.read(r); }) op.parse = parse_function<F>;
  op.infer = binary_infer<F>;
  op.reference = binary_reference<F>;
  if constexpr (requires { F::kKernel; }) op.prepare = binary_prepare<F>;
  return op;
}

}  // namespace mote

// Samples of function `Op` of two tensors of `dtype`: equal shapes, and the ways to broadcast.
#define MOTE_BINARY_SAMPLES(Op, dtype, attributes)                                            \
  "(a: " dtype "[2,3,4], b: " dtype "[2,3,4]) -> (y) { y = " #Op "(a, b) " attributes " }",   \
      "(a: " dtype "[2,3,4], b: " dtype "[4]) -> (y) { y = " #Op "(a, b) " attributes " }",   \
      "(a: " dtype "[3,1], b: " dtype "[2,3,5]) -> (y) { y = " #Op "(a, b) " attributes " }", \
      "(a: " dtype "[2,1,4], b: " dtype "[3,1]) -> (y) { y = " #Op "(a, b) " attributes " }", \
      "(a: " dtype "[], b: " dtype "[5]) -> (y) { y = " #Op "(a, b) " attributes " }",        \
      "(a: " dtype "[0,3], b: " dtype "[3]) -> (y) { y = " #Op "(a, b) " attributes " }"

// Operator `Op` of the function `Op`, its versions, its documentation and its samples.
#define MOTE_BINARY_OP(Op, op_versions, op_upgrades, text, ...)       \
  extern const OpDef kOp_##Op;                                        \
  constinit const OpDef kOp_##Op = binary_op<Op>(#Op);                \
  extern const OnnxOp kOnnx_##Op;                                     \
  constinit const OnnxOp kOnnx_##Op = {                               \
      .name = #Op, .versions = op_versions, .upgrades = op_upgrades}; \
  static constexpr std::string_view kSamples_##Op[] = {__VA_ARGS__};  \
  extern const OpDoc kDoc_##Op;                                       \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = kSamples_##Op};
