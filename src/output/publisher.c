#include "output/publisher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "zerobuffer/writer.h"

#define ALIGNMENT 16 /* of a frame in the ring; the server asks for 4 */

struct shot_publisher {
	struct shot_buffer_source buffers;
	struct shot_parting parting; /* with the display */
	struct shot_owner owner;
	struct shot_grabber *grabber; /* NULL once that is closed */
	struct zb_writer *writer;
	struct shot_attachment attachment; /* of the whole of the ring's memory */
	const char *reason;		   /* static */
};

/* A reservation lent to a capture. It also keeps the attachment alive. */
struct loan {
	struct shot_owner owner; /* first */
	struct zb_reservation *reservation;
	struct shot_publisher *publisher;
};

static void destroy_publisher(struct shot_owner *owner)
{
	free(SHOT_CONTAINER(owner, struct shot_publisher, owner));
}

static void destroy_loan(struct shot_owner *owner)
{
	struct loan *loan = (struct loan *)owner;
	zb_reservation_abort(loan->reservation);
	shot_owner_unref(&loan->publisher->owner);
	free(loan);
}

static bool lend(struct shot_publisher *publisher, size_t bytes, struct shot_buffer *out,
	struct shot_error *err)
{
	struct loan *loan = calloc(1, sizeof *loan);
	if (!loan) {
		return shot_fail_errno(err, ENOMEM, "cannot publish a frame");
	}
	loan->reservation =
		zb_writer_reserve(publisher->writer, bytes, ALIGNMENT, shot_clock_ns(), err);
	if (!loan->reservation) {
		free(loan);
		return false;
	}
	shot_owner_init(&loan->owner, destroy_loan);
	shot_owner_ref(&publisher->owner);
	loan->publisher = publisher;
	size_t offset = zb_reservation_offset(loan->reservation);
	publisher->attachment.data = loan->reservation->data - offset;
	*out = (struct shot_buffer){.owner = &loan->owner,
		.buffers = &publisher->buffers,
		.attachment = &publisher->attachment,
		.offset = offset};
	return true;
}

static bool take(struct shot_buffer_source *buffers, size_t bytes, struct shot_buffer *out,
	struct shot_error *err)
{
	struct shot_publisher *publisher = SHOT_CONTAINER(buffers, struct shot_publisher, buffers);
	if (!publisher->reason) {
		if (!lend(publisher, bytes, out, err)) {
			return false;
		}
		if (!publisher->attachment.id ||
			out->offset + bytes <= publisher->grabber->source->kind->reach) {
			return true;
		}
		publisher->reason = "the ring goes beyond what the display server can address";
		shot_owner_unref(out->owner);
	}
	struct shot_buffer_source *slots = &publisher->grabber->pool.buffers;
	return slots->take(slots, bytes, out, err);
}

static void refuse(struct shot_buffer_source *buffers, const struct shot_buffer *loan)
{
	(void)loan;
	struct shot_publisher *publisher = SHOT_CONTAINER(buffers, struct shot_publisher, buffers);
	publisher->reason = "the display server cannot attach the ring's memory";
}

static void part(struct shot_parting *parting)
{
	SHOT_CONTAINER(parting, struct shot_publisher, parting)->grabber = NULL;
}

/* Sends the server a descriptor of its own. */
static bool attach(struct shot_publisher *publisher, struct shot_error *err)
{
	struct shot_source *source = publisher->grabber->source;
	struct stat status;
	int fd = fcntl(zb_writer_fd(publisher->writer), F_DUPFD_CLOEXEC, 0);
	if (fd < 0 || fstat(fd, &status) < 0) {
		shot_fail_errno(err, errno, "cannot pass on the ring's memory");
		if (fd >= 0) {
			close(fd);
		}
		return false;
	}
	publisher->attachment.size = (size_t)status.st_size;
	source->kind->attach(source, &publisher->attachment, SHOT_MEMORY_FD, fd);
	return true;
}

struct shot_publisher *shot_publisher_create(
	struct shot_grabber *grabber, struct zb_writer *writer, struct shot_error *err)
{
	struct shot_publisher *publisher = calloc(1, sizeof *publisher);
	if (!publisher) {
		shot_fail_errno(err, ENOMEM, "cannot publish");
		return NULL;
	}
	*publisher = (struct shot_publisher){
		.buffers = {take, refuse},
		.parting = {.part = part},
		.grabber = grabber,
		.writer = writer,
	};
	shot_owner_init(&publisher->owner, destroy_publisher);
	if (grabber->mask.count) {
		publisher->reason = "the display has a mask, which must be drawn first";
	} else if (grabber->path->memory == SHOT_MEMORY_FD) {
		if (!attach(publisher, err)) {
			free(publisher);
			return NULL;
		}
	} else if (grabber->path->memory == SHOT_MEMORY_SYSV) {
		publisher->reason = "the path shm-sysv passes no descriptors";
	}
	shot_source_join(grabber->source, &publisher->parting);
	return publisher;
}

void shot_publisher_destroy(struct shot_publisher *publisher)
{
	if (!publisher) {
		return;
	}
	if (publisher->grabber) {
		struct shot_source *source = publisher->grabber->source;
		shot_source_leave(source, &publisher->parting);
		source->kind->detach(source, &publisher->attachment);
		source->kind->flush(source);
	}
	shot_owner_unref(&publisher->owner);
}

bool shot_publisher_has_parted(const struct shot_publisher *publisher)
{
	return !publisher->grabber;
}

struct shot_buffer_source *shot_publisher_buffers(struct shot_publisher *publisher)
{
	return &publisher->buffers;
}

/* Checks the size: a request into truncated memory succeeds, but loses pixels. */
static bool is_whole(const struct shot_publisher *publisher,
	const struct zb_reservation *reservation, struct shot_error *err)
{
	struct stat status;
	uint64_t end = zb_reservation_offset(reservation) + reservation->size;
	if (fstat(zb_writer_fd(publisher->writer), &status) < 0) {
		return shot_fail_errno(err, errno, "cannot check the ring's memory");
	}
	return (uint64_t)status.st_size >= end ||
	       shot_fail(err, "ECORRUPT", "the ring's memory was truncated to %lld bytes",
		       (long long)status.st_size);
}

bool shot_publisher_commit(struct shot_publisher *publisher, const struct shot_frame *frame,
	uint64_t *sequence, struct shot_error *err)
{
	const struct shot_view *view = &frame->view;
	bool ok;
	if (view->owner->destroy == destroy_loan) {
		struct zb_reservation *reservation = ((struct loan *)view->owner)->reservation;
		ok = is_whole(publisher, reservation, err) &&
		     zb_reservation_commit(reservation, sequence, err);
	} else {
		ok = zb_writer_write(publisher->writer, view->data,
			view->stride * (size_t)view->height, shot_clock_ns(), sequence, err);
	}
	if (ok) {
		publisher->grabber->published++;
		publisher->grabber->copied += publisher->reason != NULL;
		publisher->grabber->copy_reason = publisher->reason;
	}
	return ok;
}

const char *shot_publisher_reason(const struct shot_publisher *publisher)
{
	return publisher->reason;
}
