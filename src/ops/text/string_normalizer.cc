// StringNormalizer: texts without stop words, in small or capital letters.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/text/case_map.h"
#include "ops/text/texts.h"

namespace mote {
namespace {

enum class CaseChange : std::uint8_t { kNone, kLower, kUpper };

struct NormalizerParams : OpParams {
  CaseChange change = CaseChange::kNone;
  bool case_sensitive = false;
  std::vector<std::string> stop_words;  // sorted; in small letters, unless case_sensitive

  bool is_stop_word(const std::string& text) const {
    if (stop_words.empty()) return false;
    const bool same = case_sensitive;
    return std::ranges::binary_search(stop_words, same ? text : small_text(text));
  }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<NormalizerParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->change,
              enum_named<CaseChange>(r, "case_change_action", {"NONE", "LOWER", "UPPER"}));
  p->case_sensitive = r.flag("is_case_sensitive", false);
  p->stop_words = r.texts("stopwords", {});
  r.text("locale", "");  // cases are Unicode's wherever we are
  MOTE_TRY(r.finish());
  if (!p->case_sensitive) {
    for (std::string& word : p->stop_words) word = small_text(word);
  }
  std::ranges::sort(p->stop_words);
  return p;
}

Status check_shape(std::span<const Dim> shape) {
  if (shape.size() == 1) return {};
  if (shape.size() == 2 && (!shape[0].known() || shape[0].size() == 1)) return {};
  return Error{Code::kInvalidArgument, "X has neither the shape [C] nor [1,C]"};
}

// X: string [C] or [1, C]. Y: as X, with those that are left; one empty text, if none is.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kString}));
  std::optional<Shape> shape = args.type(0).shape;
  if (shape) {
    MOTE_TRY(check_shape(*shape));
    if (shape->size() == 2) shape->front() = 1;
    // Where none is removed it is as long as X.
    const bool same = args.params<NormalizerParams>().stop_words.empty();
    Dim& size = shape->back();
    size = same && size.known() ? Dim(std::max<std::int64_t>(size.size(), 1)) : Dim();
  }
  args.set(0, {DType::kString, std::move(shape)});
  return {};
}

std::string changed(CaseChange change, const std::string& text) {
  if (change == CaseChange::kLower) return small_text(text);
  return change == CaseChange::kUpper ? capital_text(text) : text;
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const NormalizerParams*>(params);
  MOTE_ASSIGN(const TensorView x, texts_of(args, 0));
  MOTE_TRY(check_shape(Shape(x.dims.begin(), x.dims.end())));
  const std::span texts(x.as<std::string>(), static_cast<std::size_t>(x.dims.count()));
  std::int64_t count = 0;
  std::uint64_t bytes = 0;
  for (const std::string& text : texts) {
    MOTE_TRY(args.stop.check());
    if (p.is_stop_word(text)) continue;
    ++count;
    bytes += text.size();
  }
  // A letter of two bytes may have a counterpart of three.
  MOTE_TRY(args.allocator.expect_text(p.change == CaseChange::kNone ? bytes : bytes / 2 * 3 + 1));
  Dims dims = x.dims;
  dims[dims.rank() - 1] = std::max<std::int64_t>(count, 1);
  MOTE_ASSIGN(Tensor normal, args.allocator.allocate(DType::kString, dims));
  auto* y = normal.mut().as<std::string>();
  for (const std::string& text : texts) {
    if (!p.is_stop_word(text)) *y++ = changed(p.change, text);
  }
  args.out[0] = std::move(normal);
  return {};
}

constexpr int kVersions[] = {10};

constexpr std::string_view kSamples[] = {
    "() -> (y) { x: string[3] = {\"Mon\", \"tue\", \"MON\"} y = StringNormalizer(x) {\n"
    "  stopwords=[\"mon\"], case_change_action=\"UPPER\"} }",
    "() -> (y) { x: string[1,2] = {\"\\xc3\\x84B\", \"c\"} y = StringNormalizer(x) {\n"
    "  case_change_action=\"LOWER\"} }",
    "() -> (y) { x: string[1,1] = {\"a\"} y = StringNormalizer(x) {stopwords=[\"a\"],\n"
    "  is_case_sensitive=1} }",
};

}  // namespace

extern const OpDef kOp_StringNormalizer;
constinit const OpDef kOp_StringNormalizer = {
    .name = "StringNormalizer",
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_StringNormalizer;
constinit const OnnxOp kOnnx_StringNormalizer = {.name = "StringNormalizer", .versions = kVersions};

extern const OpDoc kDoc_StringNormalizer;
constinit const OpDoc kDoc_StringNormalizer = {
    .name = "StringNormalizer",
    .doc =
        "The texts that are none of `stopwords`, in small or capital letters as "
        "`case_change_action` says. `locale` changes nothing: letters are Unicode's.",
    .samples = kSamples,
};

}  // namespace mote
