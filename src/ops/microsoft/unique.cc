// Unique of com.microsoft: ONNX's, unsorted and without the indices of first occurrence.
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

// In the order of first occurrence. y, idx, counts.
Status unique(Decomposition& d) {
  const auto found = d.add_many(4, "Unique", {d.in(0)}, {{"sorted", std::int64_t{0}}});
  const ValueId values[] = {found[0], found[2], found[3]};
  yield_all(d, values);
  return d.status();
}

constexpr std::string_view kUnique[] = {
    "() -> (y, i, c) {\n"
    "  x: f32[6] = {2, 1, 1, 3, 4, 3} y, i, c = com.microsoft.Unique(x) }",
};

}  // namespace

MOTE_MICROSOFT_OP(Unique, (composite<unique>("Unique", {1, 1, 3})),
                  "The different elements in the order in which they come.", kUnique)

}  // namespace mote
