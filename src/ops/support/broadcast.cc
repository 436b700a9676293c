#include "ops/support/broadcast.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

Result<std::optional<Shape>> broadcast_inputs(const InferArgs& args) {
  std::optional<Shape> out = Shape();
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    if (!args.has(i)) return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
  }
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    if (!args.type(i).shape) return std::optional<Shape>();
    MOTE_ASSIGN(out, broadcast_shapes(*out, *args.type(i).shape));
  }
  return out;
}

void collapse_dims(Dims& dims, std::span<Dims> strides) {
  // Written from the end backwards; `top` is the outermost of those kept.
  int top = dims.rank();
  for (int d = dims.rank() - 1; d >= 0; --d) {
    if (dims[d] == 1) continue;
    const bool joins = top < dims.rank() && std::ranges::all_of(strides, [&](const Dims& s) {
                         return s[d] == s[top] * dims[top];
                       });
    if (joins) {
      dims[top] *= dims[d];
      continue;
    }
    --top;
    dims[top] = dims[d];
    for (Dims& s : strides) s[top] = s[d];
  }
  const auto kept = [top](const Dims& d) {
    return Dims(std::span<const std::int64_t>(d).subspan(static_cast<std::size_t>(top)));
  };
  dims = kept(dims);
  for (Dims& s : strides) s = kept(s);
  if (!dims.empty()) return;
  dims.push_back(1);
  for (Dims& s : strides) s.push_back(0);
}

}  // namespace mote
