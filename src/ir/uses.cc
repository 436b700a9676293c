#include "ir/uses.h"

#include "base/text.h"

namespace mote {
namespace {

constinit thread_local Uses* t_uses = nullptr;

}  // namespace

CollectUses::CollectUses(Uses& uses) : outer_(t_uses) { t_uses = &uses; }
CollectUses::~CollectUses() { t_uses = outer_; }

Uses* collected_uses() { return t_uses; }

std::string qualified_name(std::string_view domain, std::string_view name) {
  return domain.empty() ? std::string(name) : cat(domain, ".", name);
}

}  // namespace mote
