// Names of classes.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "tasks/task.h"

namespace mote {

// One name a line, in the order of the classes; line ends of Windows are taken too. Empty lines at
// the end do not count. Errors: kCorrupt (no text, no line with a name, more than 1,000,000 lines).
Result<std::vector<std::string>> parse_labels(std::string_view text);

// The labels that `output` lists, or those of the file in `folder` or beneath that it names; none
// if it does neither. Errors: those; kNotFound and what FileSystem::read_beneath reports, naming
// the file.
Result<std::vector<std::string>> read_labels(const OutputDescription& output,
                                             const std::filesystem::path& folder,
                                             const FileSystem& files = FileSystem::real());

// Errors: kInvalidArgument, if there are labels, but not as many as classes.
Status check_label_count(const OutputDescription& output, const std::vector<std::string>& labels,
                         std::size_t classes);

}  // namespace mote
