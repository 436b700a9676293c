// What operators that apply one function to each element share. A function is a struct:
//
//   struct LeakyRelu {
//     using Types = FloatElements;                        // what it is computed for
//     float alpha = 0.01F;                                // attributes, if any, and their reader
//     Status read(AttributeReader& r) { alpha = r.real("alpha", alpha); return {}; }
//     template <class T> T operator()(T x) const { ... }  // T: Compute<element>
//     UnaryCall kernel() const { ... }                    // if there is one
//   };
#pragma once
#include <optional>

#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {

// A call of KernelTable::unary_f32.
struct UnaryCall {
  UnaryF32 f = UnaryF32::kIdentity;
  float a = 0.0F;
  float b = 0.0F;
};

// y = f(x) of `count` floats. Null unless input 0 is f32.
std::unique_ptr<Step> make_unary_step(const PrepareArgs& args, const UnaryCall& call);

template <class F>
struct FunctionParams : OpParams {
  F f;
};

// The function, with its attributes if it has any.
template <class F>
F function_of(const OpParams* params) {
  if constexpr (requires(F f, AttributeReader r) { f.read(r); }) {
    return static_cast<const FunctionParams<F>&>(*params).f;
  } else {
    return F{};
  }
}

template <class F>
Result<std::unique_ptr<const OpParams>> parse_function(const Attributes& attributes) {
  auto p = std::make_unique<FunctionParams<F>>();
  AttributeReader r(attributes);
  const Status read = p->f.read(r);
  MOTE_TRY(r.finish());
  if (!read) return read.error();
  return p;
}

template <class F>
Status unary_infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, typename F::Types{}));
  args.set(0, args.type(0));
  return {};
}

// Elements [begin, end). T: of the input and the output.
template <class T, class F>
void map_elements(const F& f, const RunArgs& args, std::int64_t begin, std::int64_t end) {
  const T* x = args.in[0].as<T>();
  T* y = args.out[0].as<T>();
  for (std::int64_t i = begin; i < end; ++i) {
    y[i] = static_cast<T>(f(static_cast<Compute<T>>(x[i])));
  }
}

template <class F>
Status unary_reference(const OpParams* params, const RunArgs& args) {
  const F f = function_of<F>(params);
  return with_dtype(typename F::Types{}, args.in[0].dtype, [&](auto element) -> Status {
    map_elements<decltype(element)>(f, args, 0, args.in[0].dims.count());
    return {};
  });
}

// The function itself, on all threads, where there is no kernel of it.
template <class F>
class FunctionStep final : public Step {
 public:
  explicit FunctionStep(const F& f) : f_(f) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "elementwise"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 2048;
    return with_dtype(typename F::Types{}, args.in[0].dtype, [&](auto element) -> Status {
      args.workers.for_each_range(args.in[0].dims.count(), kGrain,
                                  [&](std::int64_t begin, std::int64_t end) {
                                    map_elements<decltype(element)>(f_, args, begin, end);
                                  });
      return {};
    });
  }

 private:
  F f_;
};

template <class F>
Result<std::unique_ptr<Step>> unary_prepare(const PrepareArgs& args) {
  const F f = function_of<F>(args.op_params);
  if constexpr (requires { f.kernel(); }) {
    const std::optional<UnaryCall> call = f.kernel();
    std::unique_ptr<Step> step = call ? make_unary_step(args, *call) : nullptr;
    if (step != nullptr) return step;
  }
  return std::make_unique<FunctionStep<F>>(f);
}

template <class F>
constexpr OpDef unary_op(std::string_view name) {
  OpDef op;
  op.name = name;
  if constexpr (requires(F f, AttributeReader r) { f.read(r); }) op.parse = parse_function<F>;
  op.infer = unary_infer<F>;
  op.reference = unary_reference<F>;
  op.prepare = unary_prepare<F>;
  return op;
}

}  // namespace mote

// Samples of function `Op` with `attributes`, "" or "{alpha=0.5}".
#define MOTE_UNARY_SAMPLES(Op, attributes)                      \
  "(x: f32[2,3,5]) -> (y) { y = " #Op "(x) " attributes " }",   \
      "(x: f64[7]) -> (y) { y = " #Op "(x) " attributes " }",   \
      "(x: f16[3,3]) -> (y) { y = " #Op "(x) " attributes " }", \
      "(x: bf16[4]) -> (y) { y = " #Op "(x) " attributes " }",  \
      "(x: f32[]) -> (y) { y = " #Op "(x) " attributes " }",    \
      "(x: f32[0,3]) -> (y) { y = " #Op "(x) " attributes " }"

// Operator `Op` of the function `Op`, its versions and its documentation; more samples may follow.
#define MOTE_UNARY_OP(Op, op_versions, op_upgrades, op_attributes, text, ...)                \
  extern const OpDef kOp_##Op;                                                               \
  constinit const OpDef kOp_##Op = unary_op<Op>(#Op);                                        \
  extern const OnnxOp kOnnx_##Op;                                                            \
  constinit const OnnxOp kOnnx_##Op = {                                                      \
      .name = #Op, .versions = op_versions, .upgrades = op_upgrades};                        \
  static constexpr std::string_view kSamples_##Op[] = {MOTE_UNARY_SAMPLES(Op, op_attributes) \
                                                           __VA_OPT__(, ) __VA_ARGS__};      \
  extern const OpDoc kDoc_##Op;                                                              \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = kSamples_##Op};
