// Runs a classifier on raw f32 values and prints the best classes.
//   classify MODEL.onnx VALUES.f32
// VALUES.f32 holds the model's first input, row-major, as little-endian floats; where it is "-",
// the input is all zeros.
#include <mote/model.h>
#include <mote/session.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>

namespace {

// A batch of one where the model leaves a size open.
mote::Dims input_dims(const mote::TensorInfo& input) {
  mote::Dims dims;
  for (const mote::SizeInfo& s : input.shape) dims.push_back(s.size < 0 ? 1 : s.size);
  return dims;
}

mote::Result<mote::Tensor> read_input(const mote::TensorInfo& input, const char* path) {
  auto tensor = mote::Tensor::zeros(input.dtype, input_dims(input));
  if (!tensor || std::strcmp(path, "-") == 0) return tensor;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "rb"), std::fclose);
  const std::size_t bytes = tensor->bytes();
  if (!file || std::fread(tensor->mut().data, 1, bytes, file.get()) != bytes) {
    return mote::Error{mote::Code::kIo, std::string(path) + ": fewer bytes than the input takes"};
  }
  return tensor;
}

mote::Status classify(const char* model_path, const char* values_path) {
  auto model = mote::Model::load(model_path);
  if (!model) return std::move(model).error();
  auto session = mote::Session::create(*model);
  if (!session) return std::move(session).error();
  auto input = read_input((*model)->inputs()[0], values_path);
  if (!input) return std::move(input).error();
  const auto outputs = (*session)->run(std::span(&*input, 1));
  if (!outputs) return outputs.error();

  const auto scores = (*outputs)[0].values<float>();
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i) {
    std::printf("class %zu: %g\n", order[i], static_cast<double>(scores[order[i]]));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: classify MODEL.onnx VALUES.f32|-\n");
    return 2;
  }
  if (const mote::Status status = classify(argv[1], argv[2]); !status) {
    std::fprintf(stderr, "classify: %s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
