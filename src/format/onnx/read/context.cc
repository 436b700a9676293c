#include "format/onnx/read/context.h"

#include "format/onnx/fields.h"

namespace mote::onnx {

Result<Entry> read_entry(ProtoReader entry) {
  Entry e;
  while (entry.next()) {
    if (entry.field() == StringStringEntryProto::kKey) e.key = entry.bytes();
    if (entry.field() == StringStringEntryProto::kValue) e.value = entry.bytes();
  }
  MOTE_TRY(entry.finish());
  return e;
}

void read_property(ProtoReader& message, Notes& notes) {
  auto entry = read_entry(message.message());
  if (!entry) return message.fail(std::move(entry).error());
  const std::uint64_t bytes = sizeof notes.properties[0] + entry->key.size() + entry->value.size();
  if (Status s = message.budget().take(bytes); !s) {
    return message.fail(std::move(s).error());
  }
  notes.properties.emplace_back(entry->key, entry->value);
}

Result<DType> dtype_of(std::int64_t number) {
  constexpr std::int64_t kF6E2M3 = 27;
  constexpr std::int64_t kF6E3M2 = 28;
  if (number == kF6E2M3 || number == kF6E3M2) {
    return Error{Code::kUnsupported, cat("element type ", number, " (6-bit float)")};
  }
  if (number < 0 || number > static_cast<std::int64_t>(DType::kS2)) {
    return Error{Code::kCorrupt, cat("there is no element type ", number)};
  }
  return static_cast<DType>(number);
}

}  // namespace mote::onnx
