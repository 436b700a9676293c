// Rows of texts under names, as a CSV file has them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

struct TextRow {
  std::size_t line = 0;  // of the file, from 1
  std::vector<std::string> fields;
};

// Each row has as many fields as there are columns.
struct TextTable {
  std::vector<std::string> columns;
  std::vector<TextRow> rows;
};

}  // namespace mote
