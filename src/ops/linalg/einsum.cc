// Einsum: sums of products of tensors whose dimensions an equation names.
#include "base/text.h"
#include "ops/linalg/equation.h"
#include "ops/matmul/product.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

constexpr std::size_t kMaxOperands = 32;

struct EinsumParams : OpParams {
  Equation equation;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<EinsumParams>();
  AttributeReader r(attributes);
  const std::string text = r.text("equation", "");
  const bool given = r.has("equation");
  MOTE_TRY(r.finish());
  if (!given) return Error{Code::kInvalidArgument, "attribute equation is missing"};
  auto equation = parse_equation(text);
  if (!equation) return std::move(equation).error().with_context(cat("equation '", text, "'"));
  p->equation = *std::move(equation);
  if (p->equation.inputs.size() > kMaxOperands) {
    return Error{Code::kUnsupported, cat("equation has ", p->equation.inputs.size(),
                                         " operands, more than ", kMaxOperands)};
  }
  return p;
}

Status check_operands(const Equation& equation, std::size_t operands) {
  if (equation.inputs.size() == operands) return {};
  return Error{Code::kInvalidArgument,
               cat("equation has ", equation.inputs.size(), " operands, the node ", operands)};
}

// Takes in the sizes of one operand.
template <class Sizes>
Status add_operand(const Term& term, const Sizes& dims, LabelSizes& sizes) {
  const auto rank = static_cast<int>(std::ssize(dims));
  MOTE_ASSIGN(const int ellipsis, ellipsis_rank(term, rank));
  int d = 0;
  for (const auto& size : dims) MOTE_TRY(sizes.add(label_of(term, ellipsis, d++), Dim(size)));
  return {};
}

// The output's sizes; nothing where the rank of its ellipsis is open.
std::optional<Shape> output_shape(const Term& output, const LabelSizes& sizes, bool ranks_known) {
  const bool has_ellipsis = std::ranges::find(output, kEllipsis) != output.end();
  if (!ranks_known && has_ellipsis) return std::nullopt;
  const int ellipsis = has_ellipsis ? sizes.ellipsis() : 0;
  const auto rank = std::ssize(output) + (has_ellipsis ? ellipsis - 1 : 0);
  Shape shape;
  for (int d = 0; d < rank; ++d) {
    const Dim& size = sizes[label_of(output, ellipsis, d)];
    // What is 1 in one operand may be more in another of unknown rank.
    shape.push_back(ranks_known || (size.known() && size.size() != 1) ? size : Dim());
  }
  return shape;
}

// Operands of one dtype.
Status infer(const InferArgs& args) {
  const Equation& equation = args.params<EinsumParams>().equation;
  MOTE_TRY(check_operands(equation, args.in.size()));
  LabelSizes sizes;
  TensorType type;
  bool ranks_known = true;
  for (std::size_t k = 0; k < args.in.size(); ++k) {
    MOTE_TRY(expect_elements(args, k, NumberElements{}));
    if (!args.has(k)) return Error{Code::kInvalidArgument, cat("input ", k, " is missing")};
    MOTE_ASSIGN(type, merge(type, {args.type(k).dtype, std::nullopt}));
    ranks_known = ranks_known && args.type(k).shape;
    if (!args.type(k).shape) continue;
    if (Status s = add_operand(equation.inputs[k], *args.type(k).shape, sizes); !s) {
      return std::move(s).error().with_context(cat("input ", k));
    }
  }
  MOTE_TRY(sizes.count());
  args.set(0, {type.dtype, output_shape(equation.output, sizes, ranks_known)});
  return {};
}

// One dimension of the loops: its size, and each operand's step along it.
struct Loop {
  std::int64_t size = 1;
  std::array<std::int64_t, kMaxOperands> steps{};
};

using Offsets = std::array<std::int64_t, kMaxOperands>;

// The loops over the output's dimensions and, for each of its elements, over all that are summed.
struct Loops {
  std::size_t operands = 0;
  int outer = 0, inner = 0;  // how many
  std::array<Loop, kMaxLabels> outer_loops, inner_loops;
  std::int64_t terms = 1;  // of each element
};

std::int64_t step_of(const Term& term, const Dims& dims, Label label) {
  const auto ellipsis = ellipsis_rank(term, dims.rank());
  const Dims strides = row_major_strides(dims);
  std::int64_t step = 0;
  for (int d = 0; d < dims.rank(); ++d) {
    if (dims[d] != 1 && label_of(term, *ellipsis, d) == label) step += strides[d];
  }
  return step;
}

Loop loop_over(const Equation& equation, const LabelSizes& sizes, Label label,
               std::span<const TensorView> in) {
  Loop loop;
  loop.size = sizes[label].size();
  for (std::size_t k = 0; k < in.size(); ++k) {
    loop.steps[k] = step_of(equation.inputs[k], in[k].dims, label);
  }
  return loop;
}

// Requires: operands that infer takes.
Result<Loops> make_loops(const Equation& equation, const RunArgs& args) {
  LabelSizes sizes;
  for (std::size_t k = 0; k < args.in.size(); ++k) {
    MOTE_TRY(add_operand(equation.inputs[k], args.in[k].dims, sizes));
  }
  Loops loops;
  loops.operands = args.in.size();
  std::array<bool, kMaxLabels> kept{};
  for (int d = 0; d < args.out[0].dims.rank(); ++d) {
    const Label label = label_of(equation.output, sizes.ellipsis(), d);
    kept[static_cast<std::size_t>(label)] = true;
    Loop& loop = loops.outer_loops[static_cast<std::size_t>(loops.outer++)];
    loop = loop_over(equation, sizes, label, args.in);
  }
  for (Label label = 0; label < kMaxLabels; ++label) {
    if (!sizes.used(label) || kept[static_cast<std::size_t>(label)]) continue;
    Loop& loop = loops.inner_loops[static_cast<std::size_t>(loops.inner++)];
    loop = loop_over(equation, sizes, label, args.in);
    loops.terms *= loop.size;
  }
  return loops;
}

// Where the operands of output element i begin.
Offsets offsets_at(const Loops& loops, std::int64_t i) {
  Offsets at{};
  for (int d = loops.outer - 1; d >= 0; --d) {
    const Loop& loop = loops.outer_loops[static_cast<std::size_t>(d)];
    for (std::size_t k = 0; k < loops.operands; ++k) at[k] += i % loop.size * loop.steps[k];
    i /= loop.size;
  }
  return at;
}

template <class T>
ProductSum<T> sum_from(const Loops& loops, Offsets at, const RunArgs& args) {
  constexpr std::int64_t kLook = 1 << 14;
  std::array<std::int64_t, kMaxLabels> index{};
  ProductSum<T> sum = 0;
  for (std::int64_t n = 0; n < loops.terms; ++n) {
    if (n % kLook == kLook - 1 && args.stop.stopped()) break;
    ProductSum<T> product = 1;
    for (std::size_t k = 0; k < loops.operands; ++k) {
      product *= static_cast<ProductSum<T>>(args.in[k].as<T>()[at[k]]);
    }
    sum += product;
    for (auto d = static_cast<std::size_t>(loops.inner); d-- > 0;) {
      const Loop& loop = loops.inner_loops[d];
      const bool again = ++index[d] < loop.size;
      const std::int64_t steps = again ? 1 : 1 - loop.size;
      for (std::size_t k = 0; k < loops.operands; ++k) at[k] += steps * loop.steps[k];
      if (again) break;
      index[d] = 0;
    }
  }
  return sum;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Equation& equation = static_cast<const EinsumParams*>(params)->equation;
  MOTE_TRY(check_operands(equation, args.in.size()));
  MOTE_ASSIGN(const Loops loops, make_loops(equation, args));
  const std::int64_t grain = std::max<std::int64_t>((1 << 12) / (loops.terms + 1), 1);
  MOTE_TRY(with_dtype(NumberElements{}, args.out[0].dtype, [&]<class T>(T) -> Status {
    T* y = args.out[0].as<T>();
    args.workers.for_each_range(args.out[0].dims.count(), grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i) {
                                    const auto sum = sum_from<T>(loops, offsets_at(loops, i), args);
                                    if constexpr (std::is_integral_v<T>) {
                                      y[i] = static_cast<T>(sum);
                                    } else {
                                      y[i] = rounded<T>(sum);
                                    }
                                  }
                                });
    return {};
  }));
  return args.stop.check();
}

std::int64_t macs(const PrepareArgs& args) {
  const Equation& equation = args.params<EinsumParams>().equation;
  LabelSizes sizes;
  for (std::size_t k = 0; k < args.in.size(); ++k) {
    if (!add_operand(equation.inputs[k], args.in_dims(k), sizes)) return 0;
  }
  const auto count = sizes.count();
  return count ? macs_of(count->size(), std::max<std::int64_t>(std::ssize(args.in) - 1, 1)) : 0;
}

constexpr int kVersions[] = {12, 28};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,4]) -> (y) { y = Einsum(x) {equation=\"ij->ji\"} }",
    "(x: f32[3,4]) -> (y) { y = Einsum(x) {equation=\" i j -> i \"} }",
    "(x: f64[3,5,5]) -> (y) { y = Einsum(x) {equation=\"...ii->...i\"} }",
    "(x: f32[5], z: f32[5]) -> (y) { y = Einsum(x, z) {equation=\"i,i\"} }",
    "(x: f32[5,2,3], z: f32[5,3,4]) -> (y) { y = Einsum(x, z) {equation=\"bij, bjk -> bik\"} }",
    "(x: f32[2,6,3,4], z: f32[2,5,3,4]) -> (y) {\n"
    "  y = Einsum(x, z) {equation=\"bihd,bjhd->bhij\"} }",
    "(x: f32[2,3,4,5], z: f32[4,5,6,7]) -> (y) {\n"
    "  y = Einsum(x, z) {equation=\"abcd,cdef->fabe\"} }",
    "(x: f32[], z: f32[]) -> (y) { y = Einsum(x, z) {equation=\",->\"} }",
    "(x: s32[2], z: s32[3], w: s32[4]) -> (y) { y = Einsum(x, z, w) {equation=\"i,j,k->kij\"} }",
    "(x: f16[2,1,3], z: f16[4,3]) -> (y) { y = Einsum(x, z) {equation=\"...i,...i\"} }",
    "(x: bf16[2,3], z: bf16[3,2]) -> (y) { y = Einsum(x, z) {equation=\"Ba,aA\"} }",
    "(x: u8[3,3]) -> (y) { y = Einsum(x) {equation=\"ii\"} }",
    "(x: f32[2,0], z: f32[0,3]) -> (y) { y = Einsum(x, z) {equation=\"ij,jk->ik\"} }",
    "(x: f32[2,3], z: f32[3]) -> (y) { y = Einsum(x, z) {equation=\"ij,j->ij\"} }",
};

}  // namespace

extern const OpDef kOp_Einsum;
constinit const OpDef kOp_Einsum = {
    .name = "Einsum",
    .max_inputs = -1,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .macs = macs,
    .unbounded = true,
};

extern const OnnxOp kOnnx_Einsum;
constinit const OnnxOp kOnnx_Einsum = {.name = "Einsum", .versions = kVersions};

extern const OpDoc kDoc_Einsum;
constinit const OpDoc kDoc_Einsum = {
    .name = "Einsum",
    .doc =
        "Products of the operands, whose dimensions `equation` names with letters, summed over "
        "all that the output does not name; \"...\" stands for dimensions that broadcast. Integers "
        "wrap.",
    .samples = kSamples,
};

}  // namespace mote
