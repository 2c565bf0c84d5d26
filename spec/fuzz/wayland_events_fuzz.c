/* What a compositor says, in any order and with any numbers: opened, captured from by each path,
 * watched, its windows listed and captured, and closed, whatever it says. */
#include <poll.h>
#include <sanitizer/lsan_interface.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/grabber.h"
#include "capture/request.h"
#include "capture/watch.h"
#include "support/hostile.h"
#include "wayland/library.h"
#include "wayland/source.h"

#define PATIENCE 0.004 /* seconds for what may never be answered */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static __typeof__(wl_display_read_events) *read_events;

/* libwayland makes an object as soon as it reads the event that announces it, and forgets it when
 * the connection ends before the event is handed out: that is no leak of ours. */
static int read_unwatched(struct wl_display *display)
{
	__lsan_disable();
	int result = read_events(display);
	__lsan_enable();
	return result;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct shot_error err;
	(void)argc, (void)argv;
	if (!shot_wayland_load(&err)) {
		abort();
	}
	read_events = shot_wayland_library.read_events;
	shot_wayland_library.read_events = read_unwatched;
	return 0;
}

struct bytes {
	const uint8_t *at;
	size_t left;
};

static uint8_t take(struct bytes *bytes)
{
	if (bytes->left == 0) {
		return 0;
	}
	bytes->left--;
	return *bytes->at++;
}

/* A number that means something somewhere. */
static int32_t number(struct bytes *bytes)
{
	static const int32_t known[] = {0, 1, 2, 3, 7, 48, 64, 65, 128, 256, 320, -1, -64, 32767,
		32768, 65536, 1 << 30, INT32_MAX, INT32_MIN, 0x34324258, 0x34324241, 0x36314752,
		0x34324752, 0x56595559, 0x30335258};
	uint8_t which = take(bytes);
	size_t count = sizeof known / sizeof *known;
	return which < count ? known[which] : which;
}

/* What an honest compositor says, and behind or instead of that what the bytes say. */
static void read_plan(struct bytes *bytes, struct hostile_plan *plan)
{
	uint8_t flags = take(bytes);
	*plan = hostile_honest();
	plan->has_screencopy = !(flags & 1);
	plan->has_ext = !(flags & 2);
	plan->version = flags / 4 % 3 + 1;
	plan->outputs = flags >> 5;
	while (bytes->left > 0) {
		struct hostile_list *list = &plan->on[take(bytes) % HOSTILE_WHENS];
		unsigned at = take(bytes) % HOSTILE_EVENTS;
		struct hostile_event *event = &list->events[at];
		event->what = take(bytes) % HOSTILE_WHATS;
		for (int i = 0; i < 4; i++) {
			event->args[i] = number(bytes);
		}
		list->count = at < list->count ? list->count : at + 1;
	}
}

static void wait_for(struct shot_grabber *grabber)
{
	struct pollfd ready = {.fd = grabber->source->kind->fd(grabber->source), .events = POLLIN};
	grabber->source->kind->flush(grabber->source);
	poll(&ready, 1, 1);
}

static void capture(struct shot_grabber *grabber, const struct shot_target *target)
{
	int64_t deadline = shot_deadline_in(PATIENCE);
	struct shot_error err;
	struct shot_frame frame;
	struct shot_request *request =
		shot_request_begin(grabber, target, 1, &grabber->pool.buffers, &err);
	enum shot_poll outcome = SHOT_POLL_WAITING;
	while (request && outcome == SHOT_POLL_WAITING) {
		outcome = shot_request_poll(request, &frame, &err);
		if (outcome == SHOT_POLL_WAITING) {
			if (shot_clock_ns() >= deadline) {
				shot_request_cancel(request);
				return;
			}
			wait_for(grabber);
		}
	}
	if (outcome == SHOT_POLL_DONE) {
		shot_view_unref(&frame.view);
	}
}

static uint32_t list_windows(struct shot_grabber *grabber)
{
	int64_t deadline = shot_deadline_in(PATIENCE);
	struct shot_error err;
	struct shot_windows *windows = shot_windows_query(grabber->source, true, &err);
	enum shot_poll outcome = SHOT_POLL_WAITING;
	uint32_t first = 0;
	while (windows && outcome == SHOT_POLL_WAITING && shot_clock_ns() < deadline) {
		wait_for(grabber);
		outcome = windows->kind->poll_windows(windows, &err);
	}
	if (windows) {
		first = windows->count > 0 ? windows->list[0].id : 1;
		windows->kind->destroy_windows(windows);
	}
	return first;
}

static void use(struct shot_grabber *grabber)
{
	static const struct shot_rect everywhere = {0, 0, 100, 100};
	struct shot_error err;
	const struct shot_target targets[] = {{.kind = SHOT_TARGET_ROOT},
		{.kind = SHOT_TARGET_REGION, .rect = {1, 2, 20, 10}, .clip = true},
		{.kind = SHOT_TARGET_ROOT, .cursor = true},
		{.kind = SHOT_TARGET_WINDOW, .window = list_windows(grabber)}};
	struct shot_watch *watch = shot_watch_create(grabber->source, everywhere, &err);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		capture(grabber, &targets[i]);
	}
	shot_grabber_trim(grabber);
	shot_grabber_take_events(grabber, &err);
	shot_watch_destroy(watch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {NULL, "wl-screencopy", "wl-copy", "wl-scratch"};
	struct bytes bytes = {data, size};
	uint8_t how = take(&bytes);
	struct hostile_plan plan;
	struct shot_error err;
	read_plan(&bytes, &plan);
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber =
		shot_grabber_open(&(struct shot_grabber_options){.kind = &shot_wayland_source,
					  .slots = 4,
					  .bytes = 1 << 24,
					  .path = paths[how % 4],
					  .damage = how & 4},
			&err);
	if (grabber) {
		use(grabber);
	}
	shot_grabber_close(grabber);
	hostile_stop(hostile);
	return 0;
}
