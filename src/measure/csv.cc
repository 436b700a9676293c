#include "measure/csv.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::size_t kMaxFields = 10'000'000;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  Result<std::vector<CsvRow>> rows() {
    std::vector<CsvRow> rows;
    std::size_t fields = 0;
    while (at_ < text_.size()) {
      MOTE_ASSIGN(CsvRow row, next());
      fields += row.fields.size();
      if (fields > kMaxFields) {
        return Error{Code::kCorrupt, cat("it has more than ", kMaxFields, " fields")};
      }
      if (row.fields.size() > 1 || !row.fields[0].empty()) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Result<CsvRow> next() {
    CsvRow row{line_, {}};
    for (;;) {
      MOTE_ASSIGN(std::string field, at_quote() ? quoted() : plain());
      row.fields.push_back(std::move(field));
      if (at_ >= text_.size()) return row;
      if (text_[at_++] == '\n') break;
    }
    ++line_;
    return row;
  }

  // After spaces, which do not count before a quote.
  bool at_quote() const {
    const auto first = text_.find_first_not_of(" \t", at_);
    return first != std::string_view::npos && text_[first] == '"';
  }

  // Up to the comma or line end.
  Result<std::string> plain() {
    const auto end = std::min(text_.find_first_of(",\n", at_), text_.size());
    const std::string_view field = text_.substr(at_, end - at_);
    at_ = end;
    return std::string(trim(field));
  }

  Result<std::string> quoted() {
    const std::size_t begin = line_;
    at_ = text_.find('"', at_) + 1;
    std::string field;
    for (;; ++at_) {
      if (at_ >= text_.size()) {
        return Error{Code::kCorrupt, cat("line ", begin, ": a quote does not end")};
      }
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '"') {
        if (text_.substr(at_ + 1, 1) != "\"") break;
        ++at_;
      }
      field += text_[at_];
    }
    ++at_;
    MOTE_ASSIGN(const std::string behind, plain());
    if (!behind.empty()) {
      return Error{Code::kCorrupt, cat("line ", line_, ": text behind a quoted field")};
    }
    return field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text) { return Reader(text).rows(); }

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    const std::string& field = fields[i];
    const bool plain =
        field.find_first_of(",\"\r\n") == std::string::npos && trim(field).size() == field.size();
    if (plain) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace mote
