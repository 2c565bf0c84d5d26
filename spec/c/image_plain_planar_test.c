/* The tests of planar formats where libyuv cannot be loaded. link: --wrap=dlopen */
#include "image_planar_test.c"
#include "image_without_yuv.h"
