// The kinds of steps of mote.QConv and mote.QGemm, and what they share.
#pragma once
#include <memory>
#include <vector>

#include "ir/row_step.h"
#include "kernels/table.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/qconv_step.h"

namespace mote {

// Constant operands, and what preparing knows of them without their elements.
struct QWeights {
  const Tensor* w;       // [O, C/group, taps], s8 or s16
  const Tensor* factor;  // [O]
  const Tensor* bias;    // [O], or null
  std::int32_t x_zero_point = 0;
  std::uint8_t flip = 0;     // 0x80, where x is s8
  std::uint8_t outside = 0;  // the byte that stands for 0
  bool narrow = true;        // weights are within s8
};

// What kernels are given: weights of 16 bits, sums and factors of each filter.
struct QElements {
  std::vector<std::int16_t> w;  // as the operator's
  std::vector<std::int32_t> bias;
  std::vector<float> factor;
};
QElements elements_of(const QWeights& q);

inline const ProductQ8& product_of(const KernelTable& kernels, const QWeights& q) {
  return q.narrow ? kernels.product_s8 : kernels.product_q8;
}

using QStepResult = Result<std::unique_ptr<Step>>;

class QStep : public Step {
 public:
  QStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed)
      : kernels_(kernels),
        product_(product_of(kernels, q)),
        out_{p.y_zero_point, p.range.low, p.range.high},
        flip_(q.flip),
        packed_(std::move(packed)) {}

  std::size_t packed_bytes() const override { return packed_.bytes(); }
  bool reads(int input) const override { return input == 0; }

 protected:
  const std::int32_t* packed() const { return static_cast<const std::int32_t*>(packed_.data()); }

  const KernelTable& kernels_;
  const ProductQ8& product_;
  RequantizeQ8 out_;
  std::uint8_t flip_;
  Tensor packed_;
};

// A tensor that `fill` makes of the operands' elements. Errors: kResourceExhausted.
template <class Fill>
Result<Tensor> derive_from_weights(const PrepareArgs& args, std::int64_t count, const Fill& fill) {
  return args.derive({kQWeights, kQFactor, kQBias}, count, DType::kS32, fill);
}

// `group` products by [n, taps, k] weights each. channels_last: the operator's [O, C, taps] become
// [O, taps, C] first, and all taps one.
struct QGroups {
  std::int64_t group, n, k, taps;
  bool channels_last = false;
};
// Their packed weights. Errors: kResourceExhausted.
Result<Tensor> pack_groups_q8(const PrepareArgs& args, const QWeights& q, const QGroups& groups);

// Errors of all: kResourceExhausted.
// m rows of k numbers times the weights. `rows`: their geometry, if they are an image's.
struct QProduct {
  std::int64_t m, n, k;
  const RowGeometry* rows = nullptr;
};
QStepResult make_qgemm_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                            const QProduct& product);
// Few channels: the window of each pixel is copied.
QStepResult make_qstem_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                            const ConvGeometry& g);
// One filter for each channel.
QStepResult make_qdepthwise_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                                 const ConvGeometry& g);
// Any window: pointers to the pixels below it.
QStepResult make_qwindow_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                              const ConvGeometry& g);

}  // namespace mote
