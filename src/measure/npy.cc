#include "measure/npy.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "ir/dtype.h"
#include "measure/byte_source.h"
#include "measure/npy_header.h"
#include "measure/npy_text.h"

namespace mote {
namespace {

constexpr std::array<unsigned char, 6> kMagic = {0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr std::uint32_t kMaxHeader = 1 << 20;
constexpr std::size_t kAlignment = 64;  // of the data, counted from the file's begin

unsigned byte_at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<unsigned>(bytes[i]);
}

// The text after magic, version and length.
Result<std::string> read_header(ByteSource& source) {
  std::array<std::byte, 8> start{};
  MOTE_TRY(source.read(start));
  if (std::memcmp(start.data(), kMagic.data(), kMagic.size()) != 0) {
    return Error{Code::kCorrupt, "it does not begin as an .npy file does"};
  }
  const unsigned version = byte_at(start, 6);
  if (version < 1 || version > 3) {
    return Error{Code::kUnsupported, cat("version ", version, " of .npy; 1 to 3 are supported")};
  }
  std::array<std::byte, 4> length{};
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  MOTE_TRY(source.read(std::span(length).first(length_bytes)));
  std::uint32_t n = 0;
  for (std::size_t i = length_bytes; i-- > 0;) n = n << 8 | byte_at(length, i);
  if (n > kMaxHeader || n > source.left()) {
    return Error{Code::kCorrupt, cat("its header of ", n, " bytes goes beyond the end")};
  }
  std::string text(n, '\0');
  MOTE_TRY(source.read(std::as_writable_bytes(std::span(text))));
  return text;
}

void reverse_bytes(std::span<std::byte> bytes, std::size_t width) {
  for (std::size_t i = 0; i + width <= bytes.size(); i += width) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
}

// From the order in which the first index runs fastest to that in which the last one does.
void fortran_to_c(const std::byte* from, std::byte* to, const Dims& dims, std::size_t width) {
  Dims strides = dims;  // in elements of `from`
  std::int64_t step = 1;
  for (int i = 0; i < dims.rank(); ++i) {
    strides[i] = step;
    step *= dims[i];
  }
  Dims at = dims;
  std::ranges::fill(at, 0);
  std::int64_t offset = 0;
  for (std::int64_t n = dims.count(); n > 0; --n, to += width) {
    std::memcpy(to, from + static_cast<std::size_t>(offset) * width, width);
    for (int i = dims.rank() - 1; i >= 0; --i) {
      offset += strides[i];
      if (++at[i] < dims[i]) break;
      offset -= strides[i] * dims[i];
      at[i] = 0;
    }
  }
}

std::span<std::byte> bytes_of(Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.mut().data), static_cast<std::size_t>(tensor.bytes())};
}

// NumPy takes any byte other than 0 for true; a C++ bool may not hold one.
void make_bools(std::span<std::byte> bytes) {
  for (std::byte& b : bytes) b = b == std::byte{0} ? b : std::byte{1};
}

}  // namespace

Result<Tensor> read_npy(ByteSource& source, std::uint64_t max_bytes) {
  MOTE_ASSIGN(const std::string text, read_header(source));
  MOTE_ASSIGN(const NpyHeader header, parse_npy_header(text));
  if (header.dtype == DType::kString) {
    MOTE_ASSIGN(const std::uint64_t stated, npy_text_bytes(header));
    if (stated != source.left()) {
      return Error{Code::kCorrupt, cat("an array of ", to_string(header.dims), " texts has ",
                                       stated, " bytes; there are ", source.left())};
    }
    return read_npy_texts(header, source, max_bytes);
  }
  const bool turned = header.fortran_order && header.dims.rank() >= 2;
  const auto bytes = byte_size(header.dtype, header.dims);
  if (!bytes || *bytes > max_bytes / (turned ? 2 : 1)) {
    return Error{Code::kResourceExhausted,
                 cat("an array of ", to_string(header.dims), " ", name(header.dtype),
                     " takes more than the ", human_bytes(max_bytes), " allowed")};
  }
  if (*bytes != source.left()) {
    return Error{Code::kCorrupt,
                 cat("an array of ", to_string(header.dims), " ", name(header.dtype), " has ",
                     *bytes, " bytes; there are ", source.left())};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(header.dtype, header.dims));
  MOTE_TRY(source.read(bytes_of(tensor)));
  MOTE_TRY(source.finish());
  const bool is_complex = header.dtype == DType::kC64 || header.dtype == DType::kC128;
  const auto width = static_cast<std::size_t>(byte_width(header.dtype));
  if (header.big_endian) reverse_bytes(bytes_of(tensor), is_complex ? width / 2 : width);
  if (header.dtype == DType::kBool) make_bools(bytes_of(tensor));
  if (!turned) return tensor;
  MOTE_ASSIGN(Tensor ordered, Tensor::zeros(header.dtype, header.dims));
  fortran_to_c(bytes_of(tensor).data(), bytes_of(ordered).data(), header.dims, width);
  return ordered;
}

Result<Tensor> read_npy(std::span<const std::byte> bytes, std::uint64_t max_bytes) {
  MemorySource source(bytes);
  return read_npy(source, max_bytes);
}

Result<Bytes> write_npy(const Tensor& tensor) {
  NpyTexts texts;
  texts.header.dtype = tensor.dtype();
  texts.header.dims = tensor.dims();
  const bool is_text = tensor.dtype() == DType::kString;
  if (is_text) texts = npy_texts_of(tensor);
  MOTE_ASSIGN(std::string text, npy_header_text(texts.header));
  const std::size_t before = kMagic.size() + 4;
  while ((before + text.size() + 1) % kAlignment != 0) text += ' ';
  text += '\n';
  Bytes out;
  out.reserve(before + text.size() + tensor.bytes());
  for (const unsigned char c : kMagic) out.push_back(std::byte{c});
  const std::size_t n = text.size();
  for (const std::size_t b : {std::size_t{1}, std::size_t{0}, n & 0xff, n >> 8}) {
    out.push_back(static_cast<std::byte>(b));
  }
  const auto header = std::as_bytes(std::span(text));
  out.insert(out.end(), header.begin(), header.end());
  const auto* data = static_cast<const std::byte*>(tensor.data());
  const auto elements = is_text ? std::as_bytes(std::span(texts.bytes))
                                : std::span(data, static_cast<std::size_t>(tensor.bytes()));
  out.insert(out.end(), elements.begin(), elements.end());
  return out;
}

}  // namespace mote
