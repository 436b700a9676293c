#include "runtime/dynamic/context.h"

#include <algorithm>

#include "base/result.h"

namespace mote {

InputInfo info_of(const Datum& datum, bool with_sizes) {
  InputInfo info;
  info.present = static_cast<bool>(datum);
  switch (datum.kind()) {
    case Datum::Kind::kNone:
      break;
    case Datum::Kind::kTensor: {
      const Tensor& t = datum.tensor();
      info.type =
          with_sizes ? TensorType(t.dtype(), t.dims()) : TensorType(t.dtype(), std::nullopt);
      break;
    }
    case Datum::Kind::kSequence: {
      const auto elements = datum.elements();
      const Type element = elements.empty() ? Type() : info_of(elements[0], false).type;
      info.type = Type::of(Type::Kind::kSequence, element);
      break;
    }
    case Datum::Kind::kMap:
      info.type = Type::of(Type::Kind::kMap, TensorType(datum.values().dtype(), Dims()),
                           datum.keys().dtype());
      break;
  }
  return info;
}

DatumKey key_of(const Datum& datum) {
  DatumKey key;
  key.kind = datum.kind();
  if (datum.is_tensor()) {
    key.dtype = datum.tensor().dtype();
    key.dims = datum.tensor().dims();
  }
  return key;
}

std::vector<DatumKey> keys_of(std::span<const Datum> data) {
  std::vector<DatumKey> keys;
  keys.reserve(data.size());
  for (const Datum& datum : data) keys.push_back(key_of(datum));
  return keys;
}

Result<std::vector<Tensor>> run_plan(const Plan& plan, std::span<const TensorView> in,
                                     std::span<std::chrono::nanoseconds> times,
                                     const DynamicContext& context) {
  MOTE_TRY(context.arena.reserve(plan.arena_bytes(), context.allocator.budget()));
  std::vector<Tensor> outputs;
  std::vector<MutTensorView> out;
  for (const TensorType& type : plan.outputs()) {
    MOTE_ASSIGN(Tensor t, context.allocator.allocate(type.dtype, *type.dims()));
    out.push_back(t.mut());
    outputs.push_back(std::move(t));
  }
  MOTE_TRY(plan.run(in, {}, out, context.arena.data(), context.workers, context.stop, times));
  return outputs;
}

Status expect_strings(std::span<const Datum> in, std::int64_t count,
                      const DynamicContext& context) {
  constexpr std::uint64_t kNumber = 32;  // characters of a number
  std::uint64_t longest = kNumber;
  for (const Datum& datum : in) {
    if (!datum.is_tensor() || datum.tensor().dtype() != DType::kString) continue;
    std::uint64_t of_this = 0;
    for (const std::string& s : datum.tensor().values<std::string>()) {
      of_this = std::max<std::uint64_t>(of_this, s.size());
    }
    longest += of_this;
  }
  std::uint64_t bytes = 0;
  const bool absurd = __builtin_mul_overflow(longest, static_cast<std::uint64_t>(count), &bytes);
  return context.allocator.expect_text(absurd ? ~std::uint64_t{0} : bytes);
}

}  // namespace mote
