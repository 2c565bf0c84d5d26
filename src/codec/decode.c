#include "codec/decode.h"
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)	 /* bytes; enough to tell a format */
#define LARGEST_PIXEL 8		 /* bytes in a file: four samples of two */
#define BESIDE ((size_t)1 << 26) /* bytes of a file that are no pixels, at most */

static const struct shot_codec *find(const uint8_t *data, size_t size)
{
	for (const struct shot_codec *const *at = shot_codecs(); *at; at++) {
		if ((*at)->matches(data, size)) {
			return *at;
		}
	}
	return NULL;
}

bool shot_is_picture(const uint8_t *data, size_t size)
{
	return find(data, size) != NULL;
}

bool shot_decode(const uint8_t *data, size_t size, size_t max_pixels, struct shot_picture *out,
	struct shot_error *err)
{
	const struct shot_codec *codec = find(data, size);
	if (!codec) {
		return shot_fail(
			err, "EFORMAT", "these %zu bytes are no picture of a known format", size);
	}
	out->origin = (struct shot_kept_origin){0};
	if (!codec->decode(data, size, max_pixels, &out->view, err)) {
		return false;
	}
	if (codec->read_origin) {
		codec->read_origin(data, size, &out->origin);
	}
	return true;
}

bool shot_decode_check(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_error *err)
{
	if (!width || !height) {
		return shot_fail(err, "EFORMAT", "a %s picture of no pixels", format);
	}
	if (width > INT32_MAX || height > INT32_MAX ||
		(uint64_t)width * height > (uint64_t)max_pixels) {
		return shot_fail(err, "EFBIG", "a %ux%u %s picture has more than %zu pixels", width,
			height, format, max_pixels);
	}
	return true;
}

bool shot_decode_begin(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_view *out, struct shot_error *err)
{
	return shot_decode_check(format, width, height, max_pixels, err) &&
	       shot_image_create(out, (int32_t)width, (int32_t)height, SHOT_FORMAT_BGRX, err);
}

/* Read until there are `size` bytes, also of a pipe: 0 then, 1 when it ends before that, -1. */
static int read_up_to(
	int fd, const char *path, size_t size, struct shot_blob *blob, struct shot_error *err)
{
	while (blob->size < size) {
		if (blob->size == blob->capacity && !shot_blob_reserve(blob, PIECE, err)) {
			return -1;
		}
		size_t room = blob->capacity - blob->size, wanted = size - blob->size;
		ssize_t got = read(fd, blob->data + blob->size, room < wanted ? room : wanted);
		if (got == 0) {
			return 1;
		}
		if (got > 0) {
			blob->size += (size_t)got;
		} else if (errno != EINTR) {
			shot_fail_errno(err, errno, "cannot read '%s'", path);
			return -1;
		}
	}
	return 0;
}

/* All of it, if it begins as a picture: what does not, or does not end, is not read for long. */
static bool read_picture(
	int fd, const char *path, size_t max_pixels, struct shot_blob *blob, struct shot_error *err)
{
	int ended = read_up_to(fd, path, PIECE, blob, err);
	if (ended >= 0 && !shot_is_picture(blob->data, blob->size)) {
		return shot_fail(err, "EFORMAT", "'%s' is no picture of a known format", path);
	}
	if (ended == 0) {
		size_t most = max_pixels * LARGEST_PIXEL + BESIDE;
		struct stat about;
		if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
			about.st_size < (off_t)most &&
			!shot_blob_reserve(blob, (size_t)about.st_size + 1 - PIECE, err)) {
			return false;
		}
		ended = read_up_to(fd, path, most, blob, err);
		if (ended == 0) {
			shot_fail(err, "EFBIG", "'%s' is longer than a picture of %zu pixels", path,
				max_pixels);
		}
	}
	return ended > 0;
}

bool shot_load(
	const char *path, size_t max_pixels, struct shot_picture *out, struct shot_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot open '%s'", path);
	}
	struct shot_blob blob = {0};
	bool ok = read_picture(fd, path, max_pixels, &blob, err);
	close(fd);
	if (ok) {
		struct shot_error why;
		ok = shot_decode(blob.data, blob.size, max_pixels, out, &why) ||
		     shot_fail(err, why.code, "'%.120s': %s", path, why.message);
	}
	shot_blob_finish(&blob);
	return ok;
}
