#include "answers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/random_tensors.h"

namespace mote {

std::vector<Tensor> make_inputs(const Model& model, std::int64_t open) {
  std::vector<Tensor> inputs;
  Random random(17);
  for (const TensorInfo& info : model.inputs()) {
    Dims dims;
    for (const SizeInfo& s : info.shape) dims.push_back(s.size < 0 ? open : s.size);
    inputs.push_back(*random_tensor(info.dtype, dims, random));
  }
  return inputs;
}

Result<std::vector<Tensor>> answers(std::shared_ptr<const Model> model, SessionOptions options) {
  auto session = Session::create(model, std::move(options));
  if (!session) return std::move(session).error();
  return (*session)->run(make_inputs(*model));
}

void expect_within(const Tensor& want, const Tensor& got, double bound, const std::string& where) {
  ASSERT_EQ(want.dims(), got.dims()) << where;
  ASSERT_EQ(want.dtype(), got.dtype()) << where;
  if (want.dtype() != DType::kF32) {
    EXPECT_TRUE(equal(want, got)) << where;
    return;
  }
  double largest = 1e-6;
  for (const float v : want.values<float>()) largest = std::max(largest, std::abs(double{v}));
  for (std::int64_t i = 0; i < want.count(); ++i) {
    const double x = want.values<float>()[static_cast<std::size_t>(i)];
    const double y = got.values<float>()[static_cast<std::size_t>(i)];
    ASSERT_LE(std::abs(x - y), bound * largest) << where << ", element " << i;
  }
}

}  // namespace mote
