// What the program makes of models that find boxes, hear speech, make images or read tables: on
// small ones of its own, and on real ones where the test data is.
#include <cmath>

#include "cli_fixture.h"
#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "media/image.h"
#include "media/sound/test_wav.h"
#include "ops/ops.h"

namespace mote {
namespace {

using testing::HasSubstr;

class CliTasks : public Cli {
 protected:
  // folder/NAME.onnx, with NAME.task.json if there is a description. Returns the model's path.
  std::string model(const std::string& name, std::string_view graph, std::string_view task = "") {
    ModelDef def;
    def.graph = *parse_graph(graph, all_ops());
    const auto files = write_onnx(def);
    EXPECT_TRUE(files) << files.error().message;
    if (!task.empty()) write(name + ".task.json", task);
    return write(name + ".onnx",
                 {reinterpret_cast<const char*>(files->model.data()), files->model.size()});
  }

  static Image read_image(const fs::path& path) {
    const std::string bytes = read(path);
    const auto image = decode_image(std::as_bytes(std::span(bytes)));
    EXPECT_TRUE(image) << path << ": " << image.error().message;
    return image ? *image : Image();
  }

  std::string path(const std::string& name) const { return (folder_ / name).native(); }
};

const std::string kImage = " --image " + kDigits + "images/3_0.png";  // 8x8, grey

// The whole image in a letterbox of 16x8: one box over its right half, one beneath the threshold.
constexpr std::string_view kBoxes = R"((image: f32[1,3,8,16]) -> (table) {
  t: f32[1,2,6] = {4, 0, 8, 8, 0.75, 1, 0, 0, 8, 8, 0.25, 0}
  table = Identity(t)
})";
constexpr std::string_view kBoxesTask = R"({"task": "object-detection",
 "inputs": [{"name": "image", "kind": "image", "resize": {"letterbox": "top_left"}, "scale": 255}],
 "outputs": [{"name": "table", "kind": "detections", "row": ["box", "score", "class"],
              "labels": "labels.txt"}]})";

TEST_F(CliTasks, RunFindsBoxesAndDrawsThem) {
  const std::string detector = model("boxes", kBoxes, kBoxesTask);
  write("labels.txt", "left\nright\n");
  const std::string drawn = path("out/drawn.png");
  const Ended ended = mote("run " + detector + kImage + " --draw " + drawn);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("3_0.png: 1 found\n  right  75.0 %  (4, 0) to (8, 8)\n"));
  EXPECT_EQ(read_image(drawn).width, 8);
  EXPECT_EQ(read_image(drawn).channels, 3);
  const Json both = json("run " + detector + kImage + " --json --score 0.2");
  const Json& found = both["images"][0]["detections"];
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["label"], "right");
  EXPECT_EQ(found[0]["box"], Json({4.0, 0.0, 8.0, 8.0}));
  EXPECT_EQ(found[1]["index"], 0);
  EXPECT_EQ(both["images"][0]["width"], 8);
}

TEST_F(CliTasks, RunDrawsAFolderIntoAFolder) {
  const std::string detector = model("boxes", kBoxes, kBoxesTask);
  write("labels.txt", "left\nright\n");
  const Json ran =
      json("run " + detector + " --json --image " + kDigits + "images --draw " + path("drawn"));
  EXPECT_EQ(ran["images"].size(), 12U);
  EXPECT_EQ(ran["images"][3]["drawn"], path("drawn/3_0.png.png"));
  EXPECT_EQ(read_image(path("drawn/3_0.png.png")).height, 8);
}

TEST_F(CliTasks, RefusesFlagsAboutBoxesThatWouldDoNothing) {
  expect_refused("run " + kModel + kImage + " --draw " + path("x.png"), 2,
                 "--draw: no output of the model is boxes, points, segments or an image");
  expect_refused("run " + kModel + kImage + " --score 0.5", 2, "--score: no output");
  expect_refused("run " + kModel + kImage + " --iou 0.5", 2, "--iou: no output");
  expect_refused("run " + kModel + " --score 0.5", 2, "--score requires --image or --audio");
  expect_refused("run " + kModel + " --draw x.png", 2, "--draw requires --image");
  expect_refused("run " + kModel + kImage + " --audio x.wav", 2, "--image excludes --audio");
  expect_refused("run " + kModel + kImage + " --score 1.5", 2, "no number from 0 to 1");
}

TEST_F(CliTasks, RunMakesLargerImages) {
  const std::string upscaler = model("double", R"((x: f32[1,1,8,8]) -> (y) {
    scales: f32[4] = {1, 1, 2, 2}
    y: f32[1,1,16,16] = Resize(x, _, scales) {mode="nearest", coordinate_transformation_mode="asymmetric",
                              nearest_mode="floor"}
  })");
  const std::string drawn = path("large.png");
  const Ended ended = mote("run " + upscaler + kImage + " --draw " + drawn);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("guessed task image-to-image"));
  EXPECT_THAT(ended.out, HasSubstr("an image of 16x16 pixels"));
  const Image small = read_image(kDigits + "images/3_0.png");
  const Image large = read_image(drawn);
  ASSERT_EQ(large.width, 16);
  for (std::size_t y = 0; y < 16; ++y) {
    for (std::size_t x = 0; x < 16; ++x) {
      ASSERT_EQ(large.pixels[y * 16 + x], small.pixels[y / 2 * 8 + x / 2]);
    }
  }
  EXPECT_EQ(mote("run " + upscaler + kImage + " --output-dir " + path("out")).status, 0);
  EXPECT_EQ(read_image(path("out/3_0.png.png")).width, 16);
  EXPECT_TRUE(fs::exists(path("out/3_0.png.y.npy")));
}

// Speech is what is loud: a second of tone between seconds of silence, at another rate.
std::string tone_wav() {
  std::string data;
  for (int i = 0; i < 3 * 8'000; ++i) {
    const bool loud = i >= 8'000 && i < 16'000;
    const double v = loud ? 20'000 * std::sin(0.3 * i) : 0;
    data += little_endian(static_cast<std::uint32_t>(std::lround(v)), 2);
  }
  return make_wav({.rate = 8'000}, data);
}

constexpr std::string_view kLoudness = R"((x: f32[1,200], s: f32[1]) -> (p, next) {
  a = Abs(x)
  axes: s64[1] = {1}
  p = ReduceMax(a, axes)
  one: f32[1] = {1}
  next = Add(s, one)
})";
constexpr std::string_view kLoudnessTask = R"({"task": "voice-activity",
 "inputs": [{"name": "x", "kind": "audio", "sample_rate": 16000, "chunk": 160, "context": 40},
            {"name": "s", "kind": "state", "from": "next"}],
 "outputs": [{"name": "p", "kind": "speech", "pad_ms": 0}]})";

TEST_F(CliTasks, RunHearsSpeech) {
  const std::string vad = model("loud", kLoudness, kLoudnessTask);
  const std::string wav = write("sound/tone.wav", tone_wav());
  const Ended ended = mote("run " + vad + " --audio " + wav + " --output-dir " + path("out"));
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("tone.wav: 1 segment of speech, 1."));
  EXPECT_THAT(ended.out, HasSubstr(" of 3.00 s\n"));
  EXPECT_THAT(read(path("out/tone.wav.p.npy")), HasSubstr("(300,)"));
  const Json heard = json("run " + vad + " --json --audio " + path("sound"))["audio"];
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_NEAR(heard[0]["segments"][0]["start"].get<double>(), 1.0, 0.02);
  EXPECT_NEAR(heard[0]["segments"][0]["end"].get<double>(), 2.0, 0.02);
  EXPECT_EQ(json("run " + vad + " --json --score 0.99 --audio " + wav)["audio"][0]["segments"],
            Json::array());
}

TEST_F(CliTasks, RefusesSoundThatIsNone) {
  const std::string vad = model("loud", kLoudness, kLoudnessTask);
  expect_refused("run " + vad + " --audio " + write("x.wav", "no sound"), 1,
                 "x.wav: not a WAV file, but an unknown format");
  expect_refused("run " + vad + " --audio " + path("nosuch.wav"), 1, "nosuch.wav");
  expect_refused("run " + vad + " --audio '" + folder_.native() + "/sound'", 1, "sound");
  expect_refused("run " + kModel + " --audio " + write("y.wav", tone_wav()), 1,
                 "no input of the model is known as audio");
  expect_refused("run " + vad + " --memory-budget 100k --audio " + path("y.wav"), 1,
                 "grant more with --memory-budget");
}

// 1 kHz at 16 kHz, from its first sample on.
std::string buzz_wav() {
  std::string data;
  for (int i = 0; i < 512; ++i) data += little_endian(i % 16 < 8 ? 20'000 : 45'536, 2);
  return make_wav({}, data);
}

// One frame of one band: louder sound has more of it.
constexpr std::string_view kLouder = R"((x: f32[1,1]) -> (scores) {
  five: f32[1,1] = {5}
  n = Sub(five, x)
  scores = Concat(n, x) {axis=1}
})";
constexpr std::string_view kLouderTask = R"({"task": "keyword-spotting",
 "inputs": [{"kind": "audio_features", "features": "log_mel", "mel_bins": 1, "clip": 512,
             "window": 512, "level": "none"}],
 "outputs": [{"kind": "class_scores", "labels": ["quiet", "loud"]}]})";

TEST_F(CliTasks, RunHearsClassesOfSound) {
  const std::string louder = model("louder", kLouder, kLouderTask);
  const std::string wav = write("sound/tone.wav", tone_wav());  // begins in silence
  write("sound/noise.wav", buzz_wav());
  const Ended ended = mote("run " + louder + " --top 1 --audio " + wav);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("tone.wav: quiet 18.8"));  // 5 - ln(1e-6)
  const Json heard = json("run " + louder + " --json --audio " + path("sound"))["audio"];
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0]["classes"][0]["label"], "loud");
  EXPECT_EQ(heard[1]["classes"][1]["index"], 1);
  EXPECT_EQ(heard[1]["seconds"], 3.0);
}

TEST_F(CliTasks, EvalReadsSoundAndBareElements) {
  const std::string louder = model("louder", kLouder, kLouderTask);
  write("sound/loud/noise.wav", buzz_wav());
  write("sound/quiet/tone.wav", tone_wav());
  EXPECT_EQ(json("eval " + louder + " --json --data " + path("sound"))["top1_hits"], 2);
  write("bare/a.bin", "\x10");
  write("bare/b.bin", "\x01");
  write("bare/y_labels.csv", "a.bin,2,1\nb.bin,2,0\n");
  EXPECT_EQ(json("eval " + louder + " --json --raw s8,0.25,2 --data " + path("bare"))["top1_hits"],
            2);  // 3.5 and -0.25, either side of 2.5
  expect_refused("eval " + louder + " --data " + path("bare"), 1,
                 "a.bin: it has 1 bytes; f32[1,1] has 4");
  expect_refused("eval " + louder + " --raw q8 --data " + path("bare"), 2, "--raw q8: it must be");
}

// Gives back what it has learned: that all numbers are 2.
constexpr std::string_view kTwos = R"((x: f32[n,16]) -> (y) {
  zero: f32[] = {0}
  two: f32[] = {2}
  none = Mul(x, zero)
  y: f32[n,16] = Add(none, two)
})";

TEST_F(CliTasks, RunScoresAnomalies) {
  const std::string twos = model("twos", kTwos);
  std::string rows;
  for (const char* first : {"2", "6"}) {
    rows += first;
    for (int i = 1; i < 16; ++i) rows += ",2";
    rows += "\n";
  }
  const std::string table = write("t.csv", rows);
  const Ended ended = mote("run " + twos + " --csv " + table);
  EXPECT_THAT(ended.err, HasSubstr("guessed task anomaly-detection"));
  EXPECT_EQ(ended.out, "1: score 0\n2: score 1\n");
  EXPECT_EQ(mote("run " + twos + " --threshold 0.5 --csv " + table).out,
            "1: score 0\n2: score 1, an anomaly\n");
  const Json scored = json("run " + twos + " --json --threshold 1 --csv " + table)["rows"];
  EXPECT_EQ(scored[1]["score"], 1.0);
  EXPECT_EQ(scored[1]["anomaly"], false);
  mote("run " + twos + " --csv " + table + " --output " + path("o.csv"));
  EXPECT_THAT(read(path("o.csv")), HasSubstr(",16,anomaly score\n"));
  const std::string array = write_npy("x.npy", "<f4", "(1, 16)", std::string(64, '\0'));
  EXPECT_THAT(mote("run " + twos + " --input x=" + array).out, HasSubstr("\n1: score 4\n"));
  EXPECT_EQ(json("run " + twos + " --json --input x=" + array)["anomalies"][0]["score"], 4.0);
  expect_refused("run " + kModel + kImage + " --threshold 1", 2, "--threshold: no output");
}

TEST_F(CliTasks, RunScoresSoundByTheMeanOfItsWindows) {
  const std::string twos = model("twos", kTwos, R"({"task": "anomaly-detection",
   "inputs": [{"kind": "audio_features", "features": "log_mel", "mel_bins": 8, "clip": 0,
               "window": 512, "step": 256, "level": "none"}],
   "outputs": [{"kind": "reconstruction", "threshold": 100}]})");
  const std::string wav = write("silence.wav", make_wav({}, std::string(2 * 1'024, '\0')));
  const Ended ended = mote("run " + twos + " --audio " + wav + " --output-dir " + path("out"));
  // 3 frames make 2 windows of 2, and every number is ln(1e-6): (-13.8155 - 2)^2.
  EXPECT_THAT(ended.out, HasSubstr("silence.wav: score 250.13, an anomaly (2 windows)\n"))
      << ended.err;
  EXPECT_TRUE(fs::exists(path("out/silence.wav.scores.npy")));
  EXPECT_EQ(json("run " + twos + " --json --audio " + wav)["audio"][0]["anomaly"], true);
}

// The left half of an image of 8x8 in a letterbox of 16x8.
TEST_F(CliTasks, RunFindsPosesAndDrawsThem) {
  const std::string pose = model("pose", R"((image: f32[1,3,8,16]) -> (p) {
    t: f32[1,1,2,3] = {0.25, 0.125, 0.9, 0.75, 0.375, 0.2}
    p = Identity(t)
  })",
                                 R"({"task": "pose-estimation",
   "inputs": [{"kind": "image", "resize": {"letterbox": "top_left"}, "scale": 255}],
   "outputs": [{"kind": "keypoints", "points": ["tip", "end"], "limbs": [[0, 1]]}]})");
  const std::string drawn = path("drawn.png");
  const Ended ended = mote("run " + pose + kImage + " --draw " + drawn);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("3_0.png: 1 of 2 points\n  tip  90.0 %  (2, 2)\n"));
  const Image image = read_image(drawn);
  EXPECT_EQ(image.pixels[(2 * 8 + 2) * 3], 255);  // the point's middle
  const Json both = json("run " + pose + kImage + " --json --score 0.1")["images"][0];
  ASSERT_EQ(both["points"].size(), 2U);
  EXPECT_EQ(both["points"][1]["name"], "end");
  EXPECT_EQ(both["points"][1]["x"], 6.0);
  EXPECT_EQ(both["points"][1]["y"], 6.0);
}

TEST_F(CliTasks, RunTellsTheShareOfEachClassAndDrawsThem) {
  const std::string halves = model("halves", R"((image: f32[1,3,8,16]) -> (c) {
    t: s64[1,1,4] = {0, 1, 2, 2}
    c = Identity(t)
  })",
                                   R"({"task": "image-segmentation",
   "inputs": [{"kind": "image", "resize": {"letterbox": "top_left"}, "scale": 255}],
   "outputs": [{"kind": "segments", "holds": "classes", "background": 0,
                "labels": ["ground", "left", "right"]}]})");
  const std::string drawn = path("drawn.png");
  const Ended ended = mote("run " + halves + kImage + " --draw " + drawn);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("3_0.png: ground 50.0 %, left 50.0 %\n"));
  const Image before = read_image(kDigits + "images/3_0.png");
  const Image after = read_image(drawn);
  EXPECT_EQ(after.pixels[0], before.pixels[0]);  // background
  bool changed = false;
  for (std::size_t i = 4 * 3; i < 8 * 3; ++i) changed |= after.pixels[i] != before.pixels[i / 3];
  EXPECT_TRUE(changed);
  const Json told = json("run " + halves + kImage + " --json")["images"][0]["segments"];
  EXPECT_EQ(told[1]["label"], "left");
  EXPECT_EQ(told[1]["share"], 0.5);
}

constexpr std::string_view kSumTask = R"({"task": "regression",
 "inputs": [{"kind": "features"}], "outputs": [{"kind": "value"}]})";
constexpr std::string_view kSum =
    "(X: f32[n,2]) -> (y) { w: f32[2,1] = {10, 1} y: f32[n,1] = MatMul(X, w) }";

TEST_F(CliTasks, RunReadsTables) {
  const std::string table = write("t.csv", "a,b,t\n1,2,12\n3,4,\"3,4\"\n");
  const std::string sum = model("sum", kSum, kSumTask);
  const Ended ended =
      mote("run " + sum + " --csv " + table + " --target t --output " + path("o.csv"));
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "1: y 12\n2: y 34\n");
  EXPECT_EQ(read(path("o.csv")), "a,b,t,predicted y\n1,2,12,12\n3,4,\"3,4\",34\n");
  const Json rows = json("run " + sum + " --json --target t --csv " + table)["rows"];
  EXPECT_EQ(rows[1]["values"]["y"], 34);
  expect_refused("run " + sum + " --csv " + table, 1,
                 "it takes 2 features, the table has 3 columns");
  expect_refused("run " + sum + " --target c --csv " + table, 2, "--target c");
  expect_refused("run " + sum + " --target a --csv " + table, 1, "line 3, column 't': '3,4'");
}

TEST_F(CliTasks, RunTellsClassesOfRows) {
  const std::string classifier =
      model("net", "(X: f32[n,2]) -> (scores) { scores: f32[n,2] = Softmax(X) {axis=1} }",
            R"({"task": "classification",
                "inputs": [{"kind": "features", "columns": ["b", "a"]}],
                "outputs": [{"kind": "class_scores", "labels": "labels.txt"}]})");
  write("labels.txt", "red\nblue\n");
  const std::string table = write("t.csv", "a,b,color\n0,0,red\n30,0,blue\n30,0,red\n");
  EXPECT_EQ(mote("run " + classifier + " --top 1 --csv " + table).out,
            "1: red 0.5\n2: blue 1\n3: blue 1\n");
  const Ended share = mote("eval " + classifier + " --target color --data " + table);
  EXPECT_THAT(share.out, HasSubstr("top-1  66.67 %  (2 of 3; 95 % interval"));
  EXPECT_EQ(json("eval " + classifier + " --json --target color --data " + table)["top1_hits"], 2);
}

TEST_F(CliTasks, EvalMeasuresValues) {
  const std::string table = write("t.csv", "a,b,t\n1,2,13\n3,4,31\n");
  const std::string sum = model("sum", kSum, kSumTask);
  const Json far = json("eval " + sum + " --json --target t --data " + table);
  EXPECT_EQ(far["mean_absolute_error"], 2.0);
  EXPECT_NEAR(far["root_mean_square_error"].get<double>(), std::sqrt(5.0), 1e-12);
  expect_refused("eval " + sum + " --data " + table, 2, "--target");
  expect_refused("eval " + kModel + " --target t --data " + kDigits + "holdout.npz", 2,
                 "--target t");
}

class CliRealTasks : public CliTasks {
 protected:
  void SetUp() override {
    CliTasks::SetUp();
    const char* folder = std::getenv("MOTE_DATA");
    data_ = folder != nullptr ? folder : "../shared/data";
    if (!fs::is_directory(data_)) GTEST_SKIP() << "no test data in " << data_;
  }

  std::string data_;
};

TEST_F(CliRealTasks, YoloxSeesADog) {
  const Json ran = json("run " + data_ + "/models/yolox-nano.onnx --json --score 0.8 --image " +
                        data_ + "/datasets/imagenet-250/n02107908_Appenzeller.JPEG");
  const Json& found = ran["images"][0]["detections"];
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["index"], 16);  // of COCO
  EXPECT_GT(found[0]["score"], 0.85);
  const Json box = {115, 56, 464, 371};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(found[0]["box"][i].get<double>(), box[i].get<double>(), 15);
  }
}

TEST_F(CliRealTasks, KeywordsAreSpottedInReadyFeatures) {
  const std::string models = data_ + "/models/mlperf-tiny/";
  const std::string kws = " --json --data " + data_ + "/datasets/kws01";
  EXPECT_NEAR(json("eval " + models + "kws_int8.tflite" + kws)["top1_hits"], 902, 3);
  const Json real = json("eval " + models + "kws_float.tflite --raw s8,0.5847029,83" + kws);
  EXPECT_NEAR(real["top1_hits"], 902, 10);
}

// "Nine" in the middle of a second is none of the ten words.
TEST_F(CliRealTasks, KeywordsAreSpottedInSound) {
  const std::string spoken = read(data_ + "/datasets/spoken-digits/9_theo_4.wav");
  ASSERT_GT(spoken.size(), 44U);
  const std::string wav =
      write("nine.wav", make_wav({.rate = 8'000}, std::string(4'000, '\0') + spoken.substr(44)));
  for (const char* kws : {"kws_int8.tflite", "kws_float.tflite"}) {
    const Json heard =
        json("run " + data_ + "/models/mlperf-tiny/" + kws + " --json --audio " + wav)["audio"];
    EXPECT_EQ(heard[0]["classes"][0]["label"], "Unknown");
    EXPECT_GT(heard[0]["classes"][0]["score"], 0.8);
  }
}

// Against the mean squared differences of TensorFlow Lite's own answers.
TEST_F(CliRealTasks, AutoencodersScoreRows) {
  std::string row;
  for (int i = 0; i < 640; ++i) row += (i == 0 ? "" : ",") + std::to_string(-20 + i % 7);
  const std::string table = write("rows.csv", row + "\n");
  const auto score = [&](const char* name) {
    return json("run " + data_ + "/models/mlperf-tiny/" + name + " --json --csv " +
                table)["rows"][0]["score"]
        .get<double>();
  };
  EXPECT_NEAR(score("ad_float.tflite"), 26.2559, 1e-3);
  EXPECT_NEAR(score("ad_int8.tflite"), 31.1212, 1e-3);
}

TEST_F(CliRealTasks, VisualWakeWordsAreClasses) {
  for (const char* vww : {"vww_int8.tflite", "vww_float.tflite"}) {
    const Json ran = json("run " + data_ + "/models/mlperf-tiny/" + vww + " --json --image " +
                          data_ + "/datasets/imagenet-250/n02107908_Appenzeller.JPEG");
    const Json& classes = ran["images"][0]["classes"];
    ASSERT_EQ(classes.size(), 2U);
    const double sum = classes[0]["score"].get<double>() + classes[1]["score"].get<double>();
    EXPECT_NEAR(sum, 1, 0.01) << vww;  // probabilities, of integers too
  }
}

TEST_F(CliRealTasks, SileroHearsSpeech) {
  const Json heard = json("run " + data_ + "/models/silero-vad.onnx --json --audio " + data_ +
                          "/datasets/speech/test.wav")["audio"][0];
  EXPECT_EQ(heard["seconds"], 60.0);
  EXPECT_GT(heard["speech_seconds"], 20);
  EXPECT_LT(heard["speech_seconds"], 59);
  EXPECT_GT(heard["segments"].size(), 5U);
}

}  // namespace
}  // namespace mote
