// SequenceMap: a subgraph run for each element of sequences.
#include "base/text.h"
#include "ops/control/condition.h"
#include "ops/ops.h"
#include "ops/sequence/element_type.h"

namespace mote {
namespace {

struct SequenceMapParams : OpParams {
  GraphPtr body;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<SequenceMapParams>();
  AttributeReader r(attributes);
  p->body = r.required_graph("body");
  MOTE_TRY(r.finish());
  return p;
}

// Inputs: a sequence, then sequences of the same length, of which the body gets an element each,
// and tensors, which it gets whole. Outputs: a sequence for each of the body's.
Status infer(const InferArgs& args) {
  const Graph& body = *args.params<SequenceMapParams>().body;
  MOTE_TRY(expect_inputs(body, args.in.size()));
  MOTE_TRY(expect_outputs(body, args.output_count));
  std::vector<InputInfo> in(args.in.begin(), args.in.end());
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i].constant = Tensor();
    if (i > 0 && in[i].type.kind != Type::Kind::kSequence) continue;
    MOTE_ASSIGN(in[i].type, element_type(args, i));
  }
  MOTE_ASSIGN(const auto out, args.subgraphs->infer(body, in, args.captured));
  for (std::size_t i = 0; i < out.size(); ++i) {
    args.out[i].type = Type::of(Type::Kind::kSequence, out[i].type);
  }
  return {};
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const Graph& body = *static_cast<const SequenceMapParams*>(params)->body;
  MOTE_TRY(expect_inputs(body, args.in.size()));
  MOTE_TRY(expect_outputs(body, args.out.size()));
  MOTE_TRY(args.expect_sequence(0));
  const std::size_t length = args.in[0].elements().size();
  for (std::size_t i = 1; i < args.in.size(); ++i) {
    if (!args.in[i].is_sequence() || args.in[i].elements().size() == length) continue;
    return Error{Code::kInvalidArgument, cat("input ", i, " has ", args.in[i].elements().size(),
                                             " elements, input 0 has ", length)};
  }
  std::vector<std::vector<Datum>> results(args.out.size());
  for (std::size_t at = 0; at < length; ++at) {
    MOTE_TRY(args.stop.check());
    std::vector<Datum> in;
    for (const Datum& d : args.in) in.push_back(d.is_sequence() ? d.elements()[at] : d);
    MOTE_ASSIGN(std::vector<Datum> out, args.subgraphs.run(body, std::move(in), args.captured));
    for (std::size_t o = 0; o < out.size(); ++o) results[o].push_back(std::move(out[o]));
  }
  for (std::size_t o = 0; o < results.size(); ++o) {
    MOTE_ASSIGN(args.out[o], args.sequence(std::move(results[o])));
  }
  return {};
}

constexpr int kVersions[] = {17};

constexpr std::string_view kSamples[] = {
    "(a: f32[2], b: f32[3], k: f32[]) -> (y) {\n"
    "  s = SequenceConstruct(a, b)\n"
    "  t = SequenceMap(s, k) {\n"
    "    body=graph (e: f32[...], f: f32[]) -> (g) { g = Mul(e, f) }}\n"
    "  y = ConcatFromSequence(t) {axis=0}\n"
    "}",
};

}  // namespace

extern const OpDef kOp_SequenceMap;
constinit const OpDef kOp_SequenceMap = {
    .name = "SequenceMap",
    .min_inputs = 1,
    .max_inputs = -1,
    .min_outputs = 1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_SequenceMap;
constinit const OnnxOp kOnnx_SequenceMap = {.name = "SequenceMap", .versions = kVersions};

extern const OpDoc kDoc_SequenceMap;
constinit const OpDoc kDoc_SequenceMap = {
    .name = "SequenceMap",
    .doc =
        "Runs `body` for each element of a sequence, beside the elements of others and whole "
        "tensors; its outputs become sequences.",
    .samples = kSamples,
};

}  // namespace mote
