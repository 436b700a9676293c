/* Mote's C interface: load a model, give it tensors, take what it answers.
 *
 * Handles are opaque; whoever creates one frees it. Functions that can fail return a mote_code and
 * write their results through the last pointer only if that is MOTE_OK; mote_last_error() then says
 * what went wrong. Nothing is thrown, no call ends the program, and null handles are errors.
 *
 * Functions and constants that are here stay as they are within one MOTE_API_VERSION; new ones may
 * come. A model may be shared by any number of sessions and threads; a session or a value by one
 * thread at a time (but for mote_session_cancel).
 */
#ifndef MOTE_MOTE_H_
#define MOTE_MOTE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_API_VERSION 1

/* The MOTE_API_VERSION of the library that runs. */
uint32_t mote_api_version(void);

/* -- errors */

typedef int32_t mote_code;
enum {
  MOTE_OK = 0,
  MOTE_INVALID_ARGUMENT = 1,   /* the caller's value is wrong: a null handle, a shape, a name */
  MOTE_NOT_FOUND = 2,          /* no such file, input, operator */
  MOTE_UNSUPPORTED = 3,        /* understood, and not something that this build does */
  MOTE_CORRUPT = 4,            /* bytes that are not what their format says */
  MOTE_IO = 5,                 /* the operating system failed to read or write */
  MOTE_RESOURCE_EXHAUSTED = 6, /* more memory than the budget grants */
  MOTE_UNAVAILABLE = 7,        /* works later */
  MOTE_CANCELLED = 8,          /* by mote_session_cancel, or the deadline passed */
  MOTE_INTERNAL = 9            /* a defect of Mote */
};

/* What the last call of this thread that failed has to say: "node 'fc' (Gemm): ...". Valid until
 * the next one fails; never null. */
const char* mote_last_error(void);

/* -- element types, with the numbers of ONNX's TensorProto.DataType */

typedef int32_t mote_dtype;
enum {
  MOTE_UNDEFINED = 0,
  MOTE_F32 = 1,
  MOTE_U8 = 2,
  MOTE_S8 = 3,
  MOTE_U16 = 4,
  MOTE_S16 = 5,
  MOTE_S32 = 6,
  MOTE_S64 = 7,
  MOTE_STRING = 8,
  MOTE_BOOL = 9, /* one byte, 0 or 1 */
  MOTE_F16 = 10,
  MOTE_F64 = 11,
  MOTE_U32 = 12,
  MOTE_U64 = 13,
  MOTE_C64 = 14,
  MOTE_C128 = 15,
  MOTE_BF16 = 16,
  MOTE_F8E4M3FN = 17,
  MOTE_F8E4M3FNUZ = 18,
  MOTE_F8E5M2 = 19,
  MOTE_F8E5M2FNUZ = 20,
  MOTE_U4 = 21, /* types below a byte are packed from the low bits up */
  MOTE_S4 = 22,
  MOTE_F4E2M1 = 23,
  MOTE_F8E8M0 = 24,
  MOTE_U2 = 25,
  MOTE_S2 = 26
};

/* -- options, for loading and for sessions; null stands for the defaults */

typedef struct mote_options mote_options;

mote_code mote_options_create(mote_options** options);
void mote_options_free(mote_options* options);
/* Ceiling for what loading, and what a session, may take. Default: 4 GiB each. */
mote_code mote_options_set_memory_budget(mote_options* options, uint64_t bytes);
/* Threads of a session, the caller's among them. Default, 0: one for each core. */
mote_code mote_options_set_threads(mote_options* options, int32_t threads);
/* A run that takes longer ends with MOTE_CANCELLED. Default, 0: none. */
mote_code mote_options_set_deadline(mote_options* options, uint64_t nanoseconds);
/* Kernel variant: "scalar", "avx2", "avx512". Default, "": the best. */
mote_code mote_options_set_isa(mote_options* options, const char* isa);
/* Precision of products of f32 in a session. Default, MOTE_EXACT: f32. MOTE_FAST: factors are
 * rounded to bf16 or f16 where the CPU has units for that; see mote_session_products. */
typedef int32_t mote_precision;
enum { MOTE_EXACT = 0, MOTE_FAST = 1 };
mote_code mote_options_set_precision(mote_options* options, mote_precision precision);
/* Which signature of a TensorFlow Lite model to take. Default, "": the first. */
mote_code mote_options_set_signature(mote_options* options, const char* signature);
/* A folder of the user's own, made if it is not there, from which the next load and first run of a
 * model file take its plan and packed weights. Default, "": none. */
mote_code mote_options_set_plan_cache(mote_options* options, const char* folder);

/* -- models */

typedef struct mote_model mote_model;

/* Reads an .onnx file, with its external data beneath the same folder, or a .tflite one. */
mote_code mote_model_load(const char* path, const mote_options* options, mote_model** model);
/* The same from memory, which is copied. */
mote_code mote_model_parse(const void* bytes, size_t size, const mote_options* options,
                           mote_model** model);
/* Sessions keep what they need of it. */
void mote_model_free(mote_model* model);

size_t mote_model_input_count(const mote_model* model);
size_t mote_model_output_count(const mote_model* model);

/* What a model says of input or output `index`. Pointers are the model's. Out of range: null,
 * MOTE_UNDEFINED or -1. */
typedef int32_t mote_direction;
enum { MOTE_INPUT = 0, MOTE_OUTPUT = 1 };
const char* mote_model_name(const mote_model* model, mote_direction direction, size_t index);
/* "f32[batch,3,224,224]", "seq(f32[...])" */
const char* mote_model_type(const mote_model* model, mote_direction direction, size_t index);
/* MOTE_UNDEFINED for what is no tensor. */
mote_dtype mote_model_dtype(const mote_model* model, mote_direction direction, size_t index);
/* -1 if it is not known. */
int32_t mote_model_rank(const mote_model* model, mote_direction direction, size_t index);
/* Size of dimension `axis`; -1 if it is open. */
int64_t mote_model_size(const mote_model* model, mote_direction direction, size_t index,
                        int32_t axis);
/* Integers that stand for numbers: number = scale * (q - zero_point). 0: they do not. */
float mote_model_scale(const mote_model* model, mote_direction direction, size_t index);
int64_t mote_model_zero_point(const mote_model* model, mote_direction direction, size_t index);
/* The output that is the value of input `index` in the next run; null for inputs without state. */
const char* mote_model_next(const mote_model* model, size_t index);

/* -- values: tensors, sequences, maps, or nothing (an optional without an element) */

typedef struct mote_value mote_value;

typedef int32_t mote_kind;
enum { MOTE_NOTHING = 0, MOTE_TENSOR = 1, MOTE_SEQUENCE = 2, MOTE_MAP = 3 };

/* A tensor of zeros (empty strings) with memory of its own, aligned to 64 bytes. */
mote_code mote_tensor_create(mote_dtype dtype, const int64_t* sizes, int32_t rank,
                             mote_value** tensor);
/* A tensor in memory of the caller's, who keeps it until the value and all that was made of it are
 * freed, and does not change it meanwhile. data is aligned to the size of an element (8 bytes at
 * most), bools are 0 or 1. bytes: its size, which must be right. No strings. */
mote_code mote_tensor_view(mote_dtype dtype, const int64_t* sizes, int32_t rank, const void* data,
                           size_t bytes, mote_value** tensor);
/* A sequence of copies of `elements`, which share their memory. */
mote_code mote_sequence_create(const mote_value* const* elements, size_t count,
                               mote_value** sequence);
/* What an input that keeps state is in the first run: a tensor, to be freed. MOTE_NOT_FOUND: input
 * `index` keeps none. */
mote_code mote_model_initial(const mote_model* model, size_t index, mote_value** tensor);
void mote_value_free(mote_value* value);

/* MOTE_NOTHING for null. */
mote_kind mote_value_kind(const mote_value* value);

/* Of a tensor; of anything else MOTE_UNDEFINED, -1, 0 or null. */
mote_dtype mote_tensor_dtype(const mote_value* tensor);
int32_t mote_tensor_rank(const mote_value* tensor);
int64_t mote_tensor_size(const mote_value* tensor, int32_t axis);
int64_t mote_tensor_count(const mote_value* tensor);
size_t mote_tensor_bytes(const mote_value* tensor);
/* The elements, row-major; null for strings. */
const void* mote_tensor_data(const mote_value* tensor);
/* The same to write. Null also for views, and while others share the memory: a sequence, or an
 * output that is an input handed on. */
void* mote_tensor_mutable_data(mote_value* tensor);
/* Element `index` of a tensor of strings. size: its length; it may hold zeros. */
mote_code mote_tensor_string(const mote_value* tensor, int64_t index, const char** text,
                             size_t* size);
mote_code mote_tensor_set_string(mote_value* tensor, int64_t index, const char* text, size_t size);

/* Of a sequence. The element is a value of its own, to be freed. */
size_t mote_sequence_length(const mote_value* sequence);
mote_code mote_sequence_at(const mote_value* sequence, size_t index, mote_value** element);

/* Of a map: two tensors of one dimension, to be freed. */
mote_code mote_map_keys(const mote_value* map, mote_value** keys);
mote_code mote_map_values(const mote_value* map, mote_value** values);

/* -- sessions */

typedef struct mote_session mote_session;

/* MOTE_UNSUPPORTED names everything that keeps the model from running. */
mote_code mote_session_create(const mote_model* model, const mote_options* options,
                              mote_session** session);
void mote_session_free(mote_session* session);

/* Runs the model. inputs: as many as it has, in its order. outputs: room for output_count values,
 * as many as it has; each is to be freed. */
mote_code mote_session_run(mote_session* session, const mote_value* const* inputs,
                           size_t input_count, mote_value** outputs, size_t output_count);

/* A tensor in memory of the caller's. */
typedef struct mote_buffer {
  mote_dtype dtype;
  int32_t rank;
  const int64_t* sizes;
  void* data;
} mote_buffer;

/* The same from and into memory of the caller's, aligned as for mote_tensor_view; outputs overlap
 * neither inputs nor each other. If mote_session_is_static, it allocates nothing from the second
 * run with the same sizes on. No strings. */
mote_code mote_session_run_into(mote_session* session, const mote_buffer* inputs,
                                size_t input_count, const mote_buffer* outputs,
                                size_t output_count);

/* 1 if all sizes of the last run followed from those of its inputs; 0 if some were known only as it
 * ran, or there was none. */
int32_t mote_session_is_static(const mote_session* session);
/* The type to which factors of f32 products are rounded: "f32", "bf16". Never null. */
const char* mote_session_products(const mote_session* session);

/* Ends the current run, or the next one if none is on, with MOTE_CANCELLED. From any thread. */
void mote_session_cancel(mote_session* session);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* MOTE_MOTE_H_ */
