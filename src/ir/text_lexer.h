// Tokens of the text form, and how names and strings are written.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mote {

enum class TokenKind : std::uint8_t {
  kEnd,
  kName,    // an identifier
  kString,  // in double quotes
  kNumber,  // -1  2.5e-3  -inf
  kHex,     // 0x and any number of hexadecimal digits
  kMark,    // ( ) { } [ ] , : = . @ ?  ->  ...
  kBad,     // no token: `text` says why
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // as it stands in the source, quotes included
  std::int64_t line = 1;
  std::int64_t column = 1;  // in bytes

  bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
  bool is_mark(std::string_view t) const { return is(TokenKind::kMark, t); }
  bool is_word(std::string_view t) const { return is(TokenKind::kName, t); }
  bool is_text() const { return kind == TokenKind::kName || kind == TokenKind::kString; }
  // The name, or what the string says, its escapes resolved. Requires: is_text().
  std::string value() const;
};

// A cursor over the tokens of `source`, which outlives it. Looks two tokens ahead.
class Lexer {
 public:
  explicit Lexer(std::string_view source);

  const Token& peek() const { return ahead_[0]; }
  const Token& peek_second() const { return ahead_[1]; }
  Token next();

  bool at(std::string_view mark) const { return peek().is_mark(mark); }
  bool at_word(std::string_view word) const { return peek().is_word(word); }
  bool accept(std::string_view mark);
  bool accept_word(std::string_view word);
  // Errors: the next token is not `mark`.
  Status expect(std::string_view mark);

  // "line 3, column 7: `message`"; if the token is none, why it is not.
  static Error error(const Token& at, std::string_view message, Code code = Code::kInvalidArgument);
  // "line 3, column 7: expected `what`, found ')'"
  Error unexpected(std::string_view what) const;

 private:
  Token scan();
  void skip_space();
  Token token(TokenKind kind, std::size_t length);
  Token bad(std::size_t offset, std::string_view why) const;
  Token scan_name();
  Token scan_number();
  Token scan_string();

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::int64_t line_ = 1;
  std::array<Token, 2> ahead_;
};

// `text` in double quotes: ASCII, on one line.
void append_quoted(std::string& out, std::string_view text);
// As an identifier if it is one and no keyword where names stand; in quotes otherwise.
void append_name(std::string& out, std::string_view name);

}  // namespace mote
