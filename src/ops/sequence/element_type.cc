#include "ops/sequence/element_type.h"

#include "base/text.h"
#include "ops/support/indices.h"

namespace mote {

Result<Type> element_type(const InferArgs& args, std::size_t i) {
  const Type& type = args.in[i].type;
  if (type.unknown()) return Type{};
  if (type.kind == Type::Kind::kSequence) return type.element ? *type.element : Type{};
  return Error{Code::kInvalidArgument,
               cat("input ", i, " is ", to_string(type), ", not a sequence")};
}

Result<std::size_t> position_in(const Datum& position, std::size_t size, bool end) {
  if (!position.is_tensor()) return Error{Code::kInvalidArgument, "the position is no tensor"};
  MOTE_ASSIGN(const std::int64_t at, load_scalar_integer(position.tensor().view(), "the position"));
  const auto n = static_cast<std::int64_t>(size);
  const std::int64_t last = end ? n : n - 1;
  if (at < -n || at > last) {
    return Error{Code::kInvalidArgument,
                 cat("position ", at, " is outside [", -n, ", ", last, "]")};
  }
  return static_cast<std::size_t>(at < 0 ? at + n : at);
}

}  // namespace mote
