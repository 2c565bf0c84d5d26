/* Encodes a picture to a file's bytes, and holds the table of codecs, one per file. decode.h
 * decodes. */
#ifndef SHOT_CODEC_ENCODE_H
#define SHOT_CODEC_ENCODE_H

#include "image/origin.h"
#include "image/view.h"

/* Bytes on the heap that an encoder fills. Zero it to start, finish it to free. */
struct shot_blob {
	uint8_t *data;
	size_t size, capacity;
};

/* Free the bytes; the blob is zeroed then. */
void shot_blob_finish(struct shot_blob *blob);

/* Make room for `more` bytes after `size`, which does not change. After ENOMEM the blob is
 * unchanged. */
bool shot_blob_reserve(struct shot_blob *blob, size_t more, struct shot_error *err);

enum shot_level {
	SHOT_LEVEL_FAST,
	SHOT_LEVEL_SMALL,
};

struct shot_encode_options {
	enum shot_level level; /* png */
	int quality;	       /* jpeg, webp: 1 to 100 */
	bool is_lossless;      /* webp */
	struct shot_origin origin;
};

struct shot_codec {
	const char *name;	   /* "png"; the option's value and the usual extension */
	const char *extensions[4]; /* without dot, NULL-terminated */
	const char *libraries[3];  /* the libraries that it loads on first use, NULL-terminated */
	bool (*encode)(const struct shot_view *view, const struct shot_encode_options *options,
		struct shot_blob *out, struct shot_error *err);

	/* Whether the bytes begin as a file of this format; and shot_picture_decode's part for it.
	 * Both are NULL for a format that luashot only writes. */
	bool (*matches)(const uint8_t *data, size_t size);
	bool (*decode)(const uint8_t *data, size_t size, size_t max_pixels, struct shot_view *out,
		struct shot_error *err);

	/* Store the origin that the file records in `kept`. NULL if the format cannot record one.
	 * */
	void (*read_origin)(const uint8_t *data, size_t size, struct shot_kept_origin *kept);
};

/* All codecs of this build, NULL-terminated. */
const struct shot_codec *const *shot_codecs(void);

/* By name ("jpeg") or extension ("jpg"), or by a path's extension, extensions in any case; NULL
 * when there is none. */
const struct shot_codec *shot_codec_by_name(const char *name);
const struct shot_codec *shot_codec_by_path(const char *path);

/* Whether the build left out the format of a name or a path, by its extension; then ENOTSUP, with
 * its option. */
bool shot_codec_is_left_out(const char *name, struct shot_error *err);

#endif
