// Samples: a tensor [rows, features], or [features] as one row.
#pragma once
#include "ops/support/axes.h"
#include "ops/support/element.h"

namespace mote::ml {

// What the samples of classical models are made of.
using FeatureElements = Elements<float, double, std::int64_t, std::int32_t>;

struct Rows {
  std::int64_t count;
  std::int64_t features;
};

// Errors: kInvalidArgument, unless the rank is 1 or 2.
Result<Rows> rows_of(const Dims& dims);

// The same before the sizes are known.
struct RowShape {
  Dim count;
  Dim features;
};
Result<RowShape> row_shape(const TensorType& type);

}  // namespace mote::ml
