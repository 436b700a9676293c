#include "base/file_system.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/test_folder.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

class FileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_ / "model");
    put("model/weights", "0123456789");
    put("secret", "secret");
  }

  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  Code refused(const std::string& name) {
    const auto r = files_.read_beneath(folder_ / "model", name, 0, 1);
    return r ? Code::kInternal : r.error().code;
  }
  static std::string text(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  FileSystem& files_ = FileSystem::real();
  const TestFolder test_folder_;
  const fs::path folder_ = test_folder_.path();
};

TEST_F(FileSystemTest, ReadsWholeFilesUpToALimit) {
  EXPECT_EQ(text(*files_.read(folder_ / "secret", 6)), "secret");
  EXPECT_EQ(files_.read(folder_ / "secret", 5).error().code, Code::kResourceExhausted);
  EXPECT_EQ(files_.read(folder_ / "absent", 5).error().code, Code::kNotFound);
  EXPECT_EQ(files_.read(folder_, 5).error().code, Code::kInvalidArgument);
}

TEST_F(FileSystemTest, ReadsRangesBeneathAFolder) {
  EXPECT_EQ(text(*files_.read_beneath(folder_ / "model", "weights", 3, 4)), "3456");
  EXPECT_EQ(text(*files_.read_beneath(folder_ / "model", "weights", 10, 0)), "");
  EXPECT_EQ(files_.read_beneath(folder_ / "model", "weights", 7, 4).error().code, Code::kCorrupt);
  EXPECT_EQ(files_.read_beneath(folder_ / "model", "weights", UINT64_MAX, 2).error().code,
            Code::kCorrupt);
  EXPECT_EQ(*files_.size_beneath(folder_ / "model", "weights"), 10U);
}

TEST_F(FileSystemTest, RefusesToLeaveTheFolder) {
  EXPECT_EQ(refused("../secret"), Code::kInvalidArgument);
  EXPECT_EQ(refused("a/../../secret"), Code::kNotFound);
  EXPECT_EQ(refused((folder_ / "secret").native()), Code::kInvalidArgument);
  EXPECT_EQ(refused(""), Code::kInvalidArgument);
  EXPECT_EQ(refused(std::string("weights\0x", 9)), Code::kInvalidArgument);
}

TEST_F(FileSystemTest, RefusesLinksAndWhatIsNoFile) {
  fs::create_symlink(folder_ / "secret", folder_ / "model/soft");
  fs::create_hard_link(folder_ / "secret", folder_ / "model/hard");
  fs::create_directory_symlink(folder_, folder_ / "model/up");
  ASSERT_EQ(mkfifo((folder_ / "model/fifo").c_str(), 0600), 0);
  EXPECT_EQ(refused("soft"), Code::kInvalidArgument);
  EXPECT_EQ(refused("hard"), Code::kInvalidArgument);
  EXPECT_FALSE(files_.read_beneath(folder_ / "model", "up/secret", 0, 1));
  EXPECT_EQ(refused("fifo"), Code::kInvalidArgument);
  EXPECT_EQ(refused("."), Code::kInvalidArgument);
}

TEST_F(FileSystemTest, WritesReplaceAtOnce) {
  const std::string bytes = "new";
  ASSERT_TRUE(files_.write(folder_ / "secret", std::as_bytes(std::span(bytes))));
  EXPECT_EQ(text(*files_.read(folder_ / "secret", 100)), "new");
  EXPECT_EQ(*files_.list(folder_), (std::vector<std::string>{"model", "secret"}));
  EXPECT_FALSE(files_.write(folder_ / "no" / "folder", {}));
}

TEST_F(FileSystemTest, KnowsAFileThatWasWrittenToOrReplaced) {
  const FileIdentity before = *files_.identify(folder_ / "secret");
  EXPECT_EQ(before, *files_.identify(folder_ / "secret"));
  EXPECT_EQ(before.size_bytes, 6U);
  put("other", "SECRET");
  fs::rename(folder_ / "other", folder_ / "secret");
  EXPECT_NE(before, *files_.identify(folder_ / "secret"));
  EXPECT_EQ(files_.identify(folder_ / "absent").error().code, Code::kNotFound);
  EXPECT_EQ(files_.identify(folder_).error().code, Code::kInvalidArgument);
}

TEST_F(FileSystemTest, MakesFoldersThatOthersCannotWriteTo) {
  const fs::path path = folder_ / "a" / "private";
  ASSERT_TRUE(files_.make_private_folder(path));
  struct stat state {};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0700U);
  ASSERT_TRUE(files_.make_private_folder(path)) << "it is there already";
  ASSERT_EQ(::chmod(path.c_str(), 0770), 0);
  EXPECT_EQ(files_.make_private_folder(path).error().code, Code::kInvalidArgument);
  EXPECT_EQ(files_.make_private_folder(folder_ / "secret").error().code, Code::kInvalidArgument);
}

TEST_F(FileSystemTest, MapsOnlyItsOwnersFiles) {
  const auto mapped = files_.map_private(folder_ / "secret");
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(mapped->bytes.data()), mapped->bytes.size()),
            "secret");
  put("empty", "");
  EXPECT_TRUE(files_.map_private(folder_ / "empty")->bytes.empty());
  EXPECT_EQ(files_.map_private(folder_ / "absent").error().code, Code::kNotFound);
  EXPECT_EQ(files_.map_private(folder_).error().code, Code::kInvalidArgument);
  fs::create_symlink(folder_ / "secret", folder_ / "link");
  EXPECT_FALSE(files_.map_private(folder_ / "link"));
  ASSERT_EQ(::chmod((folder_ / "secret").c_str(), 0622), 0);
  EXPECT_EQ(files_.map_private(folder_ / "secret").error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace mote
