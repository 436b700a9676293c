// BERT-mini (Turc et al., 2019: 4 layers, hidden size 256, 4 heads), in the nodes that exporters
// write, over 128 tokens.
#include <cmath>

#include "architectures/builder.h"
#include "architectures/families.h"

namespace mote {
namespace {

constexpr std::int64_t kTokens = 128, kHidden = 256, kHeads = 4, kInner = 1024, kLayers = 4;
constexpr std::int64_t kVocabulary = 30522;

class Transformer : private Builder {
 public:
  explicit Transformer(const ArchitectureOptions& options)
      : Builder("bert_mini", options.seed), batch_(options.batch) {}

  ModelDef build() {
    const ValueId ids = input("input_ids", DType::kS64, {batch_, kTokens});
    const ValueId mask = additive(input("attention_mask", DType::kS64, {batch_, kTokens}));
    ValueId x = embed(ids);
    for (std::int64_t i = 0; i < kLayers; ++i) {
      x = normalize(add(attend(x, mask), x));
      x = normalize(add(dense(gelu(dense(x, kInner)), kHidden), x));
    }
    return finish(x, "last_hidden_state");
  }

 private:
  ValueId add(ValueId a, ValueId b) { return one("Add", {a, b}); }

  ValueId embed(ValueId ids) {
    const ValueId words = uniform("words", {kVocabulary, kHidden}, -0.05F, 0.05F);
    const ValueId kinds = uniform("kinds", {1, 1, kHidden}, -0.05F, 0.05F);
    const ValueId places = uniform("places", {1, kTokens, kHidden}, -0.05F, 0.05F);
    return normalize(add(add(one("Gather", {words, ids}), kinds), places));
  }

  // [N, T] of 0 and 1 to [N, 1, 1, T], which the scores are added to.
  ValueId additive(ValueId mask) {
    const ValueId wide = one("Unsqueeze", {mask, integers("axes", {1, 2})});
    const ValueId real = one("Cast", {wide}, {{"to", static_cast<std::int64_t>(DType::kF32)}});
    const ValueId hidden = one("Sub", {scalar("one", 1.0F), real});
    return one("Mul", {hidden, scalar("hide", -10000.0F)});
  }

  ValueId dense(ValueId x, std::int64_t size) {
    const std::int64_t depth = dims(x)[2];
    const float bound = std::sqrt(3.0F / static_cast<float>(depth));
    const ValueId product = one("MatMul", {x, uniform("weight", {depth, size}, -bound, bound)});
    return add(uniform("bias", {size}, -0.1F, 0.1F), product);
  }

  ValueId normalize(ValueId x) {
    const ValueId scale = uniform("scale", {kHidden}, 0.5F, 1.5F);
    const ValueId bias = uniform("bias", {kHidden}, -0.1F, 0.1F);
    return one("LayerNormalization", {x, scale, bias},
               {{"axis", std::int64_t{-1}}, {"epsilon", 1e-12F}});
  }

  ValueId gelu(ValueId x) {
    const ValueId scaled = one("Div", {x, scalar("root_two", std::sqrt(2.0F))});
    const ValueId risen = add(one("Erf", {scaled}), scalar("one", 1.0F));
    return one("Mul", {one("Mul", {x, risen}), scalar("half", 0.5F)});
  }

  // [N, T, hidden] to [N, heads, T, hidden / heads], in this order of axes.
  ValueId heads(ValueId x, std::vector<std::int64_t> order) {
    const ValueId sizes = integers("heads", {batch_, kTokens, kHeads, kHidden / kHeads});
    return one("Transpose", {one("Reshape", {x, sizes})}, {{"perm", std::move(order)}});
  }

  ValueId attend(ValueId x, ValueId mask) {
    const ValueId query = heads(dense(x, kHidden), {0, 2, 1, 3});
    const ValueId key = heads(dense(x, kHidden), {0, 2, 3, 1});
    const ValueId value = heads(dense(x, kHidden), {0, 2, 1, 3});
    const float width = static_cast<float>(kHidden / kHeads);
    const ValueId scores =
        one("Div", {one("MatMul", {query, key}), scalar("root", std::sqrt(width))});
    const ValueId shares = one("Softmax", {add(scores, mask)}, {{"axis", std::int64_t{-1}}});
    const ValueId mixed = one("Transpose", {one("MatMul", {shares, value})},
                              {{"perm", std::vector<std::int64_t>{0, 2, 1, 3}}});
    const ValueId together = integers("together", {batch_, kTokens, kHidden});
    return dense(one("Reshape", {mixed, together}), kHidden);
  }

  std::int64_t batch_;
};

}  // namespace

ModelDef bert_mini(const ArchitectureOptions& options) { return Transformer(options).build(); }

}  // namespace mote
