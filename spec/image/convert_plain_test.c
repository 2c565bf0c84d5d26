/* The tests of conversion where libyuv cannot be loaded. link: --wrap=dlopen */
#include "convert_test.c"
#include "support/without_yuv.h"
