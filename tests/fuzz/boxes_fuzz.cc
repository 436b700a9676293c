// Any numbers as what a detector gives, by any rule: an error, or boxes within the image.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "tasks/detection/detection.h"

namespace mote {
namespace {

constexpr ImageSize kInput = {64, 96};
constexpr ImageSize kImage = {333, 77};

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_[0];
    left_ = left_.subspan(1);
    return byte;
  }
  template <class Enum>
  Enum choice() {
    return static_cast<Enum>(next() % kNames<Enum>.size());
  }

  // f32 of any bits, or s64, of small sizes.
  Tensor tensor() {
    const bool integers = next() % 4 == 0;
    Dims dims;
    for (int rank = next() % 4; rank > 0; --rank) dims.push_back(next() % 8);
    if (next() % 4 == 0) dims = {1, 126, 4 + next() % 4};  // the cells of kInput's grids
    Tensor tensor = *Tensor::zeros(integers ? DType::kS64 : DType::kF32, dims);
    const std::size_t n = std::min<std::size_t>(tensor.bytes(), left_.size());
    if (n > 0) std::memcpy(tensor.mut().data, left_.data(), n);
    left_ = left_.subspan(n);
    return tensor;
  }

 private:
  std::span<const std::uint8_t> left_;
};

OutputDescription output_of(Bytes& bytes, int number) {
  OutputDescription output;
  output.name = std::string(1, static_cast<char>('a' + number));
  output.kind = bytes.choice<OutputKind>();
  output.activation = bytes.choice<Activation>();
  output.layout = bytes.choice<BoxLayout>();
  if (bytes.next() % 2 == 0) output.background = bytes.next() % 4;
  BoxRule& rule = output.boxes;
  rule.format = bytes.choice<BoxFormat>();
  rule.unit = bytes.choice<BoxUnit>();
  rule.decode = bytes.choice<BoxDecode>();
  if (rule.decode == BoxDecode::kSsd) {
    rule.anchors.assign(rule.strides.size(), {{static_cast<float>(1 + bytes.next()), 30.0F}});
  }
  rule.nms = bytes.choice<Nms>();
  rule.score_threshold = static_cast<float>(bytes.next()) / 255.0F;
  rule.max_boxes = 1 + bytes.next();
  for (int i = bytes.next() % 6; i > 0; --i) rule.row.push_back(bytes.choice<RowField>());
  return output;
}

void detect(Bytes bytes) {
  TaskDescription task;
  std::vector<TensorInfo> infos;
  std::vector<Tensor> tensors;
  const int outputs = 1 + bytes.next() % 4;
  for (int i = 0; i < outputs; ++i) {
    task.outputs.push_back(output_of(bytes, i));
    const OutputDescription& output = task.outputs.back();
    if (!check(output.boxes, output.kind == OutputKind::kDetections)) return;
    infos.emplace_back().name = output.name;
    tensors.push_back(bytes.tensor());
  }
  const auto detector = Detector::create(task, infos);
  if (!detector) return;
  auto found = detector->detect(tensors, kInput);
  if (!found) {
    MOTE_CHECK(found.error().code != Code::kInternal);
    return;
  }
  ImageRule rule;
  rule.size = kInput;
  rule.resize.to = ResizeRule::To::kLetterbox;
  move_to_image(*found, *place_image(kImage, rule), kImage);
  for (const Detection& d : *found) {
    MOTE_CHECK(d.box.x0 >= 0 && d.box.x0 < d.box.x1 &&
               d.box.x1 <= static_cast<float>(kImage.width));
    MOTE_CHECK(d.box.y0 >= 0 && d.box.y0 < d.box.y1 &&
               d.box.y1 <= static_cast<float>(kImage.height));
    MOTE_CHECK(d.index >= 0);
  }
}

}  // namespace
}  // namespace mote

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mote::detect({data, size});
  return 0;
}
