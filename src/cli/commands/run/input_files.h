// The files that a flag names: one, or those of a folder.
#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "cli/flags/runtime_flags.h"

namespace mote::cli {

// `path` itself; if it is a folder, the files in it that end so, in whatever case, sorted.
// Errors: kNotFound: a folder without such files; kIo.
Result<std::vector<std::filesystem::path>> list_inputs(const std::filesystem::path& path,
                                                       std::span<const std::string_view> endings);

// Calls run_one for each file and shows progress. One that fails is told on standard error, and
// makes the result 1 instead of 0; alone, its error is the result. Errors: kCancelled.
// progress: shown, where run_one prints nothing.
Result<int> run_each(const std::vector<std::filesystem::path>& files, const RuntimeFlags& runtime,
                     bool progress,
                     const std::function<Status(const std::filesystem::path&)>& run_one);

}  // namespace mote::cli
