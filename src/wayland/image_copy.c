#include "wayland/image_copy.h"

#include <stdlib.h>

#include "wayland/library.h"
#include "wayland/upright.h"

#include <wayland-client-protocol.h>
#include <ext-foreign-toplevel-list-v1-client-protocol.h>
#include <ext-image-capture-source-v1-client-protocol.h>
#include <ext-image-copy-capture-v1-client-protocol.h>

/* New events replace all earlier ones. */
static void hear(struct shot_wayland_session *session)
{
	if (session->is_known) {
		session->is_known = session->has_format = false;
		session->width = session->height = 0;
	}
}

static void on_buffer_size(void *data, struct ext_image_copy_capture_session_v1 *proxy,
	uint32_t width, uint32_t height)
{
	struct shot_wayland_session *session = data;
	(void)proxy;
	hear(session);
	session->width = width;
	session->height = height;
}

static void on_shm_format(
	void *data, struct ext_image_copy_capture_session_v1 *proxy, uint32_t format)
{
	struct shot_wayland_session *session = data;
	(void)proxy;
	hear(session);
	if (!session->has_format || shot_wayland_is_cheaper(format, session->format)) {
		session->format = format;
		session->has_format = true;
	}
}

static void on_dmabuf_device(
	void *data, struct ext_image_copy_capture_session_v1 *proxy, struct wl_array *device)
{
	(void)proxy, (void)device;
	hear(data);
}

static void on_dmabuf_format(void *data, struct ext_image_copy_capture_session_v1 *proxy,
	uint32_t format, struct wl_array *modifiers)
{
	(void)proxy, (void)format, (void)modifiers;
	hear(data);
}

/* The constraints are known: requests the copy. */
static void accept(const struct shot_wayland_session *session, struct shot_wayland_frame *frame)
{
	if (frame->buffer || frame->state != SHOT_POLL_WAITING) {
		return;
	}
	uint32_t bytes = session->has_format ? shot_wayland_bytes(session->format) : 0;
	bool is_sane = session->width <= INT16_MAX; /* the product does not overflow */
	if (!session->has_format ||
		shot_wayland_frame_offer(frame, session->format, session->width, session->height,
			is_sane ? session->width * bytes : 0)) {
		shot_wayland_frame_accept(frame);
	}
}

static void on_done(void *data, struct ext_image_copy_capture_session_v1 *proxy)
{
	struct shot_wayland_session *session = data;
	(void)proxy;
	session->is_known = true;
	if (session->frame) {
		accept(session, session->frame);
	}
}

static void fail_stopped(struct shot_wayland_frame *frame)
{
	if (frame->output) {
		shot_fail(&frame->err, "EGEOMETRY", "the compositor has stopped captures of %s",
			frame->output->name);
	} else {
		shot_fail(
			&frame->err, "EGONE", "the compositor has stopped captures of the window");
	}
	shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
}

static void on_stopped(void *data, struct ext_image_copy_capture_session_v1 *proxy)
{
	struct shot_wayland_session *session = data;
	(void)proxy;
	session->is_stopped = true;
	if (session->frame) {
		fail_stopped(session->frame);
	}
}

static const struct ext_image_copy_capture_session_v1_listener session_listener = {
	.buffer_size = on_buffer_size,
	.shm_format = on_shm_format,
	.dmabuf_device = on_dmabuf_device,
	.dmabuf_format = on_dmabuf_format,
	.done = on_done,
	.stopped = on_stopped,
};

bool shot_wayland_session_begin(struct shot_wayland_session *session, struct shot_wayland *wayland,
	struct wl_output *output, struct ext_foreign_toplevel_handle_v1 *window, bool with_cursor)
{
	*session = (struct shot_wayland_session){
		.source =
			output ? ext_output_image_capture_source_manager_v1_create_source(
					 wayland->output_sources, output)
			       : ext_foreign_toplevel_image_capture_source_manager_v1_create_source(
					 wayland->window_sources, window)};
	if (!session->source) {
		return false;
	}
	session->proxy =
		ext_image_copy_capture_manager_v1_create_session(wayland->copying, session->source,
			with_cursor ? EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_OPTIONS_PAINT_CURSORS : 0);
	if (!session->proxy) {
		shot_wayland_session_finish(session);
		return false;
	}
	ext_image_copy_capture_session_v1_add_listener(session->proxy, &session_listener, session);
	return true;
}

void shot_wayland_session_finish(struct shot_wayland_session *session)
{
	if (session->proxy) {
		ext_image_copy_capture_session_v1_destroy(session->proxy);
	}
	if (session->source) {
		ext_image_capture_source_v1_destroy(session->source);
	}
	*session = (struct shot_wayland_session){0};
}

static void on_transform(
	void *data, struct ext_image_copy_capture_frame_v1 *proxy, uint32_t transform)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	frame->transform = shot_wayland_transform(transform);
}

static void on_damage(void *data, struct ext_image_copy_capture_frame_v1 *proxy, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	(void)proxy;
	shot_wayland_frame_drawn(data, (struct shot_rect){x, y, width, height});
}

static void on_time(void *data, struct ext_image_copy_capture_frame_v1 *proxy, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	(void)data, (void)proxy, (void)high, (void)low, (void)nanoseconds;
}

static void on_ready(void *data, struct ext_image_copy_capture_frame_v1 *proxy)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	if (!frame->scratch && frame->transform != WL_OUTPUT_TRANSFORM_NORMAL) {
		shot_fail(&frame->err, "EGEOMETRY", "the output was turned during the capture");
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return;
	}
	shot_wayland_frame_end(frame, SHOT_POLL_DONE);
}

static void on_failed(void *data, struct ext_image_copy_capture_frame_v1 *proxy, uint32_t reason)
{
	struct shot_wayland_frame *frame = data;
	(void)proxy;
	if (reason == EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_STOPPED) {
		fail_stopped(frame);
		return;
	}
	/* It has just changed its size: the layout, or the window, will show it. */
	shot_fail(&frame->err, "EGEOMETRY", "the compositor could not capture %s",
		frame->output ? frame->output->name : "the window");
	shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
}

static const struct ext_image_copy_capture_frame_v1_listener frame_listener = {
	.transform = on_transform,
	.damage = on_damage,
	.presentation_time = on_time,
	.ready = on_ready,
	.failed = on_failed,
};

/* Begins a session, unless there is one to use again, whose constraints may already be known. */
static bool begin(struct shot_wayland_frame *frame)
{
	struct shot_wayland_session *session = frame->session;
	if (!session) {
		session = frame->session = calloc(1, sizeof *session);
		frame->has_own_session = session;
	}
	if (!session || (!session->proxy && !shot_wayland_session_begin(session, frame->wayland,
						    frame->output ? frame->output->proxy : NULL,
						    frame->window, frame->with_cursor))) {
		return false;
	}
	session->frame = frame;
	if (session->is_stopped) {
		fail_stopped(frame);
	} else if (session->is_known) {
		accept(session, frame);
	}
	return true;
}

/* Reports the stale rectangles of the buffer; the compositor adds those drawn since the session's
 * last frame. */
static void tell_stale(const struct shot_wayland_frame *frame)
{
	struct ext_image_copy_capture_frame_v1 *proxy = frame->proxy.copying;
	if (!frame->scratch || !frame->stale) {
		ext_image_copy_capture_frame_v1_damage_buffer(
			proxy, 0, 0, frame->width, frame->height);
		return;
	}
	for (unsigned i = 0; i < frame->stale->count; i++) {
		struct shot_rect rect = frame->stale->list[i];
		ext_image_copy_capture_frame_v1_damage_buffer(
			proxy, rect.x, rect.y, rect.width, rect.height);
	}
}

static void copy(struct shot_wayland_frame *frame)
{
	frame->proxy.copying =
		ext_image_copy_capture_session_v1_create_frame(frame->session->proxy);
	if (!frame->proxy.copying) {
		shot_fail(&frame->err, "ENOMEM", "no memory is left for a capture");
		shot_wayland_frame_end(frame, SHOT_POLL_FAILED);
		return;
	}
	ext_image_copy_capture_frame_v1_add_listener(frame->proxy.copying, &frame_listener, frame);
	ext_image_copy_capture_frame_v1_attach_buffer(
		frame->proxy.copying, shot_wayland_buffer_proxy(frame->buffer));
	tell_stale(frame);
	ext_image_copy_capture_frame_v1_capture(frame->proxy.copying);
}

static void drop(struct shot_wayland_frame *frame)
{
	if (frame->proxy.copying) {
		ext_image_copy_capture_frame_v1_destroy(frame->proxy.copying);
		frame->proxy.copying = NULL;
	}
	if (frame->session) {
		frame->session->frame = NULL;
	}
	if (frame->has_own_session) {
		shot_wayland_session_finish(frame->session);
		free(frame->session);
		frame->session = NULL;
		frame->has_own_session = false;
	}
}

const struct shot_wayland_protocol shot_wayland_image_copy = {
	.begin = begin, .copy = copy, .drop = drop};
