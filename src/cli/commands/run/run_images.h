// mote run --image: what a model says of images.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "mote/session.h"

namespace mote::cli {

struct ImageRun {
  std::filesystem::path images;  // a file, or a folder of JPEG and PNG files
  std::filesystem::path output_dir;
  std::filesystem::path draw;  // a file, or a folder, if `images` is one
  std::size_t top = 5;
  bool json = false;
  const RuntimeFlags* runtime = nullptr;
  std::vector<Tensor> inputs;  // as the model's; those that are no image must be there
};

// A line for each image, or some; images that cannot be used are told on standard error, and make
// the result 1 instead of 0. Errors: kNotFound: no images; those that every image would have.
Result<int> run_images(Session& session, const ModelTask& task, ImageRun run);

}  // namespace mote::cli
