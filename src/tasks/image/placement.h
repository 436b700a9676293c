// Where an image lies in a model's input, and what in the image a place there shows.
#pragma once
#include "tasks/image/image_rule.h"
#include "tasks/image/resize.h"

namespace mote {

// First the image is cut to `size` from (x, y) on, then stretched; the wanted part of that lies in
// the input from (left, top) on, and the rest of the input is filled.
struct ImagePlacement {
  std::int32_t x = 0;
  std::int32_t y = 0;
  ImageSize size;  // of what is cut out
  Stretch horizontal;
  Stretch vertical;
  std::int32_t left = 0;
  std::int32_t top = 0;

  // From coordinates in the input to those in the image; pixel i reaches from i to i + 1.
  double image_x(double input_x) const {
    return x + (input_x - left + horizontal.first) * horizontal.source / horizontal.target;
  }
  double image_y(double input_y) const {
    return y + (input_y - top + vertical.first) * vertical.source / vertical.target;
  }
};

// The pixels that are stretched.
PixelView cut_out(const PixelView& image, const ImagePlacement& place);

// Crops by fraction start at the rounded-down half of what is left over, centre crops and centred
// letterboxes at its half, rounded to even; a letterboxed image has the rounded-down size.
// Errors: kInvalidArgument: an image that, resized, is smaller than a crop of it.
// Requires: check(rule); rule.size is set; sides of the image are 1 to 65,535.
Result<ImagePlacement> place_image(ImageSize image, const ImageRule& rule);

}  // namespace mote
