#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "mote/mote.h"
#include "ops/ops.h"

namespace mote {
namespace {

std::string file_of(std::string_view text) {
  ModelDef def;
  def.graph = *parse_graph(text, all_ops());
  return write_onnx(def)->model;
}

mote_model* model_of(std::string_view text) {
  const std::string file = file_of(text);
  mote_model* model = nullptr;
  EXPECT_EQ(mote_model_parse(file.data(), file.size(), nullptr, &model), MOTE_OK)
      << mote_last_error();
  return model;
}

mote_session* session_of(std::string_view text) {
  mote_model* model = model_of(text);
  mote_session* session = nullptr;
  EXPECT_EQ(mote_session_create(model, nullptr, &session), MOTE_OK) << mote_last_error();
  mote_model_free(model);  // the session keeps what it needs
  return session;
}

TEST(CApi, SaysWhatAModelTakesAndGives) {
  mote_model* model = model_of("(x: f32[n,3], k: s64[]) -> (y) { y = Identity(x) }");
  EXPECT_EQ(mote_model_input_count(model), 2U);
  EXPECT_EQ(mote_model_output_count(model), 1U);
  EXPECT_STREQ(mote_model_name(model, MOTE_INPUT, 0), "x");
  EXPECT_STREQ(mote_model_type(model, MOTE_INPUT, 0), "f32[n,3]");
  EXPECT_EQ(mote_model_dtype(model, MOTE_INPUT, 1), MOTE_S64);
  EXPECT_EQ(mote_model_rank(model, MOTE_INPUT, 0), 2);
  EXPECT_EQ(mote_model_size(model, MOTE_INPUT, 0, 0), -1) << "n is open";
  EXPECT_EQ(mote_model_size(model, MOTE_OUTPUT, 0, 1), 3);
  EXPECT_EQ(mote_model_size(model, MOTE_OUTPUT, 0, 2), -1) << "no such dimension";
  EXPECT_EQ(mote_model_name(model, MOTE_OUTPUT, 1), nullptr);
  mote_model_free(model);
}

TEST(CApi, RunsAndGivesNewValues) {
  mote_session* session = session_of("(x: f32[2]) -> (y, x) { y = Neg(x) }");
  const int64_t sizes[] = {2};
  mote_value* x = nullptr;
  ASSERT_EQ(mote_tensor_create(MOTE_F32, sizes, 1, &x), MOTE_OK);
  static_cast<float*>(mote_tensor_mutable_data(x))[1] = 3.0F;
  mote_value* y[2] = {};
  ASSERT_EQ(mote_session_run(session, &x, 1, y, 2), MOTE_OK) << mote_last_error();
  EXPECT_EQ(mote_tensor_dtype(y[0]), MOTE_F32);
  EXPECT_EQ(mote_tensor_size(y[0], 0), 2);
  EXPECT_EQ(mote_tensor_bytes(y[0]), 8U);
  EXPECT_EQ(static_cast<const float*>(mote_tensor_data(y[0]))[1], -3.0F);
  for (mote_value* v : {y[0], y[1], x}) mote_value_free(v);
  mote_session_free(session);
}

TEST(CApi, RunsFromAndIntoMemoryOfTheCaller) {
  mote_session* session = session_of("(x: f32[2,2], k: f32[]) -> (y) { y = Mul(x, k) }");
  const int64_t sizes[] = {2, 2};
  float x[] = {1, 2, 3, 4}, k = 10, y[4] = {};
  const mote_buffer in[] = {{MOTE_F32, 2, sizes, x}, {MOTE_F32, 0, nullptr, &k}};
  const mote_buffer out = {MOTE_F32, 2, sizes, y};
  ASSERT_EQ(mote_session_run_into(session, in, 2, &out, 1), MOTE_OK) << mote_last_error();
  EXPECT_EQ(y[3], 40.0F);
  EXPECT_EQ(mote_session_is_static(session), 1);
  const int64_t wrong[] = {4};
  const mote_buffer flat = {MOTE_F32, 1, wrong, y};
  EXPECT_EQ(mote_session_run_into(session, in, 2, &flat, 1), MOTE_INVALID_ARGUMENT);
  EXPECT_STREQ(mote_last_error(), "output 'y' is f32[2,2], room is given for f32[4]");
  mote_session_free(session);
}

TEST(CApi, CarriesSequencesAndStrings) {
  mote_session* session = session_of(
      "(s: seq(string[...])) -> (t, n) {\n"
      "  i: s64[] = {0} e = SequenceAt(s, i) t = SequenceInsert(s, e) n = SequenceLength(t) }");
  mote_value* text = nullptr;
  const int64_t sizes[] = {1};
  ASSERT_EQ(mote_tensor_create(MOTE_STRING, sizes, 1, &text), MOTE_OK);
  ASSERT_EQ(mote_tensor_set_string(text, 0, "a\0b", 3), MOTE_OK);
  EXPECT_EQ(mote_tensor_set_string(text, 1, "", 0), MOTE_INVALID_ARGUMENT);
  mote_value* sequence = nullptr;
  ASSERT_EQ(mote_sequence_create(&text, 1, &sequence), MOTE_OK);
  EXPECT_EQ(mote_tensor_set_string(text, 0, "", 0), MOTE_INVALID_ARGUMENT) << "it is shared";
  mote_value* out[2] = {};
  ASSERT_EQ(mote_session_run(session, &sequence, 1, out, 2), MOTE_OK) << mote_last_error();
  EXPECT_EQ(mote_value_kind(out[0]), MOTE_SEQUENCE);
  ASSERT_EQ(mote_sequence_length(out[0]), 2U);
  mote_value* element = nullptr;
  ASSERT_EQ(mote_sequence_at(out[0], 1, &element), MOTE_OK);
  EXPECT_EQ(mote_sequence_at(out[0], 2, &element), MOTE_INVALID_ARGUMENT);
  const char* chars = nullptr;
  size_t size = 0;
  ASSERT_EQ(mote_tensor_string(element, 0, &chars, &size), MOTE_OK);
  EXPECT_EQ(std::string(chars, size), std::string("a\0b", 3));
  EXPECT_EQ(mote_tensor_data(element), nullptr);
  EXPECT_EQ(*static_cast<const int64_t*>(mote_tensor_data(out[1])), 2);
  for (mote_value* v : {text, sequence, out[0], out[1], element}) mote_value_free(v);
  mote_session_free(session);
}

TEST(CApi, RefusesWhatIsNoModel) {
  mote_model* model = nullptr;
  EXPECT_EQ(mote_model_load("no/such/model.onnx", nullptr, &model), MOTE_NOT_FOUND);
  EXPECT_NE(std::strstr(mote_last_error(), "no/such/model.onnx"), nullptr);
  EXPECT_EQ(mote_model_parse("nonsense", 8, nullptr, &model), MOTE_CORRUPT);
  EXPECT_EQ(model, nullptr);
}

TEST(CApi, TakesNullAsAnError) {
  EXPECT_EQ(mote_model_load(nullptr, nullptr, nullptr), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_session_create(nullptr, nullptr, nullptr), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_session_run(nullptr, nullptr, 0, nullptr, 0), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_model_input_count(nullptr), 0U);
  EXPECT_EQ(mote_value_kind(nullptr), MOTE_NOTHING);
  EXPECT_EQ(mote_tensor_data(nullptr), nullptr);
  mote_model_free(nullptr);
  mote_session_free(nullptr);
  mote_value_free(nullptr);
  mote_options_free(nullptr);
}

TEST(CApi, ChecksSizesAndTypesOfTensors) {
  mote_value* tensor = nullptr;
  const int64_t negative[] = {-1};
  const int64_t absurd[] = {int64_t{1} << 40, int64_t{1} << 40};
  EXPECT_EQ(mote_tensor_create(MOTE_F32, negative, 1, &tensor), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_tensor_create(MOTE_F32, absurd, 2, &tensor), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_tensor_create(MOTE_F32, nullptr, 13, &tensor), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_tensor_create(static_cast<mote_dtype>(99), nullptr, 0, &tensor),
            MOTE_INVALID_ARGUMENT);
  const float one = 1;
  EXPECT_EQ(mote_tensor_view(MOTE_F32, nullptr, 0, &one, 8, &tensor), MOTE_INVALID_ARGUMENT);
  const int64_t two[] = {2};
  const auto* odd = reinterpret_cast<const char*>(&absurd) + 1;
  EXPECT_EQ(mote_tensor_view(MOTE_F32, two, 1, odd, 8, &tensor), MOTE_INVALID_ARGUMENT);
  EXPECT_NE(std::strstr(mote_last_error(), "aligned"), nullptr);
  EXPECT_EQ(mote_tensor_view(MOTE_BOOL, two, 1, "\x01\x02", 2, &tensor), MOTE_CORRUPT);
  ASSERT_EQ(mote_tensor_view(MOTE_F32, nullptr, 0, &one, 4, &tensor), MOTE_OK);
  EXPECT_EQ(mote_tensor_mutable_data(tensor), nullptr) << "it is the caller's";
  EXPECT_EQ(mote_tensor_data(tensor), &one);
  mote_value_free(tensor);
}

TEST(CApi, KeepsToTheOptions) {
  mote_options* options = nullptr;
  ASSERT_EQ(mote_options_create(&options), MOTE_OK);
  EXPECT_EQ(mote_options_set_threads(options, 1), MOTE_OK);
  EXPECT_EQ(mote_options_set_threads(options, -1), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_options_set_isa(options, "abacus"), MOTE_OK);
  EXPECT_EQ(mote_options_set_plan_cache(options, nullptr), MOTE_INVALID_ARGUMENT);
  EXPECT_EQ(mote_options_set_precision(options, MOTE_FAST), MOTE_OK);
  EXPECT_EQ(mote_options_set_precision(options, 2), MOTE_INVALID_ARGUMENT);
  mote_model* model = model_of("(x: f32[2]) -> (y) { y = Neg(x) }");
  mote_session* session = nullptr;
  EXPECT_EQ(mote_session_create(model, options, &session), MOTE_INVALID_ARGUMENT);
  EXPECT_NE(std::strstr(mote_last_error(), "abacus"), nullptr);
  mote_model_free(model);
  mote_options_free(options);
}

TEST(CApi, TellsScalesAndState) {
  mote_model* model = model_of(R"((x: s8[2]) -> (y) {
    s: f32[] = {0.5}
    z: s8[] = {3}
    r = DequantizeLinear(x, s, z)
    y = Neg(r)
  })");
  EXPECT_EQ(mote_model_scale(model, MOTE_INPUT, 0), 0.5F);
  EXPECT_EQ(mote_model_zero_point(model, MOTE_INPUT, 0), 3);
  EXPECT_EQ(mote_model_scale(model, MOTE_OUTPUT, 0), 0) << "floats";
  EXPECT_EQ(mote_model_scale(model, MOTE_INPUT, 1), 0) << "no such input";
  EXPECT_EQ(mote_model_next(model, 0), nullptr);
  mote_value* initial = nullptr;
  EXPECT_EQ(mote_model_initial(model, 0, &initial), MOTE_NOT_FOUND);
  EXPECT_EQ(initial, nullptr);
  mote_model_free(model);
}

TEST(CApi, StateBeginsAtItsFirstValue) {
  mote::Graph graph;
  const mote::ValueId state =
      graph.add_input("state", mote::TensorType(mote::DType::kF32, mote::Dims{2}));
  graph.value(state).initial = mote::Tensor::of<float>({2}, {3, 4});
  graph.value(state).notes.properties.emplace_back(mote::kStateKey, "state/next");
  graph.add_output({state, "state/next", graph.value(state).type, {}});
  mote::ModelDef def;
  def.graph = std::move(graph);
  const auto files = mote::write_onnx(def);
  ASSERT_TRUE(files) << files.error().message;
  mote_model* model = nullptr;
  ASSERT_EQ(mote_model_parse(files->model.data(), files->model.size(), nullptr, &model), MOTE_OK)
      << mote_last_error();
  EXPECT_STREQ(mote_model_next(model, 0), "state/next");
  mote_value* initial = nullptr;
  ASSERT_EQ(mote_model_initial(model, 0, &initial), MOTE_OK) << mote_last_error();
  EXPECT_EQ(static_cast<const float*>(mote_tensor_data(initial))[1], 4);
  mote_value_free(initial);
  mote_model_free(model);
}

TEST(CApi, CancelsTheNextRun) {
  mote_session* session = session_of("(x: f32[2]) -> (y) { y = Neg(x) }");
  float x[2] = {}, y[2] = {};
  const int64_t sizes[] = {2};
  const mote_buffer in = {MOTE_F32, 1, sizes, x}, out = {MOTE_F32, 1, sizes, y};
  mote_session_cancel(session);
  EXPECT_EQ(mote_session_run_into(session, &in, 1, &out, 1), MOTE_CANCELLED);
  EXPECT_EQ(mote_session_run_into(session, &in, 1, &out, 1), MOTE_OK);
  mote_session_free(session);
}

}  // namespace
}  // namespace mote
