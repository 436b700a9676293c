// Every operator under hostile attributes, shapes, indices and values: the samples of its
// documentation, changed in ways that the bytes choose, planned and run in every mode. An answer
// or an error, within the budget and the time.
//
// Listing an operator gives it this fuzzer.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <span>

#include "base/clock.h"
#include "ir/dtype.h"
#include "ir/half.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/support/convert.h"
#include "runtime/random_tensors.h"
#include "runtime/testing/run_graph.h"

namespace mote {
namespace {

constexpr std::uint64_t kBudget = std::uint64_t{32} << 20;
constexpr std::chrono::milliseconds kDeadline(100);

// Choices that the bytes make; zeros once they are used up.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : bytes_(data, size) {}

  bool empty() const { return bytes_.empty(); }
  std::uint32_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t b = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return b;
  }
  // In [0, n). Requires: n >= 1.
  std::size_t below(std::size_t n) { return (byte() * 256 + byte()) % n; }
  bool one_in(std::uint32_t n) { return byte() % n == 1; }
  template <class T, std::size_t N>
  T of(const std::array<T, N>& list) {
    return list[below(N)];
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

std::int64_t hostile_integer(Choices& choices) {
  constexpr std::array<std::int64_t, 20> kValues = {0,
                                                    1,
                                                    -1,
                                                    2,
                                                    3,
                                                    -2,
                                                    4,
                                                    7,
                                                    8,
                                                    -3,
                                                    16,
                                                    100,
                                                    65536,
                                                    1 << 20,
                                                    -100,
                                                    1000,
                                                    0x7fffffff,
                                                    -0x7fffffff,
                                                    std::numeric_limits<std::int64_t>::max(),
                                                    std::numeric_limits<std::int64_t>::min()};
  return choices.of(kValues);
}

double hostile_real(Choices& choices) {
  constexpr std::array<double, 14> kValues = {0.0,
                                              1.0,
                                              -1.0,
                                              0.5,
                                              -0.0,
                                              1e-40,
                                              1e30,
                                              -1e30,
                                              3.4e38,
                                              1e-7,
                                              2.5,
                                              std::numeric_limits<double>::quiet_NaN(),
                                              std::numeric_limits<double>::infinity(),
                                              -std::numeric_limits<double>::infinity()};
  return choices.of(kValues);
}

std::int64_t hostile_size(Choices& choices) {
  constexpr std::array<std::int64_t, 12> kSizes = {0, 1, 1, 2, 2, 3, 4, 5, 8, 17, 64, 1000};
  return choices.of(kSizes);
}

DType any_dtype(Choices& choices) {
  return static_cast<DType>(1 + choices.below(static_cast<std::size_t>(DType::kS2)));
}

// Nothing, in many rows: more than anybody walks, or just about as many as one may.
Dims empty_of_many(Choices& choices) {
  constexpr std::array<std::int64_t, 3> kMany = {1 << 16, std::int64_t{1} << 40,
                                                 std::numeric_limits<std::int64_t>::max()};
  Dims dims{choices.of(kMany), 0, 1 + static_cast<std::int64_t>(choices.below(3))};
  std::rotate(dims.begin(), dims.begin() + choices.below(3), dims.end());
  return dims;
}

Dims changed(Dims dims, Choices& choices) {
  switch (choices.below(5)) {
    case 0:
      if (dims.rank() > 0)
        dims[static_cast<int>(choices.below(dims.size()))] = hostile_size(choices);
      return dims;
    case 1:
      if (dims.rank() < kMaxRank) dims.push_back(hostile_size(choices));
      return dims;
    case 2:
      return dims.rank() == 0 ? dims : Dims(std::span(dims.begin(), dims.size() - 1));
    case 3:
      return empty_of_many(choices);
    default:
      return dims;
  }
}

// Random elements, some of them hostile.
Tensor any_tensor(DType dtype, const Dims& dims, Choices& choices) {
  const auto bytes = byte_size(dtype, dims);
  if (!bytes || *bytes > kBudget / 8) return {};
  Random random(choices.byte());
  auto made = random_tensor(dtype, dims, random);
  if (!made || made->count() == 0) return made ? *made : Tensor();
  Tensor tensor = *std::move(made);
  const std::size_t changes = choices.below(4);
  for (std::size_t c = 0; c < changes; ++c) {
    const auto at =
        static_cast<std::int64_t>(choices.below(static_cast<std::size_t>(tensor.count())));
    if (dtype == DType::kString) {
      constexpr std::array<const char*, 6> kTexts = {"", "a", "1e999", "\xff\xfe", "(a*)*b", "nan"};
      tensor.mut().as<std::string>()[at] = choices.of(kTexts);
    } else if (is_convertible(dtype)) {
      const Tensor value = is_float(dtype) ? Tensor::scalar(hostile_real(choices))
                                           : Tensor::scalar(hostile_integer(choices));
      convert_range(value.view(), 0, tensor.mut(), at, 1);
    }
  }
  return tensor;
}

void change(std::int64_t& value, Choices& choices) { value = hostile_integer(choices); }
void change(float& value, Choices& choices) { value = static_cast<float>(hostile_real(choices)); }
void change(std::string& value, Choices& choices) {
  constexpr std::array<const char*, 10> kTexts = {"",      "linear", "SUM", "max",  "NOTSET",
                                                  "VALID", "sum",    "a",   "((((", "reflect"};
  value = choices.of(kTexts);
}
void change(Tensor& value, Choices& choices) {
  const DType dtype = choices.one_in(4) ? any_dtype(choices) : value.dtype();
  Tensor other = any_tensor(dtype, changed(value.dims(), choices), choices);
  if (other) value = std::move(other);
}
void change(GraphPtr&, Choices&) {}
void change(Type&, Choices&) {}
template <class T>
void change(std::vector<T>& list, Choices& choices) {
  switch (choices.below(4)) {
    case 0:
      if (!list.empty()) list.pop_back();
      return;
    case 1:
      list.emplace_back();
      return;
    default:
      if (!list.empty()) change(list[choices.below(list.size())], choices);
  }
}

void change_attributes(Node& node, Choices& choices) {
  if (node.attributes.empty()) return;
  auto attribute =
      node.attributes.begin() + static_cast<std::ptrdiff_t>(choices.below(node.attributes.size()));
  if (choices.one_in(8)) {
    node.attributes.erase(std::string(attribute->name));
    return;
  }
  std::visit([&](auto& value) { change(value, choices); }, attribute->value);
}

void change_inputs(Graph& graph, NodeId id, Choices& choices) {
  Node& node = graph.node(id);
  if (node.declared_inputs().empty()) return;
  const auto at = static_cast<int>(choices.below(node.declared_inputs().size()));
  const ValueId other = node.inputs[choices.below(node.declared_inputs().size())];
  graph.set_input(id, at, choices.one_in(4) ? ValueId::kNone : other);
}

void change_constant(Graph& graph, Choices& choices) {
  std::vector<ValueId> constants;
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    if (graph.is_constant(static_cast<ValueId>(i))) constants.push_back(static_cast<ValueId>(i));
  }
  if (constants.empty()) return;
  Value& value = graph.value(constants[choices.below(constants.size())]);
  change(value.constant, choices);
  value.type = TensorType(value.constant.dtype(), value.constant.dims());
}

struct Input {
  DType dtype;
  Dims dims;
};

// Sizes and types of the graph's inputs, changed.
std::vector<Input> change_types(const Graph& graph, Choices& choices) {
  std::vector<Input> inputs;
  for (const ValueId v : graph.inputs) {
    const TensorType& type = graph.value(v).type.tensor;
    Input input{type.dtype, type.dims().value_or(Dims())};
    if (input.dtype == DType::kUndefined) input.dtype = DType::kF32;
    if (choices.one_in(6)) input.dtype = any_dtype(choices);
    if (choices.one_in(3)) input.dims = changed(input.dims, choices);
    inputs.push_back(input);
  }
  return inputs;
}

// False: the change cannot be a model.
bool change_graph(Graph& graph, Choices& choices) {
  const std::vector<NodeId> nodes = graph.node_ids();
  for (std::size_t i = choices.below(4); i > 0 && !nodes.empty(); --i) {
    const NodeId id = nodes[choices.below(nodes.size())];
    switch (choices.below(4)) {
      case 0:
        change_inputs(graph, id, choices);
        break;
      case 1:
        change_constant(graph, choices);
        break;
      default:
        change_attributes(graph.node(id), choices);
    }
  }
  for (const NodeId id : nodes) {
    if (!bind(graph.node(id), all_ops())) return false;
  }
  return true;
}

void run_all_ways(const Graph& graph, const std::vector<Datum>& inputs, Choices& choices) {
  std::vector<const KernelTable*> isas;
  for (const KernelTable* isa : runnable_kernels()) isas.push_back(isa);
  PlanOptions options{*isas[choices.below(isas.size())], kBudget};
  options.optimize = !choices.one_in(3);
  for (const RunWay::Mode mode :
       {RunWay::Mode::kStatic, RunWay::Mode::kRegions, RunWay::Mode::kNodeByNode}) {
    const StopToken stop(&Clock::real(), Clock::real().now() + kDeadline, nullptr);
    (void)run_graph(graph, inputs, options, {mode}, stop);
  }
}

// For people who look at a finding: MOTE_FUZZ_PRINT=1.
void print(const Graph& graph, const std::vector<Datum>& inputs) {
  if (std::getenv("MOTE_FUZZ_PRINT") == nullptr) return;
  std::puts(to_text(graph).c_str());
  for (const Datum& d : inputs) {
    std::puts((std::string(name(d.tensor().dtype())) + to_string(d.tensor().dims())).c_str());
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace mote

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mote;
  Choices choices(data, size);
  const auto docs = all_op_docs();
  const OpDoc& doc = *docs[choices.below(docs.size())];
  auto graph = parse_graph(doc.samples[choices.below(doc.samples.size())], all_ops());
  if (!graph || !change_graph(*graph, choices)) return 0;
  const std::vector<Input> types = change_types(*graph, choices);
  for (const ValueId v : graph->inputs) graph->value(v).type.tensor = {};
  std::vector<Datum> inputs;
  for (const Input& input : types) {
    Tensor tensor = any_tensor(input.dtype, input.dims, choices);
    if (!tensor) return 0;
    inputs.push_back(std::move(tensor));
  }
  print(*graph, inputs);
  run_all_ways(*graph, inputs, choices);
  return 0;
}
