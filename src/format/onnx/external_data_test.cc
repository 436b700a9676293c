#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/test_folder.h"
#include "format/onnx/testing_models.h"

namespace mote::onnx {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

// A folder with weights.bin, the bytes 0 to 99, and secret.bin beside the folder.
class ExternalData : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_);
    fs::create_directory(folder_ / "sub");
    for (const fs::path& p :
         {folder_ / "weights.bin", folder_ / "sub" / "w.bin", root_ / "secret.bin"}) {
      std::ofstream file(p, std::ios::binary);
      for (int i = 0; i < 100; ++i) file.put(static_cast<char>(i));
    }
    options_.folder = folder_;
  }

  // u8[size] at `location`; offset and length only if they are given.
  Result<Tensor> read(const std::string& location, std::int64_t size,
                      const std::string& offset = "", const std::string& length = "") {
    const auto entry = [](Writer& w, const std::string& key, const std::string& value) {
      if (value.empty()) return;
      w.add_message(TensorProto::kExternalData, message([&](Writer& e) {
                      e.add_string(StringStringEntryProto::kKey, key);
                      e.add_string(StringStringEntryProto::kValue, value);
                    }));
    };
    return read_test_tensor(tensor_message("w", DType::kU8, {size},
                                           [&](Writer& w) {
                                             entry(w, "location", location);
                                             entry(w, "offset", offset);
                                             entry(w, "length", length);
                                             w.add_int32(TensorProto::kDataLocation, 1);
                                           }),
                            options_);
  }

  void expect_refused(const Result<Tensor>& tensor, Code code) {
    ASSERT_FALSE(tensor);
    EXPECT_EQ(tensor.error().code, code) << tensor.error().message;
    EXPECT_THAT(tensor.error().message, HasSubstr("tensor 'w'"));
  }

  const TestFolder test_folder_;
  const fs::path root_ = test_folder_.path(), folder_ = root_ / "model";
  OnnxReadOptions options_;
};

TEST_F(ExternalData, IsReadFromOffset) {
  const auto t = read("weights.bin", 2, "64", "2");
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(t->values<std::uint8_t>()[1], 65);
  EXPECT_TRUE(read("sub/w.bin", 100));
  EXPECT_TRUE(read("weights.bin", 0, "100", "0"));
}

TEST_F(ExternalData, NamesOutsideTheFolderAreRefused) {
  expect_refused(read("../secret.bin", 1), Code::kInvalidArgument);
  expect_refused(read("sub/../../secret.bin", 1), Code::kInvalidArgument);
  expect_refused(read((root_ / "secret.bin").native(), 1), Code::kInvalidArgument);
  expect_refused(read(std::string("weights.bin\0x", 13), 1), Code::kInvalidArgument);
  expect_refused(read("", 1), Code::kCorrupt);
}

TEST_F(ExternalData, LinksAreRefused) {
  fs::create_symlink(root_ / "secret.bin", folder_ / "soft.bin");
  fs::create_directory_symlink(root_, folder_ / "up");
  fs::create_hard_link(root_ / "secret.bin", folder_ / "hard.bin");
  EXPECT_FALSE(read("soft.bin", 1));
  EXPECT_FALSE(read("up/secret.bin", 1));
  expect_refused(read("hard.bin", 1), Code::kInvalidArgument);
}

TEST_F(ExternalData, WhatIsNoFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  expect_refused(read("fifo", 1), Code::kInvalidArgument);
  expect_refused(read("sub", 1), Code::kInvalidArgument);
  expect_refused(read("missing.bin", 1), Code::kNotFound);
}

TEST_F(ExternalData, RangesLieWithinTheFile) {
  expect_refused(read("weights.bin", 101), Code::kCorrupt);
  expect_refused(read("weights.bin", 1, "100"), Code::kCorrupt);
  expect_refused(read("weights.bin", 2, "18446744073709551615"), Code::kCorrupt);
  expect_refused(read("weights.bin", 2, "-1"), Code::kCorrupt);
  expect_refused(read("weights.bin", 2, "1x"), Code::kCorrupt);
  expect_refused(read("weights.bin", 2, "99999999999999999999"), Code::kCorrupt);
}

TEST_F(ExternalData, LengthIsExact) {
  expect_refused(read("weights.bin", 4, "0", "5"), Code::kCorrupt);
  expect_refused(read("weights.bin", 4, "0", "3"), Code::kCorrupt);
}

TEST_F(ExternalData, NeedsAFolder) {
  options_.folder.clear();
  expect_refused(read("weights.bin", 1), Code::kInvalidArgument);
}

TEST_F(ExternalData, IsCountedBeforeItIsRead) {
  fs::resize_file(folder_ / "weights.bin", 1 << 20);
  options_.max_bytes = 1 << 16;
  expect_refused(read("weights.bin", 1 << 20), Code::kResourceExhausted);
}

TEST_F(ExternalData, ConstantsAreWrittenAlignedAndReadBack) {
  TestGraph g{{{"Foo", {"a", "b", "c"}, {"y"}, {}, "test"}}, {}, {value_info("y", "")}};
  for (const std::string name : {"a", "b"}) {
    g.initializers.push_back(tensor_message(name, DType::kU8, {65}, [&](Writer& w) {
      w.add_bytes(TensorProto::kRawData, std::string(65, name[0]));
    }));
  }
  g.initializers.push_back(tensor_message(
      "c", DType::kU8, {1}, [](Writer& w) { w.add_bytes(TensorProto::kRawData, "c"); }));
  const auto model =
      read_model(model_message({graph_message(g), 17, 8, {}, {opset_message("test", 1)}}));
  ASSERT_TRUE(model) << model.error().message;
  const auto files = write_onnx(*model, {"data.bin", 65});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->external.size(), 128U + 65U);
  std::ofstream(folder_ / "data.bin", std::ios::binary) << files->external;
  std::ofstream(folder_ / "model.onnx", std::ios::binary) << files->model;
  const auto again = read_onnx_file(folder_ / "model.onnx");
  ASSERT_TRUE(again) << again.error().message;
  const Graph& graph = again->graph;
  const Value& b = graph.value(graph.find_value("b"));
  EXPECT_TRUE(b.external);
  EXPECT_EQ(b.constant.values<std::uint8_t>()[64], 'b');
  EXPECT_FALSE(graph.value(graph.find_value("c")).external);
}

}  // namespace
}  // namespace mote::onnx
