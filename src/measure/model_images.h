// Lets models decode images with the decoders of src/media.
#pragma once

namespace mote {

// Sets what ImageDecoder calls: all formats of decode_image, not turned by EXIF. What is no image
// or damaged has no pixels, as ONNX says; a format that this build lacks is an error.
void install_image_decoder();

}  // namespace mote
