#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "format/onnx/testing_models.h"

namespace mote::onnx {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Strings = std::vector<std::string>;

std::string raw(DType dtype, std::initializer_list<std::int64_t> dims, std::string_view bytes) {
  return tensor_message("t", dtype, dims, [&](Writer& w) {
    w.add_bytes(TensorProto::kRawData, bytes.data(), bytes.size());
  });
}

template <class T>
std::vector<T> elements(const Result<Tensor>& tensor) {
  if (!tensor) {
    ADD_FAILURE() << tensor.error().message;
    return {};
  }
  std::vector<T> out(tensor->bytes() / sizeof(T));
  std::memcpy(out.data(), tensor->data(), tensor->bytes());
  return out;
}

Error error_of(const Result<Tensor>& tensor) {
  if (!tensor) return tensor.error();
  ADD_FAILURE() << "a tensor was read";
  return {Code::kInternal, ""};
}

TEST(TensorProto, RawDataIsLittleEndianRowMajor) {
  const auto t = read_test_tensor(raw(DType::kS16, {2, 1}, std::string_view("\1\0\0\1", 4)));
  ASSERT_TRUE(t);
  EXPECT_EQ(t->dims(), (Dims{2, 1}));
  EXPECT_THAT(elements<std::int16_t>(t), ElementsAre(1, 256));
}

TEST(TensorProto, FloatsMayBePackedOrSingle) {
  const std::vector<float> values = {1.5F, -2.0F};
  const auto packed = read_test_tensor(tensor_message("t", DType::kF32, {2}, [&](Writer& w) {
    w.add_packed_float(TensorProto::kFloatData, values.begin(), values.end());
  }));
  const auto single = read_test_tensor(tensor_message("t", DType::kF32, {2}, [&](Writer& w) {
    for (const float v : values) w.add_float(TensorProto::kFloatData, v);
  }));
  EXPECT_THAT(elements<float>(packed), ElementsAre(1.5F, -2.0F));
  EXPECT_THAT(elements<float>(single), ElementsAre(1.5F, -2.0F));
}

TEST(TensorProto, ListsMayBePackedInPieces) {
  const std::vector<std::int64_t> values = {-7, 9};
  const auto t = read_test_tensor(tensor_message("t", DType::kS64, {4}, [&](Writer& w) {
    w.add_packed_int64(TensorProto::kInt64Data, values.begin(), values.end());
    w.add_int64(TensorProto::kInt64Data, 3);
    w.add_packed_int64(TensorProto::kInt64Data, values.begin(), values.begin() + 1);
  }));
  EXPECT_THAT(elements<std::int64_t>(t), ElementsAre(-7, 9, 3, -7));
}

TEST(TensorProto, ComplexNumbersAreTwoEntries) {
  const auto c64 = read_test_tensor(tensor_message("t", DType::kC64, {1}, [](Writer& w) {
    w.add_float(TensorProto::kFloatData, 1);
    w.add_float(TensorProto::kFloatData, 2);
  }));
  const auto c128 = read_test_tensor(tensor_message("t", DType::kC128, {1}, [](Writer& w) {
    w.add_double(TensorProto::kDoubleData, 1);
    w.add_double(TensorProto::kDoubleData, 2);
  }));
  EXPECT_THAT(elements<float>(c64), ElementsAre(1, 2));
  EXPECT_THAT(elements<double>(c128), ElementsAre(1, 2));
}

TEST(TensorProto, UnsignedAndDoubleFields) {
  const auto u32 = read_test_tensor(tensor_message("t", DType::kU32, {1}, [](Writer& w) {
    w.add_uint64(TensorProto::kUint64Data, 4'000'000'000U);
  }));
  const auto u64 = read_test_tensor(tensor_message("t", DType::kU64, {1}, [](Writer& w) {
    w.add_uint64(TensorProto::kUint64Data, ~std::uint64_t{0});
  }));
  const auto f64 = read_test_tensor(tensor_message(
      "t", DType::kF64, {1}, [](Writer& w) { w.add_double(TensorProto::kDoubleData, 0.25); }));
  EXPECT_THAT(elements<std::uint32_t>(u32), ElementsAre(4'000'000'000U));
  EXPECT_THAT(elements<std::uint64_t>(u64), ElementsAre(~std::uint64_t{0}));
  EXPECT_THAT(elements<double>(f64), ElementsAre(0.25));
}

struct Int32Case {
  DType dtype;
  std::int64_t count;                 // elements
  std::vector<std::int32_t> entries;  // of int32_data
  std::vector<std::uint8_t> bytes;    // of the tensor
};

class Int32Data : public ::testing::TestWithParam<Int32Case> {};

TEST_P(Int32Data, BecomesTheTensorsBytes) {
  const Int32Case& c = GetParam();
  const auto t = read_test_tensor(tensor_message("t", c.dtype, {c.count}, [&](Writer& w) {
    w.add_packed_int32(TensorProto::kInt32Data, c.entries.begin(), c.entries.end());
  }));
  EXPECT_EQ(elements<std::uint8_t>(t), c.bytes);
}

INSTANTIATE_TEST_SUITE_P(
    AllTypes, Int32Data,
    ::testing::Values(
        Int32Case{DType::kS32, 1, {-2}, {0xfe, 0xff, 0xff, 0xff}},
        Int32Case{DType::kS16, 1, {-2}, {0xfe, 0xff}},
        Int32Case{DType::kU16, 1, {0xfffe}, {0xfe, 0xff}},
        Int32Case{DType::kF16, 1, {0x3c00}, {0x00, 0x3c}},
        Int32Case{DType::kBF16, 1, {0x3f80}, {0x80, 0x3f}},
        Int32Case{DType::kS8, 2, {-128, 127}, {0x80, 0x7f}},
        Int32Case{DType::kU8, 1, {255}, {0xff}}, Int32Case{DType::kBool, 2, {0, 1}, {0, 1}},
        Int32Case{DType::kF8E4M3FN, 1, {0x7e}, {0x7e}},
        Int32Case{DType::kF8E4M3FNUZ, 1, {0x80}, {0x80}},
        Int32Case{DType::kF8E5M2, 1, {0x7b}, {0x7b}}, Int32Case{DType::kF8E5M2FNUZ, 1, {1}, {1}},
        Int32Case{DType::kF8E8M0, 1, {0x7f}, {0x7f}},
        Int32Case{DType::kU4, 3, {0x21, 0x03}, {0x21, 0x03}},
        Int32Case{DType::kS4, 2, {0xf1}, {0xf1}}, Int32Case{DType::kF4E2M1, 1, {0x0a}, {0x0a}},
        Int32Case{DType::kU2, 5, {0xe4, 0x01}, {0xe4, 0x01}},
        Int32Case{DType::kS2, 4, {0x1b}, {0x1b}}));

TEST(TensorProto, EntriesThatDoNotFitTheTypeAreRefused) {
  const auto t = read_test_tensor(tensor_message(
      "w", DType::kS8, {1}, [](Writer& w) { w.add_int32(TensorProto::kInt32Data, 128); }));
  EXPECT_EQ(error_of(t).code, Code::kCorrupt);
  EXPECT_THAT(error_of(t).message, AllOf(HasSubstr("'w'"), HasSubstr("128 is outside [-128, 127]"),
                                         HasSubstr("byte 8")));
}

TEST(TensorProto, Strings) {
  const auto t = read_test_tensor(tensor_message("t", DType::kString, {3}, [](Writer& w) {
    w.add_string(TensorProto::kStringData, "one");
    w.add_string(TensorProto::kStringData, "");
    w.add_bytes(TensorProto::kStringData, "\0x", 2);
  }));
  ASSERT_TRUE(t) << t.error().message;
  const auto s = t->values<std::string>();
  EXPECT_EQ(Strings(s.begin(), s.end()), (Strings{"one", "", std::string("\0x", 2)}));
}

TEST(TensorProto, SizeIsExact) {
  for (const std::size_t bytes : {0U, 7U, 9U}) {
    const auto t = read_test_tensor(raw(DType::kF32, {2}, std::string(bytes, '\1')));
    EXPECT_EQ(error_of(t).code, Code::kCorrupt) << bytes;
  }
  // Three 4-bit elements are two bytes.
  EXPECT_TRUE(read_test_tensor(raw(DType::kU4, {3}, "ab")));
  EXPECT_FALSE(read_test_tensor(raw(DType::kU4, {3}, "abc")));
  EXPECT_FALSE(read_test_tensor(raw(DType::kU2, {3}, "ab")));
}

TEST(TensorProto, NoElementsNeedNoData) {
  const auto t = read_test_tensor(tensor_message("t", DType::kF32, {0, 3}, [](Writer&) {}));
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->dims(), (Dims{0, 3}));
}

TEST(TensorProto, AbsurdSizesAreRefusedBeforeAllocation) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 40;
  EXPECT_FALSE(read_test_tensor(raw(DType::kF32, {kHuge, kHuge}, "")));
  EXPECT_FALSE(read_test_tensor(raw(DType::kF32, {kHuge, kHuge, 0}, "")));
  EXPECT_THAT(error_of(read_test_tensor(raw(DType::kF32, {-1}, ""))).message,
              HasSubstr("size -1 is negative"));
  EXPECT_EQ(error_of(read_test_tensor(raw(DType::kF32, {kHuge}, ""))).code, Code::kCorrupt);
}

TEST(TensorProto, RankAboveTheLimitIsUnsupported) {
  const auto t = read_test_tensor(raw(DType::kU8, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "a"));
  EXPECT_EQ(error_of(t).code, Code::kUnsupported);
}

TEST(TensorProto, ABoolIsZeroOrOne) {
  EXPECT_TRUE(read_test_tensor(raw(DType::kBool, {2}, std::string_view("\0\1", 2))));
  EXPECT_THAT(error_of(read_test_tensor(raw(DType::kBool, {2}, "\1\2"))).message,
              HasSubstr("element 1 is 2"));
}

TEST(TensorProto, ElementsInTheWrongFieldAreRefused) {
  const auto t = read_test_tensor(tensor_message(
      "t", DType::kF32, {1}, [](Writer& w) { w.add_int32(TensorProto::kInt32Data, 1); }));
  EXPECT_THAT(error_of(t).message, HasSubstr("field 5"));
}

TEST(TensorProto, ElementsTwiceAreRefused) {
  const auto t = read_test_tensor(tensor_message("t", DType::kF32, {1}, [](Writer& w) {
    w.add_bytes(TensorProto::kRawData, "abcd");
    w.add_float(TensorProto::kFloatData, 1);
  }));
  EXPECT_THAT(error_of(t).message, HasSubstr("twice"));
}

TEST(TensorProto, UnknownTypesAndSegmentsAreRefused) {
  EXPECT_EQ(error_of(read_test_tensor(raw(static_cast<DType>(27), {1}, "a"))).code,
            Code::kUnsupported);
  EXPECT_EQ(error_of(read_test_tensor(raw(static_cast<DType>(99), {1}, "a"))).code, Code::kCorrupt);
  EXPECT_EQ(error_of(read_test_tensor("")).code, Code::kCorrupt);
  const auto segment = read_test_tensor(tensor_message("t", DType::kF32, {1}, [](Writer& w) {
    w.add_message(TensorProto::kSegment, std::string());
  }));
  EXPECT_EQ(error_of(segment).code, Code::kUnsupported);
}

// SequenceProto: name = 1, elem_type = 2, tensor_values = 3.
TEST(TensorProto, ASequenceIsNoTensor) {
  const std::string sequence = message([](Writer& w) {
    w.add_string(1, "seq");
    w.add_int32(2, 1);
    w.add_message(3, raw(DType::kF32, {}, "abcd"));
  });
  EXPECT_THAT(error_of(read_test_tensor(sequence)).message, HasSubstr("no tensor"));
  const std::string empty = message([](Writer& w) { w.add_int32(2, 1); });
  EXPECT_EQ(error_of(read_test_tensor(empty)).code, Code::kCorrupt);
}

TEST(TensorProto, EveryTruncationIsAnError) {
  const std::string whole = raw(DType::kF32, {2}, "abcdefgh");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(read_test_tensor(whole.substr(0, n))) << n;
  }
  EXPECT_FALSE(read_test_tensor(whole + std::string(3, '\0')));
}

TEST(TensorProto, MemoryIsCountedBeforeItIsTaken) {
  OnnxReadOptions options;
  options.max_bytes = 100'000;
  const std::string large = raw(DType::kU8, {200'000}, std::string(200'000, 'a'));
  EXPECT_EQ(error_of(read_test_tensor(large, options)).code, Code::kResourceExhausted);
  // An empty string costs two bytes of file and 32 of memory.
  const std::string strings = tensor_message("t", DType::kString, {20'000}, [](Writer& w) {
    for (int i = 0; i < 20'000; ++i) w.add_string(TensorProto::kStringData, "");
  });
  EXPECT_EQ(error_of(read_test_tensor(strings, options)).code, Code::kResourceExhausted);
}

TEST(TensorProto, WhatIsWrittenReadsBack) {
  const std::vector<std::string> texts = {"a", "", "b c"};
  const Tensor tensors[] = {
      Tensor::of<float>({2, 2}, {1, 2, 3, 4}), Tensor::scalar<std::int64_t>(-1),
      Tensor::of<std::string>({3}, texts),     *Tensor::zeros(DType::kU4, {3}),
      *Tensor::zeros(DType::kF32, {0, 2}),     *Tensor::zeros(DType::kBool, {2})};
  for (const Tensor& t : tensors) {
    const auto read = read_test_tensor(write_tensor_proto(t, "x"));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(equal(*read, t));
  }
}

}  // namespace
}  // namespace mote::onnx
