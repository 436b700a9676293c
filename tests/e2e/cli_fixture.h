// The program as people start it. MOTE_BINARY is its path.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "base/test_folder.h"

namespace mote {

namespace fs = std::filesystem;

using Json = nlohmann::json;

inline const std::string kDigits = "examples/digits/";
inline const std::string kModel = kDigits + "model.onnx";

struct Ended {
  int status = -1;
  std::string out;
  std::string err;
};

class Cli : public testing::Test {
 protected:
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string write(const std::string& name, std::string_view bytes) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.native();
  }

  // Version 1.0, C order.
  std::string write_npy(const std::string& name, const std::string& dtype, const std::string& shape,
                        std::string_view data) {
    std::string header =
        "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize((10 + header.size() + 64) / 64 * 64 - 11, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xffU);
    bytes += static_cast<char>(header.size() >> 8U);
    return write(name, bytes + header + std::string(data));
  }

  Ended mote(const std::string& arguments) {
    const fs::path out = folder_ / "stdout";
    const fs::path err = folder_ / "stderr";
    const std::string command = std::string("'") + MOTE_BINARY + "' " + arguments + " >'" +
                                out.native() + "' 2>'" + err.native() + "' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
  }

  Json json(const std::string& arguments) {
    const Ended ended = mote(arguments);
    EXPECT_EQ(ended.status, 0) << ended.err;
    Json parsed = Json::parse(ended.out, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << ended.out;
    return parsed;
  }

  // Nothing on standard output, one or two lines on standard error that say `what`.
  void expect_refused(const std::string& arguments, int status, const std::string& what) {
    const Ended ended = mote(arguments);
    EXPECT_EQ(ended.status, status) << arguments;
    EXPECT_EQ(ended.out, "") << arguments;
    EXPECT_THAT(ended.err, testing::StartsWith("mote"));
    EXPECT_THAT(ended.err, testing::HasSubstr(what)) << arguments;
    EXPECT_LE(std::ranges::count(ended.err, '\n'), 2) << ended.err;
  }

  const TestFolder test_folder_;
  const fs::path folder_ = test_folder_.path();
};

}  // namespace mote
