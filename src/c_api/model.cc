// mote_model_…
#include "base/result.h"
#include "base/text.h"
#include "c_api/handles.h"

using namespace mote::c_api;

namespace {

std::span<const mote::TensorInfo> infos(const mote_model& model, mote_direction direction) {
  return direction == MOTE_INPUT ? model.model->inputs() : model.model->outputs();
}

// Null if there is none.
const mote::TensorInfo* info(const mote_model* model, mote_direction direction, size_t index) {
  if (model == nullptr) return nullptr;
  const auto all = infos(*model, direction);
  return index < all.size() ? &all[index] : nullptr;
}

mote_model* handle_of(std::shared_ptr<const mote::Model> model) {
  auto handle = std::make_unique<mote_model>();
  handle->model = std::move(model);
  for (const mote_direction d : {MOTE_INPUT, MOTE_OUTPUT}) {
    for (const mote::TensorInfo& i : infos(*handle, d)) {
      handle->types[d].push_back(mote::to_string(i));
    }
  }
  return handle.release();
}

mote::ModelOptions options_of(const mote_options* options) {
  return options == nullptr ? mote::ModelOptions() : options->model;
}

}  // namespace

mote_code mote_model_load(const char* path, const mote_options* options, mote_model** model) {
  if (path == nullptr || model == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_ASSIGN(auto loaded, mote::Model::load(path, options_of(options)));
    *model = handle_of(std::move(loaded));
    return {};
  });
}

mote_code mote_model_parse(const void* bytes, size_t size, const mote_options* options,
                           mote_model** model) {
  if (bytes == nullptr || model == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    const std::span file(static_cast<const std::byte*>(bytes), size);
    MOTE_ASSIGN(auto parsed, mote::Model::parse(file, options_of(options)));
    *model = handle_of(std::move(parsed));
    return {};
  });
}

void mote_model_free(mote_model* model) { delete model; }

size_t mote_model_input_count(const mote_model* model) {
  return model == nullptr ? 0 : model->model->inputs().size();
}

size_t mote_model_output_count(const mote_model* model) {
  return model == nullptr ? 0 : model->model->outputs().size();
}

const char* mote_model_name(const mote_model* model, mote_direction direction, size_t index) {
  const mote::TensorInfo* i = info(model, direction, index);
  return i == nullptr ? nullptr : i->name.c_str();
}

const char* mote_model_type(const mote_model* model, mote_direction direction, size_t index) {
  if (info(model, direction, index) == nullptr) return nullptr;
  return model->types[direction == MOTE_INPUT ? 0 : 1][index].c_str();
}

mote_dtype mote_model_dtype(const mote_model* model, mote_direction direction, size_t index) {
  const mote::TensorInfo* i = info(model, direction, index);
  return i == nullptr ? MOTE_UNDEFINED : static_cast<mote_dtype>(i->dtype);
}

int32_t mote_model_rank(const mote_model* model, mote_direction direction, size_t index) {
  const mote::TensorInfo* i = info(model, direction, index);
  return i == nullptr || !i->ranked ? -1 : static_cast<int32_t>(i->shape.size());
}

int64_t mote_model_size(const mote_model* model, mote_direction direction, size_t index,
                        int32_t axis) {
  if (axis < 0 || axis >= mote_model_rank(model, direction, index)) return -1;
  return info(model, direction, index)->shape[static_cast<std::size_t>(axis)].size;
}

float mote_model_scale(const mote_model* model, mote_direction direction, size_t index) {
  const mote::TensorInfo* i = info(model, direction, index);
  return i == nullptr ? 0 : i->scale;
}

int64_t mote_model_zero_point(const mote_model* model, mote_direction direction, size_t index) {
  const mote::TensorInfo* i = info(model, direction, index);
  return i == nullptr ? 0 : i->zero_point;
}

const char* mote_model_next(const mote_model* model, size_t index) {
  const mote::TensorInfo* i = info(model, MOTE_INPUT, index);
  return i == nullptr || i->next.empty() ? nullptr : i->next.c_str();
}

mote_code mote_model_initial(const mote_model* model, size_t index, mote_value** tensor) {
  if (model == nullptr || tensor == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    const mote::TensorInfo* i = info(model, MOTE_INPUT, index);
    if (i == nullptr || !i->initial) {
      return mote::Error{mote::Code::kNotFound, mote::cat("input ", index, " keeps no state")};
    }
    *tensor = new mote_value{mote::Datum(i->initial)};
    return {};
  });
}
