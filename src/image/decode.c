#include "image/decode.h"
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool shot_decode_begin(const char *format, uint32_t width, uint32_t height, size_t max_pixels,
	struct shot_view *out, struct shot_error *err)
{
	if (!width || !height) {
		return shot_fail(err, "EFORMAT", "a %s picture of no pixels", format);
	}
	if (width > INT32_MAX || height > INT32_MAX ||
		(uint64_t)width * height > (uint64_t)max_pixels) {
		return shot_fail(err, "EFBIG", "a %ux%u %s picture has more than %zu pixels", width,
			height, format, max_pixels);
	}
	return shot_image_create(out, (int32_t)width, (int32_t)height, SHOT_FORMAT_BGRX, err);
}

/* All that there is, also of a pipe, into `blob`. */
static bool read_all(int fd, const char *path, struct shot_blob *blob, struct shot_error *err)
{
	struct stat about;
	if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
		!shot_blob_reserve(blob, (size_t)about.st_size + 1, err)) {
		return false;
	}
	for (;;) {
		if (!shot_blob_reserve(blob, 1 << 16, err)) {
			return false;
		}
		ssize_t got = read(fd, blob->data + blob->size, blob->capacity - blob->size);
		if (got == 0) {
			return true;
		}
		if (got > 0) {
			blob->size += (size_t)got;
		} else if (errno != EINTR) {
			return shot_fail_errno(err, errno, "cannot read '%s'", path);
		}
	}
}

bool shot_load(
	const char *path, size_t max_pixels, struct shot_picture *out, struct shot_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return shot_fail_errno(err, errno, "cannot open '%s'", path);
	}
	struct shot_blob blob = {0};
	bool ok = read_all(fd, path, &blob, err);
	close(fd);
	if (ok && !shot_is_picture(blob.data, blob.size)) {
		ok = shot_fail(err, "EFORMAT", "'%s' is no picture of a known format", path);
	} else if (ok) {
		struct shot_error why;
		ok = shot_decode(blob.data, blob.size, max_pixels, out, &why) ||
		     shot_fail(err, why.code, "'%.120s': %s", path, why.message);
	}
	shot_blob_finish(&blob);
	return ok;
}
