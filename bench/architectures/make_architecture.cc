// Writes a published architecture with random weights as an ONNX file.
#include <CLI/CLI.hpp>
#include <iostream>

#include "architectures/architectures.h"
#include "architectures/quantize.h"
#include "base/file_system.h"
#include "format/onnx/onnx.h"

namespace {

std::string names() {
  std::string text;
  for (const auto all : {mote::architectures(), mote::sequence_architectures()}) {
    for (const mote::Architecture& a : all) {
      text += (text.empty() ? "" : ", ") + std::string(a.name);
    }
  }
  return text;
}

int fail(const std::string& message) {
  std::cerr << "make_architecture: " << message << "\n";
  return 1;
}

mote::Status write(mote::ModelDef model, bool int8, const std::filesystem::path& path) {
  if (int8) {
    MOTE_ASSIGN(model, mote::quantize(std::move(model)));
  }
  MOTE_ASSIGN(const mote::OnnxFiles files, mote::write_onnx(model));
  return mote::FileSystem::real().write(path, std::as_bytes(std::span(files.model)));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes a published architecture with random weights as an ONNX file.");
  std::string name;
  std::filesystem::path path;
  mote::ArchitectureOptions options;
  bool int8 = false;
  app.add_option("NAME", name, names())->required();
  app.add_option("OUT", path, "the .onnx file to write")->required();
  app.add_flag("--int8", int8, "quantized to 8 bits (QDQ), of those of images");
  app.add_option("--image-size", options.image_size, "pixels a side, a multiple of 32")
      ->capture_default_str()
      ->check(CLI::Range(32, 4096));
  app.add_option("--batch", options.batch)->capture_default_str()->check(CLI::Range(1, 1024));
  app.add_option("--seed", options.seed, "of the weights")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const mote::Architecture* architecture = mote::find_architecture(name);
  if (architecture == nullptr) return fail("there is no '" + name + "'; there are " + names());
  if (options.image_size % 32 != 0) return fail("--image-size is no multiple of 32");
  if (int8 && !mote::is_of_images(*architecture)) return fail("--int8 is for networks of images");
  const mote::Status written = write(architecture->build(options), int8, path);
  return written ? 0 : fail(written.error().message);
}
