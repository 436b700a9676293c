#include "tasks/task_json.h"

#include "tasks/anomaly/reconstruction_json.h"
#include "tasks/audio/audio_json.h"
#include "tasks/audio/feature_json.h"
#include "tasks/detection/box_json.h"
#include "tasks/image/image_json.h"
#include "tasks/json_fields.h"
#include "tasks/pose/pose_json.h"
#include "tasks/quantization_json.h"
#include "tasks/segmentation/segment_json.h"

namespace mote {
namespace {

constexpr std::size_t kMaxTensors = 256;
constexpr std::size_t kMaxColumns = 10'000;
constexpr std::size_t kMaxValues = 10'000;
constexpr std::size_t kMaxClassNames = 10'000;

// The fields that a kind of input has beside `name` and `kind`.
struct InputForm {
  InputKind kind;
  void (*read)(FieldReader& r, InputDescription& input);
  void (*write)(const InputDescription& input, Json& j);
};

void read_state(FieldReader& r, InputDescription& input) {
  if (!r.has("from")) r.fail_missing("from", "the output that the next run takes");
  input.from = r.text("from", "");
}

void read_constant(FieldReader& r, InputDescription& input) {
  if (!r.has("value")) r.fail_missing("value", "a number or a list of them");
  input.value = r.numbers("value", kMaxValues);
}

void read_features(FieldReader& r, InputDescription& input) {
  input.columns = r.texts("columns", kMaxColumns);
  input.quantization = read_quantization(r);
}

void write_features(const InputDescription& input, Json& j) {
  if (!input.columns.empty()) j["columns"] = input.columns;
  write_quantization(input.quantization, j);
}

void read_stored(FieldReader& r, InputDescription& input) {
  input.quantization = read_quantization(r);
  input.raw = read_raw(r);
}

void write_stored(const InputDescription& input, Json& j) {
  write_quantization(input.quantization, j);
  write_raw(input.raw, j);
}

void read_sound(FieldReader& r, InputDescription& input) {
  input.audio_features = read_audio_features(r);
  read_stored(r, input);
}

void write_sound(const InputDescription& input, Json& j) {
  write_audio_features(input.audio_features, j);
  write_stored(input, j);
}

constexpr InputForm kInputForms[] = {
    {InputKind::kImage, [](FieldReader& r, InputDescription& i) { i.image = read_image(r); },
     [](const InputDescription& i, Json& j) { write_image(i.image, j); }},
    {InputKind::kAudio, [](FieldReader& r, InputDescription& i) { i.audio = read_audio(r); },
     [](const InputDescription& i, Json& j) { write_audio(i.audio, j); }},
    {InputKind::kAudioFeatures, read_sound, write_sound},
    {InputKind::kFeatures, read_features, write_features},
    {InputKind::kTensor, read_stored, write_stored},
    {InputKind::kState, read_state, [](const InputDescription& i, Json& j) { j["from"] = i.from; }},
    {InputKind::kConstant, read_constant,
     [](const InputDescription& i, Json& j) { j["value"] = i.value; }},
};

// The same of a kind of output.
struct OutputForm {
  OutputKind kind;
  void (*read)(FieldReader& r, OutputDescription& output);
  void (*write)(const OutputDescription& output, Json& j);
};

void read_labels(FieldReader& r, OutputDescription& output) {
  const Json* value = r.find("labels");
  if (value != nullptr && value->is_array()) {
    output.class_names = r.texts("labels", kMaxClassNames);
  } else {
    output.labels = r.text("labels", "");
  }
}

void write_labels(const OutputDescription& output, Json& j) {
  if (!output.labels.empty()) j["labels"] = output.labels;
  if (!output.class_names.empty()) j["labels"] = output.class_names;
}

void read_scores(FieldReader& r, OutputDescription& output) {
  output.activation = r.choice("activation", Activation::kNone);
  read_labels(r, output);
}

void write_scores(const OutputDescription& output, Json& j) {
  j["activation"] = name(output.activation);
  write_labels(output, j);
}

void read_class_scores(FieldReader& r, OutputDescription& output) {
  read_scores(r, output);
  output.quantization = read_quantization(r);
}

void write_class_scores(const OutputDescription& output, Json& j) {
  write_scores(output, j);
  write_quantization(output.quantization, j);
}

void read_box_scores(FieldReader& r, OutputDescription& output) {
  output.layout = r.choice("layout", BoxLayout::kRows);
  output.background = r.integer("background");
  read_scores(r, output);
}

void write_box_scores(const OutputDescription& output, Json& j) {
  j["layout"] = name(output.layout);
  if (output.background) j["background"] = *output.background;
  write_scores(output, j);
}

void read_boxes(FieldReader& r, OutputDescription& output) {
  output.layout = r.choice("layout", BoxLayout::kRows);
  output.boxes = mote::read_boxes(r, false);
}

void write_boxes(const OutputDescription& output, Json& j) {
  j["layout"] = name(output.layout);
  mote::write_boxes(output.boxes, false, j);
}

void read_detections(FieldReader& r, OutputDescription& output) {
  output.boxes = mote::read_boxes(r, true);
  read_box_scores(r, output);
}

void write_detections(const OutputDescription& output, Json& j) {
  mote::write_boxes(output.boxes, true, j);
  write_box_scores(output, j);
}

void read_copy(FieldReader& r, OutputDescription& output) {
  output.reconstruction = read_reconstruction(r);
  output.quantization = read_quantization(r);
}

void write_copy(const OutputDescription& output, Json& j) {
  write_reconstruction(output.reconstruction, j);
  write_quantization(output.quantization, j);
}

void read_points(FieldReader& r, OutputDescription& output) {
  output.pose = read_pose(r, output.kind == OutputKind::kHeatmaps);
  output.activation = r.choice("activation", Activation::kNone);
  output.quantization = read_quantization(r);
}

void write_points(const OutputDescription& output, Json& j) {
  write_pose(output.pose, output.kind == OutputKind::kHeatmaps, j);
  j["activation"] = name(output.activation);
  write_quantization(output.quantization, j);
}

void read_classes_of_places(FieldReader& r, OutputDescription& output) {
  output.segments = read_segments(r);
  read_class_scores(r, output);
}

void write_classes_of_places(const OutputDescription& output, Json& j) {
  write_segments(output.segments, j);
  write_class_scores(output, j);
}

constexpr OutputForm kOutputForms[] = {
    {OutputKind::kClassScores, read_class_scores, write_class_scores},
    {OutputKind::kLabel, read_labels, write_labels},
    {OutputKind::kDetections, read_detections, write_detections},
    {OutputKind::kBoxes, read_boxes, write_boxes},
    {OutputKind::kBoxScores, read_box_scores, write_box_scores},
    {OutputKind::kBoxClasses, read_labels, write_labels},
    {OutputKind::kImage, [](FieldReader& r, OutputDescription& o) { o.image = read_picture(r); },
     [](const OutputDescription& o, Json& j) { write_picture(o.image, j); }},
    {OutputKind::kSpeech, [](FieldReader& r, OutputDescription& o) { o.speech = read_speech(r); },
     [](const OutputDescription& o, Json& j) { write_speech(o.speech, j); }},
    {OutputKind::kReconstruction, read_copy, write_copy},
    {OutputKind::kKeypoints, read_points, write_points},
    {OutputKind::kHeatmaps, read_points, write_points},
    {OutputKind::kHeatmapOffsets,
     [](FieldReader& r, OutputDescription& o) { o.quantization = read_quantization(r); },
     [](const OutputDescription& o, Json& j) { write_quantization(o.quantization, j); }},
    {OutputKind::kSegments, read_classes_of_places, write_classes_of_places},
};

// Null for kinds without fields.
template <class Form, std::size_t n, class Kind>
const Form* form_of(const Form (&forms)[n], Kind kind) {
  for (const Form& form : forms) {
    if (form.kind == kind) return &form;
  }
  return nullptr;
}

template <class Description, class Form, std::size_t n>
Result<Description> read_one(FieldReader r, const Form (&forms)[n]) {
  Description d;
  using Kind = decltype(d.kind);
  d.name = r.text("name", "");
  d.kind = r.choice("kind", Kind::kTensor);
  if (!r.has("kind")) r.fail_missing("kind", FieldReader::allowed<Kind>());
  if (const Form* form = form_of(forms, d.kind)) form->read(r, d);
  MOTE_TRY(r.finish());
  return d;
}

template <class Description, class Form, std::size_t n>
Json write_one(const Description& d, const Form (&forms)[n]) {
  Json j;
  if (!d.name.empty()) j["name"] = d.name;
  j["kind"] = name(d.kind);
  if (const Form* form = form_of(forms, d.kind)) form->write(d, j);
  return j;
}

}  // namespace

Result<TaskDescription> parse_task(std::string_view json) {
  MOTE_ASSIGN(const Json root, parse_json(json));
  FieldReader r(root, "");
  TaskDescription task;
  task.task = r.choice("task", TaskKind::kOther);
  for (FieldReader& input : r.objects("inputs", kMaxTensors)) {
    MOTE_ASSIGN(auto described, read_one<InputDescription>(std::move(input), kInputForms));
    task.inputs.push_back(std::move(described));
  }
  for (FieldReader& output : r.objects("outputs", kMaxTensors)) {
    MOTE_ASSIGN(auto described, read_one<OutputDescription>(std::move(output), kOutputForms));
    task.outputs.push_back(std::move(described));
  }
  if (!r.has("task")) r.fail_missing("task", FieldReader::allowed<TaskKind>());
  MOTE_TRY(r.finish());
  return task;
}

std::string to_json(const TaskDescription& task) {
  Json j;
  j["task"] = name(task.task);
  j["inputs"] = Json::array();
  for (const InputDescription& i : task.inputs) j["inputs"].push_back(write_one(i, kInputForms));
  j["outputs"] = Json::array();
  for (const OutputDescription& o : task.outputs) {
    j["outputs"].push_back(write_one(o, kOutputForms));
  }
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mote
