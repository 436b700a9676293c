// mote convert, as people start it, on models made here.
#include "cli_fixture.h"
#include "format/onnx/onnx.h"
#include "format/tflite/testing_metadata.h"
#include "ir/text.h"
#include "ops/ops.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;
using tfl::ModelBuilder;
namespace fb = tfl::fb;

class CliConvert : public Cli {
 protected:
  std::string write_model(const std::string& name, const Bytes& bytes) {
    return write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  std::string write_onnx(const std::string& name, std::string_view text) {
    ModelDef def;
    def.graph = *parse_graph(text, all_ops());
    return write(name, mote::write_onnx(def)->model);
  }

  // x s8[1,3] by weights, plus itself: quantized from end to end.
  static ModelBuilder quantized() {
    ModelBuilder b;
    const int x = b.input(b.quantized(b.tensor("x", fb::TensorType_INT8, {1, 3}), {0.5F}, {-1}));
    const int w = b.quantized(
        b.constant<std::int8_t>("w", fb::TensorType_INT8, {3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}),
        {0.25F});
    const int y = b.quantized(b.tensor("y", fb::TensorType_INT8, {1, 3}), {1}, {3});
    const int z = b.output(b.quantized(b.tensor("z", fb::TensorType_INT8, {1, 3}), {1}, {3}));
    b.op(fb::BuiltinOperator_FULLY_CONNECTED, {x, w, -1}, {y}, fb::FullyConnectedOptionsT());
    b.op(fb::BuiltinOperator_ADD, {y, x}, {z}, fb::AddOptionsT());
    return b;
  }
};

TEST_F(CliConvert, WritesOnnxThatGivesTheSame) {
  const std::string from = write_model("net.tflite", *quantized().bytes());
  const std::string to = (folder_ / "net.onnx").native();
  const Ended ended = mote("convert " + from + " " + to);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("net.onnx: ONNX, IR version 5, opset 10, "));
  EXPECT_THAT(ended.out, HasSubstr("checked   gives what"));
  const std::string x = write_npy("x.npy", "|i1", "(1, 3)", "\x10\x20\x30");
  const Ended before = mote("run " + from + " --input x=" + x);
  const Ended after = mote("run " + to + " --input x=" + x);
  EXPECT_EQ(before.status, 0) << before.err;
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(mote("parity " + from + " " + to).status, 0);
}

// Its input and one of its outputs have one name, and both outputs are one tensor.
TEST_F(CliConvert, RunsWhatSharesNames) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 2}));
  const int y = b.output(b.floats("y", {1, 2}));
  b.op(fb::BuiltinOperator_ADD, {x, x}, {y}, fb::AddOptionsT());
  auto signature = std::make_unique<fb::SignatureDefT>();
  for (const char* name : {"x", "sum"}) {
    signature->outputs.push_back(std::make_unique<fb::TensorMapT>());
    signature->outputs.back()->name = name;
    signature->outputs.back()->tensor_index = static_cast<std::uint32_t>(y);
  }
  b.model().signature_defs.push_back(std::move(signature));
  const std::string from = write_model("net.tflite", *b.bytes());
  const std::string ones("\0\0\x80\x3f\0\0\x80\x3f", 8);
  const Ended ran = mote("run " + from + " --input x=" + write_npy("x.npy", "<f4", "(1, 2)", ones));
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("x  f32[1,2]  min 2, max 2"));
  EXPECT_THAT(ran.out, HasSubstr("sum  f32[1,2]  min 2, max 2"));
  const std::string to = (folder_ / "net.onnx").native();
  const Ended ended = mote("convert " + from + " " + to);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("checked   gives what"));
}

TEST_F(CliConvert, DequantizedModelsTakeAndGiveFloats) {
  const std::string from = write_model("net.tflite", *quantized().bytes());
  const std::string to = (folder_ / "float.onnx").native();
  const Ended ended = mote("convert " + from + " " + to + " --dequantize --json");
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json told = Json::parse(ended.out);
  EXPECT_EQ(told["dequantized"], true);
  EXPECT_EQ(told["compared"], true);
  EXPECT_EQ(told["outputs"][0]["name"], "z");
  EXPECT_EQ(told["snr_db"], told["outputs"][0]["snr_db"]);
  EXPECT_GT(told["snr_db"], 10);
  const Json info = Json::parse(mote("inspect " + to + " --json").out);
  EXPECT_EQ(info["inputs"][0]["dtype"], "f32");
  EXPECT_EQ(info["outputs"][0]["dtype"], "f32");
  EXPECT_EQ(info["operators"], (Json{{"Gemm", 1}, {"Add", 1}}));
  // 0.25 * (1 + 2 + 3) + 1 and so on, without rounding.
  const std::string one("\0\0\x80\x3f\0\0\x80\x3f\0\0\x80\x3f", 12);
  const std::string x = write_npy("x.npy", "<f4", "(1, 3)", one);
  const Ended run = mote("run " + to + " --input x=" + x);
  EXPECT_THAT(run.out, HasSubstr("2.5, 4.75, 7"));
}

TEST_F(CliConvert, TellsHowFarDequantizedModelsAreFromTheOriginal) {
  const std::string from = write_model("net.tflite", *quantized().bytes());
  const std::string to = (folder_ / "float.onnx").native();
  const Ended ended = mote("convert " + from + " " + to + " --dequantize");
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("net.tflite, on one run of random inputs; signal to noise:"));
  EXPECT_THAT(ended.out, HasSubstr("          z: "));
  EXPECT_THAT(ended.out, Not(HasSubstr("low:")));
  const Ended unchecked = mote("convert " + from + " " + to + " --dequantize --no-check");
  EXPECT_THAT(unchecked.out, Not(HasSubstr("checked")));
}

TEST_F(CliConvert, DescriptionsAndLabelsGoAlong) {
  const std::string from = write_model(
      "pets.tflite", *tfl::with_file(tfl::described_classifier(), "labels.txt", "cat\ndog\n"));
  const std::string to = (folder_ / "out/pets.onnx").native();
  fs::create_directories(folder_ / "out");
  const Ended ended = mote("convert " + from + " " + to);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("task      pets.task.json, labels.txt"));
  EXPECT_EQ(read(folder_ / "out/labels.txt"), "cat\ndog\n");
  const Json task = Json::parse(read(folder_ / "out/pets.task.json"));
  EXPECT_EQ(task["inputs"][0]["std"], Json({64.0}));
}

// The original takes pixels as they are, (p - 4) * 0.5 as numbers.
TEST_F(CliConvert, DescriptionsOfDequantizedModelsAreOfFloats) {
  const auto model = tfl::described_classifier(fb::TensorType_UINT8);
  const std::string from =
      write_model("pets.tflite", *tfl::with_file(model, "labels.txt", "cat\ndog\n"));
  const std::string to = (folder_ / "out/pets.onnx").native();
  fs::create_directories(folder_ / "out");
  const Ended ended = mote("convert " + from + " " + to + " --dequantize");
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("task      pets.task.json, labels.txt"));
  const Json image = Json::parse(read(folder_ / "out/pets.task.json"))["inputs"][0];
  EXPECT_EQ(image["scale"], 1);
  EXPECT_EQ(image["mean"], Json({4.0}));
  EXPECT_EQ(image["std"], Json({2.0}));
}

TEST_F(CliConvert, DescriptionsBesideDequantizedModelsGoAlong) {
  const std::string from = write_model("net.tflite", *quantized().bytes());
  write("net.task.json", R"({"task": "classification",
    "inputs": [{"name": "x", "kind": "features", "quantization": {"scale": 0.5, "zero_point": -1}}],
    "outputs": [{"name": "z", "kind": "class_scores", "labels": "names.txt"}]})");
  write("names.txt", "a\nb\nc\n");
  const std::string to = (folder_ / "out/net.onnx").native();
  fs::create_directories(folder_ / "out");
  const Ended ended = mote("convert " + from + " " + to + " --dequantize");
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("task      net.task.json, names.txt"));
  const Json task = Json::parse(read(folder_ / "out/net.task.json"));
  EXPECT_FALSE(task["inputs"][0].contains("quantization"));
  EXPECT_FALSE(task["outputs"][0].contains("quantization"));
  EXPECT_EQ(task["outputs"][0]["labels"], "names.txt");
}

// As models that are too large for one file are.
TEST_F(CliConvert, ModelsWithWeightsOfTheirOwnAreCheckedAndDescribedToo) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 32}));
  const int w = b.constant("w", {32, 32}, std::vector<float>(1024, 0.5F));
  const int y = b.output(b.floats("y", {1, 32}));
  b.op(fb::BuiltinOperator_FULLY_CONNECTED, {x, w, -1}, {y}, fb::FullyConnectedOptionsT());
  const std::string from = write_model("net.tflite", *b.bytes());
  write("net.task.json", R"({"task": "classification",
    "inputs": [{"name": "x", "kind": "features"}],
    "outputs": [{"name": "y", "kind": "class_scores"}]})");
  const std::string to = (folder_ / "out/net.onnx").native();
  fs::create_directories(folder_ / "out");
  const Ended ended = mote("convert " + from + " " + to + " --external-weights");
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("checked   gives what"));
  EXPECT_THAT(ended.out, HasSubstr("task      net.task.json"));
  EXPECT_EQ(fs::file_size(folder_ / "out/net.onnx.weights"), 4096U);
  EXPECT_LT(fs::file_size(to), 4096U);
  EXPECT_EQ(mote("parity " + from + " " + to).status, 0);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "out")) files += entry.exists();
  EXPECT_EQ(files, 3U);  // no more than the model, its weights and its description
}

TEST_F(CliConvert, TellsEverythingInTheWayAndWritesNothing) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 4}));
  const int y = b.floats("y", {1, 4});
  const int z = b.output(b.floats("z", {1, 4}));
  b.add_op(fb::BuiltinOperator_CUSTOM, {x}, {y});
  b.model().operator_codes[0]->custom_code = "FlexErf";
  b.op(fb::BuiltinOperator_SOFTMAX, {y}, {z});
  const std::string from = write_model("net.tflite", *b.bytes());
  const std::string to = (folder_ / "net.onnx").native();
  const Ended ended = mote("convert " + from + " " + to);
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.out, HasSubstr("tflite.FlexErf"));
  EXPECT_THAT(ended.out, HasSubstr("convert the model again without SELECT_TF_OPS"));
  EXPECT_THAT(ended.out, HasSubstr("its options are missing"));
  EXPECT_FALSE(fs::exists(to));
  const Ended inspected = mote("inspect " + from);
  EXPECT_THAT(inspected.out, HasSubstr("net.tflite: TensorFlow Lite, schema version 3, "));
  EXPECT_THAT(inspected.out, HasSubstr("its options are missing"));
  EXPECT_THAT(inspected.out, Not(HasSubstr("opset")));
}

TEST_F(CliConvert, WritesTensorFlowLiteThatGivesTheSame) {
  const std::string from = write_model("net.tflite", *quantized().bytes());
  const std::string onnx = (folder_ / "net.onnx").native();
  const std::string to = (folder_ / "again.tflite").native();
  ASSERT_EQ(mote("convert " + from + " " + onnx).status, 0);
  const Ended ended = mote("convert " + onnx + " " + to);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("again.tflite: TensorFlow Lite, "));
  EXPECT_THAT(ended.out, HasSubstr("checked   gives what"));
  const std::string x = write_npy("x.npy", "|i1", "(1, 3)", "\x10\x20\x30");
  EXPECT_EQ(mote("run " + from + " --input x=" + x).out, mote("run " + to + " --input x=" + x).out);
  const Json info = Json::parse(mote("inspect " + to + " --json").out);
  EXPECT_EQ(info["inputs"][0]["dtype"], "s8");
}

TEST_F(CliConvert, StatedSizesAreThoseOfTheFile) {
  const std::string from = write_onnx("open.onnx", "(x: f32[n,4]) -> (y) { y = Relu(x) }");
  const std::string to = (folder_ / "net.tflite").native();
  const Ended open = mote("convert " + from + " " + to);
  ASSERT_EQ(open.status, 0) << open.err;
  EXPECT_THAT(mote("inspect " + to).out, HasSubstr("f32[?,4]"));
  ASSERT_EQ(mote("convert " + from + " " + to + " --size n=3").status, 0);
  EXPECT_THAT(mote("inspect " + to).out, HasSubstr("f32[3,4]"));
  const std::string onnx = (folder_ / "fixed.onnx").native();
  ASSERT_EQ(mote("convert " + from + " " + onnx + " --size x=2x4").status, 0);
  EXPECT_THAT(mote("inspect " + onnx).out, HasSubstr("f32[2,4]"));
  const Ended wrong = mote("convert " + from + " " + to + " --size x=2x5");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("input 'x'"));
}

TEST_F(CliConvert, TellsWhatHasNoFormInTensorFlowLite) {
  const std::string from =
      write_onnx("det.onnx", "(x: f32[n,2,2]) -> (y) { d = Det(x) y = Relu(d) }");
  const std::string to = (folder_ / "det.tflite").native();
  const Ended ended = mote("convert " + from + " " + to);
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.out, HasSubstr("Mote knows no form of it in TensorFlow Lite"));
  EXPECT_THAT(ended.out, HasSubstr("--size"));
  EXPECT_FALSE(fs::exists(to));
  const Json told = Json::parse(mote("convert " + from + " " + to + " --json").out);
  EXPECT_EQ(told["obstacles"][0]["op"], "Det");
}

TEST_F(CliConvert, RefusesOtherFormatsAndTheModelItself) {
  const Ended format = mote("convert " + kModel + " " + (folder_ / "x.pb").native());
  EXPECT_EQ(format.status, 1);
  EXPECT_THAT(format.err, HasSubstr("must end in .onnx"));
  const Ended weights =
      mote("convert " + kModel + " " + (folder_ / "x.tflite").native() + " --external-weights");
  EXPECT_THAT(weights.err, HasSubstr("--external-weights: OUT"));
  const std::string broken = write("broken.tflite", "not a model");
  const Ended damaged = mote("convert " + broken + " " + (folder_ / "x.onnx").native());
  EXPECT_EQ(damaged.status, 1);
  EXPECT_THAT(damaged.err, HasSubstr("'TFL3', by which a TensorFlow Lite file is known"));
}

}  // namespace
}  // namespace mote
