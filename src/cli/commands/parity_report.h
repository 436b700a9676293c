// What `mote parity` prints.
#pragma once
#include <string>

#include "cli/terminal/output.h"
#include "measure/parity/parity.h"

namespace mote::cli {

struct ParityFindings {
  std::string a, b;  // paths
  ParityReport report;
  ParityBounds bounds;
  std::uint64_t seed = 1;
  bool random = true;  // some input was
};

// all: every layer, not only those beyond the bound.
void print_text(const ParityFindings& findings, bool all);
Json json_of(const ParityFindings& findings);

}  // namespace mote::cli
