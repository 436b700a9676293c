#include "measure/npy_header.h"

#include <charconv>
#include <optional>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

struct Descr {
  std::string_view code;  // without the byte order
  DType dtype;
};

constexpr Descr kDescrs[] = {
    {"f2", DType::kF16}, {"f4", DType::kF32},   {"f8", DType::kF64}, {"i1", DType::kS8},
    {"i2", DType::kS16}, {"i4", DType::kS32},   {"i8", DType::kS64}, {"u1", DType::kU8},
    {"u2", DType::kU16}, {"u4", DType::kU32},   {"u8", DType::kU64}, {"b1", DType::kBool},
    {"c8", DType::kC64}, {"c16", DType::kC128},
};

// Reads the literals of the dictionary one after the other.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NpyHeader> run() {
    MOTE_TRY(expect('{'));
    while (!accept('}')) {
      MOTE_ASSIGN(const std::string_view key, quoted());
      MOTE_TRY(expect(':'));
      MOTE_TRY(entry(key));
      if (accept(',')) continue;
      MOTE_TRY(expect('}'));
      break;
    }
    skip_space();
    if (at_ != text_.size()) return unexpected("nothing more");
    if (seen_ != kAllSeen) return Error{Code::kCorrupt, "the header lacks an entry"};
    return header_;
  }

 private:
  static constexpr unsigned kDescrSeen = 1;
  static constexpr unsigned kOrderSeen = 2;
  static constexpr unsigned kShapeSeen = 4;
  static constexpr unsigned kAllSeen = 7;

  Error unexpected(std::string_view wanted) const {
    return {Code::kCorrupt, cat("the header should have ", wanted, " at character ", at_)};
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Status expect(char c) {
    if (accept(c)) return {};
    return unexpected(cat("'", c, "'"));
  }

  Result<std::string_view> quoted() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'' && !accept('\'')) return unexpected("a text in quotes");
    const auto end = text_.find(quote, at_);
    if (end == std::string_view::npos) return unexpected("the end of a text");
    const std::string_view inside = text_.substr(at_, end - at_);
    at_ = end + 1;
    return inside;
  }

  Status mark(unsigned entry) {
    if ((seen_ & entry) != 0) return Error{Code::kCorrupt, "the header has an entry twice"};
    seen_ |= entry;
    return {};
  }

  Status entry(std::string_view key) {
    if (key == "descr") return descr();
    if (key == "fortran_order") return fortran_order();
    if (key == "shape") return shape();
    return Error{Code::kCorrupt, cat("the header has an unknown entry at character ", at_)};
  }

  Status descr() {
    MOTE_TRY(mark(kDescrSeen));
    skip_space();
    if (at_ < text_.size() && text_[at_] == '[') {
      return Error{Code::kUnsupported, "records as elements are not supported"};
    }
    MOTE_ASSIGN(std::string_view code, quoted());
    const std::string_view whole = code;
    if (!code.empty() && std::string_view("<>|=").find(code[0]) != std::string_view::npos) {
      header_.big_endian = code[0] == '>';
      code.remove_prefix(1);
    }
    for (const Descr& d : kDescrs) {
      if (d.code != code) continue;
      header_.dtype = d.dtype;
      return {};
    }
    if (accept_text_type(code)) return {};
    return Error{Code::kUnsupported,
                 cat("elements of NumPy type '", whole.substr(0, 20), "' are not supported")};
  }

  // "U12", "S3"
  bool accept_text_type(std::string_view code) {
    constexpr std::uint32_t kMaxUnits = 1 << 28;
    if (code.size() < 2 || (code[0] != 'U' && code[0] != 'S')) return false;
    const char* last = code.data() + code.size();
    const auto [end, error] = std::from_chars(code.data() + 1, last, header_.text_units);
    if (error != std::errc() || end != last || header_.text_units > kMaxUnits) return false;
    header_.unit_bytes = code[0] == 'U' ? 4 : 1;
    header_.dtype = DType::kString;
    return true;
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Status fortran_order() {
    MOTE_TRY(mark(kOrderSeen));
    header_.fortran_order = accept_word("True");
    if (!header_.fortran_order && !accept_word("False")) return unexpected("True or False");
    return {};
  }

  // (), (3,) or (3, 4); Python 2 wrote an L behind long numbers.
  Status shape() {
    MOTE_TRY(mark(kShapeSeen));
    MOTE_TRY(expect('('));
    while (!accept(')')) {
      skip_space();
      std::int64_t size = 0;
      const char* first = text_.data() + at_;
      const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) return unexpected("a size");
      at_ += static_cast<std::size_t>(end - first);
      accept('L');
      if (header_.dims.rank() == kMaxRank) {
        return Error{Code::kInvalidArgument,
                     cat("the array has more than ", kMaxRank, " dimensions")};
      }
      header_.dims.push_back(size);
      if (accept(',')) continue;
      MOTE_TRY(expect(')'));
      break;
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned seen_ = 0;
  NpyHeader header_;
};

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view text) { return Parser(text).run(); }

Result<std::string> npy_header_text(const NpyHeader& header) {
  std::string shape = join(header.dims, ", ");
  if (header.dims.rank() == 1) shape += ",";
  const auto text = [&](std::string_view order, std::string_view code) {
    return cat("{'descr': '", order, code, "', 'fortran_order': False, 'shape': (", shape, "), }");
  };
  if (header.dtype == DType::kString) {
    return header.unit_bytes == 1 ? text("|", cat("S", header.text_units))
                                  : text("<", cat("U", header.text_units));
  }
  for (const Descr& d : kDescrs) {
    if (d.dtype != header.dtype) continue;
    const bool one_byte = d.code[1] == '1' && d.code.size() == 2;
    return text(one_byte ? "|" : "<", d.code);
  }
  return Error{Code::kUnsupported, cat("NumPy has no type for ", name(header.dtype))};
}

}  // namespace mote
