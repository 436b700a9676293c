// StringSplit: texts cut into pieces.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/text/texts.h"
#include "ops/text/utf8.h"

namespace mote {
namespace {

struct StringSplitParams : OpParams {
  std::string delimiter;  // empty: white space, however much
  std::int64_t max_cuts = std::numeric_limits<std::int64_t>::max();
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<StringSplitParams>();
  AttributeReader r(attributes);
  p->delimiter = r.text("delimiter", "");
  const std::int64_t maxsplit = r.integer("maxsplit", -1);
  if (maxsplit >= 0) p->max_cuts = maxsplit;  // else as if it were absent
  MOTE_TRY(r.finish());
  return p;
}

// X: string [...]. Y: string [..., most pieces]; Z: s64 [...], the pieces of each.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kString}));
  const auto& shape = args.type(0).shape;
  std::optional<Shape> pieces = shape;
  if (pieces) {
    if (pieces->size() >= kMaxRank) {
      return Error{Code::kInvalidArgument,
                   cat("rank ", pieces->size(), " leaves no dimension for the pieces")};
    }
    pieces->emplace_back();
  }
  args.set(0, {DType::kString, std::move(pieces)});
  args.set(1, {DType::kS64, shape});
  return {};
}

// Cuts off white space at the beginning.
std::string_view without_space(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (!is_white_space(c.value)) break;
    text.remove_prefix(static_cast<std::size_t>(c.bytes));
  }
  return text;
}

std::size_t word_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint c = first_code_point(text.substr(at));
    if (is_white_space(c.value)) break;
    at += static_cast<std::size_t>(c.bytes);
  }
  return at;
}

// Calls f(piece) for each word; the last, once max_cuts are made, is all the rest.
template <class F>
void for_each_word(std::string_view text, std::int64_t max_cuts, const F& f) {
  text = without_space(text);
  for (std::int64_t cuts = 0; !text.empty(); ++cuts) {
    const std::size_t bytes = cuts < max_cuts ? word_bytes(text) : text.size();
    f(text.substr(0, bytes));
    text = without_space(text.substr(bytes));
  }
}

template <class F>
void for_each_piece(const StringSplitParams& p, std::string_view text, const F& f) {
  if (p.delimiter.empty()) return for_each_word(text, p.max_cuts, f);
  for (std::int64_t cuts = 0; cuts < p.max_cuts; ++cuts) {
    const std::size_t end = text.find(p.delimiter);
    if (end == std::string_view::npos) break;
    f(text.substr(0, end));
    text.remove_prefix(end + p.delimiter.size());
  }
  f(text);
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const StringSplitParams*>(params);
  MOTE_ASSIGN(const TensorView x, texts_of(args, 0));
  const auto* texts = x.as<std::string>();
  const std::int64_t count = x.dims.count();
  MOTE_ASSIGN(Tensor numbers, args.allocator.allocate(DType::kS64, x.dims));
  auto* pieces = numbers.mut().as<std::int64_t>();
  std::int64_t most = 0;
  std::uint64_t bytes = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    for_each_piece(p, texts[i], [&](std::string_view) { ++pieces[i]; });
    most = std::max(most, pieces[i]);
    bytes += texts[i].size();
    if (i % 64 == 0) MOTE_TRY(args.stop.check());
  }
  MOTE_TRY(args.allocator.expect_text(bytes));
  Dims dims = x.dims;
  dims.push_back(most);
  MOTE_ASSIGN(Tensor cut, args.allocator.allocate(DType::kString, dims));
  auto* y = cut.mut().as<std::string>();
  for (std::int64_t i = 0; i < count; ++i) {
    std::string* to = y + i * most;
    for_each_piece(p, texts[i], [&](std::string_view piece) { *to++ = piece; });
  }
  args.out[0] = std::move(cut);
  if (args.out.size() > 1) args.out[1] = std::move(numbers);
  return {};
}

constexpr int kVersions[] = {20};

constexpr std::string_view kSamples[] = {
    "() -> (y, z) { x: string[2] = {\"a,b,,c\", \"d\"}\n"
    "  y, z = StringSplit(x) {delimiter=\",\", maxsplit=2} }",
    "() -> (y, z) { x: string[2,2] = {\" a  b \", \"\", \"c\", \"d e f\"} y, z = StringSplit(x) }",
    "(x: string[2,0]) -> (y, z) { y, z = StringSplit(x) {delimiter=\", \"} }",
};

}  // namespace

extern const OpDef kOp_StringSplit;
constinit const OpDef kOp_StringSplit = {
    .name = "StringSplit",
    .min_outputs = 1,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_StringSplit;
constinit const OnnxOp kOnnx_StringSplit = {.name = "StringSplit", .versions = kVersions};

extern const OpDoc kDoc_StringSplit;
constinit const OpDoc kDoc_StringSplit = {
    .name = "StringSplit",
    .doc =
        "Each text cut at `delimiter`, or at white space, at most `maxsplit` times; empty texts "
        "fill up. And the number of its pieces.",
    .samples = kSamples,
};

}  // namespace mote
