#include "tasks/task_json.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kExample = R"({"task": "image-classification",
 "inputs":  [{"name": "image", "kind": "image", "layout": "NCHW", "color": "RGB", "size": [224, 192],
              "resize": {"short_side": 256, "filter": "bilinear"}, "crop": "center",
              "scale": 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}],
 "outputs": [{"name": "logits", "kind": "class_scores", "activation": "softmax",
              "labels": "labels.txt"}]})";

TaskDescription parse_ok(std::string_view json) {
  auto task = parse_task(json);
  EXPECT_TRUE(task) << task.error().message;
  return task ? *std::move(task) : TaskDescription();
}

std::string error_of(std::string_view json) {
  const auto task = parse_task(json);
  EXPECT_FALSE(task) << json;
  return task ? "" : task.error().message;
}

// An image input with these fields beside kind and scale.
std::string with_image(std::string_view fields) {
  return cat(R"({"task": "other", "inputs": [{"kind": "image", "scale": 1, )", fields, "}]}");
}

std::string with_input(std::string_view fields) {
  return cat(R"({"task": "other", "inputs": [{)", fields, "}]}");
}

std::string with_output(std::string_view fields) {
  return cat(R"({"task": "other", "outputs": [{)", fields, "}]}");
}

TEST(TaskJson, ReadsEveryField) {
  const TaskDescription task = parse_ok(kExample);
  EXPECT_EQ(task.task, TaskKind::kImageClassification);
  ASSERT_EQ(task.inputs.size(), 1U);
  const ImageRule& rule = task.inputs[0].image;
  EXPECT_EQ(task.inputs[0].name, "image");
  EXPECT_EQ(rule.size, (ImageSize{.height = 224, .width = 192}));
  EXPECT_EQ(rule.resize.to, ResizeRule::To::kShortSide);
  EXPECT_EQ(rule.resize.short_side, 256);
  EXPECT_EQ(rule.crop.kind, CropRule::Kind::kCenter);
  EXPECT_THAT(rule.mean, ElementsAre(0.485F, 0.456F, 0.406F));
  ASSERT_EQ(task.outputs.size(), 1U);
  EXPECT_EQ(task.outputs[0].activation, Activation::kSoftmax);
  EXPECT_EQ(task.outputs[0].labels, "labels.txt");
}

TEST(TaskJson, WritesWhatItReads) {
  for (const std::string& json :
       {std::string(kExample),
        with_image(R"("crop": 0.875, "layout": "NHWC", "color": "GRAY")"),
        with_image(R"("crop": "center", "size": [8, 8])"),
        with_image(R"("crop": "center", "size": [8, 8], "resize": {"size": [9, 10]})"),
        with_image(R"("resize": {"filter": "nearest"}, "mean": 0.1, "std": [1e-3, 2, 3])"),
        with_image(R"("resize": {"letterbox": "center", "fill": 114, "filter": "bicubic"})"),
        with_input(R"("kind": "audio", "sample_rate": 16000, "chunk": 512, "context": 64)"),
        with_input(R"("kind": "state", "from": "next")"),
        with_input(R"("kind": "constant", "value": [16000, 0.5])"),
        with_input(R"("kind": "constant", "value": 1)"),
        with_input(R"("kind": "features", "columns": ["a", "b"])"),
        with_input(R"("kind": "features")"),
        with_input(R"("kind": "features", "quantization": {"scale": 0.391, "zero_point": 89})"),
        with_input(R"("kind": "audio_features")"),
        with_input(R"("kind": "audio_features", "window": 600, "coefficients": 13, "raw":
                      {"dtype": "s8", "scale": 0.5847029, "zero_point": 83})"),
        with_input(R"("kind": "audio_features", "features": "log_mel", "level": "none", "clip": 0,
                      "window": 1024, "step": 512, "edges": "reflect", "power": 2, "log": "db",
                      "mel_bins": 128, "low_hz": 0, "high_hz": 8000, "mel_scale": "slaney",
                      "window_function": "hamming", "skip_frames": 50, "max_frames": 200)"),
        with_input(R"("kind": "tensor", "raw": {"dtype": "u8"}, "quantization": {"scale": 2})"),
        with_output(R"("kind": "reconstruction", "of": "x", "threshold": 12.5,
                       "quantization": {"scale": 0.36, "zero_point": 96})"),
        with_output(R"("kind": "reconstruction")"),
        with_output(R"("kind": "keypoints", "order": "xy", "unit": "pixels", "points": ["a", "b"],
                       "limbs": [[0, 1]], "score_threshold": 0.4, "activation": "sigmoid")"),
        with_output(R"("kind": "heatmaps", "stride": 16, "limbs": [[0, 16], [3, 4]])"),
        with_output(R"("kind": "heatmap_offsets", "quantization": {"scale": 0.5})"),
        with_output(R"("kind": "segments", "layout": "NCHW", "holds": "classes", "background": 0,
                       "labels": ["sky", "sea"], "threshold": 0.25)"),
        with_output(R"("kind": "class_scores", "labels": ["a", "b"],
                       "quantization": {"scale": 0.00390625, "zero_point": -128})"),
        with_output(R"("kind": "detections", "row": ["box", "objectness", "class_scores"],
                       "layout": "columns", "decode": "yolox", "strides": [8, 16], "nms": "all",
                       "format": "cxcywh", "score_threshold": 0.1, "iou_threshold": 0.6,
                       "max_boxes": 9, "activation": "sigmoid", "labels": "l.txt")"),
        with_output(R"("kind": "boxes", "unit": "relative", "format": "yxyx")"),
        with_output(R"("kind": "boxes", "decode": "ssd", "strides": [8, 16],
                       "anchors": [[10, 16.5], [[32, 48]]], "variances": [0.2, 0.3])"),
        with_output(R"("kind": "box_scores", "background": 0, "activation": "softmax")"),
        with_output(R"("kind": "box_classes", "labels": "l.txt")"),
        with_output(R"("kind": "box_count")"),
        with_output(R"("kind": "selected_boxes")"),
        with_output(R"("kind": "label", "labels": "l.txt")"),
        with_output(R"("kind": "value")"),
        with_output(R"("kind": "image", "color": "Y", "scale": 255, "mean": 0.5)"),
        with_output(R"("kind": "speech", "threshold": 0.6, "pad_ms": 0)"),
        std::string(R"({"task": "other", "outputs": [{"kind": "tensor", "name": "\"é\n"}]})")}) {
    const TaskDescription task = parse_ok(json);
    EXPECT_EQ(parse_ok(to_json(task)), task) << to_json(task);
  }
}

TEST(TaskJson, ReadsBoxes) {
  const TaskDescription task = parse_ok(with_output(R"("kind": "detections",
      "row": ["skip", "box", "score", "class"], "score_threshold": 0.25)"));
  const BoxRule& boxes = task.outputs[0].boxes;
  EXPECT_THAT(boxes.row,
              ElementsAre(RowField::kSkip, RowField::kBox, RowField::kScore, RowField::kClass));
  EXPECT_EQ(boxes.score_threshold, 0.25F);
  EXPECT_EQ(boxes.nms, Nms::kPerClass);
  const std::string ssd = R"("kind": "boxes", "decode": "ssd", "strides": [8])";
  EXPECT_THAT(error_of(with_output(ssd)), HasSubstr("anchors has 0 lists, strides 1 grids"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[1, [2]]])")),
              HasSubstr("it must be a list for each of strides"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[]])")), HasSubstr("an empty list"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[0]])")), HasSubstr("anchors has 0x0"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[1]], "variances": 1)")),
              HasSubstr("it must be two numbers"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[1]], "variances": [1, 0])")),
              HasSubstr("variances has 0; both must be above 0"));
  EXPECT_THAT(error_of(with_output(ssd + R"(, "anchors": [[1]], "unit": "relative")")),
              HasSubstr("unit is relative; decode ssd gives pixels"));
  const std::string row = R"("kind": "detections", "row": )";
  EXPECT_THAT(error_of(with_output(R"("kind": "detections")")), HasSubstr("row is missing"));
  EXPECT_THAT(error_of(with_output(row + R"(["box", "scores"])")),
              HasSubstr("outputs[0].row is \"scores\"; allowed are: box, objectness"));
  EXPECT_THAT(error_of(with_output(row + R"(["box", "box", "score"])")),
              HasSubstr("row has \"box\" twice"));
  EXPECT_THAT(error_of(with_output(row + R"(["score"])")), HasSubstr("row has no \"box\""));
  EXPECT_THAT(error_of(with_output(row + R"(["class_scores", "box"])")),
              HasSubstr("row does not end in \"class_scores\""));
  EXPECT_THAT(error_of(with_output(R"("kind": "boxes", "iou_threshold": 1.5)")),
              HasSubstr("outputs[0].iou_threshold is 1.5; it must be 0 to 1"));
  EXPECT_THAT(error_of(with_output(R"("kind": "boxes", "strides": [0])")),
              HasSubstr("strides has 0"));
  EXPECT_THAT(error_of(with_output(R"("kind": "boxes", "max_boxes": 4294967296)")),
              HasSubstr("max_boxes is 4294967296"));
}

TEST(TaskJson, ReadsSoundAndSpeech) {
  const TaskDescription task = parse_ok(with_output(R"("kind": "speech", "threshold": 0.6)"));
  EXPECT_FLOAT_EQ(task.outputs[0].speech.neg_threshold, 0.45F);  // 0.15 less
  EXPECT_THAT(error_of(with_output(R"("kind": "speech", "neg_threshold": 0.7)")),
              HasSubstr("neg_threshold is 0.7, more than threshold, 0.5"));
  EXPECT_THAT(error_of(with_input(R"("kind": "audio", "sample_rate": 8000)")),
              HasSubstr("inputs[0].chunk is missing; how many samples"));
  EXPECT_THAT(error_of(with_input(R"("kind": "audio", "sample_rate": 0, "chunk": 9)")),
              HasSubstr("sample_rate is 0; it must be 1 to 768000"));
  EXPECT_THAT(error_of(with_input(R"("kind": "state")")), HasSubstr("from is missing"));
  EXPECT_THAT(error_of(with_input(R"("kind": "constant")")), HasSubstr("value is missing"));
}

TEST(TaskJson, ReadsFeaturesOfSound) {
  const TaskDescription task = parse_ok(with_input(R"("kind": "audio_features", "window": 600)"));
  const AudioFeatureRule& rule = task.inputs[0].audio_features;
  EXPECT_EQ(rule.fft, 1024);  // the power of two that holds the window
  EXPECT_EQ(rule.width(), 10);
  EXPECT_THAT(error_of(with_input(R"("kind": "audio_features", "window": 999999)")),
              HasSubstr("inputs[0].window is 999999"));
  EXPECT_THAT(error_of(with_input(R"("kind": "audio_features", "fft": 480)")),
              HasSubstr("fft is 480; it must be a power of two"));
  EXPECT_THAT(error_of(with_input(R"("kind": "audio_features", "features": "mfc")")),
              HasSubstr("allowed are: mfcc, log_mel"));
  EXPECT_THAT(
      error_of(with_input(R"("kind": "audio_features", "features": "log_mel", "coefficients": 9)")),
      HasSubstr("there is no field \"inputs[0].coefficients\""));
}

TEST(TaskJson, ReadsWhatIntegersStandFor) {
  const auto raw = [](std::string_view fields) {
    return error_of(with_input(cat(R"("kind": "tensor", "raw": {)", fields, "}")));
  };
  EXPECT_THAT(raw(""), HasSubstr("inputs[0].raw.dtype is missing; allowed are: s8, u8"));
  EXPECT_THAT(raw(R"("dtype": "s8", "scale": 0)"),
              HasSubstr("inputs[0].raw.scale is 0; it must be above 0"));
  EXPECT_THAT(raw(R"("dtype": "s8", "zero": 0)"), HasSubstr("no field \"inputs[0].raw.zero\""));
  EXPECT_THAT(error_of(with_input(R"("kind": "tensor", "quantization": {})")),
              HasSubstr("quantization.scale is missing"));
  EXPECT_THAT(error_of(with_output(R"("kind": "value", "quantization": {"scale": 1})")),
              HasSubstr("there is no field"));
}

TEST(TaskJson, ReadsThresholdsOfAnomalies) {
  EXPECT_EQ(
      parse_ok(with_output(R"("kind": "reconstruction")")).outputs[0].reconstruction.threshold,
      std::nullopt);
  EXPECT_THAT(error_of(with_output(R"("kind": "reconstruction", "threshold": -1)")),
              HasSubstr("outputs[0].threshold is -1; it must be 0 or more"));
}

TEST(TaskJson, ReadsPoses) {
  const auto points = [](std::string_view fields) {
    return error_of(with_output(cat(R"("kind": "keypoints", )", fields)));
  };
  EXPECT_THAT(points(R"("limbs": [[0, 17]])"),
              HasSubstr("outputs[0].limbs has [0, 17]; there are points 0 to 16"));
  EXPECT_THAT(points(R"("points": ["a"], "limbs": [[0, 1]])"), HasSubstr("points 0 to 0"));
  EXPECT_THAT(points(R"("limbs": [[0, 1, 2]])"), HasSubstr("pairs of points, as [5, 7]"));
  EXPECT_THAT(points(R"("score_threshold": 2)"), HasSubstr("score_threshold is 2"));
  EXPECT_THAT(points(R"("stride": 16)"), HasSubstr("there is no field \"outputs[0].stride\""));
  EXPECT_THAT(error_of(with_output(R"("kind": "heatmaps", "stride": -1)")),
              HasSubstr("stride is -1; it must be 0 to 1024"));
}

TEST(TaskJson, ReadsLabelsFromAFileOrAsAList) {
  EXPECT_EQ(parse_ok(with_output(R"("kind": "label", "labels": "l.txt")")).outputs[0].labels,
            "l.txt");
  EXPECT_THAT(
      parse_ok(with_output(R"("kind": "label", "labels": ["no", "yes"])")).outputs[0].class_names,
      ElementsAre("no", "yes"));
  EXPECT_THAT(error_of(with_output(R"("kind": "label", "labels": ["no", 1])")),
              HasSubstr("labels is [\"no\",1]; it must be a list"));
  EXPECT_THAT(error_of(with_output(R"("kind": "label", "labels": 3)")), HasSubstr("a text"));
}

TEST(TaskJson, ReadsLetterboxes) {
  const TaskDescription task = parse_ok(with_image(R"("resize": {"letterbox": "center"})"));
  EXPECT_EQ(task.inputs[0].image.resize.letterbox, LetterboxAt::kCenter);
  EXPECT_EQ(task.inputs[0].image.resize.fill, 0.0F);
  EXPECT_THAT(error_of(with_image(R"("resize": {"letterbox": "left"})")),
              HasSubstr("allowed are: top_left, center"));
  EXPECT_THAT(error_of(with_image(R"("resize": {"letterbox": "center", "fill": 256})")),
              HasSubstr("resize.fill is 256; it must be a pixel's value"));
  EXPECT_THAT(error_of(with_image(R"("resize": {"fill": 9})")),
              HasSubstr("means nothing without resize.letterbox"));
  EXPECT_THAT(error_of(with_image(R"("crop": "center", "resize": {"letterbox": "center"})")),
              HasSubstr("leaves nothing for crop"));
}

TEST(TaskJson, AFieldOfAnotherKindIsNone) {
  EXPECT_THAT(error_of(with_output(R"("kind": "boxes", "labels": "l.txt")")),
              HasSubstr("there is no field \"outputs[0].labels\""));
  EXPECT_THAT(error_of(with_input(R"("kind": "tensor", "scale": 1)")), HasSubstr("no field"));
}

TEST(TaskJson, WritesFloatsAsPeopleWroteThem) {
  const std::string json = to_json(parse_ok(kExample));
  EXPECT_THAT(json, HasSubstr("0.485"));
  EXPECT_THAT(json, testing::Not(HasSubstr("0.4850")));
}

TEST(TaskJson, NamesTheFieldTheValueAndWhatIsAllowed) {
  EXPECT_EQ(error_of(with_image(R"("color": "YUV")")),
            R"(inputs[0].color is "YUV"; allowed are: RGB, BGR, GRAY)");
  EXPECT_EQ(error_of(with_image(R"("resize": {"filter": 3})")),
            "inputs[0].resize.filter is 3; allowed are: bilinear, nearest, bicubic");
  EXPECT_EQ(error_of(with_image(R"("size": [224])")),
            "inputs[0].size is [224]; it must be [height, width], each 1 to 16384");
  EXPECT_THAT(error_of(with_image(R"("crop": "middle")")),
              HasSubstr(R"(crop is "middle"; allowed are: none, center, or a fraction)"));
  EXPECT_THAT(error_of(with_image(R"("mean": [1, 2])")), HasSubstr("inputs[0].mean has 2 numbers"));
  EXPECT_THAT(error_of(R"({"task": "other", "inputs": {}})"),
              HasSubstr("inputs is {}; it must be"));
  EXPECT_THAT(error_of(R"({"task": "other", "inputs": [7]})"), HasSubstr("inputs[0] is 7"));
  EXPECT_THAT(error_of("[]"), HasSubstr("must be an object"));
}

TEST(TaskJson, NamesTheNearestField) {
  EXPECT_EQ(error_of(with_image(R"("colour": "RGB")")),
            R"(there is no field "inputs[0].colour"; did you mean 'color'?)");
  EXPECT_THAT(error_of(R"({"task": "other", "zzzzzzzz": 1})"),
              HasSubstr("allowed are: task, inputs, outputs"));
}

TEST(TaskJson, NamesWhatIsMissing) {
  EXPECT_THAT(error_of("{}"), HasSubstr("task is missing; allowed are: image-classification"));
  EXPECT_THAT(error_of(R"({"task": "other", "inputs": [{}]})"),
              HasSubstr("inputs[0].kind is missing"));
  EXPECT_THAT(error_of(R"({"task": "other", "inputs": [{"kind": "image"}]})"),
              HasSubstr("inputs[0].scale is missing; 255 maps"));
}

TEST(TaskJson, RefusesNumbersThatCannotBeMeant) {
  EXPECT_THAT(error_of(with_image(R"("std": 0)")), HasSubstr("inputs[0].std has a 0"));
  EXPECT_THAT(error_of(with_image(R"("mean": 1e39)")), HasSubstr("beyond the range"));
  EXPECT_THAT(error_of(with_image(R"("mean": 1e999)")), HasSubstr("overflow"));
  EXPECT_THAT(error_of(with_image(R"("crop": 1.5)")), HasSubstr("crop is 1.5"));
  EXPECT_THAT(error_of(with_image(R"("crop": 0)")), HasSubstr("crop is 0"));
  EXPECT_THAT(error_of(with_image(R"("size": [16384, 16384])")), HasSubstr("pixels; at most"));
  EXPECT_THAT(error_of(with_image(R"("size": [0, 5])")), HasSubstr("each 1 to 16384"));
  EXPECT_THAT(error_of(with_image(R"("size": [18446744073709551615, 5])")), HasSubstr("each 1 to"));
  EXPECT_THAT(error_of(with_image(R"("size": [-1, 5])")), HasSubstr("each 1 to 16384"));
  EXPECT_THAT(error_of(with_image(R"("crop": "center", "resize": {"short_side": 1.5})")),
              HasSubstr("whole number"));
}

TEST(TaskJson, RefusesRulesThatContradictEachOther) {
  EXPECT_THAT(error_of(with_image(R"("resize": {"short_side": 9})")),
              HasSubstr("short_side needs crop \"center\""));
  EXPECT_THAT(
      error_of(with_image(R"("size": [10, 10], "crop": "center", "resize": {"short_side": 9})")),
      HasSubstr("short_side is 9, less than the size to crop, [10, 10]"));
  EXPECT_THAT(error_of(with_image(R"("size": [10, 10], "resize": {"size": [12, 12]})")),
              HasSubstr("resize.size differs from size"));
  EXPECT_THAT(
      error_of(with_image(R"("crop": "center", "resize": {"size": [12, 12], "short_side": 9})")),
      HasSubstr("size, short_side and letterbox exclude each other"));
}

TEST(TaskJson, RefusesRepeatedFields) {
  EXPECT_THAT(error_of(R"({"task": "other", "task": "other"})"),
              HasSubstr("field 'task' is there twice"));
  EXPECT_TRUE(parse_task(R"({"task": "other", "inputs": [{"kind": "tensor", "name": "a"},
                                                         {"kind": "tensor", "name": "b"}]})"));
}

TEST(TaskJson, SaysWhereTheTextIsNoJson) {
  EXPECT_THAT(error_of("{\"task\":\n  other}"), HasSubstr("line 2, column"));
  EXPECT_THAT(error_of("{\"task\": \"other\"} x"), HasSubstr("line 1"));
  EXPECT_THAT(error_of("{\"task\": \"\xff\"}"), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of(""), HasSubstr("line 1"));
}

TEST(TaskJson, SurvivesEveryTruncation) {
  for (std::size_t n = 0; n < kExample.size(); ++n) EXPECT_FALSE(parse_task(kExample.substr(0, n)));
}

TEST(TaskJson, RefusesDeepNestingAndEndlessTexts) {
  for (const char open : {'[', '{'}) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += open == '[' ? "[" : "{\"a\":";
    EXPECT_THAT(parse_task(deep).error().code, Code::kCorrupt);
  }
  const std::string nested = cat(R"({"task": )", std::string(200, '['), std::string(200, ']'), "}");
  EXPECT_THAT(error_of(nested), HasSubstr("nests deeper than 64 levels"));
  EXPECT_THAT(error_of(std::string((1 << 20) + 1, ' ')), HasSubstr("bytes, more than"));
}

}  // namespace
}  // namespace mote
