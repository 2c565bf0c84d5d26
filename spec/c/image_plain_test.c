/* The tests of conversion where libyuv cannot be loaded. link: --wrap=dlopen */
#include "image_convert_test.c"
#include "image_without_yuv.h"
