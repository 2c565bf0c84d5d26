#include "wayland/frame.h"

#include <string.h>

#include "wayland/library.h"
#include "wayland/pool.h"

#include <wayland-client-protocol.h>
#include <wlr-screencopy-unstable-v1-client-protocol.h>

static void end(struct shot_wayland_frame *frame, enum shot_poll state)
{
	if (frame->state != SHOT_POLL_WAITING) {
		return;
	}
	frame->state = state;
	if (frame->proxy) {
		zwlr_screencopy_frame_v1_destroy(frame->proxy);
		frame->proxy = NULL;
	}
	if (frame->over) {
		frame->over(frame);
	}
}

bool shot_wayland_is_32bit(uint32_t format)
{
	return format == WL_SHM_FORMAT_XRGB8888 || format == WL_SHM_FORMAT_ARGB8888 ||
	       format == WL_SHM_FORMAT_XBGR8888 || format == WL_SHM_FORMAT_ABGR8888;
}

/* Whether the pixels may land in the attached memory. */
static bool is_direct(const struct shot_wayland_frame *frame)
{
	return frame->into && frame->into->id && shot_wayland_is_32bit(frame->format) &&
	       frame->output->transform == WL_OUTPUT_TRANSFORM_NORMAL &&
	       frame->width == frame->wanted_width && frame->height == frame->wanted_height &&
	       frame->stride == (size_t)frame->width * 4;
}

static bool make_buffer(struct shot_wayland_frame *frame)
{
	struct wl_shm_pool *pool;
	size_t offset = 0;
	if (is_direct(frame)) {
		pool = shot_wayland_pool_of(frame->into);
		offset = frame->offset;
	} else {
		frame->scratch = shot_wayland_scratch_take(
			frame->wayland, frame->stride * (size_t)frame->height, &frame->err);
		if (!frame->scratch) {
			return false;
		}
		pool = frame->scratch->pool;
	}
	frame->buffer = wl_shm_pool_create_buffer(pool, (int32_t)offset, frame->width,
		frame->height, (int32_t)frame->stride, frame->format);
	return true;
}

/* Starts the copy after all formats have been offered. */
static void copy(struct shot_wayland_frame *frame)
{
	if (!frame->width) {
		shot_fail(&frame->err, "ENOTSUP",
			"the compositor offers no shared memory for captures");
		end(frame, SHOT_POLL_FAILED);
	} else if (!make_buffer(frame)) {
		end(frame, SHOT_POLL_FAILED);
	} else if (frame->with_damage) {
		zwlr_screencopy_frame_v1_copy_with_damage(frame->proxy, frame->buffer);
	} else {
		zwlr_screencopy_frame_v1_copy(frame->proxy, frame->buffer);
	}
}

/* Checks the sizes that the compositor claims before using them. Rows have at least two bytes a
 * pixel. */
static void on_buffer(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t format,
	uint32_t width, uint32_t height, uint32_t stride)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	if (frame->buffer || !frame->output) {
		return;
	}
	if (width == 0 || height == 0 || width > INT16_MAX || height > INT16_MAX ||
		stride / width < 2 || stride > (uint32_t)INT16_MAX * 8) {
		shot_fail(&frame->err, "EGEOMETRY",
			"the compositor offers a capture of %ux%u pixels in rows of %u bytes",
			width, height, stride);
		end(frame, SHOT_POLL_FAILED);
		return;
	}
	frame->format = format;
	frame->width = (int32_t)width;
	frame->height = (int32_t)height;
	frame->stride = stride;
	if (zwlr_screencopy_frame_v1_get_version(frame->proxy) < 3) {
		copy(frame);
	}
}

static void on_buffer_done(void *data, struct zwlr_screencopy_frame_v1 *proxy)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	if (!frame->buffer && frame->output) {
		copy(frame);
	}
}

static void on_dmabuf(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t format,
	uint32_t width, uint32_t height)
{
	(void)data, (void)proxy, (void)format, (void)width, (void)height;
}

static void on_flags(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t flags)
{
	(void)proxy;
	((struct shot_wayland_frame *)data)->is_inverted =
		flags & ZWLR_SCREENCOPY_FRAME_V1_FLAGS_Y_INVERT;
}

/* The box around both. */
static struct shot_rect join(struct shot_rect a, struct shot_rect b)
{
	if (shot_rect_is_empty(a) || shot_rect_is_empty(b)) {
		return shot_rect_is_empty(a) ? b : a;
	}
	int32_t left = a.x < b.x ? a.x : b.x, top = a.y < b.y ? a.y : b.y;
	int32_t right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
	int32_t bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
	return (struct shot_rect){left, top, right - left, bottom - top};
}

/* Several events may come: a box around all of them. */
static void on_damage(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	struct shot_rect all = {0, 0, frame->width, frame->height};
	struct shot_rect rect = all;
	if (x < INT16_MAX && y < INT16_MAX && width <= INT16_MAX && height <= INT16_MAX) {
		rect = (struct shot_rect){(int32_t)x, (int32_t)y, (int32_t)width, (int32_t)height};
	}
	frame->damaged = join(frame->damaged, shot_rect_intersect(rect, all));
}

static void on_ready(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy, (void)high, (void)low, (void)nanoseconds;
	if (!frame->buffer) {
		shot_fail(&frame->err, "EXERROR",
			"the compositor ended a capture that was not requested");
		end(frame, SHOT_POLL_FAILED);
		return;
	}
	end(frame, SHOT_POLL_DONE);
}

static void on_failed(void *data, struct zwlr_screencopy_frame_v1 *proxy)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	/* The output has just changed its size, or is being removed: the layout will show it.
	 */
	shot_fail(&frame->err, "EGEOMETRY", "the compositor could not capture the output %s",
		frame->output ? frame->output->name : "");
	end(frame, SHOT_POLL_FAILED);
}

static const struct zwlr_screencopy_frame_v1_listener listener = {.buffer = on_buffer,
	.flags = on_flags,
	.ready = on_ready,
	.failed = on_failed,
	.damage = on_damage,
	.linux_dmabuf = on_dmabuf,
	.buffer_done = on_buffer_done};

void shot_wayland_frame_begin(struct shot_wayland_frame *frame)
{
	struct zwlr_screencopy_manager_v1 *manager = frame->wayland->screencopy;
	struct shot_rect region = frame->region;
	frame->state = SHOT_POLL_WAITING;
	frame->proxy = shot_rect_is_empty(region)
			       ? zwlr_screencopy_manager_v1_capture_output(
					 manager, frame->with_cursor, frame->output->proxy)
			       : zwlr_screencopy_manager_v1_capture_output_region(manager,
					 frame->with_cursor, frame->output->proxy, region.x,
					 region.y, region.width, region.height);
	if (!frame->proxy) {
		shot_fail(&frame->err, "ENOMEM", "no memory is left for a capture");
		frame->state = SHOT_POLL_FAILED;
		return;
	}
	zwlr_screencopy_frame_v1_add_listener(frame->proxy, &listener, frame);
}

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland_frame *frame = data;
	(void)serial;
	wl_callback_destroy(callback);
	frame->sync = NULL;
	if (frame->output) {
		shot_fail(&frame->err, "ETIMEDOUT", "the capture was given up");
	} else { /* the layout has changed, so the capture is repeated */
		shot_fail(&frame->err, "EGEOMETRY", "the output was removed during the capture");
	}
	end(frame, SHOT_POLL_FAILED);
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

void shot_wayland_frame_abandon(struct shot_wayland_frame *frame)
{
	if (frame->state != SHOT_POLL_WAITING || frame->sync) {
		return;
	}
	zwlr_screencopy_frame_v1_destroy(frame->proxy);
	frame->proxy = NULL;
	frame->sync = wl_display_sync(frame->wayland->display);
	wl_callback_add_listener(frame->sync, &sync_listener, frame);
}

void shot_wayland_frame_finish(struct shot_wayland_frame *frame)
{
	if (frame->proxy) {
		zwlr_screencopy_frame_v1_destroy(frame->proxy);
	}
	if (frame->sync) {
		wl_callback_destroy(frame->sync);
	}
	if (frame->buffer) {
		wl_buffer_destroy(frame->buffer);
	}
	if (frame->scratch) {
		frame->scratch->is_used = false;
	}
	frame->proxy = NULL;
	frame->sync = NULL;
	frame->buffer = NULL;
	frame->scratch = NULL;
}
