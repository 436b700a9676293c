// Tokenizer: texts cut into tokens, by what stands between them or by what they look like.
#include <algorithm>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/axes.h"
#include "ops/text/regex.h"
#include "ops/text/texts.h"
#include "ops/text/utf8.h"

namespace mote {
namespace {

struct TokenizerParams : OpParams {
  std::vector<Regex> separators;  // applied one after the other
  std::optional<Regex> token;     // in their place
  bool characters = false;        // in place of both: each is a token
  bool mark = false;              // around the tokens stand a start and an end of text
  std::int64_t least = 1;         // characters of a token; shorter ones are dropped
  std::string pad;
};

Status read_patterns(AttributeReader& r, TokenizerParams& p) {
  const std::vector<std::string> separators = r.texts("separators", {});
  const std::string token = r.text("tokenexp", "");
  MOTE_TRY(r.finish());
  if (separators.empty() == token.empty()) {
    return Error{Code::kInvalidArgument, "needs one of separators and tokenexp"};
  }
  p.characters = token == "." || (separators.size() == 1 && separators[0].empty());
  if (p.characters) return {};
  if (!token.empty()) {
    MOTE_ASSIGN(p.token, Regex::parse(token));
    return {};
  }
  for (const std::string& separator : separators) {
    MOTE_ASSIGN(Regex regex, Regex::parse(separator));
    Regex::Room room(regex);
    MOTE_ASSIGN(const bool nothing, regex.full_match("", room, StopToken()));
    if (nothing) {
      return Error{Code::kUnsupported, cat("separator '", separator, "' matches nothing at all")};
    }
    p.separators.push_back(std::move(regex));
  }
  return {};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TokenizerParams>();
  AttributeReader r(attributes);
  p->mark = r.required_integer("mark") != 0;
  p->least = r.required_integer("mincharnum");
  p->pad = r.required_text("pad_value");
  MOTE_TRY(read_patterns(r, *p));
  if (p->least < 1 || (p->characters && p->least > 1)) {
    return Error{Code::kInvalidArgument,
                 cat("mincharnum ", p->least, " is not 1 or, of whole tokens, more")};
  }
  return p;
}

// X: string[C] or [N, C]. Y: string [..., most tokens].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kString}));
  std::optional<Shape> y = args.type(0).shape;
  if (y) {
    if (y->size() != 1 && y->size() != 2) {
      return Error{Code::kInvalidArgument, cat("X has rank ", y->size(), ", not 1 or 2")};
    }
    y->emplace_back();
  }
  args.set(0, {DType::kString, std::move(y)});
  return {};
}

using Tokens = std::vector<std::string_view>;

// A match within a text; empty: none.
struct Match {
  std::size_t begin = 0, end = 0;
};

// The first match from byte `from` on that takes anything, the longest there.
Result<Match> find(const Regex& regex, Regex::Room& room, std::string_view text, std::size_t from,
                   const StopToken& stop) {
  while (from < text.size()) {
    MOTE_ASSIGN(const std::size_t end, regex.longest_match(text, from, room, stop));
    if (end != std::string_view::npos && end > from) return Match{from, end};
    from += static_cast<std::size_t>(first_code_point(text.substr(from)).bytes);
  }
  return Match{};
}

// Cuts texts one after the other, with working memory of its own.
class TokenCutter {
 public:
  TokenCutter(const TokenizerParams& p, const StopToken& stop) : p_(p), stop_(stop) {
    for (const Regex& separator : p.separators) rooms_.emplace_back(separator);
    if (p.token) rooms_.emplace_back(*p.token);
  }

  // The tokens view `text`.
  Result<Tokens> cut(std::string_view text) {
    Tokens tokens;
    if (p_.characters) {
      tokens = characters_of(text);
    } else if (p_.token) {
      MOTE_ASSIGN(tokens, matches_in(text));
    } else {
      MOTE_ASSIGN(tokens, pieces_of(text));
    }
    std::erase_if(tokens, [&](std::string_view token) { return is_short(token); });
    return tokens;
  }

 private:
  static Tokens characters_of(std::string_view text) {
    Tokens tokens;
    while (!text.empty()) {
      const auto bytes = static_cast<std::size_t>(first_code_point(text).bytes);
      tokens.push_back(text.substr(0, bytes));
      text.remove_prefix(bytes);
    }
    return tokens;
  }

  Result<Tokens> matches_in(std::string_view text) {
    Tokens tokens;
    for (std::size_t from = 0;;) {
      MOTE_ASSIGN(const Match match, find(*p_.token, rooms_[0], text, from, stop_));
      if (match.end == 0) return tokens;
      tokens.push_back(text.substr(match.begin, match.end - match.begin));
      from = match.end;
    }
  }

  Result<Tokens> pieces_of(std::string_view text) {
    Tokens pieces{text};
    for (std::size_t i = 0; i < p_.separators.size(); ++i) {
      Tokens smaller;
      for (const std::string_view piece : pieces) MOTE_TRY(cut_piece(i, piece, smaller));
      pieces = std::move(smaller);
    }
    return pieces;
  }

  Status cut_piece(std::size_t separator, std::string_view piece, Tokens& pieces) {
    for (std::size_t from = 0;;) {
      MOTE_ASSIGN(const Match match,
                  find(p_.separators[separator], rooms_[separator], piece, from, stop_));
      const std::size_t end = match.end == 0 ? piece.size() : match.begin;
      if (end > from) pieces.push_back(piece.substr(from, end - from));
      if (match.end == 0) return {};
      from = match.end;
    }
  }

  bool is_short(std::string_view token) const {
    std::int64_t characters = 0;
    for (; !token.empty() && characters < p_.least; ++characters) {
      token.remove_prefix(static_cast<std::size_t>(first_code_point(token).bytes));
    }
    return characters < p_.least;
  }

  const TokenizerParams& p_;
  const StopToken& stop_;
  std::vector<Regex::Room> rooms_;
};

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const TokenizerParams*>(params);
  MOTE_ASSIGN(const TensorView x, texts_of(args, 0));
  TokenCutter cutter(p, args.stop);
  std::uint64_t longest = 0;
  for (std::int64_t i = 0; i < x.dims.count(); ++i) {
    longest = std::max<std::uint64_t>(longest, x.as<std::string>()[i].size());
  }
  // For the tokens of one text; the texts are cut twice, so that it is not more.
  MOTE_ASSIGN(const auto charged, args.allocator.charge(longest * 2 * sizeof(Tokens::value_type)));
  std::size_t most = 0;
  std::uint64_t bytes = 0;
  for (std::int64_t i = 0; i < x.dims.count(); ++i) {
    MOTE_TRY(args.stop.check());
    MOTE_ASSIGN(const Tokens tokens, cutter.cut(x.as<std::string>()[i]));
    most = std::max(most, tokens.size());
    for (const std::string_view token : tokens) bytes += token.size();
  }
  if (most > 0 && p.mark) most += 2;
  Dims dims = x.dims;
  dims.push_back(static_cast<std::int64_t>(most));
  MOTE_ASSIGN(Tensor y, args.allocator.allocate(DType::kString, dims));
  const auto cells = static_cast<std::uint64_t>(y.count());
  MOTE_TRY(args.allocator.expect_text(bytes + cells * (p.pad.size() + 1)));
  auto* to = y.mut().as<std::string>();
  for (std::int64_t i = 0; most > 0 && i < x.dims.count(); ++i) {
    MOTE_ASSIGN(const Tokens tokens, cutter.cut(x.as<std::string>()[i]));
    std::string* const end = to + most;
    if (p.mark) *to++ = "\x02";
    to = std::copy(tokens.begin(), tokens.end(), to);
    if (p.mark) *to++ = "\x03";
    while (to != end) *to++ = p.pad;
  }
  args.out[0] = std::move(y);
  return {};
}

constexpr OpDef tokenizer() {
  OpDef op;
  op.name = "Tokenizer";
  op.domain = "com.microsoft";
  op.parse = parse;
  op.infer = infer;
  op.compute = compute;
  return op;
}

constexpr std::string_view kSamples[] = {
    "() -> (y) { x: string[2] = {\"one two\", \"three\"}\n"
    "  y = com.microsoft.Tokenizer(x) {\n"
    "    mark=1, mincharnum=1, pad_value=\"#\", separators=[\" \"]} }",
    "() -> (y) { x: string[1,2] = {\"one, two\", \"3!\"}\n"
    "  y = com.microsoft.Tokenizer(x) {\n"
    "    mark=0, mincharnum=2, pad_value=\"#\", tokenexp=\"[a-z]+\"} }",
};

}  // namespace

MOTE_MICROSOFT_OP(Tokenizer, tokenizer(),
                  "Texts cut at `separators`, or into what `tokenexp` matches; rows are filled up "
                  "with `pad_value`.",
                  kSamples)

}  // namespace mote
