#include "ops/signal/scalars.h"

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"

namespace mote {

Result<std::optional<std::int64_t>> known_integer(const InferArgs& args, std::size_t i,
                                                  std::string_view what) {
  MOTE_TRY(expect_dtype(args, i, {DType::kS32, DType::kS64}));
  const Tensor* constant = args.constant(i);
  if (constant == nullptr) return std::optional<std::int64_t>();
  MOTE_ASSIGN(const std::int64_t value, load_scalar_integer(constant->view(), what));
  return std::optional(value);
}

Result<DType> number_dtype(std::int64_t number) {
  constexpr auto kLast = static_cast<std::int64_t>(DType::kS2);
  const auto dtype = number > 0 && number <= kLast ? static_cast<DType>(number) : DType::kUndefined;
  const Status counts = with_dtype(NumberElements{}, dtype, [](auto) -> Status { return {}; });
  if (counts) return dtype;
  return Error{Code::kInvalidArgument,
               cat("output_datatype ", number, " is no float or integer type")};
}

}  // namespace mote
