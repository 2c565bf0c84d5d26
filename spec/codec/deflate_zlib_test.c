/* The tests of DEFLATE where it is written by zlib. */
#include "codec/deflate_zlib.c"
#include "deflate_test.c"
