// Scan: a subgraph run for each slice of its inputs, with states that it hands on.
#include <algorithm>

#include "base/text.h"
#include "ops/control/condition.h"
#include "ops/control/scan_v8.h"
#include "ops/control/stack.h"
#include "ops/ops.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

struct ScanParams : OpParams {
  GraphPtr body;
  std::size_t num_scan_inputs = 0;
  std::vector<std::int64_t> input_axes, output_axes;  // empty: all 0
  std::vector<std::int64_t> input_directions, output_directions;

  static std::int64_t at(const std::vector<std::int64_t>& list, std::size_t i) {
    return i < list.size() ? list[i] : 0;
  }
};

Status check_length(const std::vector<std::int64_t>& list, std::size_t count,
                    std::string_view name) {
  if (list.empty() || list.size() == count) return {};
  return Error{Code::kInvalidArgument, cat(name, " has ", list.size(), " entries for ", count)};
}

Status check_directions(const std::vector<std::int64_t>& list, std::string_view name) {
  for (const std::int64_t d : list) {
    if (d == 0 || d == 1) continue;
    return Error{Code::kInvalidArgument, cat(name, ": ", d, " is neither 0 nor 1")};
  }
  return {};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ScanParams>();
  AttributeReader r(attributes);
  p->body = r.required_graph("body");
  const std::int64_t scans = r.required_integer("num_scan_inputs");
  p->input_axes = r.integers("scan_input_axes", {});
  p->output_axes = r.integers("scan_output_axes", {});
  p->input_directions = r.integers("scan_input_directions", {});
  p->output_directions = r.integers("scan_output_directions", {});
  MOTE_TRY(r.finish());
  const auto inputs = std::ssize(p->body->inputs);
  if (scans < 1 || scans > inputs) {
    return Error{Code::kInvalidArgument, cat("num_scan_inputs ", scans, " is outside [1, ", inputs,
                                             "], the body's inputs")};
  }
  p->num_scan_inputs = static_cast<std::size_t>(scans);
  const std::size_t states = p->body->inputs.size() - p->num_scan_inputs;
  if (p->body->outputs.size() < states) {
    return Error{Code::kInvalidArgument,
                 cat("the body has ", p->body->outputs.size(), " outputs for ", states, " states")};
  }
  const std::size_t collected = p->body->outputs.size() - states;
  MOTE_TRY(check_length(p->input_axes, p->num_scan_inputs, "scan_input_axes"));
  MOTE_TRY(check_length(p->output_axes, collected, "scan_output_axes"));
  MOTE_TRY(check_length(p->input_directions, p->num_scan_inputs, "scan_input_directions"));
  MOTE_TRY(check_length(p->output_directions, collected, "scan_output_directions"));
  MOTE_TRY(check_directions(p->input_directions, "scan_input_directions"));
  MOTE_TRY(check_directions(p->output_directions, "scan_output_directions"));
  return p;
}

// Inputs: states, then tensors to scan. Outputs: the last states, then what the body gives beside
// them, collected along an axis of its own each.
Status infer(const InferArgs& args) {
  const auto& p = args.params<ScanParams>();
  const Graph& body = *p.body;
  MOTE_TRY(expect_inputs(body, args.in.size()));
  MOTE_TRY(expect_outputs(body, args.output_count));
  const std::size_t states = args.in.size() - p.num_scan_inputs;
  std::vector<InputInfo> in(args.in.begin(), args.in.end());
  Dim length;
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i].constant = Tensor();
    if (i < states) continue;
    const std::int64_t axis = ScanParams::at(p.input_axes, i - states);
    const TensorType& whole = args.type(i);
    MOTE_ASSIGN(in[i].type, without_axis(whole, axis));
    if (!whole.shape) continue;
    MOTE_ASSIGN(const int at, normalize_axis(axis, whole.rank()));
    const Dim& size = (*whole.shape)[static_cast<std::size_t>(at)];
    if (length.known() && size.known() && length != size) {
      return Error{Code::kInvalidArgument,
                   cat("inputs are to be scanned ", length.size(), " and ", size.size(), " times")};
    }
    if (!length.known()) length = size;
  }
  MOTE_ASSIGN(const auto out, args.subgraphs->infer(body, in, args.captured));
  for (std::size_t i = 0; i < args.output_count; ++i) {
    if (i < states) {
      MOTE_ASSIGN(args.out[i].type, join(in[i].type, out[i].type));
    } else {
      const std::int64_t axis = ScanParams::at(p.output_axes, i - states);
      MOTE_ASSIGN(args.out[i].type, with_axis(out[i].type.tensor, axis, length));
    }
  }
  return {};
}

struct Scanned {
  TensorView x;
  int axis = 0;
  bool reversed = false;
};

Result<std::vector<Scanned>> scanned_inputs(const ScanParams& p, const ComputeArgs& args,
                                            std::size_t states) {
  std::vector<Scanned> inputs;
  for (std::size_t i = 0; i < p.num_scan_inputs; ++i) {
    Scanned s;
    MOTE_ASSIGN(s.x, args.tensor(states + i));
    MOTE_ASSIGN(s.axis, normalize_axis(ScanParams::at(p.input_axes, i), s.x.dims.rank()));
    s.reversed = ScanParams::at(p.input_directions, i) == 1;
    if (i > 0 && s.x.dims[s.axis] != inputs[0].x.dims[inputs[0].axis]) {
      return Error{Code::kInvalidArgument,
                   cat("inputs are to be scanned ", inputs[0].x.dims[inputs[0].axis], " and ",
                       s.x.dims[s.axis], " times")};
    }
    inputs.push_back(s);
  }
  return inputs;
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const ScanParams*>(params);
  MOTE_TRY(expect_inputs(*p.body, args.in.size()));
  MOTE_TRY(expect_outputs(*p.body, args.out.size()));
  const std::size_t count = args.in.size() - p.num_scan_inputs;
  MOTE_ASSIGN(const std::vector<Scanned> scanned, scanned_inputs(p, args, count));
  std::vector<Datum> states;
  for (std::size_t i = 0; i < count; ++i) states.push_back(std::move(args.in[i]));
  std::vector<Stack> stacks(args.out.size() - count);
  const std::int64_t length = scanned[0].x.dims[scanned[0].axis];
  for (std::int64_t t = 0; t < length; ++t) {
    MOTE_TRY(args.stop.check());
    std::vector<Datum> in = std::move(states);
    for (const Scanned& s : scanned) {
      const std::int64_t at = s.reversed ? length - 1 - t : t;
      MOTE_ASSIGN(Tensor slice, slice_along(s.x, s.axis, at, args.allocator));
      in.push_back(std::move(slice));
    }
    MOTE_ASSIGN(std::vector<Datum> out, args.subgraphs.run(*p.body, std::move(in), args.captured));
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      MOTE_TRY(stacks[i].push(out[count + i], args.allocator));
    }
    out.resize(count);
    states = std::move(out);
  }
  std::ranges::move(states, args.out.begin());
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const bool reversed = ScanParams::at(p.output_directions, i) == 1;
    MOTE_ASSIGN(args.out[count + i], stacks[i].join(ScanParams::at(p.output_axes, i), reversed,
                                                    args.out_types[count + i], args.allocator));
  }
  return {};
}

// Opset 9 took the batch away.
constexpr int kVersions[] = {8, 9, 11, 16, 19, 21, 23, 24, 25};
constexpr OnnxUpgrade kUpgrades[] = {{9, scan_over_batch, true}};

constexpr std::string_view kSamples[] = {
    "(s: f32[2], x: f32[4,2]) -> (last, all) {\n"
    "  last, all = Scan(s, x) {\n"
    "    num_scan_inputs=1,\n"
    "    body=graph (a: f32[2], b: f32[2]) -> (c, c) { c = Add(a, b) }}\n"
    "}",
    "(x: f32[2,3], y: s64[4,3,2], k: f32[]) -> (p, q) {\n"
    "  p, q = Scan(x, y) captures (k) {\n"
    "    num_scan_inputs=2, scan_input_axes=[1, -2], scan_input_directions=[0, 1],\n"
    "    scan_output_axes=[-1, 0], scan_output_directions=[1, 0],\n"
    "    body=graph (a: f32[2], b: s64[4,2]) captures (0: k) -> (c, d) {\n"
    "      c = Mul(a, k)\n"
    "      d = Neg(b)\n"
    "    }}\n"
    "}",
};

}  // namespace

extern const OpDef kOp_Scan;
constinit const OpDef kOp_Scan = {
    .name = "Scan",
    .min_inputs = 1,
    .max_inputs = -1,
    .min_outputs = 1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_Scan;
constinit const OnnxOp kOnnx_Scan = {.name = "Scan", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Scan;
constinit const OpDoc kDoc_Scan = {
    .name = "Scan",
    .doc =
        "Runs `body` for each slice of the scanned inputs along their axes, handing states on; "
        "what else it gives is collected along axes of its own.",
    .samples = kSamples,
};

}  // namespace mote
