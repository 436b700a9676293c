#include "cli/terminal/output.h"

#include <algorithm>
#include <cstdio>

namespace mote::cli {
namespace {

// Characters of UTF-8 text.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F
    if (byte >= 0x20 && byte != 0x7f && !c1) {
      out += text[i];
      continue;
    }
    out += fmt::format("\\x{:02x}", c1 ? next : byte);
    if (c1) ++i;
  }
  return out;
}

void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_json(const Json& json) {
  constexpr auto kReplace = Json::error_handler_t::replace;
  put(json.dump(2, ' ', false, kReplace) + '\n');
}

Error advise(Error error, std::string_view advice) {
  error.message = printable(error.message);
  error.message.append("\n").append(advice);
  return error;
}

void print_error(const Error& error) {
  std::fflush(stdout);
  const std::string_view message = error.message;
  const auto at = message.find('\n');
  std::string lines = fmt::format("mote: {}\n", printable(message.substr(0, at)));
  if (at != std::string_view::npos) {
    lines += fmt::format("  {}\n", printable(message.substr(at + 1)));
  }
  std::fputs(lines.c_str(), stderr);
}

void print_note(std::string_view text) {
  std::fputs(fmt::format("mote: note: {}\n", printable(text)).c_str(), stderr);
}

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = std::ssize(digits) - 3; at > first; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string short_count(std::int64_t number) {
  const auto value = static_cast<double>(number);
  if (number < 1'000) return std::to_string(number);
  if (number < 1'000'000) return fmt::format("{:.4g} k", value / 1e3);
  if (number < 1'000'000'000) return fmt::format("{:.4g} M", value / 1e6);
  return fmt::format("{:.4g} G", value / 1e9);
}

Json dims_json(const Dims& dims) {
  Json json = Json::array();
  for (const std::int64_t size : dims) json.push_back(size);
  return json;
}

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text(std::string_view indent) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - width(row[c]), ' ');
      if (c > 0) line += "  ";
      line += columns_[c] == Align::kLeft ? row[c] + space : space + row[c];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace mote::cli
