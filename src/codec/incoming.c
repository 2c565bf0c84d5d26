#include "codec/incoming.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)	 /* bytes; enough to tell a format */
#define LARGEST_PIXEL 8		 /* bytes in a file: four samples of two */
#define BESIDE ((size_t)1 << 26) /* the most bytes of a file that are not pixels */

static size_t largest(const struct shot_incoming *incoming)
{
	uint64_t most = (uint64_t)incoming->max_pixels * LARGEST_PIXEL + BESIDE;
	return most < PTRDIFF_MAX ? (size_t)most : PTRDIFF_MAX;
}

bool shot_incoming_open(
	struct shot_incoming *incoming, const char *path, size_t max_pixels, struct shot_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		*incoming = (struct shot_incoming){.fd = -1};
		return shot_fail_errno(err, errno, "cannot open '%s'", path);
	}
	return shot_incoming_take(incoming, fd, path, max_pixels, err);
}

bool shot_incoming_take(struct shot_incoming *incoming, int fd, const char *name, size_t max_pixels,
	struct shot_error *err)
{
	struct stat about;
	*incoming = (struct shot_incoming){.fd = fd, .max_pixels = max_pixels};
	snprintf(incoming->path, sizeof incoming->path, "%s", name);
	if (fstat(incoming->fd, &about) < 0) {
		return true;
	}
	incoming->is_fifo = S_ISFIFO(about.st_mode);
	if (S_ISREG(about.st_mode) && about.st_size < (off_t)largest(incoming) &&
		!shot_blob_reserve(&incoming->blob, (size_t)about.st_size + 1, err)) {
		shot_incoming_finish(incoming);
		return false;
	}
	return true;
}

/* A pipe without a writer yet reads as if it had ended. */
static bool has_begun(struct shot_incoming *incoming)
{
	struct pollfd about = {.fd = incoming->fd, .events = POLLIN};
	if (incoming->is_fifo && poll(&about, 1, 0) == 0) {
		return false;
	}
	incoming->is_fifo = false;
	return true;
}

static enum shot_poll check(
	const struct shot_incoming *incoming, bool has_ended, struct shot_error *err)
{
	const struct shot_blob *blob = &incoming->blob;
	if ((has_ended || blob->size >= PIECE) && !shot_is_picture(blob->data, blob->size)) {
		if (!shot_codec_is_left_out(incoming->path, err)) {
			shot_fail(err, "EFORMAT", "'%s' is not a picture of a known format",
				incoming->path);
		}
		return SHOT_POLL_FAILED;
	}
	if (blob->size >= largest(incoming)) {
		shot_fail(err, "EFBIG", "'%s' is longer than a picture of %zu pixels",
			incoming->path, incoming->max_pixels);
		return SHOT_POLL_FAILED;
	}
	return has_ended ? SHOT_POLL_DONE : SHOT_POLL_WAITING;
}

enum shot_poll shot_incoming_read(struct shot_incoming *incoming, struct shot_error *err)
{
	struct shot_blob *blob = &incoming->blob;
	enum shot_poll state = SHOT_POLL_WAITING;
	if (!has_begun(incoming)) {
		return SHOT_POLL_WAITING;
	}
	while (state == SHOT_POLL_WAITING) {
		if (blob->size == blob->capacity && !shot_blob_reserve(blob, PIECE, err)) {
			return SHOT_POLL_FAILED;
		}
		/* Stops early if the file does not begin as a picture. */
		size_t room = blob->capacity - blob->size;
		size_t wanted =
			blob->size < PIECE ? PIECE - blob->size : largest(incoming) - blob->size;
		ssize_t got =
			read(incoming->fd, blob->data + blob->size, room < wanted ? room : wanted);
		if (got >= 0) {
			blob->size += (size_t)got;
			state = check(incoming, got == 0, err);
		} else if (errno == EAGAIN) {
			return SHOT_POLL_WAITING;
		} else if (errno != EINTR) {
			shot_fail_errno(err, errno, "cannot read '%s'", incoming->path);
			return SHOT_POLL_FAILED;
		}
	}
	return state;
}

bool shot_incoming_decode(
	const struct shot_incoming *incoming, struct shot_picture *out, struct shot_error *err)
{
	struct shot_error why;
	return shot_picture_decode(
		       incoming->blob.data, incoming->blob.size, incoming->max_pixels, out, &why) ||
	       shot_fail(err, why.code, "'%.120s': %s", incoming->path, why.message);
}

void shot_incoming_finish(struct shot_incoming *incoming)
{
	if (incoming->fd >= 0) {
		close(incoming->fd);
		incoming->fd = -1;
	}
	shot_blob_finish(&incoming->blob);
}
