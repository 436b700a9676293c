// What commands print.
#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mote/result.h"
#include "mote/tensor.h"

namespace mote::cli {

using Json = nlohmann::ordered_json;  // fields in the order in which they are set

// Names come from files that anybody may have made: control characters, which a terminal would
// obey, become "\x1b".
std::string printable(std::string_view text);

// To standard output, whose state is checked once, at the end.
void put(std::string_view text);

// One line to standard output.
template <class... T>
void say(fmt::format_string<T...> format, T&&... args) {
  put(fmt::format(format, std::forward<T>(args)...) + '\n');
}

// Bytes that are no UTF-8 are replaced.
void print_json(const Json& json);

// Adds what to do as a second line of the message.
Error advise(Error error, std::string_view advice);

// "mote: MESSAGE" to standard error, in one line, or two if there is advice.
void print_error(const Error& error);

// "mote: note: TEXT" to standard error: what was taken for granted.
void print_note(std::string_view text);

std::string with_commas(std::int64_t number);  // "28,410"
std::string short_count(std::int64_t number);  // "1.24 M"
Json dims_json(const Dims& dims);

// Columns as wide as their widest cell. Cells are made printable.
class Table {
 public:
  enum class Align { kLeft, kRight };
  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // Requires: as many cells as columns.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string text(std::string_view indent = "  ") const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace mote::cli
