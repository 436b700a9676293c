// Building and cutting short texts: messages, mostly.
#pragma once
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

inline void append(std::string& out, std::string_view s) { out += s; }
inline void append(std::string& out, char c) { out += c; }
template <std::same_as<bool> T>  // a template, lest pointers become booleans
void append(std::string& out, T b) {
  out += b ? "true" : "false";
}
void append(std::string& out, double v);  // shortest text that reads back as the same number
void append(std::string& out, float v);

template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) void append(std::string& out, T v) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, v).ptr;
  out.append(buffer, end);
}

// cat("axis ", axis, " is outside [0, ", rank, ")")
template <class... T>
std::string cat(const T&... parts) {
  std::string out;
  (append(out, parts), ...);
  return out;
}

// join({1, 2}, ",") is "1,2".
template <class Range>
std::string join(const Range& range, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const auto& item : range) {
    if (!first) out += separator;
    append(out, item);
    first = false;
  }
  return out;
}

// split("a,b,", ',') is {"a", "b", ""}. The pieces view `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// Without spaces, tabs and line ends around it.
std::string_view trim(std::string_view text);

// "4.1 MiB"
std::string human_bytes(std::uint64_t bytes);

}  // namespace mote
