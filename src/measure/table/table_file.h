// CSV files as tables.
#pragma once
#include <filesystem>
#include <string_view>

#include "base/file_system.h"
#include "tasks/table/text_table.h"

namespace mote {

// The first row has the columns' names if none of its fields is a number; otherwise they are called
// 1, 2, ... Errors: those of parse_csv; kCorrupt: no rows, a row with another number of fields,
// naming the line; kResourceExhausted: text and fields take more than max_bytes.
Result<TextTable> parse_table(std::string_view csv,
                              std::uint64_t max_bytes = std::uint64_t{4} << 30);

// Errors: those, and those of FileSystem::read, naming the path.
Result<TextTable> read_table(const std::filesystem::path& path, std::uint64_t max_bytes,
                             const FileSystem& files = FileSystem::real());

}  // namespace mote
