// Comma-separated values (RFC 4180).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mote {

struct CsvRow {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
};

// Fields may stand in double quotes, in which "" is a quote and commas and line ends are text.
// Spaces around fields without quotes do not count; empty lines are left out; a byte order mark at
// the begin too. Errors: kCorrupt, with the line: a quote that does not end or text behind it;
// more than 10,000,000 fields.
Result<std::vector<CsvRow>> parse_csv(std::string_view text);

// One line of such a text, ending in a line end; fields are quoted where they must be.
std::string csv_line(std::span<const std::string> fields);

}  // namespace mote
