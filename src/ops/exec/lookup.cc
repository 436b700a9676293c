// mote.Lookup: any function of 8-bit tensors, by a table.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/quantized.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct LookupParams : OpParams {
  Tensor table;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LookupParams>();
  AttributeReader r(attributes);
  p->table = r.tensor("table");
  MOTE_TRY(r.finish());
  const DType dtype = p->table.dtype();
  const bool bytes = dtype == DType::kU8 || dtype == DType::kS8;
  if (bytes && p->table.dims() == Dims{256}) return p;
  return Error{Code::kInvalidArgument, "table is no u8[256] or s8[256]"};
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  args.set(0, {args.params<LookupParams>().table.dtype(), args.type(0).shape});
  return {};
}

Status look_up(const Tensor& table, const RunArgs& args) {
  const auto* entries = static_cast<const std::uint8_t*>(table.data());
  const auto* x = args.in[0].as<std::uint8_t>();
  auto* y = args.out[0].as<std::uint8_t>();
  constexpr std::int64_t kGrain = 1 << 14;
  args.workers.for_each_range(args.in[0].dims.count(), kGrain,
                              [&](std::int64_t begin, std::int64_t end) {
                                for (std::int64_t i = begin; i < end; ++i) y[i] = entries[x[i]];
                              });
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  return look_up(static_cast<const LookupParams*>(params)->table, args);
}

class LookupStep final : public Step {
 public:
  explicit LookupStep(Tensor table) : table_(std::move(table)) {}
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "lookup"; }
  Status run(const RunArgs& args) const override { return look_up(table_, args); }

 private:
  Tensor table_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return std::make_unique<LookupStep>(args.params<LookupParams>().table);
}

constexpr std::string_view kSamples[] = {
    "(x: u8[2,300]) -> (y) { y = mote.Lookup(x) {table=s8[256]{random 1}} }",
    "(x: s8[5]) -> (y) { y = mote.Lookup(x) {table=u8[256]{random 2}} }",
    "(x: s8[0]) -> (y) { y = mote.Lookup(x) {table=u8[256]{random 3}} }",
};

}  // namespace

extern const OpDef kOp_mote_Lookup;
constinit const OpDef kOp_mote_Lookup = {
    .name = "Lookup",
    .domain = "mote",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OpDoc kDoc_mote_Lookup;
constinit const OpDoc kDoc_mote_Lookup = {
    .name = "Lookup",
    .domain = "mote",
    .doc = "For each element of 8 bits, the entry of `table` whose number its bits are.",
    .samples = kSamples,
};

}  // namespace mote
