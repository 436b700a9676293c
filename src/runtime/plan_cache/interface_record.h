// What load() tells of a model, as a record in a file of the plan cache.
#pragma once
#include <memory>
#include <string>

#include "runtime/plan_cache/plan_cache.h"
#include "runtime/plan_cache/plan_file.h"

namespace mote {

// The record; initial values, which are not strings, are added to `file`, which views them.
std::string record_interface(const ModelInterface& interface, PlanFile& file);

// file: with the record as its text; its tensors live as long as `owner`. Errors: kCorrupt.
Result<ModelInterface> read_interface(const PlanFile& file, std::shared_ptr<const void> owner);

}  // namespace mote
