/* The client of a hostile compositor: opens and captures as the binding does. */
#ifndef SPEC_HOSTILE_CLIENT_H
#define SPEC_HOSTILE_CLIENT_H

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "capture/grabber.h"
#include "capture/request.h"
#include "support/hostile.h"
#include "wayland/source.h"

#ifndef PATIENCE
#define PATIENCE 20 /* seconds for a capture; less in tests of what is not answered */
#endif

/* wl_shm.format */
enum { ARGB = 0, XRGB = 1, XBGR = 0x34324258, RGB565 = 0x36314752, YUYV = 0x56595559 };

#define SAY(plan, when, ...) \
	hostile_say(plan, when, (struct hostile_event[]){__VA_ARGS__}, \
		sizeof((struct hostile_event[]){__VA_ARGS__}) / sizeof(struct hostile_event))

static const struct shot_target root = {.kind = SHOT_TARGET_ROOT};

static inline struct shot_grabber *open_display(
	const char *path, bool damage, struct shot_error *err)
{
	return shot_grabber_open(&(struct shot_grabber_options){.kind = &shot_wayland_source,
					 .slots = 4,
					 .bytes = 1 << 26,
					 .path = path,
					 .damage = damage},
		err);
}

static inline void wait_for(struct shot_grabber *grabber, int64_t deadline)
{
	int64_t left = (deadline - shot_clock_ns()) / 1000000;
	struct pollfd ready = {.fd = grabber->source->kind->fd(grabber->source), .events = POLLIN};
	grabber->source->kind->flush(grabber->source);
	poll(&ready, 1, left > 20 ? 20 : left > 0 ? (int)left : 0);
}

/* Poll a capture, as the binding does, until it ends or `seconds` are over. "" for a picture, else
 * the code. */
static inline const char *await_capture(struct shot_request *request, struct shot_grabber *grabber,
	double seconds, struct shot_frame *frame, struct shot_error *err)
{
	int64_t deadline = shot_deadline_in(seconds);
	enum shot_poll outcome = shot_request_poll(request, frame, err);
	while (outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline) {
		wait_for(grabber, deadline);
		outcome = shot_request_poll(request, frame, err);
	}
	if (outcome == SHOT_POLL_WAITING) {
		shot_request_cancel(request);
		return "ETIMEDOUT";
	}
	return outcome == SHOT_POLL_FAILED ? err->code : "";
}

/* Capture, and keep the frame. */
static inline const char *capture_frame(struct shot_grabber *grabber,
	const struct shot_target *target, struct shot_frame *frame, struct shot_error *err)
{
	struct shot_request *request =
		shot_request_begin(grabber, target, 1, &grabber->pool.buffers, err);
	return request ? await_capture(request, grabber, PATIENCE, frame, err) : err->code;
}

/* Capture, and look at the first pixel. */
static inline const char *capture(struct shot_grabber *grabber, const struct shot_target *target,
	uint32_t *color, struct shot_error *err)
{
	struct shot_frame frame;
	const char *code = capture_frame(grabber, target, &frame, err);
	if (!*code) {
		memcpy(color, frame.view.data, 4);
		shot_view_unref(&frame.view);
	}
	return code;
}

#endif
