// What all subgraphs of a file that is written have in common.
#pragma once
#include <functional>

#include "format/tflite/write/spec.h"
#include "ir/problems.h"

namespace mote::tfl::write {

struct WriteContext {
  FileSpec& file;
  const Problems& problems;  // what single nodes have in the way goes there
  const std::function<Status(Graph&)>& prepare;
};

}  // namespace mote::tfl::write
