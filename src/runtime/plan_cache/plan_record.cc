#include "runtime/plan_cache/plan_record.h"

#include <optional>

#include "base/result.h"
#include "ir/text.h"
#include "ops/ops.h"

namespace mote {
namespace {

// Constants by the numbers of their tensors: the graph's text says {elsewhere N} of them.
class ConstantTable {
 public:
  ConstantTable(const Graph& graph, const DerivationLog& log, PlanFile& file)
      : graph_(graph), log_(log), file_(file) {}

  std::optional<std::int64_t> add(const Value& value) {
    const Tensor& constant = value.constant;
    if (constant.dtype() == DType::kString) return std::nullopt;
    const ValueId id = graph_.find_value(value.name);
    const bool outermost = id != ValueId::kNone && &graph_.value(id) == &value;
    if (outermost && log_.is_used_up(value)) {
      file_.tensors.push_back({PlanFileTensor::Kind::kAbsent, constant.dtype()});
    } else {
      file_.tensors.push_back({PlanFileTensor::Kind::kConstant, constant.dtype(), bytes(constant)});
    }
    return std::ssize(file_.tensors) - 1;
  }

  static std::span<const std::byte> bytes(const Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.data()), tensor.bytes()};
  }

 private:
  const Graph& graph_;
  const DerivationLog& log_;
  PlanFile& file_;
};

}  // namespace

Bytes record_plan(std::string_view key, const Graph& graph, const DerivationLog& log) {
  PlanFile file{.key = key, .text = {}};
  ConstantTable constants(graph, log, file);
  PrintOptions print;
  print.unused = false;
  print.elsewhere = [&](const Value& v) { return constants.add(v); };
  const std::string text = to_text(graph, print);
  file.text = text;
  for (const Tensor& t : log.derived()) {
    file.tensors.push_back({PlanFileTensor::Kind::kDerived, t.dtype(), ConstantTable::bytes(t)});
  }
  return write_plan_file(file);
}

Result<std::unique_ptr<Plan>> read_plan(const PlanFile& file, std::shared_ptr<const void> owner,
                                        PlanOptions options) {
  DerivationReader derivations(file, std::move(owner), options.memory_budget_bytes);
  ParseOptions parse;
  parse.max_constant_bytes = options.memory_budget_bytes;
  parse.elsewhere = [&](std::int64_t n, DType dtype, const Dims& dims) {
    return derivations.constant(n, dtype, dims);
  };
  MOTE_ASSIGN(Graph graph, parse_graph(file.text, all_ops(), parse));
  options.derivations = &derivations;
  MOTE_ASSIGN(auto plan, plan_specialized(std::move(graph), options));
  if (plan && derivations.fits()) {
    plan->set_from_cache();
    return plan;
  }
  return Error{Code::kCorrupt, "plan cache: steps are other ones"};
}

}  // namespace mote
