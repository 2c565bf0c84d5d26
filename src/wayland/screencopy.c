#include "wayland/screencopy.h"

#include "wayland/library.h"

#include <wayland-client-protocol.h>
#include <wlr-screencopy-unstable-v1-client-protocol.h>

static void on_buffer(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t format,
	uint32_t width, uint32_t height, uint32_t stride)
{
	struct shot_wayland_frame *frame = data;
	bool is_alone = zwlr_screencopy_frame_v1_get_version(proxy) < 3; /* nothing follows */
	if (!frame->buffer && shot_wayland_frame_offer(frame, format, width, height, stride) &&
		is_alone) {
		shot_wayland_frame_accept(frame);
	}
}

static void on_buffer_done(void *data, struct zwlr_screencopy_frame_v1 *proxy)
{
	(void)proxy;
	shot_wayland_frame_accept(data);
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

/* A rectangle that does not fit counts as the whole output. */
static void on_damage(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height)
{
	struct shot_rect rect = {0, 0, INT16_MAX, INT16_MAX};
	(void)proxy;
	if (x < INT16_MAX && y < INT16_MAX && width <= INT16_MAX && height <= INT16_MAX) {
		rect = (struct shot_rect){(int32_t)x, (int32_t)y, (int32_t)width, (int32_t)height};
	}
	shot_wayland_frame_drawn(data, rect);
}

static void on_ready(void *data, struct zwlr_screencopy_frame_v1 *proxy, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy, (void)high, (void)low, (void)nanoseconds;
	if (!frame->buffer) {
		shot_fail(&frame->err, "EXERROR",
			"the compositor ended a capture that was not requested");
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return;
	}
	shot_wayland_frame_end(frame, SHOT_POLL_DONE);
}

static void on_failed(void *data, struct zwlr_screencopy_frame_v1 *proxy)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	/* The output has just changed its size, or is being removed: the layout will show it.
	 */
	shot_fail(&frame->err, "EGEOMETRY", "the compositor could not capture the output %s",
		frame->output ? frame->output->name : "");
	shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
}

static const struct zwlr_screencopy_frame_v1_listener listener = {.buffer = on_buffer,
	.flags = on_flags,
	.ready = on_ready,
	.failed = on_failed,
	.damage = on_damage,
	.linux_dmabuf = on_dmabuf,
	.buffer_done = on_buffer_done};

static bool begin(struct shot_wayland_frame *frame)
{
	struct zwlr_screencopy_manager_v1 *manager = frame->wayland->screencopy;
	struct shot_rect region = frame->region;
	frame->proxy.screencopy =
		shot_rect_is_empty(region)
			? zwlr_screencopy_manager_v1_capture_output(
				  manager, frame->with_cursor, frame->output->proxy)
			: zwlr_screencopy_manager_v1_capture_output_region(manager,
				  frame->with_cursor, frame->output->proxy, region.x, region.y,
				  region.width, region.height);
	if (!frame->proxy.screencopy) {
		return false;
	}
	zwlr_screencopy_frame_v1_add_listener(frame->proxy.screencopy, &listener, frame);
	return true;
}

static void copy(struct shot_wayland_frame *frame)
{
	struct wl_buffer *buffer = shot_wayland_buffer_proxy(frame->buffer);
	if (frame->with_damage) {
		zwlr_screencopy_frame_v1_copy_with_damage(frame->proxy.screencopy, buffer);
	} else {
		zwlr_screencopy_frame_v1_copy(frame->proxy.screencopy, buffer);
	}
}

static void drop(struct shot_wayland_frame *frame)
{
	if (frame->proxy.screencopy) {
		zwlr_screencopy_frame_v1_destroy(frame->proxy.screencopy);
		frame->proxy.screencopy = NULL;
	}
}

bool shot_wayland_screencopy_tells_changes(const struct shot_wayland *wayland)
{
	return zwlr_screencopy_manager_v1_get_version(wayland->screencopy) >= 2;
}

const struct shot_wayland_protocol shot_wayland_screencopy = {
	.begin = begin, .copy = copy, .drop = drop};
