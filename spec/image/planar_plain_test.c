/* The tests of planar formats where libyuv cannot be loaded. link: --wrap=dlopen */
#include "planar_test.c"
#include "support/without_yuv.h"
