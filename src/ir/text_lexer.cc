#include "ir/text_lexer.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::size_t kFoundBytes = 24;  // of a token, in messages

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool starts_name(char c) { return is_letter(c) || c == '_'; }
bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '.' || c == ':' || c == '/' || c == '-';
}

// -1 if it is no hexadecimal digit.
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Bytes of the identifier that `s` begins with. It ends before a ':' that nothing follows and
// before "->", so that "x: f32" and "a->b" read as meant.
std::size_t name_length(std::string_view s) {
  std::size_t n = 0;
  while (n < s.size() && continues_name(s[n])) ++n;
  if (n > 1 && n < s.size() && s[n - 1] == '-' && s[n] == '>') --n;
  while (n > 1 && s[n - 1] == ':') --n;
  return n;
}

// Bytes of the escape that `s` begins with, 0 if it is none.
std::size_t escape_length(std::string_view s) {
  if (s.size() >= 2 && (s[1] == '"' || s[1] == '\\' || s[1] == 'n')) return 2;
  const bool hex = s.size() >= 4 && s[1] == 'x' && hex_value(s[2]) >= 0 && hex_value(s[3]) >= 0;
  return hex ? 4 : 0;
}

}  // namespace

std::string Token::value() const {
  if (kind != TokenKind::kString) return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size();) {
    if (text[i] != '\\') {
      out += text[i++];
    } else if (text[i + 1] == 'x') {
      out += static_cast<char>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3]));
      i += 4;
    } else {
      out += text[i + 1] == 'n' ? '\n' : text[i + 1];
      i += 2;
    }
  }
  return out;
}

Lexer::Lexer(std::string_view source) : source_(source) {
  ahead_[0] = scan();
  ahead_[1] = scan();
}

Token Lexer::next() {
  const Token token = ahead_[0];
  ahead_[0] = ahead_[1];
  ahead_[1] = scan();
  return token;
}

bool Lexer::accept(std::string_view mark) {
  if (!at(mark)) return false;
  next();
  return true;
}

bool Lexer::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

Status Lexer::expect(std::string_view mark) {
  if (!accept(mark)) return unexpected(cat("'", mark, "'"));
  return {};
}

Error Lexer::error(const Token& at, std::string_view message, Code code) {
  const std::string_view what = at.kind == TokenKind::kBad ? at.text : message;
  return Error{code, cat("line ", at.line, ", column ", at.column, ": ", what)};
}

Error Lexer::unexpected(std::string_view what) const {
  const Token& found = peek();
  if (found.kind == TokenKind::kEnd) return error(found, cat("expected ", what, ", found the end"));
  const bool whole = found.text.size() <= kFoundBytes;
  return error(found, cat("expected ", what, ", found '", found.text.substr(0, kFoundBytes),
                          whole ? "'" : "...'"));
}

void Lexer::skip_space() {
  for (; at_ < source_.size(); ++at_) {
    const char c = source_[at_];
    if (c == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    } else if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size()) - 1;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

Token Lexer::token(TokenKind kind, std::size_t length) {
  const Token t = {kind, source_.substr(at_, length), line_,
                   static_cast<std::int64_t>(at_ - line_start_) + 1};
  at_ += length;
  return t;
}

// Scanning stays where it is: every token after this one is the same.
Token Lexer::bad(std::size_t offset, std::string_view why) const {
  return {TokenKind::kBad, why, line_, static_cast<std::int64_t>(at_ + offset - line_start_) + 1};
}

Token Lexer::scan() {
  skip_space();
  if (at_ == source_.size()) return token(TokenKind::kEnd, 0);
  const std::string_view rest = source_.substr(at_);
  const char c = rest[0];
  if (starts_name(c)) return token(TokenKind::kName, name_length(rest));
  if (c == '"') return scan_string();
  if (rest.starts_with("->")) return token(TokenKind::kMark, 2);
  if (rest.starts_with("...")) return token(TokenKind::kMark, 3);
  if (is_digit(c) || c == '-') return scan_number();
  if (std::string_view("(){}[],:=.@?").find(c) != std::string_view::npos) {
    return token(TokenKind::kMark, 1);
  }
  return bad(0, "a byte that begins no token");
}

Token Lexer::scan_number() {
  const std::string_view rest = source_.substr(at_);
  std::size_t n = 2;
  if (rest.starts_with("0x")) {
    while (n < rest.size() && hex_value(rest[n]) >= 0) ++n;
    if (n < rest.size() && continues_name(rest[n])) return bad(n, "not a hexadecimal digit");
    return token(TokenKind::kHex, n);
  }
  for (n = 1; n < rest.size(); ++n) {
    const char c = rest[n];
    const bool exponent_sign = (c == '+' || c == '-') && (rest[n - 1] == 'e' || rest[n - 1] == 'E');
    if (!is_letter(c) && !is_digit(c) && c != '.' && !exponent_sign) break;
  }
  return token(TokenKind::kNumber, n);
}

Token Lexer::scan_string() {
  const std::string_view rest = source_.substr(at_);
  for (std::size_t n = 1; n < rest.size() && rest[n] != '\n';) {
    if (rest[n] == '"') return token(TokenKind::kString, n + 1);
    const std::size_t step = rest[n] == '\\' ? escape_length(rest.substr(n)) : 1;
    if (step == 0) return bad(n, R"(an escape other than \" \\ \n \xNN)");
    n += step;
  }
  return bad(0, "the string does not end on its line");
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte > 0x7e) {
      out += "\\x";
      out += kDigits[byte / 16];
      out += kDigits[byte % 16];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_name(std::string& out, std::string_view name) {
  const bool identifier = !name.empty() && starts_name(name[0]) && name_length(name) == name.size();
  if (identifier && name != "_" && name != "captures") {
    out += name;
  } else {
    append_quoted(out, name);
  }
}

}  // namespace mote
