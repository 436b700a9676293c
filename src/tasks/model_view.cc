#include "tasks/model_view.h"

#include "runtime/model_impl.h"

namespace mote {

ModelView ModelView::of(const Model& model) {
  return {model.inputs(), model.outputs(), &model.impl().source};
}

}  // namespace mote
