#include "format/onnx/read/proto_reader.h"

#include <algorithm>
#include <protozero/varint.hpp>

namespace mote::onnx {

void ProtoReader::fail(Code code, std::string_view what) {
  if (error_) return;
  // Before the first field, value_ is not set; the message's start is meant then.
  const char* at = value_.data() != nullptr ? value_.data() : rest_.data();
  error_ = Error{code, cat("byte ", static_cast<std::uint64_t>(at - origin_), ": ", what)};
}

void ProtoReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

Status ProtoReader::finish() const {
  if (error_) return *error_;
  return {};
}

bool ProtoReader::take_varint(std::string_view& from, std::uint64_t& value) {
  const char* at = from.data();
  const char* const end = at + from.size();
  try {
    value = protozero::decode_varint(&at, end);
  } catch (const protozero::exception&) {
    value_ = from;
    fail("a number does not end");
    return false;
  }
  from.remove_prefix(static_cast<std::size_t>(at - from.data()));
  return true;
}

bool ProtoReader::next() {
  if (error_ || rest_.empty()) return false;
  value_ = rest_;
  if (Status s = budget_->take(bytes_per_field_); !s) {
    fail(std::move(s).error());
    return false;
  }
  std::uint64_t tag = 0;
  if (!take_varint(rest_, tag)) return false;
  constexpr std::uint64_t kMaxField = (1U << 29) - 1;
  const std::uint64_t number = tag >> 3;
  if (number == 0 || number > kMaxField) {
    fail("not a field of a protobuf message");
    return false;
  }
  field_ = static_cast<std::uint32_t>(number);
  return take_value(tag & 7);
}

bool ProtoReader::take_value(std::uint64_t wire) {
  std::uint64_t size = 0;
  wire_ = static_cast<Wire>(wire);
  switch (wire_) {
    case Wire::kVarint:
      value_ = rest_;
      return take_varint(rest_, varint_);
    case Wire::kFixed64:
      size = 8;
      break;
    case Wire::kFixed32:
      size = 4;
      break;
    case Wire::kBytes:
      if (!take_varint(rest_, size)) return false;
      break;
    default:
      fail(cat("field ", field_, " has wire type ", wire, ", which protobuf no longer has"));
      return false;
  }
  if (size > rest_.size()) {
    fail(cat("field ", field_, " is ", size, " bytes long, of which ", rest_.size(), " are there"));
    return false;
  }
  value_ = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

bool ProtoReader::expect(Wire wire) {
  if (error_) return false;
  if (wire_ == wire) return true;
  fail(cat("field ", field_, " has wire type ", static_cast<int>(wire_), ", not ",
           static_cast<int>(wire)));
  return false;
}

std::int64_t ProtoReader::integer() {
  return expect(Wire::kVarint) ? static_cast<std::int64_t>(varint_) : 0;
}

float ProtoReader::real() {
  float value = 0;
  if (expect(Wire::kFixed32)) std::memcpy(&value, value_.data(), sizeof value);
  return value;
}

std::string_view ProtoReader::bytes() { return expect(Wire::kBytes) ? value_ : rest_.substr(0, 0); }

std::string ProtoReader::text() {
  const std::string_view view = bytes();
  // Twice: names are kept in their table, too.
  if (Status s = budget_->take(2 * view.size()); !s) {
    fail(std::move(s).error());
    return {};
  }
  return std::string(view);
}

ProtoReader ProtoReader::message() { return part(bytes()); }

std::uint64_t ProtoReader::integer_count() {
  if (wire_ == Wire::kVarint) return 1;
  // The last byte of each varint, and no other, has its top bit clear.
  return static_cast<std::uint64_t>(
      std::ranges::count_if(bytes(), [](char c) { return (c & 0x80) == 0; }));
}

}  // namespace mote::onnx
