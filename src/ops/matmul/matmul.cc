// MatMul: products of matrices, batch dimensions broadcast, as numpy.matmul.
#include <optional>

#include "base/result.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/matmul/matmul_sizes.h"
#include "ops/matmul/product.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/has_kernels.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// A: [batch..., M, K] or [K]; B: [batch..., K, N] or [K]. Y: [batch..., M, N].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ProductElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  if (!args.type(0).shape || !args.type(1).shape) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(Shape out, matmul_shape(*args.type(0).shape, *args.type(1).shape));
  args.set(0, {dtype, std::move(out)});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  const MatMulSizes s = matmul_sizes(args.in[0].dims, args.in[1].dims);
  return with_dtype(ProductElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    T* y = args.out[0].as<T>();
    for_each_offset<2>(s.batch, {s.a_strides, s.b_strides}, [&](const auto& matrix) {
      const Strided<T> a{args.in[0].as<T>() + matrix[0] * s.m * s.k, s.k, 1};
      const Strided<T> b{args.in[1].as<T>() + matrix[1] * s.k * s.n, s.n, 1};
      multiply(s.m, s.n, s.k, a, b, args.workers,
               [&](std::int64_t i, std::int64_t j, ProductSum<T> sum) {
                 if constexpr (std::is_integral_v<T>) {
                   y[i * s.n + j] = static_cast<T>(sum);
                 } else {
                   y[i * s.n + j] = rounded<T>(sum);
                 }
               });
      y += s.m * s.n;
    });
    return {};
  });
}

class MatMulStep final : public Step {
 public:
  MatMulStep(const KernelTable& kernels, const MatMulSizes& sizes, std::int64_t matrices)
      : kernels_(kernels),
        sizes_(sizes),
        matrices_(matrices),
        packed_size_(kernels.packed_gemm_size_f32(sizes.n, sizes.k, 1)) {
    // One matrix for the whole batch: its rows are those of one tall product.
    if (matrices_ == 1 && is_dense(sizes)) {
      sizes_.m *= sizes_.batch.count();
      sizes_.batch = sizes_.a_strides = sizes_.b_strides = {};
    }
    grid_ = cut_gemm(kernels, sizes_.m, sizes_.n, sizes_.k);
  }

  // Packs a constant B once. Errors: kResourceExhausted.
  Status pack(const float* b, const PrepareArgs& args) {
    const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
      pack_all(b, packed.as<float>(), workers);
      return {};
    };
    MOTE_ASSIGN(packed_, args.derive({1}, matrices_ * packed_size_, DType::kF32, fill));
    return {};
  }

  std::size_t scratch_bytes() const override {
    return packed_ ? 0 : static_cast<std::size_t>(matrices_ * packed_size_) * sizeof(float);
  }
  std::size_t packed_bytes() const override { return packed_ ? packed_.bytes() : 0; }
  bool reads(int input) const override { return input == 0 || !packed_; }
  std::string_view kernel() const override { return "gemm_f32"; }

  Status run(const RunArgs& args) const override {
    const auto* packed = static_cast<const float*>(packed_.data());
    if (!packed_) {
      auto* scratch = reinterpret_cast<float*>(args.scratch);
      pack_all(args.in[1].as<float>(), scratch, args.workers);
      packed = scratch;
    }
    for_each_piece(
        grid_, sizes_.batch.count(), args.workers,
        [&](std::int64_t matrix, const GemmPiece& piece) { run_one(args, packed, matrix, piece); });
    return {};
  }

 private:
  // Every matrix of A is its own: a row-major batch.
  static bool is_dense(const MatMulSizes& s) { return s.a_strides == row_major_strides(s.batch); }

  void pack_all(const float* b, float* packed, Workers& workers) const {
    for (std::int64_t i = 0; i < matrices_; ++i) {
      pack_weights(kernels_, {b + i * sizes_.k * sizes_.n, sizes_.n, sizes_.k, 1, sizes_.n},
                   nullptr, packed + i * packed_size_, workers);
    }
  }

  void run_one(const RunArgs& args, const float* packed, std::int64_t matrix,
               const GemmPiece& piece) const {
    const MatMulSizes& s = sizes_;
    std::int64_t a = 0, b = 0, left = matrix;
    for (int d = s.batch.rank() - 1; d >= 0; --d) {
      a += left % s.batch[d] * s.a_strides[d];
      b += left % s.batch[d] * s.b_strides[d];
      left /= s.batch[d];
    }
    GemmF32 g{s.m,
              s.n,
              s.k,
              args.in[0].as<float>() + a * s.m * s.k,
              s.k,
              packed + b * packed_size_,
              args.out[0].as<float>() + matrix * s.m * s.n,
              s.n,
              {}};
    run_piece(kernels_, piece, g);
  }

  const KernelTable& kernels_;
  MatMulSizes sizes_;
  std::int64_t matrices_;  // of B
  std::int64_t packed_size_;
  GemmGrid grid_;
  Tensor packed_;  // undefined: packed at each run
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Dims a = args.in_dims(0);
  const Dims b = args.in_dims(1);
  if (args.in_dtype(0) != DType::kF32 || a.count() == 0 || b.count() == 0) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  auto step = std::make_unique<MatMulStep>(args.kernels, matmul_sizes(a, b), batch_of(b).count());
  if (const Tensor* constant = args.constant(1)) {
    MOTE_TRY(step->pack(constant->values<float>().data(), args));
  }
  return step;
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims a = args.in_dims(0);
  return macs_of(args.out_dims(0).count(), a[a.rank() - 1]);
}

constexpr int kVersions[] = {1, 9, 13};

constexpr std::string_view kSamples[] = {
    "(x: f32[5,7]) -> (y) { w: f32[7,19] = {random 1} y = MatMul(x, w) }",
    "(x: f32[5,7], w: f32[7,19]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[2,3,4,5], w: f32[3,5,6]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[2,1,4,5], w: f32[1,3,5,1]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[2,3,4,5]) -> (y) { w: f32[5,6] = {random 2} y = MatMul(x, w) }",
    "(x: f32[4,5]) -> (y) { w: f32[3,5,6] = {random 3} y = MatMul(x, w) }",
    "(x: f32[5], w: f32[5]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[5], w: f32[2,5,3]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[2,3,5], w: f32[5]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[3,0], w: f32[0,4]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[0,3], w: f32[3,4]) -> (y) { y = MatMul(x, w) }",
    "(x: f32[130,33]) -> (y) { w: f32[33,70] = {random 4} y = MatMul(x, w) }",
    "(x: f64[2,3], w: f64[3,2]) -> (y) { y = MatMul(x, w) }",
    "(x: f16[2,3], w: f16[3,2]) -> (y) { y = MatMul(x, w) }",
    "(x: bf16[2,3], w: bf16[3,2]) -> (y) { y = MatMul(x, w) }",
    "(x: s32[2,3], w: s32[3,2]) -> (y) { y = MatMul(x, w) }",
    "(x: u32[2,3], w: u32[3,2]) -> (y) { y = MatMul(x, w) }",
    "(x: s64[2,3], w: s64[3]) -> (y) { y = MatMul(x, w) }",
    "(x: u64[3], w: u64[3,2]) -> (y) { y = MatMul(x, w) }",
};

}  // namespace

extern const OpDef kOp_MatMul;
constinit const OpDef kOp_MatMul = {
    .name = "MatMul",
    .min_inputs = 2,
    .max_inputs = 2,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};

extern const OnnxOp kOnnx_MatMul;
constinit const OnnxOp kOnnx_MatMul = {.name = "MatMul", .versions = kVersions};

extern const OpDoc kDoc_MatMul;
constinit const OpDoc kDoc_MatMul = {
    .name = "MatMul",
    .doc =
        "The matrix product of `A` and `B`. Dimensions before the last two are a batch and "
        "broadcast; an operand of rank 1 is a row (`A`) or a column (`B`). Integers wrap.",
    .samples = kSamples,
};

}  // namespace mote
