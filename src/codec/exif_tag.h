/* The Exif tags that luashot writes and reads; for exif_write.c and exif_read.c. */
#ifndef SHOT_CODEC_EXIF_TAG_H
#define SHOT_CODEC_EXIF_TAG_H

#define SHOT_EXIF_HEADER 8 /* byte order, 42, offset of the main directory */
#define SHOT_EXIF_ENTRY 12 /* tag, type, count, value or its offset */

enum shot_exif_type {
	SHOT_EXIF_ASCII = 2,
	SHOT_EXIF_SHORT = 3,
	SHOT_EXIF_LONG = 4,
	SHOT_EXIF_RATIONAL = 5,
	SHOT_EXIF_UNDEFINED = 7,
};

enum shot_exif_tag {
	SHOT_EXIF_IMAGE_DESCRIPTION = 0x010e,
	SHOT_EXIF_X_RESOLUTION = 0x011a,
	SHOT_EXIF_Y_RESOLUTION = 0x011b,
	SHOT_EXIF_RESOLUTION_UNIT = 0x0128,
	SHOT_EXIF_SOFTWARE = 0x0131,
	SHOT_EXIF_DIRECTORY = 0x8769,
	SHOT_EXIF_VERSION = 0x9000,
	SHOT_EXIF_TIME = 0x9003,     /* DateTimeOriginal */
	SHOT_EXIF_ZONE = 0x9011,     /* OffsetTimeOriginal */
	SHOT_EXIF_FRACTION = 0x9291, /* SubSecTimeOriginal */
};

#define SHOT_EXIF_INCHES 2 /* the values of the resolution's unit */
#define SHOT_EXIF_CENTIMETERS 3

#endif
