/* Runs a classifier on raw f32 values and prints the best class.
 *   classify MODEL.onnx VALUES.f32
 * VALUES.f32 holds the model's first input, row-major, as little-endian floats; where it is "-",
 * the input is all zeros. */
#include <mote/mote.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(const char* what) {
  fprintf(stderr, "classify: %s: %s\n", what, mote_last_error());
  return 1;
}

/* The first input, with a batch of one where the model leaves a size open. */
static mote_value* make_input(const mote_model* model) {
  int64_t sizes[12];
  const int32_t rank = mote_model_rank(model, MOTE_INPUT, 0);
  mote_value* input = NULL;
  for (int32_t d = 0; d < rank; ++d) {
    const int64_t size = mote_model_size(model, MOTE_INPUT, 0, d);
    sizes[d] = size < 0 ? 1 : size;
  }
  mote_tensor_create(mote_model_dtype(model, MOTE_INPUT, 0), sizes, rank, &input);
  return input;
}

/* 1 if the file has as many bytes as the tensor takes. */
static int read_values(const char* path, mote_value* tensor) {
  if (strcmp(path, "-") == 0) return 1;
  FILE* file = fopen(path, "rb");
  if (file == NULL) return 0;
  const size_t bytes = mote_tensor_bytes(tensor);
  const size_t got = fread(mote_tensor_mutable_data(tensor), 1, bytes, file);
  fclose(file);
  return got == bytes;
}

static void print_best(const mote_value* scores) {
  const float* values = mote_tensor_data(scores);
  int64_t best = 0;
  for (int64_t i = 1; i < mote_tensor_count(scores); ++i) {
    if (values[i] > values[best]) best = i;
  }
  printf("class %lld: %g\n", (long long)best, (double)values[best]);
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: classify MODEL.onnx VALUES.f32|-\n");
    return 2;
  }
  mote_model* model = NULL;
  mote_session* session = NULL;
  if (mote_model_load(argv[1], NULL, &model) != MOTE_OK) return failed(argv[1]);
  if (mote_session_create(model, NULL, &session) != MOTE_OK) return failed(argv[1]);
  mote_value* input = make_input(model);
  if (input == NULL) return failed("input");
  if (!read_values(argv[2], input)) {
    fprintf(stderr, "classify: %s: cannot be read, or has fewer bytes than the input\n", argv[2]);
    return 1;
  }
  mote_value* scores = NULL;
  if (mote_session_run(session, (const mote_value* const*)&input, 1, &scores, 1) != MOTE_OK) {
    return failed("run");
  }
  if (mote_tensor_dtype(scores) != MOTE_F32 || mote_tensor_count(scores) == 0) {
    fprintf(stderr, "classify: the output is no list of scores\n");
    return 1;
  }
  print_best(scores);
  mote_value_free(scores);
  mote_value_free(input);
  mote_session_free(session);
  mote_model_free(model);
  return 0;
}
