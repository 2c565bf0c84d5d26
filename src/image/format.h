/* The pixel formats that luashot hands out, one row of a table each. */
#ifndef SHOT_IMAGE_FORMAT_H
#define SHOT_IMAGE_FORMAT_H

enum shot_format {
	SHOT_FORMAT_BGRX, /* 4 bytes: blue, green, red, undefined; the format of X servers */
	SHOT_FORMAT_BGR,  /* 3 bytes */
	SHOT_FORMAT_RGB,  /* 3 bytes */
	SHOT_FORMAT_RGBA, /* 4 bytes; alpha is always written as 255 */
	SHOT_FORMAT_GRAY, /* 1 byte: BT.601 luma, full range; see convert.h */
	SHOT_FORMAT_COUNT,
};

/* The lower-case name scripts use: "bgrx". Static. */
const char *shot_format_name(enum shot_format format);

/* Bytes of one pixel, 1 to 4. */
unsigned shot_format_bytes(enum shot_format format);

#endif
