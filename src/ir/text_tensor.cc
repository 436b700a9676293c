#include "ir/text_tensor.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ir/half.h"

namespace mote {
namespace {

bool printed_as_bytes(DType dtype) {
  return bit_width(dtype) < 8 || is_minifloat(dtype) || dtype == DType::kC64 ||
         dtype == DType::kC128;
}

void append_hex(std::string& out, const Tensor& tensor) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto* bytes = static_cast<const unsigned char*>(tensor.data());
  out += "0x";
  for (std::uint64_t i = 0; i < tensor.bytes(); ++i) {
    out += kDigits[bytes[i] / 16];
    out += kDigits[bytes[i] % 16];
  }
}

template <class Float>
void append_real(std::string& out, Float value) {
  if (std::isnan(value)) {
    out += "nan";  // without sign, which "nan" has none of
  } else {
    append(out, value);
  }
}

// The shortest text of which `encode` makes the same number again; integers in full.
template <class Encode>
void append_half(std::string& out, float value, const Encode& encode) {
  if (std::abs(value) < 0x1p24F && std::trunc(value) == value) return append(out, value);
  constexpr int kEnoughDigits = 5;  // for 11 significant bits
  for (int digits = 1; std::isfinite(value) && digits <= kEnoughDigits; ++digits) {
    char buffer[32];
    const char* end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                    std::chars_format::scientific, digits - 1)
                          .ptr;
    double candidate = 0;
    std::from_chars(buffer, end, candidate);
    if (encode(f64_to_f32_odd(candidate)) == encode(value)) return append(out, candidate);
  }
  append_real(out, value);
}

void append_element(std::string& out, const Tensor& t, std::size_t i) {
  const auto half = [&] { return static_cast<const std::uint16_t*>(t.data())[i]; };
  switch (t.dtype()) {
    case DType::kF32:
      return append_real(out, t.values<float>()[i]);
    case DType::kF64:
      return append_real(out, t.values<double>()[i]);
    case DType::kF16:
      return append_half(out, f16_to_f32(half()), f32_to_f16);
    case DType::kBF16:
      return append_half(out, bf16_to_f32(half()), f32_to_bf16);
    case DType::kU8:
      return append(out, t.values<std::uint8_t>()[i]);
    case DType::kS8:
      return append(out, t.values<std::int8_t>()[i]);
    case DType::kU16:
      return append(out, t.values<std::uint16_t>()[i]);
    case DType::kS16:
      return append(out, t.values<std::int16_t>()[i]);
    case DType::kU32:
      return append(out, t.values<std::uint32_t>()[i]);
    case DType::kS32:
      return append(out, t.values<std::int32_t>()[i]);
    case DType::kU64:
      return append(out, t.values<std::uint64_t>()[i]);
    case DType::kS64:
      return append(out, t.values<std::int64_t>()[i]);
    // By its byte: a file may hold others than 0 and 1.
    case DType::kBool:
      return append(out, static_cast<const unsigned char*>(t.data())[i] != 0);
    case DType::kString:
      return append_quoted(out, t.values<std::string>()[i]);
    default:
      return;
  }
}

// Fills one tensor from its text.
class ElementReader {
 public:
  ElementReader(Lexer& in, Tensor& tensor)
      : in_(in),
        dtype_(tensor.dtype()),
        data_(tensor.mut().data),
        count_(tensor.count()),
        bytes_(tensor.bytes()) {}

  Status read() {
    MOTE_TRY(in_.expect("{"));
    if (in_.at("..."))
      return Lexer::error(in_.peek(), "elements that were left out do not read back");
    if (in_.accept_word("random")) {
      MOTE_TRY(random());
    } else if (in_.peek().kind == TokenKind::kHex) {
      MOTE_TRY(bytes());
    } else {
      MOTE_TRY(list());
    }
    return in_.expect("}");
  }

 private:
  template <class T>
  void store(std::int64_t i, T value) {
    static_cast<T*>(data_)[i] = value;
  }

  Status list() {
    for (std::int64_t i = 0; i < count_; ++i) {
      if (in_.at("}")) return in_.unexpected(cat("element number ", i + 1, " of ", count_));
      if (i > 0) MOTE_TRY(in_.expect(","));
      MOTE_TRY(element(i));
      in_.next();
    }
    if (!in_.at("}")) return in_.unexpected(cat("'}' after ", count_, " elements"));
    return {};
  }

  // The token at hand as a number that T holds.
  template <class T>
  bool number(T* value) const {
    const Token& t = in_.peek();
    if constexpr (std::is_floating_point_v<T>) {
      using Limits = std::numeric_limits<T>;
      if (t.is_word("inf") || t.is_word("nan")) {
        *value = t.text == "inf" ? Limits::infinity() : Limits::quiet_NaN();
        return true;
      }
    }
    if (t.kind != TokenKind::kNumber) return false;
    const char* end = t.text.data() + t.text.size();
    const auto [stop, problem] = std::from_chars(t.text.data(), end, *value);
    return problem == std::errc() && stop == end;
  }

  Error expected_integer(std::int64_t low, std::uint64_t high) const {
    return in_.unexpected(cat("an integer from ", low, " to ", high));
  }

  template <class T>
  Status integer(std::int64_t i) {
    T value = 0;
    if (!number(&value)) {
      using Limits = std::numeric_limits<T>;
      return expected_integer(static_cast<std::int64_t>(Limits::min()), Limits::max());
    }
    store(i, value);
    return {};
  }

  template <class T>
  Status real(std::int64_t i) {
    T value = 0;
    if (!number(&value)) return in_.unexpected("a number");
    store(i, value);
    return {};
  }

  Status packed_integer(std::int64_t i) {
    const int values = 1 << bit_width(dtype_);
    const int low = is_signed_integer(dtype_) ? -values / 2 : 0;
    const int high = low + values - 1;
    int value = 0;
    if (!number(&value) || value < low || value > high) {
      return expected_integer(low, static_cast<std::uint64_t>(high));
    }
    store_packed(dtype_, data_, i, value);
    return {};
  }

  Status boolean(std::int64_t i) {
    const Token& t = in_.peek();
    const bool yes = t.is_word("true") || t.is(TokenKind::kNumber, "1");
    if (!yes && !t.is_word("false") && !t.is(TokenKind::kNumber, "0")) {
      return in_.unexpected("true or false");
    }
    store(i, yes);
    return {};
  }

  Status string(std::int64_t i) {
    const Token& t = in_.peek();
    if (t.kind != TokenKind::kString) return in_.unexpected("a string");
    static_cast<std::string*>(data_)[i] = t.value();
    return {};
  }

  void store_small_float(std::int64_t i, double value) {
    const float rounded = f64_to_f32_odd(value);
    if (dtype_ == DType::kF16) return store(i, f32_to_f16(rounded));
    if (dtype_ == DType::kBF16) return store(i, f32_to_bf16(rounded));
    const std::uint8_t bits = f32_to_minifloat(dtype_, rounded);
    if (dtype_ == DType::kF4E2M1) return store_packed(dtype_, data_, i, bits);
    store(i, bits);
  }

  Status small_float(std::int64_t i) {
    double value = 0;
    if (!number(&value)) return in_.unexpected("a number");
    store_small_float(i, value);
    return {};
  }

  Status element(std::int64_t i) {
    switch (dtype_) {
      case DType::kF32:
        return real<float>(i);
      case DType::kF64:
        return real<double>(i);
      case DType::kU8:
        return integer<std::uint8_t>(i);
      case DType::kS8:
        return integer<std::int8_t>(i);
      case DType::kU16:
        return integer<std::uint16_t>(i);
      case DType::kS16:
        return integer<std::int16_t>(i);
      case DType::kU32:
        return integer<std::uint32_t>(i);
      case DType::kS32:
        return integer<std::int32_t>(i);
      case DType::kU64:
        return integer<std::uint64_t>(i);
      case DType::kS64:
        return integer<std::int64_t>(i);
      case DType::kBool:
        return boolean(i);
      case DType::kString:
        return string(i);
      case DType::kC64:
      case DType::kC128:
        return in_.unexpected("0x and the bytes");
      default:
        return is_integer(dtype_) ? packed_integer(i) : small_float(i);
    }
  }

  Status bytes() {
    if (dtype_ == DType::kString) return in_.unexpected("strings");
    const std::string_view digits = in_.peek().text.substr(2);
    if (digits.size() != 2 * bytes_) {
      return Lexer::error(in_.peek(), cat("expected ", bytes_, " bytes of two digits each, found ",
                                          digits.size(), " digits"));
    }
    auto* out = static_cast<unsigned char*>(data_);
    for (std::uint64_t i = 0; i < bytes_; ++i) {
      std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, out[i], 16);
    }
    in_.next();
    return {};
  }

  Status random() {
    if (dtype_ == DType::kString) return in_.unexpected("numbers, not random strings");
    std::uint64_t seed = 0;
    if (!number(&seed)) return in_.unexpected("a seed from 0 to 2^64 - 1");
    in_.next();
    Random source(seed);
    const bool complex = dtype_ == DType::kC64 || dtype_ == DType::kC128;
    for (std::int64_t i = 0; i < (complex ? 2 * count_ : count_); ++i) draw(source, i);
    return {};
  }

  void draw(Random& random, std::int64_t i) {
    switch (dtype_) {
      case DType::kF32:
      case DType::kC64:
        return store(i, random.uniform(-1, 1));
      case DType::kF64:
      case DType::kC128:
        return store(i, static_cast<double>(random.uniform(-1, 1)));
      case DType::kBool:
        return store(i, random.below(2) == 1);
      case DType::kF8E8M0:
        return store(i, f32_to_minifloat(dtype_, std::abs(random.uniform(-1, 1))));
      default:
        break;
    }
    if (is_float(dtype_)) return store_small_float(i, static_cast<double>(random.uniform(-1, 1)));
    draw_integer(random, i);
  }

  int small_integer(Random& random) const {
    if (!is_signed_integer(dtype_)) return static_cast<int>(random.below(4));
    if (dtype_ == DType::kS2) return static_cast<int>(random.below(4)) - 2;
    return static_cast<int>(random.below(7)) - 3;
  }

  void draw_integer(Random& random, std::int64_t i) {
    const int value = small_integer(random);
    switch (bit_width(dtype_)) {
      case 8:
        return store(i, static_cast<std::int8_t>(value));
      case 16:
        return store(i, static_cast<std::int16_t>(value));
      case 32:
        return store(i, static_cast<std::int32_t>(value));
      case 64:
        return store(i, static_cast<std::int64_t>(value));
      default:
        return store_packed(dtype_, data_, i, value);
    }
  }

  Lexer& in_;
  DType dtype_;
  void* data_;
  std::int64_t count_;
  std::uint64_t bytes_;
};

}  // namespace

void append_elements(std::string& out, const Tensor& tensor, std::int64_t max_elements) {
  const std::int64_t count = tensor ? tensor.count() : 0;
  out += '{';
  if (max_elements >= 0 && count > max_elements) {
    out += "...";
  } else if (count > 0 && printed_as_bytes(tensor.dtype())) {
    append_hex(out, tensor);
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      if (i > 0) out += ", ";
      append_element(out, tensor, static_cast<std::size_t>(i));
    }
  }
  out += '}';
}

namespace {

// "{elsewhere N}", of which "{" is at hand.
Result<Tensor> find_elsewhere(TextSource& source, DType dtype, const Dims& dims) {
  Lexer& in = source.in;
  in.next();
  const Token word = in.next();
  const Token at = in.peek();
  std::int64_t n = 0;
  if (at.kind != TokenKind::kNumber || !read_number(at, &n)) return in.unexpected("a number");
  in.next();
  MOTE_TRY(in.expect("}"));
  if (!source.options.elsewhere) return Lexer::error(word, "there are no elements elsewhere");
  auto tensor = source.options.elsewhere(n, dtype, dims);
  if (!tensor) return Lexer::error(at, tensor.error().message, tensor.error().code);
  return tensor;
}

}  // namespace

Result<Tensor> read_elements(TextSource& source, const Type& type, const Token& type_at) {
  const std::optional<Dims> dims =
      type.kind == Type::Kind::kTensor ? type.tensor.dims() : std::nullopt;
  if (!dims) {
    return Lexer::error(type_at, cat("a constant needs a dtype and at most ", kMaxRank,
                                     " sizes, all of them numbers"));
  }
  const Result<std::uint64_t> bytes = byte_size(type.tensor.dtype, *dims);
  if (!bytes) return Lexer::error(type_at, bytes.error().message, bytes.error().code);
  if (source.in.at("{") && source.in.peek_second().is_word("elsewhere")) {
    return find_elsewhere(source, type.tensor.dtype, *dims);
  }
  if (*bytes > source.budget) {
    return Lexer::error(type_at,
                        cat("constants take more than allowed: ", human_bytes(*bytes), " here, ",
                            human_bytes(source.budget), " are left"),
                        Code::kResourceExhausted);
  }
  source.budget -= *bytes;
  Result<Tensor> tensor = Tensor::zeros(type.tensor.dtype, *dims);
  if (!tensor) return Lexer::error(type_at, tensor.error().message, tensor.error().code);
  MOTE_TRY(ElementReader(source.in, *tensor).read());
  return tensor;
}

}  // namespace mote
