#include "measure/table/table_file.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "measure/csv.h"

namespace mote {
namespace {

bool is_number(const std::string& text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error != std::errc::invalid_argument && end == text.data() + text.size();
}

// Fields take far more memory than their text: each is an object.
Status check_bytes(std::string_view csv, std::uint64_t max_bytes) {
  const auto fields =
      static_cast<std::uint64_t>(std::ranges::count(csv, ',') + std::ranges::count(csv, '\n') + 1);
  const std::uint64_t bytes = csv.size() + fields * 2 * sizeof(std::string);
  if (bytes <= max_bytes) return {};
  return Error{Code::kResourceExhausted,
               cat("a table of ", fields, " fields takes ", human_bytes(bytes),
                   ", over the limit of ", human_bytes(max_bytes))};
}

}  // namespace

Result<TextTable> parse_table(std::string_view csv, std::uint64_t max_bytes) {
  MOTE_TRY(check_bytes(csv, max_bytes));
  MOTE_ASSIGN(std::vector<CsvRow> rows, parse_csv(csv));
  TextTable table;
  if (rows.empty()) return Error{Code::kCorrupt, "it has no rows"};
  const bool header = std::ranges::none_of(rows[0].fields, is_number);
  const std::size_t columns = rows[0].fields.size();
  if (header) {
    table.columns = std::move(rows[0].fields);
  } else {
    for (std::size_t i = 0; i < columns; ++i) table.columns.push_back(cat(i + 1));
  }
  for (CsvRow& row : std::span(rows).subspan(header ? 1 : 0)) {
    if (row.fields.size() != columns) {
      return Error{Code::kCorrupt, cat("line ", row.line, ": it has ", row.fields.size(),
                                       " fields, the first has ", columns)};
    }
    table.rows.push_back({row.line, std::move(row.fields)});
  }
  if (table.rows.empty()) return Error{Code::kCorrupt, "it has no rows after the header"};
  return table;
}

Result<TextTable> read_table(const std::filesystem::path& path, std::uint64_t max_bytes,
                             const FileSystem& files) {
  MOTE_ASSIGN(const Bytes bytes, files.read(path, max_bytes));
  auto table = parse_table({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, max_bytes);
  if (!table) return std::move(table).error().with_context(path.native());
  return table;
}

}  // namespace mote
