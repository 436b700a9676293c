// The JSON form of ImageRule and PictureRule: the fields of an input or output that is an image.
#pragma once
#include "tasks/image/picture_rule.h"
#include "tasks/json_fields.h"

namespace mote {

ImageRule read_image(FieldReader& r);
void write_image(const ImageRule& rule, Json& j);

PictureRule read_picture(FieldReader& r);
void write_picture(const PictureRule& rule, Json& j);

}  // namespace mote
