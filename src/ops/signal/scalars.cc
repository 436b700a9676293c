#include "ops/signal/scalars.h"

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/read_dtype.h"

namespace mote {

Result<std::optional<std::int64_t>> known_integer(const InferArgs& args, std::size_t i,
                                                  std::string_view what) {
  MOTE_TRY(expect_dtype(args, i, {DType::kS32, DType::kS64}));
  const Tensor* constant = args.constant(i);
  if (constant == nullptr) return std::optional<std::int64_t>();
  MOTE_ASSIGN(const std::int64_t value, load_scalar_integer(constant->view(), what));
  return std::optional(value);
}

Result<DType> read_number_dtype(AttributeReader& r) {
  MOTE_ASSIGN(const DType dtype, read_dtype(r, "output_datatype", DType::kF32));
  const Status counts = with_dtype(NumberElements{}, dtype, [](auto) -> Status { return {}; });
  if (counts) return dtype;
  return Error{Code::kInvalidArgument,
               cat("output_datatype ", name(dtype), " is no float or integer type")};
}

}  // namespace mote
