#include "measure/npy_text.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "measure/byte_source.h"
#include "ops/text/utf8.h"

namespace mote {
namespace {

constexpr std::uint32_t kWide = sizeof(char32_t);

bool is_code_point(char32_t c) { return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF); }

// Of `units` units of UTF-32.
Result<std::string> from_utf32(std::span<const std::byte> bytes, bool big_endian) {
  std::string text;
  std::size_t zeros = 0;  // that may be the end
  for (std::size_t at = 0; at + kWide <= bytes.size(); at += kWide) {
    char32_t c = 0;
    for (std::size_t i = 0; i < kWide; ++i) {
      const std::size_t byte = big_endian ? i : kWide - 1 - i;
      c = c << 8 | std::to_integer<char32_t>(bytes[at + byte]);
    }
    if (c == 0) {
      ++zeros;
      continue;
    }
    if (!is_code_point(c)) return Error{Code::kCorrupt, "a text has a unit that is no code point"};
    text.append(std::exchange(zeros, 0), '\0');
    append_utf8(text, c);
  }
  return text;
}

std::string without_zeros(std::span<const std::byte> bytes) {
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto end = text.find_last_not_of('\0');
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

// Empty if it is no UTF-8.
std::optional<std::u32string> to_utf32(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (c.value == kNoCodePoint) return std::nullopt;
    out.push_back(c.value);
    text.remove_prefix(static_cast<std::size_t>(c.bytes));
  }
  return out;
}

}  // namespace

Result<std::uint64_t> npy_text_bytes(const NpyHeader& header) {
  MOTE_ASSIGN(const std::uint64_t count, byte_size(DType::kU8, header.dims));
  const std::uint64_t each = std::uint64_t{header.text_units} * header.unit_bytes;
  if (each != 0 && count > (std::uint64_t{1} << 62) / each) {
    return Error{Code::kInvalidArgument,
                 cat("an array of ", to_string(header.dims), " texts of ", each, " bytes")};
  }
  return count * each;
}

Result<Tensor> read_npy_texts(const NpyHeader& header, ByteSource& source,
                              std::uint64_t max_bytes) {
  if (header.fortran_order && header.dims.rank() >= 2) {
    return Error{Code::kUnsupported, "texts in Fortran order are not supported"};
  }
  const auto held = byte_size(DType::kString, header.dims);
  MOTE_ASSIGN(const std::uint64_t bytes, npy_text_bytes(header));
  if (!held || *held > max_bytes || bytes > max_bytes - *held) {
    return Error{Code::kResourceExhausted,
                 cat("an array of ", to_string(header.dims), " texts takes more than the ",
                     human_bytes(max_bytes), " allowed")};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(DType::kString, header.dims));
  std::vector<std::byte> one(header.text_units * header.unit_bytes);
  for (std::int64_t i = 0; i < tensor.count(); ++i) {
    MOTE_TRY(source.read(one));
    std::string& text = tensor.mut().as<std::string>()[i];
    if (header.unit_bytes == 1) {
      text = without_zeros(one);
      continue;
    }
    MOTE_ASSIGN(text, from_utf32(one, header.big_endian));
  }
  MOTE_TRY(source.finish());
  return tensor;
}

NpyTexts npy_texts_of(const Tensor& tensor) {
  std::vector<std::u32string> wide;
  std::size_t longest = 0, most_bytes = 0;
  bool utf8 = true;
  for (const std::string& text : tensor.values<std::string>()) {
    auto units = to_utf32(text);
    utf8 = utf8 && units.has_value();
    if (units) longest = std::max(longest, units->size());
    most_bytes = std::max(most_bytes, text.size());
    wide.push_back(units ? *std::move(units) : std::u32string());
  }
  NpyTexts out;
  out.header.dtype = DType::kString;
  out.header.dims = tensor.dims();
  out.header.unit_bytes = utf8 ? kWide : 1;
  // NumPy has no texts of no units.
  out.header.text_units =
      static_cast<std::uint32_t>(std::max<std::size_t>(utf8 ? longest : most_bytes, 1));
  const std::size_t each = std::size_t{out.header.text_units} * out.header.unit_bytes;
  const auto texts = tensor.values<std::string>();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::size_t begin = out.bytes.size();
    if (utf8) {
      for (const char32_t c : wide[i]) {
        for (std::uint32_t b = 0; b < kWide; ++b) {
          out.bytes.push_back(static_cast<char>(c >> (8 * b) & 0xFF));
        }
      }
    } else {
      out.bytes += texts[i];
    }
    out.bytes.resize(begin + each, '\0');
  }
  return out;
}

}  // namespace mote
