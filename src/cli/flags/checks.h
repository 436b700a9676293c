// What values of flags must be. Each check returns what is wrong, or nothing.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mote::cli {

// For text: an empty one is a variable of a script that was not set.
std::string check_not_empty(const std::string& text);

// For numbers with a fraction: low to high, not NaN.
std::function<std::string(const std::string&)> number_between(double low, double high);

// "512MiB", "1.5g", "100": bytes, with binary units whatever their spelling. Null: another text,
// less than a byte, 2^62 bytes or more.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace mote::cli
