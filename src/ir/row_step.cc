#include "ir/row_step.h"

namespace mote {
namespace {

RowBuffer image_of(void* data, std::int64_t image, std::int64_t rows, std::int64_t row_bytes) {
  return {static_cast<std::byte*>(data) + image * rows * row_bytes, row_bytes,
          std::max<std::int64_t>(rows, 1)};
}

}  // namespace

RowBuffer input_image(const RowGeometry& g, const RunArgs& args, std::int64_t image) {
  // Steps only read it.
  return image_of(const_cast<void*>(args.in[0].data), image, g.in_rows, g.in_row_bytes);
}

RowBuffer output_image(const RowGeometry& g, const RunArgs& args, std::int64_t image) {
  return image_of(args.out[0].data, image, g.out_rows, g.out_row_bytes);
}

void run_by_rows(const RowStep& step, std::int64_t grain, const RunArgs& args) {
  const RowGeometry g = step.row_geometry();
  const std::int64_t total = g.images * g.out_rows;
  args.workers.for_each_range(
      total, std::max<std::int64_t>(grain, 1), [&](std::int64_t begin, std::int64_t end) {
        while (begin < end) {
          const std::int64_t image = begin / g.out_rows;
          const std::int64_t first = begin % g.out_rows;
          const std::int64_t last = std::min(g.out_rows, first + end - begin);
          step.run_rows({input_image(g, args, image),
                         output_image(g, args, image),
                         {first, last},
                         image,
                         args.in});
          begin += last - first;
        }
      });
}

}  // namespace mote
