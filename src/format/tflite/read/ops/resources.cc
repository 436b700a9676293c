// Variables and tables that subgraphs share by name.
#include <algorithm>

#include "base/text.h"
#include "format/tflite/read/ops/inner_graph.h"

namespace mote::tfl {
namespace {

// The name of the resource that input 0 is a handle of.
std::string resource_of(OpReader& op) {
  const auto& handles = op.subgraph().handles();
  const auto at = handles.find(op.input(0));
  if (at != handles.end()) return at->second;
  op.unsupported("a resource that comes from outside the subgraph");
  return {};
}

bool is_top(OpReader& op) { return &op.graph() == op.subgraph().context().top; }

// -- variables

void var_handle(OpReader& op) {
  const auto* o = op.options<fb::VarHandleOptions>();
  if (o == nullptr) return op.fail(no_options());
  op.subgraph().handles()[op.output(0)] =
      cat(text_of(o->container()), "/", text_of(o->shared_name()));
}

// The variable's value here; an input of the graph where nothing was assigned before.
ValueId value_of(OpReader& op, const std::string& key, const TensorDef& like) {
  ReadContext& context = op.subgraph().context();
  if (!is_top(op)) {
    op.unsupported("a variable within a branch or a loop");
    return ValueId::kNone;
  }
  if (context.variables.contains(key)) return context.variables.value(key);
  Tensor initial;
  if (const auto known = context.initial_values.find(key); known != context.initial_values.end()) {
    initial = known->second;
  } else {
    auto zeros = zero_state(like, context.budget);
    if (!zeros) {
      op.fail(std::move(zeros).error());
      return ValueId::kNone;
    }
    initial = *std::move(zeros);
  }
  std::string name = key.substr(key.rfind('/') + 1);
  if (name.empty()) name = "variable";
  return context.variables.declare(key, name, TensorType(initial.dtype(), initial.dims()), initial);
}

void read_variable(OpReader& op) {
  const std::string key = resource_of(op);
  if (op.status()) op.yield_stored(0, value_of(op, key, op.out(0)));
}

void assign_variable(OpReader& op) {
  const std::string key = resource_of(op);
  const ValueId value = op.stored(1);
  if (!op.status()) return;
  ReadContext& context = op.subgraph().context();
  if (!context.initializing) {
    (void)value_of(op, key, op.in(1));
    if (op.status()) context.variables.assign(key, value);
    return;
  }
  const Tensor* known = op.constant(value);
  if (known == nullptr) return op.unsupported("an initial value that is no constant");
  context.initial_values[key] = *known;
}

// What is done before the first run: what it assigns are initial values.
void call_once(OpReader& op) {
  const auto* o = op.options<fb::CallOnceOptions>();
  if (o == nullptr) return op.fail(no_options());
  SubgraphReader& here = op.subgraph();
  ReadContext& context = here.context();
  const bool before = std::exchange(context.initializing, true);
  const auto read = [&]() -> Status {
    MOTE_ASSIGN(SubgraphReader callee,
                SubgraphReader::open(context, o->init_subgraph_index(), here.graph(),
                                     here.inference(), here.depth() + 1));
    return callee.read_operators();
  };
  Status status = read();
  context.initializing = before;
  if (!status) op.fail(std::move(status).error());
}

// -- tables

void hashtable(OpReader& op) {
  const auto* o = op.options<fb::HashtableOptions>();
  if (o == nullptr) return op.fail(no_options());
  op.subgraph().handles()[op.output(0)] = cat("table ", o->table_id());
}

void hashtable_import(OpReader& op) {
  const std::string key = resource_of(op);
  const ValueId keys = op.stored(1), values = op.stored(2);
  if (!op.status()) return;
  const Tensor *k = op.constant(keys), *v = op.constant(values);
  if (k == nullptr || v == nullptr) return op.unsupported("a table that is no constant");
  if (k->count() != v->count()) {
    return op.fail({Code::kInvalidArgument, cat(k->count(), " keys for ", v->count(), " values")});
  }
  op.subgraph().context().tables[key] = {*k, *v};
}

const Table* table_of(OpReader& op) {
  const std::string key = resource_of(op);
  const auto& tables = op.subgraph().context().tables;
  const auto at = tables.find(key);
  if (at != tables.end()) return &at->second;
  if (op.status()) op.unsupported("a table that nothing fills");
  return nullptr;
}

// Elements under the name that LabelEncoder has for their kind. Fails for other kinds.
void set_list(OpReader& op, Attributes& attributes, const std::string& what, const Tensor& tensor) {
  if (tensor.dtype() == DType::kString) {
    const auto texts = tensor.values<std::string>();
    attributes.set(what + "_strings", std::vector<std::string>(texts.begin(), texts.end()));
  } else if (tensor.dtype() == DType::kS64) {
    const auto numbers = tensor.values<std::int64_t>();
    attributes.set(what + "_int64s", std::vector<std::int64_t>(numbers.begin(), numbers.end()));
  } else {
    op.unsupported(cat("a table of ", name(tensor.dtype())));
  }
}

// Inputs: the table, keys, the value of keys that it has not.
void hashtable_find(OpReader& op) {
  const Table* table = table_of(op);
  const ValueId query = op.stored(1), fallback = op.stored(2);
  if (!op.status()) return;
  const Tensor* absent = op.constant(fallback);
  if (absent == nullptr || absent->count() != 1) {
    return op.unsupported("a default that is no constant");
  }
  Attributes attributes;
  set_list(op, attributes, "keys", table->keys);
  set_list(op, attributes, "values", table->values);
  if (absent->dtype() == DType::kString) {
    attributes.set("default_string", absent->values<std::string>()[0]);
  } else if (absent->dtype() == DType::kS64) {
    attributes.set("default_int64", absent->values<std::int64_t>()[0]);
  }
  op.yield_stored(0, op.add("LabelEncoder", {query}, std::move(attributes), "ai.onnx.ml"));
}

void hashtable_size(OpReader& op) {
  if (const Table* table = table_of(op)) {
    op.yield_stored(0, op.constant(Tensor::of<std::int64_t>({1}, {table->keys.count()})));
  }
}

// Inputs: keys [n], the table's keys [m] and rows [m, ...]. Outputs: rows [n, ...], zeros where
// there is none; u8[n]: whether there is one.
void hashtable_lookup(OpReader& op) {
  const ValueId query = op.add("Unsqueeze", {op.stored(0), op.integers({1})});
  const ValueId same = op.cast(op.add("Equal", {query, op.stored(1)}), DType::kS32);
  const ValueId hit =
      op.add("ReduceMax", {same, op.integers({1})}, {{"keepdims", std::int64_t{0}}});
  const ValueId place =
      op.add("ArgMax", {same}, {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}});
  const ValueId rows = op.add("Gather", {op.real(2), place});
  std::vector<std::int64_t> axes;
  for (int axis = 1; axis < op.rank(rows); ++axis) axes.push_back(axis);
  ValueId wide = op.cast(hit, DType::kBool);
  if (!axes.empty()) wide = op.add("Unsqueeze", {wide, op.integers(std::move(axes))});
  op.yield(0, op.add("Where", {wide, rows, op.scalar_like(rows, 0)}));
  if (op.output_count() > 1) op.yield_stored(1, op.cast(hit, DType::kU8));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_VAR_HANDLE, var_handle},
    {fb::BuiltinOperator_READ_VARIABLE, read_variable},
    {fb::BuiltinOperator_ASSIGN_VARIABLE, assign_variable},
    {fb::BuiltinOperator_CALL_ONCE, call_once},
    {fb::BuiltinOperator_HASHTABLE, hashtable},
    {fb::BuiltinOperator_HASHTABLE_IMPORT, hashtable_import},
    {fb::BuiltinOperator_HASHTABLE_FIND, hashtable_find},
    {fb::BuiltinOperator_HASHTABLE_SIZE, hashtable_size},
    {fb::BuiltinOperator_HASHTABLE_LOOKUP, hashtable_lookup},
};

}  // namespace

extern const Mappings kResources;
constinit const Mappings kResources{kMappings};

}  // namespace mote::tfl
