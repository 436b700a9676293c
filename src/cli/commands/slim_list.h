// The file that a build for a few models is made by: docs/small-binary.md.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "cli/terminal/output.h"
#include "ir/uses.h"

namespace mote::cli {

struct SlimList {
  std::vector<std::string> models;
  Uses uses;                      // parts: "dynamic", "plan_cache" and "fast" too
  std::set<std::string> formats;  // "onnx", "tflite"
  std::vector<std::string> isas;  // empty: all
};

// Names of element types that every build keeps, or that a model uses, sorted.
std::set<std::string> dtype_names(const SlimList& list);

// Sets the variables of cmake/MoteSlim.cmake.
std::string cmake_text(const SlimList& list);
Json json_of(const SlimList& list);

}  // namespace mote::cli
