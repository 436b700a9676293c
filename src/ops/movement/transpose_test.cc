#include <gtest/gtest.h>

#include <numeric>

#include "ir/text.h"
#include "kernels/table.h"
#include "ops/movement/transpose_step.h"
#include "ops/support/strides.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Transpose, RefusesWhatIsNoPermutation) {
  EXPECT_NE(inferred("(x: f32[2,3]) -> (y) { y = Transpose(x) {perm=[0, 0]} }")
                .find("perm [0,0] does not have each of 0 to 1 once"),
            std::string::npos);
  EXPECT_NE(inferred("(x: f32[2,3]) -> (y) { y = Transpose(x) {perm=[-1, 0]} }")
                .find("perm [-1,0] does not have each of 0 to 1 once"),
            std::string::npos);
  EXPECT_EQ(inferred("(x: f32[2,3]) -> (y) { y = Transpose(x) {perm=[0, 2, 1]} }"),
            "node (Transpose) -> 'y': perm has 3 entries, the input has rank 2");
}

TEST(Transpose, CarriesNamesOfSizes) {
  EXPECT_EQ(inferred("(x: f32[n,3,h,w]) -> (y) { y = Transpose(x) {perm=[0, 2, 3, 1]} }"),
            "f32[n,h,w,3]");
}

struct Case {
  Dims dims;  // of the output
  Dims perm;  // output dimension -> input dimension
};

// More elements than one thread takes, in shapes that end up in each way of moving them.
const Case kCases[] = {
    {{2, 100, 120, 3}, {0, 2, 3, 1}},  // few channels last: many rows
    {{2, 3, 100, 120}, {0, 3, 1, 2}},  // and first: many columns
    {{300, 257}, {1, 0}},              // one matrix
    {{40, 30, 50, 9}, {2, 0, 3, 1}},   // batches on both sides of the matrix
    {{70, 60, 33}, {1, 0, 2}},         // runs
    {{90, 80, 1}, {2, 0, 1}},          // only sizes of 1 move
};

template <class T>
void expect_transposed(const Case& c, const KernelTable& kernels) {
  Dims from = c.dims;
  for (int i = 0; i < c.dims.rank(); ++i) from[static_cast<int>(c.perm[i])] = c.dims[i];
  const Dims own = row_major_strides(from);
  Dims strides = c.dims;
  for (int i = 0; i < c.dims.rank(); ++i) strides[i] = own[static_cast<int>(c.perm[i])];
  Tensor x = *Tensor::zeros(kDTypeOf<T>, from);
  std::iota(x.mut().as<T>(), x.mut().as<T>() + x.count(), T{0});
  Tensor y = *Tensor::zeros(kDTypeOf<T>, c.dims);
  const auto step = make_transpose_step(kDTypeOf<T>, c.dims, strides, kernels);
  ASSERT_NE(step, nullptr);
  Workers workers(3);
  const TensorView in[] = {x.view()};
  const MutTensorView out[] = {y.mut()};
  ASSERT_TRUE(step->run({in, out, nullptr, workers, StopToken()}));
  std::int64_t n = 0;
  std::int64_t wrong = 0;
  for_each_offset(c.dims, std::array{strides}, [&](const auto& at) {
    wrong += y.values<T>()[static_cast<std::size_t>(n++)] !=
             x.values<T>()[static_cast<std::size_t>(at[0])];
  });
  EXPECT_EQ(wrong, 0) << to_string(c.dims) << " by " << to_string(c.perm) << ", " << step->kernel();
}

TEST(TransposeStep, MovesEveryElementOnEveryIsa) {
  for (const Case& c : kCases) {
    for (const KernelTable* kernels : runnable_kernels()) {
      expect_transposed<std::int32_t>(c, *kernels);
    }
    expect_transposed<std::uint8_t>(c, **runnable_kernels().begin());
    expect_transposed<std::uint16_t>(c, **runnable_kernels().begin());
    expect_transposed<std::int64_t>(c, **runnable_kernels().begin());
  }
}

}  // namespace
}  // namespace mote
