// Two forms of one model, on the example with a fault planted in it and, where the test data is, on
// real pairs.
#include "cli_fixture.h"
#include "format/onnx/onnx.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;

class CliParity : public Cli {
 protected:
  std::string write_model(const std::string& name, const ModelDef& def) {
    const auto files = write_onnx(def);
    EXPECT_TRUE(files) << files.error().message;
    return write(name, files->model);
  }

  // The example, but for one weight.
  std::string faulty(std::string_view weight) {
    ModelDef def = *read_onnx_file(kModel);
    Value& value = def.graph.value(def.graph.find_value(weight));
    const auto old = value.constant.values<float>();
    std::vector<float> changed(old.begin(), old.end());
    changed[7] += 0.5F;
    value.constant = Tensor::of<float>(value.constant.dims(), changed);
    return write_model("faulty.onnx", def);
  }

  // Skips the test where there is none. Empty then.
  static std::string tiny_model(const std::string& name) {
    const char* folder = std::getenv("MOTE_DATA");
    const fs::path data = folder != nullptr && *folder != '\0' ? folder : "../shared/data";
    const fs::path path = data / "models/mlperf-tiny" / name;
    return fs::exists(path) ? path.native() : "";
  }

  // Its output, whatever the exit status.
  Json told(const std::string& arguments, int status) {
    const Ended ended = mote("parity --json " + arguments);
    EXPECT_EQ(ended.status, status) << ended.err;
    Json parsed = Json::parse(ended.out, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << ended.out;
    return parsed;
  }
};

TEST_F(CliParity, FindsNoDifferenceBetweenAModelAndItself) {
  const Ended same = mote("parity " + kModel + " " + kModel);
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_EQ(same.err, "");
  EXPECT_THAT(same.out, HasSubstr("layers   24 compared, 0 beyond the bound"));
  EXPECT_THAT(same.out, HasSubstr("output   logits f32[1,10]: within the bound"));
  EXPECT_THAT(same.out, HasSubstr("top-1    agrees in 1 of 1"));
  EXPECT_THAT(same.out, Not(HasSubstr("stem.conv")));
  EXPECT_THAT(mote("parity --all " + kModel + " " + kModel).out, HasSubstr("stem.conv"));
}

TEST_F(CliParity, NamesTheLayerInWhichAFaultIsPlantedFirst) {
  const std::string pair = kModel + " " + faulty("widen.weight");
  for (const char* how : {"", "--no-optimize ", "--memory-budget 1MiB "}) {
    const Json found = told(how + pair + " --runs 5", 1);
    EXPECT_EQ(found["first_beyond"], "widen.conv") << how;
    EXPECT_EQ(found["within"], false);
    ASSERT_EQ(found["layers"].size(), 24U);
    const Json& layer = found["layers"][11];
    EXPECT_EQ(layer["name"], "widen.conv");
    EXPECT_EQ(layer["op"], "Conv");
    EXPECT_EQ(layer["shape"], Json({1, 32, 4, 4}));
    EXPECT_EQ(layer["held_to"], "relative");
    EXPECT_GT(layer["max_abs"], 0.01);
    EXPECT_EQ(found["layers"][10]["within"], true);
    EXPECT_EQ(found["outputs"][0]["name"], "logits");
    EXPECT_GT(found["outputs"][0]["max_rel"], 1e-3);
    EXPECT_EQ(found["top1"]["of"], 5);
  }
  const Ended text = mote("parity " + pair);
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.out, HasSubstr("first    widen.conv (Conv): "));
  EXPECT_THAT(text.out, Not(HasSubstr("block1.2.conv")));
}

TEST_F(CliParity, HoldsToTheBoundThatIsAskedFor) {
  const std::string pair = kModel + " " + faulty("classes.weight");
  EXPECT_EQ(mote("parity " + pair).status, 1);
  EXPECT_EQ(mote("parity --bound 100 " + pair).status, 0);
}

TEST_F(CliParity, TakesArraysAndSizes) {
  const std::string x = write_npy("x.npy", "<f4", "(3, 1, 8, 8)", std::string(3 * 64 * 4, '\0'));
  const std::string pair = kModel + " " + kModel;
  EXPECT_EQ(told(pair + " --input image=" + x, 0)["outputs"][0]["shape"], Json({3, 10}));
  EXPECT_EQ(told(pair + " --size batch=2", 0)["outputs"][0]["shape"], Json({2, 10}));
  expect_refused("parity " + pair + " --runs 2 --input image=" + x, 2, "--runs 2");
  expect_refused("parity " + pair + " --input picture=" + x, 2, "no input 'picture'");
  expect_refused("parity " + pair + " --bound -1", 2, "--bound");
  expect_refused("parity " + kModel, 2, "B is required");
}

TEST_F(CliParity, FindsTheModelThatAQuantizedOneWasMadeOf) {
  const std::string real = tiny_model("resnet8_float.tflite");
  if (real.empty()) GTEST_SKIP() << "no MLPerf Tiny models in MOTE_DATA";
  const Json found = told(real + " " + tiny_model("resnet8_int8.tflite") + " --runs 5", 1);
  ASSERT_EQ(found["layers"].size(), 15U);
  for (const Json& layer : found["layers"]) {
    EXPECT_EQ(layer["held_to"], "steps") << layer["name"];
    EXPECT_EQ(layer["dtype_b"], "s8");
    EXPECT_GT(layer["snr_db"], 15) << layer["name"];
  }
}

TEST_F(CliParity, FindsTheConvertedModelEqual) {
  for (const std::string name : {"kws_int8.tflite", "vww_float.tflite"}) {
    const std::string path = tiny_model(name);
    if (path.empty()) GTEST_SKIP() << "no MLPerf Tiny models in MOTE_DATA";
    const auto model = Model::load(path);
    ASSERT_TRUE(model) << model.error().message;
    const std::string onnx = write_model("converted.onnx", (*model)->impl().def);
    const Json found = told(path + " " + onnx + " --runs 3", 0);
    EXPECT_GT(found["layers"].size(), 10U);
    EXPECT_EQ(found["first_beyond"], nullptr);
    for (const Json& layer : found["layers"]) EXPECT_EQ(layer["max_abs"], 0) << layer["name"];
  }
}

}  // namespace
}  // namespace mote
