#include "cli/flags/checks.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace mote::cli {
namespace {

// The number at the begin of `text`, which is cut off. Null: none that is finite.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// Powers of 1024 in a unit: "", "b", "k", "kb", "KiB", ... Null: no unit.
std::optional<int> power_of(std::string_view unit) {
  std::string name(unit);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (name.empty() || name == "b") return 0;
  const auto power = std::string_view("kmgt").find(name[0]);
  const std::string_view rest = std::string_view(name).substr(1);
  if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) {
    return std::nullopt;
  }
  return static_cast<int>(power) + 1;
}

}  // namespace

std::string check_not_empty(const std::string& text) {
  return text.empty() ? "the value is empty" : "";
}

std::function<std::string(const std::string&)> number_between(double low, double high) {
  return [low, high](const std::string& text) -> std::string {
    std::string_view rest = text;
    const auto number = take_number(rest);
    if (number && rest.empty() && *number >= low && *number <= high) return "";
    return cat("'", text, "' is no number from ", low, " to ", high);
  };
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const auto number = take_number(text);
  const auto power = power_of(trim(text));
  if (!number || !power) return std::nullopt;
  const double bytes = std::ldexp(*number, 10 * *power);
  if (!(bytes >= 1.0 && bytes < 0x1p62)) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace mote::cli
