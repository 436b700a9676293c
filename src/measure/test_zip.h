// Makes the zip archives that the tests of this folder read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace mote {

struct TestEntry {
  std::string name;
  Bytes content;
  bool deflated = false;
  // What the directory says in place of the truth.
  std::optional<std::uint32_t> crc = {};
  std::optional<std::uint32_t> size = {};
  std::optional<std::uint16_t> method = {};
  std::uint16_t flags = 0;
};

Bytes make_zip(const std::vector<TestEntry>& entries, const std::string& comment = "");

}  // namespace mote
