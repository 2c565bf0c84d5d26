#include "wayland/frame.h"

#include <string.h>

#include "wayland/library.h"
#include "wayland/pool.h"
#include "wayland/scratch.h"
#include "wayland/upright.h"

#include <wayland-client-protocol.h>

void shot_wayland_frame_end(struct shot_wayland_frame *frame, enum shot_poll state)
{
	if (frame->state != SHOT_POLL_WAITING) {
		return;
	}
	frame->state = state;
	frame->protocol->drop(frame);
	shot_wayland_buffer_give(frame->buffer);
	frame->buffer = NULL;
	if (frame->over) {
		frame->over(frame);
	}
}

static bool is_32bit(uint32_t format)
{
	return format == WL_SHM_FORMAT_XRGB8888 || format == WL_SHM_FORMAT_ARGB8888 ||
	       format == WL_SHM_FORMAT_XBGR8888 || format == WL_SHM_FORMAT_ABGR8888;
}

/* Whether the pixels may land in the attached memory. */
static bool is_direct(const struct shot_wayland_frame *frame)
{
	return frame->into && frame->into->id && is_32bit(frame->format) &&
	       frame->transform == WL_OUTPUT_TRANSFORM_NORMAL &&
	       frame->width == frame->wanted_width && frame->height == frame->wanted_height &&
	       frame->stride == (size_t)frame->width * 4;
}

/* Uses the given scratch, or takes another one with unknown contents. */
static bool find_scratch(struct shot_wayland_frame *frame)
{
	uint64_t size = (uint64_t)frame->stride * (uint64_t)frame->height;
	if (frame->scratch && frame->scratch->size >= size) {
		return true;
	}
	if (frame->scratch) {
		frame->scratch->is_used = false;
	}
	frame->stale = NULL;
	frame->scratch =
		shot_wayland_scratch_take(frame->wayland, frame->is_tile, size, &frame->err);
	return frame->scratch;
}

static bool make_buffer(struct shot_wayland_frame *frame)
{
	struct shot_wayland_memory *memory;
	struct shot_wayland_shape shape = {.width = frame->width,
		.height = frame->height,
		.stride = (int32_t)frame->stride,
		.format = frame->format};
	if (is_direct(frame)) {
		memory = shot_wayland_pool_of(frame->into);
		shape.offset = (int32_t)frame->offset;
	} else if (find_scratch(frame)) {
		memory = &frame->scratch->memory;
	} else {
		return false;
	}
	frame->buffer = shot_wayland_buffer_take(memory, &shape);
	return frame->buffer || shot_fail(&frame->err, "ENOMEM", "no memory is left for a capture");
}

bool shot_wayland_frame_offer(struct shot_wayland_frame *frame, uint32_t format, uint32_t width,
	uint32_t height, uint32_t stride)
{
	uint32_t bytes = shot_wayland_bytes(format);
	if (bytes == 0) {
		shot_fail(&frame->err, "EVISUAL",
			"the compositor offers pixels of the format 0x%08x", format);
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return false;
	}
	if (width == 0 || height == 0 || width > INT16_MAX || height > INT16_MAX ||
		stride < width * bytes || stride > (uint32_t)INT16_MAX * 8) {
		shot_fail(&frame->err, "EGEOMETRY",
			"the compositor offers a capture of %ux%u pixels in rows of %u bytes",
			width, height, stride);
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return false;
	}
	frame->format = format;
	frame->width = (int32_t)width;
	frame->height = (int32_t)height;
	frame->stride = stride;
	return true;
}

void shot_wayland_frame_accept(struct shot_wayland_frame *frame)
{
	if (frame->buffer || frame->state != SHOT_POLL_WAITING) {
		return;
	}
	if (!frame->width) {
		shot_fail(&frame->err, "ENOTSUP",
			"the compositor offers no shared memory for captures");
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return;
	}
	frame->transform = frame->output ? frame->output->transform : WL_OUTPUT_TRANSFORM_NORMAL;
	frame->lacks_scratch = false;
	if (make_buffer(frame)) {
		frame->protocol->copy(frame);
	} else if (frame->is_tile && shot_error_is(&frame->err, SHOT_EBUSY)) {
		frame->lacks_scratch = true;
	} else {
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
	}
}

void shot_wayland_frame_drawn(struct shot_wayland_frame *frame, struct shot_rect rect)
{
	struct shot_rect all = {0, 0, frame->width, frame->height};
	shot_wayland_rects_add(&frame->damaged, shot_rect_intersect(rect, all));
}

void shot_wayland_frame_begin(struct shot_wayland_frame *frame)
{
	frame->state = SHOT_POLL_WAITING;
	if (!frame->protocol->begin(frame)) {
		shot_fail(&frame->err, "ENOMEM", "no memory is left for a capture");
		frame->protocol->drop(frame);
		frame->state = SHOT_POLL_FAILED;
	}
}

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland_frame *frame = data;
	(void)serial;
	wl_callback_destroy(callback);
	frame->sync = NULL;
	if (!frame->is_gone) {
		shot_fail(&frame->err, "ETIMEDOUT", "the capture was given up");
	} /* else the layout has changed, so the capture is repeated */
	shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

void shot_wayland_frame_abandon(struct shot_wayland_frame *frame)
{
	if (frame->state != SHOT_POLL_WAITING || frame->sync) {
		return;
	}
	frame->protocol->drop(frame);
	frame->lacks_scratch = false;
	frame->sync = wl_display_sync(frame->wayland->display);
	wl_callback_add_listener(frame->sync, &sync_listener, frame);
}

void shot_wayland_frame_leave(struct shot_wayland_frame *frame)
{
	shot_fail(&frame->err, "EGEOMETRY", "the output %s was removed during the capture",
		frame->output->name);
	frame->is_gone = true;
	frame->output = NULL;
	shot_wayland_frame_abandon(frame);
}

struct shot_wayland_pixels shot_wayland_frame_pixels(
	const struct shot_wayland_frame *frame, const uint8_t *data)
{
	return (struct shot_wayland_pixels){.data = data,
		.format = frame->format,
		.width = frame->width,
		.height = frame->height,
		.stride = frame->stride,
		.is_inverted = frame->is_inverted,
		.transform = frame->transform};
}

void shot_wayland_frame_finish(struct shot_wayland_frame *frame)
{
	if (frame->protocol) {
		frame->protocol->drop(frame);
	}
	if (frame->sync) {
		wl_callback_destroy(frame->sync);
		frame->sync = NULL;
	}
	shot_wayland_buffer_give(frame->buffer);
	frame->buffer = NULL;
	if (frame->scratch) {
		frame->scratch->is_used = false;
		frame->scratch = NULL;
	}
}
