#include "measure/npy.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "measure/npy_header.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A file of version `version` with this header and these bytes behind it.
Bytes npy(std::string header, std::string_view data, int version = 1) {
  Bytes out;
  const auto put = [&](std::string_view text) {
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
  };
  put("\x93NUMPY");
  out.push_back(static_cast<std::byte>(version));
  out.push_back(std::byte{0});
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
    out.push_back(static_cast<std::byte>(header.size() >> (8 * i) & 0xff));
  }
  put(header);
  put(data);
  return out;
}

std::string header(std::string_view descr, std::string_view shape, bool fortran = false) {
  return cat("{'descr': '", descr, "', 'fortran_order': ", fortran ? "True" : "False",
             ", 'shape': ", shape, ", }   \n");
}

template <class T>
std::vector<T> values_of(const Bytes& file) {
  const auto tensor = read_npy(file);
  EXPECT_TRUE(tensor) << tensor.error().message;
  if (!tensor) return {};
  EXPECT_EQ(tensor->dtype(), kDTypeOf<T>);
  const auto values = tensor->template values<T>();
  return {values.begin(), values.end()};
}

Error error_of(const Bytes& file) {
  const auto tensor = read_npy(file);
  EXPECT_FALSE(tensor);
  return tensor ? Error{} : tensor.error();
}

TEST(Npy, ReadsEveryVersionOfTheHeader) {
  for (const int version : {1, 2, 3}) {
    EXPECT_THAT(values_of<std::uint8_t>(npy(header("|u1", "(3,)"), "abc", version)),
                ElementsAre('a', 'b', 'c'));
  }
  EXPECT_EQ(error_of(npy(header("|u1", "(3,)"), "abc", 4)).code, Code::kUnsupported);
}

TEST(Npy, SwapsBigEndianElements) {
  EXPECT_THAT(
      values_of<std::int16_t>(npy(header(">i2", "(2,)"), std::string_view("\1\2\xff\xfe", 4))),
      ElementsAre(0x102, -2));
}

// A complex number is two, each swapped by itself.
TEST(Npy, SwapsThePartsOfComplexNumbers) {
  const auto tensor =
      read_npy(npy(header(">c8", "()"), std::string_view("\x3f\x80\0\0\x40\0\0\0", 8)));
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_EQ(tensor->dtype(), DType::kC64);
  EXPECT_EQ(tensor->view().as<float>()[0], 1.0F);
  EXPECT_EQ(tensor->view().as<float>()[1], 2.0F);
}

TEST(Npy, TurnsFortranOrder) {
  EXPECT_THAT(values_of<std::uint8_t>(npy(header("|u1", "(2, 3)", true), "adbecf")),
              ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
  EXPECT_THAT(values_of<std::uint8_t>(npy(header("|u1", "(2, 1, 2, 2)", true), "aebfcgdh")),
              ElementsAre('a', 'c', 'b', 'd', 'e', 'g', 'f', 'h'));
  EXPECT_TRUE(values_of<std::uint8_t>(npy(header("|u1", "(0, 3)", true), "")).empty());
}

TEST(Npy, MakesBoolsOfAnyByte) {
  const auto tensor = read_npy(npy(header("|b1", "(3,)"), std::string_view("\0\1\xff", 3)));
  ASSERT_TRUE(tensor);
  const auto* bytes = tensor->view().as<std::uint8_t>();
  EXPECT_THAT(std::vector(bytes, bytes + 3), ElementsAre(0, 1, 1));
}

TEST(Npy, WritesWhatItReads) {
  for (const DType dtype : {DType::kF16, DType::kF32, DType::kF64, DType::kS8, DType::kU8,
                            DType::kS16, DType::kU16, DType::kS32, DType::kU32, DType::kS64,
                            DType::kU64, DType::kBool, DType::kC64, DType::kC128}) {
    for (const Dims& dims : {Dims{}, Dims{3}, Dims{2, 0}, Dims{1, 2, 3}}) {
      Tensor t = *Tensor::zeros(dtype, dims);
      auto* bytes = static_cast<std::uint8_t*>(t.mut().data);
      for (std::uint64_t i = 0; i < t.bytes(); ++i) bytes[i] = i % 2;
      const auto file = write_npy(t);
      ASSERT_TRUE(file) << file.error().message;
      EXPECT_EQ((file->size() - t.bytes()) % 64, 0U);
      const auto back = read_npy(*file);
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_TRUE(equal(*back, t)) << name(dtype) << to_string(dims);
    }
  }
}

TEST(Npy, WritesTheHeaderAsNumpyDoes) {
  NpyHeader h;
  h.dtype = DType::kF32;
  h.dims = {3};
  const auto text = npy_header_text(h);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }");
  h.dtype = DType::kU8;
  h.dims = {};
  EXPECT_EQ(*npy_header_text(h), "{'descr': '|u1', 'fortran_order': False, 'shape': (), }");
  EXPECT_FALSE(write_npy(*Tensor::zeros(DType::kBF16, {1})));
}

TEST(Npy, RefusesEveryTruncationAndAnyByteMore) {
  const Bytes file = npy(header("<i4", "(2,)"), "abcdefgh");
  ASSERT_TRUE(read_npy(file));
  for (std::size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(read_npy(std::span(file).first(n))) << n;
  }
  Bytes longer = file;
  longer.push_back(std::byte{0});
  EXPECT_EQ(error_of(longer).code, Code::kCorrupt);
}

TEST(Npy, SurvivesEveryByteThatChanges) {
  const Bytes file = npy(header("<i4", "(2,)"), "abcdefgh");
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (int b = 0; b < 256; ++b) {
      Bytes changed = file;
      changed[i] = static_cast<std::byte>(b);
      const auto tensor = read_npy(changed);
      if (tensor && tensor->dtype() != DType::kString) {  // "S4" is two texts
        EXPECT_EQ(tensor->bytes(), 8U);
      }
    }
  }
}

TEST(NpyHeader, TakesOtherSpellings) {
  const auto h = parse_npy_header("{ \"shape\":(2,3L) ,\n'fortran_order':True,'descr':'=f8'}");
  ASSERT_TRUE(h) << h.error().message;
  EXPECT_EQ(h->dims, (Dims{2, 3}));
  EXPECT_TRUE(h->fortran_order);
  EXPECT_EQ(h->dtype, DType::kF64);
}

TEST(NpyHeader, RefusesWhatIsNoHeader) {
  for (const std::string_view text :
       {"", "{", "{}", "[]", "{'descr': '<f4'}", "{'descr': '<f4', 'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order: False, \"shape\": (1,)}",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}"}) {
    const auto h = parse_npy_header(text);
    ASSERT_FALSE(h) << text;
    EXPECT_EQ(h.error().code, Code::kCorrupt) << text;
  }
}

TEST(NpyHeader, RefusesAQuoteThatIsNotClosed) {
  EXPECT_FALSE(parse_npy_header("{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}"));
}

TEST(Npy, TextsAreUtf8WhateverTheirUnits) {
  using std::string_literals::operator""s;
  // "né", padded with a unit that is 0; "a" and one in the middle that is 0.
  const std::string units = "n\0\0\0\xe9\0\0\0\0\0\0\0a\0\0\0\0\0\0\0b\0\0\0"s;
  EXPECT_THAT(values_of<std::string>(npy(header("<U3", "(2,)"), units)),
              ElementsAre("n\xc3\xa9", "a\0b"s));
  EXPECT_THAT(values_of<std::string>(npy(header(">U1", "(1,)"), "\0\0\0\xe9"s)),
              ElementsAre("\xc3\xa9"));
  EXPECT_THAT(values_of<std::string>(npy(header("|S3", "(2,)"), "ab\0\xff\0\0"s)),
              ElementsAre("ab", "\xff"));
  EXPECT_EQ(error_of(npy(header("<U1", "(1,)"), "\0\xd8\0\0"s)).code, Code::kCorrupt);
  EXPECT_EQ(error_of(npy(header("<U2", "(1,)"), "a\0\0\0"s)).code, Code::kCorrupt);
  EXPECT_EQ(error_of(npy(header("<U268435456", "(268435456, 4294967296)"), "a")).code,
            Code::kInvalidArgument);
}

TEST(Npy, TextsSurviveWritingAndReading) {
  for (const std::vector<std::string>& texts :
       {std::vector<std::string>{"", "h\xc3\xa4user", "\xf0\x9f\x9a\x9c"},
        std::vector<std::string>{"\xff\xfe", "plain"}, std::vector<std::string>{""}}) {
    const Tensor tensor = Tensor::of<std::string>({std::ssize(texts)}, texts);
    const auto file = write_npy(tensor);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(values_of<std::string>(*file), texts);
  }
}

TEST(NpyHeader, NamesElementsThatAreNotNumbers) {
  for (const std::string_view descr : {"|O", "<U", "|Sx", "<M8[s]", "|V2", "f3", "", "<"}) {
    const auto h = parse_npy_header(header(descr, "(1,)"));
    ASSERT_FALSE(h) << descr;
    EXPECT_EQ(h.error().code, Code::kUnsupported);
    EXPECT_THAT(h.error().message, HasSubstr(cat("'", descr, "'")));
  }
  const auto records =
      parse_npy_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}");
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().code, Code::kUnsupported);
}

TEST(NpyHeader, BoundsRankAndSize) {
  EXPECT_EQ(error_of(npy(header("|u1", "(1,1,1,1,1,1,1,1,1,1,1,1,1)"), "a")).code,
            Code::kInvalidArgument);
  EXPECT_EQ(error_of(npy(header("|u1", "(4294967296, 4294967296, 4294967296)"), "a")).code,
            Code::kResourceExhausted);
  EXPECT_EQ(error_of(npy(header("<f8", "(1000000000000,)"), "a")).code, Code::kResourceExhausted);
  // Within the budget, but not in the file: nothing is allocated.
  EXPECT_EQ(error_of(npy(header("<f8", "(400000000,)"), "a")).code, Code::kCorrupt);
}

}  // namespace
}  // namespace mote
