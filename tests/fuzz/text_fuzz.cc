// Fuzzes the text form, and what operators make of attributes: what parses must print, parse again
// and print the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ir/text.h"
#include "ops/ops.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Small: "{random 1}" makes long texts of short ones.
  const mote::Result<mote::Graph> graph =
      mote::parse_graph(text, mote::all_ops(), {.max_constant_bytes = 1 << 14});
  if (!graph) return 0;
  const std::string printed = mote::to_text(*graph);
  const mote::Result<mote::Graph> again = mote::parse_graph(printed, mote::all_ops());
  if (!again || mote::to_text(*again) != printed) std::abort();
  return 0;
}
