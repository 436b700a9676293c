#include "measure/npz.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "measure/npy.h"
#include "measure/test_zip.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bytes npy_of(const Tensor& t) { return *write_npy(t); }

Tensor ramp(std::int64_t n) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(static_cast<float>(i % 100));
  return Tensor::of<float>({n}, values);
}

Bytes archive(bool deflated) {
  return make_zip({{"x.npy", npy_of(ramp(1000)), deflated},
                   {"y.npy", npy_of(Tensor::of<std::int64_t>({2}, {7, 8})), deflated}});
}

Error error_of(const Bytes& zip, std::string_view name = "x") {
  const auto tensor = read_npz(zip, name);
  EXPECT_FALSE(tensor);
  return tensor ? Error{} : tensor.error();
}

TEST(Npz, ReadsStoredAndDeflatedArrays) {
  for (const bool deflated : {false, true}) {
    const Bytes zip = archive(deflated);
    const auto x = read_npz(zip, "x");
    ASSERT_TRUE(x) << x.error().message;
    EXPECT_TRUE(equal(*x, ramp(1000)));
    const auto y = read_npz(zip, "y");
    ASSERT_TRUE(y) << y.error().message;
    EXPECT_THAT(y->values<std::int64_t>(), ElementsAre(7, 8));
  }
}

TEST(Npz, ReadsWhatNumpyWrote) {
  const auto bytes = FileSystem::real().read("examples/digits/holdout.npz", 1 << 20);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto x = read_npz(*bytes, "x");
  ASSERT_TRUE(x) << x.error().message;
  EXPECT_EQ(x->dtype(), DType::kF32);
  EXPECT_EQ(x->dims(), (Dims{450, 1, 8, 8}));
  const auto y = read_npz(*bytes, "y");
  ASSERT_TRUE(y) << y.error().message;
  for (const std::int64_t cls : y->values<std::int64_t>()) ASSERT_TRUE(cls >= 0 && cls <= 9);
}

TEST(Npz, ListsItsArrays) {
  const auto names = npz_names(archive(true));
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("x", "y"));
  const Error missing = error_of(archive(true), "z");
  EXPECT_EQ(missing.code, Code::kNotFound);
  EXPECT_EQ(missing.message, "there is no array 'z'; there are: x, y");
}

TEST(Npz, MayHaveAComment) {
  // One that looks like the end of an archive.
  const Bytes zip = make_zip({{"x.npy", npy_of(ramp(3))}}, cat("PK\5\6", std::string(30, 'x')));
  EXPECT_TRUE(read_npz(zip, "x"));
}

TEST(Npz, RefusesEveryTruncation) {
  for (const bool deflated : {false, true}) {
    const Bytes zip = make_zip({{"x.npy", npy_of(ramp(10)), deflated}});
    ASSERT_TRUE(read_npz(zip, "x"));
    for (std::size_t n = 0; n < zip.size(); ++n) {
      EXPECT_FALSE(read_npz(std::span(zip).first(n), "x")) << n;
    }
  }
}

// Most changes are found by the checksum; none may do harm.
TEST(Npz, SurvivesEveryByteThatChanges) {
  for (const bool deflated : {false, true}) {
    const Tensor content = ramp(10);
    const Bytes zip = make_zip({{"x.npy", npy_of(content), deflated}});
    for (std::size_t i = 0; i < zip.size(); ++i) {
      for (const int flip : {0x01, 0x10, 0x80, 0xff}) {
        Bytes changed = zip;
        changed[i] ^= static_cast<std::byte>(flip);
        const auto x = read_npz(changed, "x");
        if (x) {
          EXPECT_TRUE(equal(*x, content)) << i;
        }
      }
    }
  }
}

TEST(Npz, ChecksTheChecksum) {
  for (const bool deflated : {false, true}) {
    const Bytes zip = make_zip({{"x.npy", npy_of(ramp(3)), deflated, 12345}});
    const Error error = error_of(zip);
    EXPECT_EQ(error.code, Code::kCorrupt);
    EXPECT_THAT(error.message, HasSubstr("array 'x': its checksum is wrong"));
  }
}

TEST(Npz, RefusesSizesThatCompressionCannotReach) {
  TestEntry bomb{"x.npy", npy_of(ramp(3)), true};
  bomb.size = 0x7fffffff;
  EXPECT_THAT(error_of(make_zip({bomb})).message, HasSubstr("cannot have 2147483647 bytes"));
}

// 64 MiB of zeros in 64 KiB, as 1 GiB would be: the budget counts before anything is inflated.
TEST(Npz, RefusesBombsBeyondTheBudget) {
  const Bytes zip = make_zip({{"x.npy", npy_of(*Tensor::zeros(DType::kU8, {64 << 20})), true}});
  EXPECT_LT(zip.size(), 1U << 17);
  const auto x = read_npz(zip, "x", 1 << 20);
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error().code, Code::kResourceExhausted);
}

TEST(Npz, RefusesSizesThatTheBytesDoNotHave) {
  for (const std::uint32_t size : {139U, 141U}) {
    TestEntry entry{"x.npy", npy_of(ramp(3)), true};
    ASSERT_EQ(entry.content.size(), 140U);
    entry.size = size;
    EXPECT_EQ(error_of(make_zip({entry})).code, Code::kCorrupt) << size;
  }
}

TEST(Npz, NamesWhatItDoesNotRead) {
  TestEntry encrypted{"x.npy", npy_of(ramp(3))};
  encrypted.flags = 1;
  EXPECT_THAT(error_of(make_zip({encrypted})).message, HasSubstr("encrypted"));
  TestEntry method{"x.npy", npy_of(ramp(3))};
  method.method = 12;
  EXPECT_THAT(error_of(make_zip({method})).message, HasSubstr("method 12"));
  const TestEntry x{"x.npy", npy_of(ramp(3))};
  EXPECT_THAT(error_of(make_zip({x, x})).message, HasSubstr("'x.npy' is there twice"));
}

}  // namespace
}  // namespace mote
