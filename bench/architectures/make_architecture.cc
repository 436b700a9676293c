// Writes a published architecture with random weights as an ONNX file.
#include <CLI/CLI.hpp>
#include <iostream>

#include "architectures/architectures.h"
#include "base/file_system.h"
#include "format/onnx/onnx.h"

namespace {

std::string names() {
  std::string text;
  for (const mote::Architecture& a : mote::architectures()) {
    text += (text.empty() ? "" : ", ") + std::string(a.name);
  }
  return text;
}

int fail(const std::string& message) {
  std::cerr << "make_architecture: " << message << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes a published architecture with random weights as an ONNX file.");
  std::string name;
  std::filesystem::path path;
  mote::ArchitectureOptions options;
  app.add_option("NAME", name, names())->required();
  app.add_option("OUT", path, "the .onnx file to write")->required();
  app.add_option("--image-size", options.image_size, "pixels a side, a multiple of 32")
      ->capture_default_str()
      ->check(CLI::Range(32, 4096));
  app.add_option("--batch", options.batch)->capture_default_str()->check(CLI::Range(1, 1024));
  app.add_option("--seed", options.seed, "of the weights")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const mote::Architecture* architecture = mote::find_architecture(name);
  if (architecture == nullptr) return fail("there is no '" + name + "'; there are " + names());
  if (options.image_size % 32 != 0) return fail("--image-size is no multiple of 32");
  const auto files = mote::write_onnx(architecture->build(options));
  if (!files) return fail(files.error().message);
  const auto bytes = std::as_bytes(std::span(files->model));
  const mote::Status written = mote::FileSystem::real().write(path, bytes);
  return written ? 0 : fail(written.error().message);
}
