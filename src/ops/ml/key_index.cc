#include "ops/ml/key_index.h"

#include "base/text.h"

namespace mote::ml {

Result<KeyIndex> KeyIndex::of(const Tensor& keys) {
  KeyIndex index;
  index.dtype_ = keys.dtype();
  const auto take_reals = [&](auto values) {
    index.reals_ = SortedKeys<double>(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != values[i]) index.nan_ = static_cast<std::int64_t>(i);
    }
  };
  switch (keys.dtype()) {
    case DType::kString:
      index.texts_ = SortedKeys<std::string>(keys.values<std::string>());
      return index;
    case DType::kS64:
      index.integers_ = SortedKeys<std::int64_t>(keys.values<std::int64_t>());
      return index;
    case DType::kS32:
      index.integers_ = SortedKeys<std::int64_t>(keys.values<std::int32_t>());
      return index;
    case DType::kS16:
      index.integers_ = SortedKeys<std::int64_t>(keys.values<std::int16_t>());
      return index;
    case DType::kF32:
      take_reals(keys.values<float>());
      return index;
    case DType::kF64:
      take_reals(keys.values<double>());
      return index;
    default:
      return Error{Code::kInvalidArgument, cat("keys of type ", name(keys.dtype()))};
  }
}

std::int64_t KeyIndex::find(const TensorView& x, std::int64_t i) const {
  switch (x.dtype) {
    case DType::kString:
      return find(x.as<std::string>()[i]);
    case DType::kS64:
      return find(x.as<std::int64_t>()[i]);
    case DType::kS32:
      return find(std::int64_t{x.as<std::int32_t>()[i]});
    case DType::kS16:
      return find(std::int64_t{x.as<std::int16_t>()[i]});
    case DType::kF32:
      return find(double{x.as<float>()[i]});
    case DType::kF64:
      return find(x.as<double>()[i]);
    default:
      return -1;
  }
}

}  // namespace mote::ml
