#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp is POSIX

#include <filesystem>
#include <string>

namespace mote {

// An empty folder of one test's own, however many run at once; it goes with its end.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::path(testing::TempDir()) / "mote_XXXXXX").native();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr) << pattern;
    path_ = pattern;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mote
