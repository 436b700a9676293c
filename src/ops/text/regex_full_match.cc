// RegexFullMatch: which texts a regular expression matches from end to end.
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/text/regex.h"

namespace mote {
namespace {

struct RegexParams : OpParams {
  explicit RegexParams(Regex r) : regex(std::move(r)) {}
  Regex regex;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  AttributeReader r(attributes);
  const std::string pattern = r.required_text("pattern");
  MOTE_TRY(r.finish());
  MOTE_ASSIGN(Regex regex, Regex::parse(pattern));
  return std::make_unique<RegexParams>(std::move(regex));
}

// X: string of any shape. Y: bool of the same.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kString}));
  args.set(0, {DType::kBool, args.type(0).shape});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  constexpr std::int64_t kGrain = 64;
  const Regex& regex = static_cast<const RegexParams*>(params)->regex;
  const auto* x = args.in[0].as<std::string>();
  auto* y = args.out[0].as<bool>();
  args.workers.for_each_range(args.in[0].dims.count(), kGrain,
                              [&](std::int64_t begin, std::int64_t end) {
                                Regex::Room room(regex);
                                for (std::int64_t i = begin; i < end; ++i) {
                                  const auto matches = regex.full_match(x[i], room, args.stop);
                                  if (!matches) return;  // told to stop
                                  y[i] = *matches;
                                }
                              });
  return args.stop.check();
}

constexpr int kVersions[] = {20};

constexpr std::string_view kSamples[] = {
    "() -> (y) { x: string[2,2] = {\"a1\", \"b\", \"\", \"ab12\"}\n"
    "  y = RegexFullMatch(x) {pattern=\"[a-z]+\\\\d*\"} }",
    "() -> (y) { x: string[] = {\"\\xc3\\xa4B\"}\n"
    "  y = RegexFullMatch(x) {pattern=\"(?i)\\xc3\\x84b\"} }",
    "(x: string[3,0]) -> (y) { y = RegexFullMatch(x) {pattern=\"\"} }",
};

}  // namespace

extern const OpDef kOp_RegexFullMatch;
constinit const OpDef kOp_RegexFullMatch = {
    .name = "RegexFullMatch",
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_RegexFullMatch;
constinit const OnnxOp kOnnx_RegexFullMatch = {.name = "RegexFullMatch", .versions = kVersions};

extern const OpDoc kDoc_RegexFullMatch;
constinit const OpDoc kDoc_RegexFullMatch = {
    .name = "RegexFullMatch",
    .doc =
        "Whether `pattern`, in RE2's syntax without Unicode properties, matches all of each text. "
        "Takes time proportional to the text, whatever the pattern.",
    .samples = kSamples,
};

}  // namespace mote
