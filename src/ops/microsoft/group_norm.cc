// GroupNorm and SkipGroupNorm: GroupNormalization of images in either layout, with SiLU.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

struct GroupNormParams : OpParams {
  float epsilon = 1e-5F;
  std::int64_t groups = 1;
  bool silu = false;
  bool channels_last = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GroupNormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-5F);
  p->groups = r.required_integer("groups");
  const std::int64_t activation = r.required_integer("activation");
  p->channels_last = r.integer("channels_last", 1) != 0;
  MOTE_TRY(r.finish());
  if (activation != 0 && activation != 1) {
    return Error{Code::kInvalidArgument,
                 cat("activation ", activation, " is neither 0 (none) nor 1 (SiLU)")};
  }
  p->silu = activation == 1;
  return p;
}

ValueId transposed(Decomposition& d, ValueId x, std::vector<std::int64_t> perm) {
  return d.add("Transpose", {x}, {{"perm", std::move(perm)}});
}

// A normalization of one element type; gamma and beta may have another.
ValueId normalized(Decomposition& d, ValueId x, const GroupNormParams& p) {
  const DType dtype = d.dtype(x);
  if (p.channels_last) x = transposed(d, x, {0, 3, 1, 2});
  x = d.add("GroupNormalization", {x, cast_to(d, d.in(1), dtype), cast_to(d, d.in(2), dtype)},
            {{"epsilon", p.epsilon}, {"num_groups", p.groups}});
  if (p.silu) x = d.add("Swish", {x});
  return p.channels_last ? transposed(d, x, {0, 2, 3, 1}) : x;
}

bool is_image(Decomposition& d) {
  const int rank = d.rank(d.in(0));
  if (d.status() && rank != 4) {
    d.fail({Code::kInvalidArgument, cat("X has rank ", rank, ", not 4")});
  }
  return static_cast<bool>(d.status());
}

Status group_norm(Decomposition& d) {
  if (is_image(d)) d.yield(0, normalized(d, d.in(0), d.params<GroupNormParams>()));
  return d.status();
}

// [N, C] or [C] with sizes of 1 where height and width are.
ValueId spread(Decomposition& d, ValueId x, const GroupNormParams& p) {
  const int rank = d.rank(x);
  if (rank == 4) return x;
  if (rank == 1) return p.channels_last ? x : d.add("Unsqueeze", {x, d.integers({1, 2})});
  return d.add("Unsqueeze", {x, p.channels_last ? d.integers({1, 2}) : d.integers({2, 3})});
}

// X, gamma, beta, skip, bias. Y, S: the sum.
Status skip_group_norm(Decomposition& d) {
  const auto& p = d.params<GroupNormParams>();
  if (!is_image(d)) return d.status();
  ValueId sum = d.add("Add", {d.in(0), spread(d, d.in(3), p)});
  if (d.has(4)) sum = d.add("Add", {sum, spread(d, d.in(4), p)});
  d.yield(0, normalized(d, sum, p));
  if (d.wants(1)) d.yield(1, sum);
  return d.status();
}

constexpr std::string_view kGroupNorm[] = {
    "(x: f32[2,3,4,6], g: f32[6], b: f32[6]) -> (y) {\n"
    "  y = com.microsoft.GroupNorm(x, g, b) {groups=3, activation=1} }",
    "(x: f32[2,6,3,4], g: f32[6], b: f32[6]) -> (y) {\n"
    "  y = com.microsoft.GroupNorm(x, g, b) {groups=2, activation=0, channels_last=0} }",
};
constexpr std::string_view kSkipGroupNorm[] = {
    "(x: f32[2,3,4,6], g: f32[6], b: f32[6], s: f32[2,6], c: f32[6]) -> (y, t) {\n"
    "  y, t = com.microsoft.SkipGroupNorm(x, g, b, s, c) {groups=3, activation=0} }",
    "(x: f32[2,6,3,4], g: f32[6], b: f32[6], s: f32[2,6], c: f32[6]) -> (y) {\n"
    "  y = com.microsoft.SkipGroupNorm(x, g, b, s, c) {\n"
    "    groups=3, activation=1, channels_last=0} }",
};

}  // namespace

MOTE_MICROSOFT_OP(GroupNorm, (composite<group_norm>("GroupNorm", {3, 3}, parse)),
                  "GroupNormalization of images, channels last or first, then SiLU if `activation` "
                  "is 1.",
                  kGroupNorm)
MOTE_MICROSOFT_OP(
    SkipGroupNorm, (composite<skip_group_norm>("SkipGroupNorm", {4, 5, 2}, parse)),
    "GroupNorm of `X` + `skip` + `bias`, where `skip` may be one row of channels for an "
    "image.",
    kSkipGroupNorm)

}  // namespace mote
