// The orientation field of EXIF data.
#pragma once
#include <cstddef>
#include <span>

namespace mote {

// tiff: the TIFF structure that EXIF data are (without JPEG's "Exif\0\0" before it).
// Returns tag 0x0112 of the first directory, 1 to 8 (EXIF 2.32, section 4.6.4 A); 1, which is
// upright, where it is missing, damaged or out of range: a bad note never spoils a good picture.
int exif_orientation(std::span<const std::byte> tiff) noexcept;

}  // namespace mote
