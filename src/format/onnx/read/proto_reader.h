// ProtoReader: the fields of one protobuf message, checked against its bounds.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/budget.h"

namespace mote::onnx {

static_assert(std::endian::native == std::endian::little, "fixed fields are read in place");

// Goes from field to field; the first problem ends the message and is kept for finish():
//   while (r.next()) {
//     if (r.field() == ModelProto::kIrVersion) version = r.integer();
//   }
//   MOTE_TRY(r.finish());
// Each field is charged to the budget, so that vectors of fields need no charge of their own.
class ProtoReader {
 public:
  // `message` lies within the bytes that start at `origin`, from which positions count.
  ProtoReader(std::string_view message, const char* origin, Budget& budget)
      : rest_(message), origin_(origin), budget_(&budget) {}

  // Moves to the next field. False at the end and after a problem.
  bool next();
  std::uint32_t field() const { return field_; }

  // The field's value. Each is a problem if the field has another wire type.
  std::int64_t integer();
  float real();
  std::string_view bytes();  // in place
  std::string text();        // copied, and charged
  ProtoReader message();     // in place
  // A part of this message that bytes() gave.
  ProtoReader part(std::string_view bytes) const { return {bytes, origin_, *budget_}; }

  // The same message, for readers that keep nothing for each field.
  ProtoReader uncharged() const {
    ProtoReader copy = *this;
    copy.bytes_per_field_ = 0;
    return copy;
  }

  // Calls f(number) for each number of a repeated field, packed or not.
  template <class F>
  void each_integer(const F& f);
  // The bytes of a repeated field of fixed width, packed or not: T's, little-endian.
  template <class T>
  std::string_view fixed();
  // How many numbers each_integer or fixed will give.
  std::uint64_t integer_count();

  // States a problem at the current field. The first one stays.
  void fail(std::string_view what) { fail(Code::kCorrupt, what); }
  void fail(Code code, std::string_view what);
  void fail(Error error);
  bool ok() const { return !error_; }
  Status finish() const;

  // Of the next field, or of the message before the first.
  std::uint64_t position() const { return static_cast<std::uint64_t>(rest_.data() - origin_); }
  Budget& budget() const { return *budget_; }
  std::size_t size() const { return rest_.size(); }

 private:
  // Wire types of the protobuf encoding.
  enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  // Cuts a varint off `from`; false, with a problem stated, if it does not end there.
  bool take_varint(std::string_view& from, std::uint64_t& value);
  bool take_value(std::uint64_t wire);
  bool expect(Wire wire);

  std::string_view rest_;
  const char* origin_;
  Budget* budget_;
  std::uint64_t bytes_per_field_ = 96;  // an entry of a vector, a list node
  std::string_view value_;              // the current field's bytes, without tag and length
  std::uint64_t varint_ = 0;
  std::uint32_t field_ = 0;
  Wire wire_ = Wire::kVarint;
  std::optional<Error> error_;
};

template <class F>
void ProtoReader::each_integer(const F& f) {
  if (wire_ == Wire::kVarint) return f(static_cast<std::int64_t>(varint_));
  if (!expect(Wire::kBytes)) return;
  std::string_view packed = value_;
  std::uint64_t number = 0;
  while (ok() && !packed.empty() && take_varint(packed, number)) {
    f(static_cast<std::int64_t>(number));
  }
}

template <class T>
std::string_view ProtoReader::fixed() {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  if (wire_ == (sizeof(T) == 4 ? Wire::kFixed32 : Wire::kFixed64)) return value_;
  if (!expect(Wire::kBytes)) return rest_.substr(0, 0);
  if (value_.size() % sizeof(T) == 0) return value_;
  fail(cat(value_.size(), " bytes are no whole number of ", sizeof(T), "-byte elements"));
  return rest_.substr(0, 0);
}

}  // namespace mote::onnx
