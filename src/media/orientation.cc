#include "media/orientation.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace mote {
namespace {

// EXIF says on which side of the picture the file's first row and column lie. Read from the upright
// picture: whether file rows run backwards, file columns run backwards, and rows are columns.
struct Turn {
  bool flip_rows;
  bool flip_columns;
  bool transpose;
};

constexpr Turn kTurns[8] = {
    {false, false, false},  // 1: upright
    {false, true, false},   // 2: mirrored left to right
    {true, true, false},    // 3: turned by 180 degrees
    {true, false, false},   // 4: mirrored top to bottom
    {false, false, true},   // 5: mirrored along the main diagonal
    {true, false, true},    // 6: needs 90 degrees clockwise
    {true, true, true},     // 7: mirrored along the other diagonal
    {false, true, true},    // 8: needs 90 degrees counter-clockwise
};

}  // namespace

Result<Image> upright(DecodedImage decoded) {
  MOTE_CHECK(decoded.orientation >= 1 && decoded.orientation <= 8);
  const Turn turn = kTurns[decoded.orientation - 1];
  const Image& from = decoded.image;
  if (decoded.orientation == 1) return std::move(decoded.image);

  const std::ptrdiff_t channels = from.channels;
  const std::ptrdiff_t row = from.width * channels;
  const std::ptrdiff_t row_step = turn.flip_rows ? -row : row;
  const std::ptrdiff_t column_step = turn.flip_columns ? -channels : channels;
  const std::ptrdiff_t x_step = turn.transpose ? row_step : column_step;
  const std::ptrdiff_t y_step = turn.transpose ? column_step : row_step;
  const std::ptrdiff_t start = (turn.flip_rows ? (from.height - 1) * row : 0) +
                               (turn.flip_columns ? (from.width - 1) * channels : 0);

  MOTE_ASSIGN(Image to, turn.transpose ? allocate_image(from.height, from.width, from.channels)
                                       : allocate_image(from.width, from.height, from.channels));
  std::uint8_t* out = to.pixels.data();
  for (std::ptrdiff_t y = 0; y < to.height; ++y) {
    for (std::ptrdiff_t x = 0; x < to.width; ++x, out += channels) {
      std::memcpy(out, from.pixels.data() + start + y * y_step + x * x_step,
                  static_cast<std::size_t>(channels));
    }
  }
  return to;
}

}  // namespace mote
