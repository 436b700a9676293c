// A line as a pattern, the rest as text: an error, or an answer soon.
#include <string_view>

#include "base/check.h"
#include "ops/text/regex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = all.find('\n');
  const std::string_view text = end != all.npos ? all.substr(end + 1) : "";
  const auto regex = mote::Regex::parse(all.substr(0, end));
  if (!regex) {
    MOTE_CHECK(!regex.error().message.empty());
    return 0;
  }
  mote::Regex::Room room(*regex);
  const auto once = regex->full_match(text, room, mote::StopToken());
  const auto again = regex->full_match(text, room, mote::StopToken());
  MOTE_CHECK(once && again && *once == *again);
  return 0;
}
