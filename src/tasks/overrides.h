// Changing single fields of a description from a command line.
#pragma once
#include <span>
#include <string_view>

#include "tasks/task.h"

namespace mote {

// A field of ImageRule as people type it.
struct ImageOverride {
  std::string_view field;  // "size", "short-side", "letterbox", "fill", "filter", "crop",
                           // "layout", "color", "scale", "mean", "std"
  std::string_view
      value;  // "224" or "224x192" (height x width); "0.5,0.5,0.5"; "center" or "87.5%"
};

// Applies all of them, then checks the rule as a whole. Those that contradict a field of the
// description replace it: `crop` other than center drops a short side, `short-side` brings in a
// centre crop. Errors: kInvalidArgument, beginning with the flag: "--crop all: it must be ...".
Status apply_overrides(ImageRule& rule, std::span<const ImageOverride> overrides);

// The names of the fields.
std::span<const std::string_view> image_override_fields();

}  // namespace mote
