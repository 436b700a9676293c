#include "format/tflite/read/op_reader.h"

#include "base/text.h"
#include "ops/support/convert.h"

namespace mote::tfl {

OpReader::OpReader(SubgraphReader& subgraph, const fb::Operator& op, std::string name)
    : NodeWriter(subgraph.graph(), subgraph.inference(), NodeId::kNone, name),
      subgraph_(subgraph),
      op_(op),
      label_(std::move(name)) {}

int OpReader::input(std::size_t i) {
  if (has(i)) return op_.inputs()->Get(index(i));
  fail({Code::kInvalidArgument, cat("input ", i, " is absent")});
  return 0;  // an operator is read only where there is a tensor
}

int OpReader::output(std::size_t i) {
  if (i < output_count()) return op_.outputs()->Get(index(i));
  fail({Code::kInvalidArgument, cat("output ", i, " is absent")});
  return 0;
}

ValueId OpReader::real(std::size_t i, const Permutation& perm) {
  if (!has(i) || !status()) return ValueId::kNone;
  Status made;
  const ValueId value = subgraph_.tensors().real(input(i), perm, made);
  if (!made) fail(std::move(made).error());
  return value;
}

ValueId OpReader::stored(std::size_t i, const Permutation& perm) {
  if (!has(i) || !status()) return ValueId::kNone;
  Status made;
  const ValueId value = subgraph_.tensors().stored(input(i), perm, made);
  if (!made) fail(std::move(made).error());
  return value;
}

bool OpReader::has_order(std::size_t i, const Permutation& perm) {
  return has(i) && subgraph_.tensors().has_order(input(i), perm);
}

void OpReader::assign(std::size_t i, ValueId value) {
  const int tensor = input(i);
  if (!is_there(value)) return;
  Status made;
  subgraph_.tensors().set_variable(tensor, value, made);
  if (!made) fail(std::move(made).error());
}

ValueId OpReader::aligned(std::size_t i, const Permutation& perm) {
  if (!has(i)) return ValueId::kNone;
  const auto dims = in(i).type().dims();
  return dims && dims->count() == 1 ? real(i) : real(i, perm);
}

Permutation OpReader::common_order() {
  int rank = 0;
  bool computed = false;
  for (std::size_t i = 0; i < input_count(); ++i) {
    if (has(i)) rank = std::max(rank, in(i).rank());
  }
  if (rank < 4) return {};
  const Permutation order = channels_first(rank);
  for (std::size_t i = 0; i < input_count(); ++i) {
    if (!has(i)) continue;
    if (!has_order(i, order)) return {};
    computed = computed || subgraph_.tensors().was_made_in(input(i), order);
  }
  return computed ? order : Permutation();
}

Permutation OpReader::common_order_of(std::size_t i) {
  if (!has(i) || in(i).rank() < 4) return {};
  const Permutation order = channels_first(in(i).rank());
  return subgraph_.tensors().was_made_in(input(i), order) ? order : Permutation();
}

std::optional<std::vector<std::int64_t>> OpReader::known_integers_of(std::size_t i) {
  const ValueId value = stored(i);
  const Tensor* known = value == ValueId::kNone ? nullptr : constant(value);
  if (known == nullptr || !status()) return std::nullopt;
  if (known->dtype() != DType::kS32 && known->dtype() != DType::kS64) return std::nullopt;
  // Longer ones are data, not sizes or axes.
  constexpr std::int64_t kMost = 1 << 16;
  if (known->count() > kMost) return std::nullopt;
  std::vector<std::int64_t> out(static_cast<std::size_t>(known->count()));
  Tensor wide = Tensor::of<std::int64_t>({std::ssize(out)}, out);
  convert_range(known->view(), 0, wide.mut(), 0, std::ssize(out));
  const auto values = wide.values<std::int64_t>();
  return std::vector<std::int64_t>(values.begin(), values.end());
}

std::vector<std::int64_t> OpReader::integers_of(std::size_t i) {
  auto known = known_integers_of(i);
  if (known) return *std::move(known);
  unsupported(cat("input ", i, " must be a constant of integers"));
  return {};
}

std::int64_t OpReader::integer_of(std::size_t i) {
  const auto values = integers_of(i);
  if (values.size() == 1) return values[0];
  fail({Code::kInvalidArgument, cat("input ", i, " has ", values.size(), " elements, not one")});
  return 0;
}

ValueId OpReader::as_s64(std::size_t i) {
  if (!has(i) || !status()) return ValueId::kNone;
  Status made;
  const ValueId value = subgraph_.tensors().stored_s64(input(i), made);
  if (!made) fail(std::move(made).error());
  return value;
}

bool OpReader::is_there(ValueId value) {
  if (value == ValueId::kNone) fail({Code::kInvalidArgument, "an input is absent"});
  return static_cast<bool>(status());
}

void OpReader::yield(std::size_t i, ValueId value, const Permutation& perm,
                     fb::ActivationFunctionType activation) {
  value = activated(value, activation);
  if (!is_there(value)) return;
  Status made;
  subgraph_.tensors().set_real(output(i), perm, value, made);
  if (!made) fail(std::move(made).error());
}

void OpReader::yield_stored(std::size_t i, ValueId value, const Permutation& perm) {
  const int tensor = output(i);
  if (!is_there(value)) return;
  const DType made = dtype(value), stated = out(i).dtype;
  if (made != stated && made != DType::kUndefined && stated != DType::kUndefined) {
    return fail({Code::kInvalidArgument, cat("output ", i, " is ", mote::name(made),
                                             ", the file says ", mote::name(stated))});
  }
  subgraph_.tensors().set_stored(tensor, perm, value);
}

ValueId OpReader::activated(ValueId value, fb::ActivationFunctionType activation) {
  switch (activation) {
    case fb::ActivationFunctionType_NONE:
      return value;
    case fb::ActivationFunctionType_RELU:
      return add("Relu", {value});
    case fb::ActivationFunctionType_RELU_N1_TO_1:
      return clip(value, -1, 1);
    case fb::ActivationFunctionType_RELU6:
      return clip(value, 0, 6);
    case fb::ActivationFunctionType_TANH:
      return add("Tanh", {value});
    case fb::ActivationFunctionType_SIGN_BIT:
      break;
  }
  unsupported(cat("fused activation ", fb::EnumNameActivationFunctionType(activation)));
  return value;
}

bool OpReader::are_small(std::span<const std::int64_t> values, std::string_view what) {
  constexpr std::int64_t kMost = 1 << 30;
  for (const std::int64_t v : values) {
    if (v >= -kMost && v <= kMost) continue;
    fail({Code::kInvalidArgument, cat(what, " of ", v)});
    return false;
  }
  return true;
}

ValueId OpReader::zeros(const Dims& dims) {
  const auto make = [&]() -> Result<Tensor> {
    MOTE_ASSIGN(const std::uint64_t bytes, byte_size(DType::kF32, dims));
    MOTE_TRY(subgraph_.context().budget.take(bytes));
    return Tensor::zeros(DType::kF32, dims);
  };
  auto tensor = make();
  if (tensor) return constant(*std::move(tensor));
  fail(std::move(tensor).error());
  return ValueId::kNone;
}

ValueId OpReader::cast(ValueId value, DType to) {
  if (dtype(value) == to) return value;
  return add("Cast", {value}, {{"to", std::int64_t{static_cast<int>(to)}}});
}

ValueId OpReader::transpose(ValueId value, const Permutation& perm) {
  return add("Transpose", {value}, {{"perm", perm}});
}

ValueId OpReader::reshape(ValueId value, std::vector<std::int64_t> shape) {
  return add("Reshape", {value, integers(std::move(shape))});
}

ValueId OpReader::clip(ValueId value, double low, double high) {
  return add("Clip", {value, scalar_like(value, low), scalar_like(value, high)});
}

ValueId OpReader::slice(ValueId value, std::int64_t axis, std::int64_t begin, std::int64_t end) {
  return add("Slice", {value, integers({begin}), integers({end}), integers({axis})});
}

}  // namespace mote::tfl
