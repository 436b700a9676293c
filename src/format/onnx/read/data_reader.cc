#include "format/onnx/read/data_reader.h"

#include "format/onnx/fields.h"
#include "format/onnx/read/tensor_reader.h"
#include "ir/dtype.h"

namespace mote::onnx {
namespace {

using Kind = Type::Kind;

Result<Datum> read_element(ProtoReader element, Kind kind, const ReadContext& context, int depth) {
  MOTE_ASSIGN(NamedDatum named, read_data(element, kind, context, depth + 1));
  return std::move(named.datum);
}

Result<NamedDatum> read_sequence(ProtoReader message, const ReadContext& context, int depth) {
  NamedDatum sequence;
  std::vector<Datum> elements;
  const auto add = [&](Kind kind) -> Status {
    MOTE_TRY(context.budget.take(sizeof(Datum)));
    MOTE_ASSIGN(Datum element, read_element(message.message(), kind, context, depth));
    elements.push_back(std::move(element));
    return {};
  };
  while (message.next()) {
    switch (message.field()) {
      case SequenceProto::kName:
        sequence.name = message.text();
        break;
      case SequenceProto::kTensors:
        MOTE_TRY(add(Kind::kTensor));
        break;
      case SequenceProto::kSparseTensors:
        message.fail(Code::kUnsupported, "a sequence of sparse tensors");
        break;
      case SequenceProto::kSequences:
        MOTE_TRY(add(Kind::kSequence));
        break;
      case SequenceProto::kMaps:
        MOTE_TRY(add(Kind::kMap));
        break;
      case SequenceProto::kOptionals:
        MOTE_TRY(add(Kind::kOptional));
        break;
    }
  }
  MOTE_TRY(message.finish());
  sequence.datum = Datum::sequence(std::move(elements));
  return sequence;
}

Result<NamedDatum> read_optional(ProtoReader message, const ReadContext& context, int depth) {
  NamedDatum optional;
  while (message.next()) {
    switch (message.field()) {
      case OptionalProto::kName:
        optional.name = message.text();
        break;
      case OptionalProto::kTensor: {
        MOTE_ASSIGN(optional.datum, read_element(message.message(), Kind::kTensor, context, depth));
        break;
      }
      case OptionalProto::kSparseTensor:
        message.fail(Code::kUnsupported, "an optional sparse tensor");
        break;
      case OptionalProto::kSequence: {
        MOTE_ASSIGN(optional.datum,
                    read_element(message.message(), Kind::kSequence, context, depth));
        break;
      }
      case OptionalProto::kMap: {
        MOTE_ASSIGN(optional.datum, read_element(message.message(), Kind::kMap, context, depth));
        break;
      }
      case OptionalProto::kOptional: {
        MOTE_ASSIGN(optional.datum,
                    read_element(message.message(), Kind::kOptional, context, depth));
        break;
      }
    }
  }
  MOTE_TRY(message.finish());
  return optional;
}

// The scalars of a sequence, one after the other.
Result<Tensor> joined_scalars(std::span<const Datum> elements, const ReadContext& context) {
  if (elements.empty()) return Tensor::zeros(DType::kF32, {0});
  Tensor joined;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Datum& e = elements[i];
    const bool fits =
        e.is_tensor() && e.tensor().count() == 1 && bit_width(e.tensor().dtype()) >= 8;
    if (!fits) return Error{Code::kUnsupported, "a map whose values are no scalars"};
    const Tensor& t = e.tensor();
    if (i == 0) {
      const Dims dims = {std::ssize(elements)};
      MOTE_ASSIGN(const std::uint64_t bytes, byte_size(t.dtype(), dims));
      MOTE_TRY(context.budget.take(bytes));
      MOTE_ASSIGN(joined, Tensor::zeros(t.dtype(), dims));
    }
    if (t.dtype() != joined.dtype()) {
      return Error{Code::kCorrupt, "a map whose values are of several types"};
    }
    if (t.dtype() == DType::kString) {
      joined.mut().as<std::string>()[i] = t.values<std::string>()[0];
    } else {
      const auto width = static_cast<std::size_t>(byte_width(t.dtype()));
      std::memcpy(joined.mut().as<std::byte>() + i * width, t.data(), width);
    }
  }
  return joined;
}

Result<NamedDatum> read_map(ProtoReader message, const ReadContext& context, int depth) {
  NamedDatum map;
  std::vector<std::int64_t> numbers;
  std::vector<std::string> texts;
  Tensor values;
  while (message.next()) {
    switch (message.field()) {
      case MapProto::kName:
        map.name = message.text();
        break;
      case MapProto::kKeys:
        MOTE_TRY(context.budget.take(message.integer_count() * sizeof(std::int64_t)));
        message.each_integer([&](std::int64_t key) { numbers.push_back(key); });
        break;
      case MapProto::kStringKeys:
        texts.push_back(message.text());
        break;
      case MapProto::kValues: {
        MOTE_ASSIGN(const Datum sequence,
                    read_element(message.message(), Kind::kSequence, context, depth));
        MOTE_ASSIGN(values, joined_scalars(sequence.elements(), context));
        break;
      }
    }
  }
  MOTE_TRY(message.finish());
  if (!values) {
    MOTE_ASSIGN(values, joined_scalars({}, context));
  }
  const bool named = !texts.empty();
  const std::int64_t keys = named ? std::ssize(texts) : std::ssize(numbers);
  if (keys != values.count() || (named && !numbers.empty())) {
    return Error{Code::kCorrupt, cat("a map of ", keys, " keys and ", values.count(), " values")};
  }
  map.datum = Datum::map(
      named ? Tensor::of<std::string>({keys}, texts) : Tensor::of<std::int64_t>({keys}, numbers),
      std::move(values));
  return map;
}

}  // namespace

Result<NamedDatum> read_data(ProtoReader message, Kind kind, const ReadContext& context,
                             int depth) {
  if (depth > kMaxTypeDepth) {
    return Error{Code::kUnsupported, cat("data nested deeper than ", kMaxTypeDepth)};
  }
  switch (kind) {
    case Kind::kSequence:
      return read_sequence(message, context, depth);
    case Kind::kOptional:
      return read_optional(message, context, depth);
    case Kind::kMap:
      return read_map(message, context, depth);
    case Kind::kTensor:
    case Kind::kSparseTensor:
      break;
  }
  MOTE_ASSIGN(NamedTensor tensor, read_tensor(message, context));
  return NamedDatum{std::move(tensor.name), std::move(tensor.tensor)};
}

}  // namespace mote::onnx
