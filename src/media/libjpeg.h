// libjpeg's headers in the order they need: jpeglib.h uses FILE, and its settings decide the
// numbers that jerror.h gives to messages.
#pragma once
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on
