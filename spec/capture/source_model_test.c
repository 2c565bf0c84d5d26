/* Random steps of requests that begin, are polled and given up, on a picture that draws, resizes,
 * sleeps, refuses and is lost, beside a model of which memory may be written: a slot is lent to
 * nobody while a tile is on its way into it or a frame in it is held, and a frame never changes.
 * The same seed takes the same steps: LUASHOT_SEED runs one alone. */
/* with: support/painted.c */
/* link: --wrap=shot_clock_ns */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/grabber.h"
#include "capture/request.h"
#include "capture/request_list.h"
#include "capture/watch.h"
#include "support/painted.h"

enum {
	REQUESTS = 10,
	FRAMES = 12,
	TARGETS = 3, /* of one request */
	SLOTS = 5,
	BYTES = 100000,
	WINDOW = 7,
};

/* A clock by steps, so that nothing depends on the machine. */
static int64_t now;

int64_t __wrap_shot_clock_ns(void);
int64_t __wrap_shot_clock_ns(void)
{
	return now += 1000;
}

struct model {
	uint64_t seed, random;
	unsigned step;
	uint64_t trace; /* a hash of all that came out */
	struct shot_grabber *grabber;
	struct painted *painted;
	struct model_request {
		struct shot_request *request; /* NULL: free */
		unsigned number, count;
		unsigned drawn; /* how often the screen had changed when it began */
		struct shot_target targets[TARGETS];
	} requests[REQUESTS];
	unsigned numbered;
	struct model_frame {
		struct shot_frame frame; /* no owner: free */
		uint64_t hash;		 /* of its pixels when it came */
	} frames[FRAMES];
	struct shot_watch *watch;
	unsigned captured, failed, lost;
};

static struct model model;

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fail_msg("seed %llu, step %u: %s", (unsigned long long)model.seed, \
				model.step, #condition); \
		} \
	} while (0)

static uint64_t roll(void)
{
	model.random ^= model.random << 13;
	model.random ^= model.random >> 7;
	model.random ^= model.random << 17;
	return model.random;
}

static unsigned below(unsigned limit)
{
	return (unsigned)(roll() >> 32) % limit;
}

/* Each number is rolled in a statement of its own: compilers evaluate the parts of one in any
 * order, and a seed shall mean the same steps on every machine. */
static struct shot_rect some_rect(unsigned x, unsigned y, unsigned width, unsigned height)
{
	struct shot_rect rect;
	rect.x = (int32_t)below(x);
	rect.y = (int32_t)below(y);
	rect.width = 1 + (int32_t)below(width);
	rect.height = 1 + (int32_t)below(height);
	return rect;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x100000001b3;
}

static void note(uint64_t value)
{
	model.trace = mix(model.trace, value);
}

static uint64_t hash_pixels(const struct shot_frame *frame)
{
	uint64_t hash = 1;
	for (int32_t y = 0; y < frame->view.height; y++) {
		const uint8_t *row = shot_view_row(&frame->view, y);
		for (int32_t x = 0; x < frame->view.width * 4; x++) {
			hash = mix(hash, row[x]);
		}
	}
	return hash;
}

/* The claim: whoever sends a tile is the only one who has that memory. */
static void check_lending(
	struct painted *painted, const struct shot_tile *tile, const struct shot_attachment *into)
{
	(void)tile;
	for (int i = 0; i < PAINTED_QUEUE; i++) {
		const struct painted_question *question = &painted->questions[i];
		bool is_in_flight = question->id && question->what == PAINTED_TILE;
		MUST(!is_in_flight || question->base != into->data ||
			question->sender == painted->sender);
	}
	for (int i = 0; i < FRAMES; i++) {
		const struct shot_frame *frame = &model.frames[i].frame;
		MUST(!frame->view.owner || frame->view.data < into->data ||
			frame->view.data >= into->data + into->size);
	}
}

static void open_picture(void)
{
	static const char *const paths[] = {"attached", "attached", "copied"};
	struct shot_error err;
	struct shot_grabber_options options = {.kind = &painted_source,
		.display = "painted:48x32",
		.slots = SLOTS,
		.bytes = BYTES};
	options.damage = below(2);
	options.path = paths[below(3)];
	model.grabber = shot_grabber_open(&options, &err);
	MUST(model.grabber);
	model.painted = painted_of(model.grabber->source);
	model.painted->on_send = check_lending;
	model.painted->windows[0] = (struct painted_window){WINDOW, {4, 4, 20, 10}, 0x778899};
}

static void take_frame(struct shot_frame frame)
{
	for (int i = 0; i < FRAMES; i++) {
		if (!model.frames[i].frame.view.owner) {
			model.frames[i] = (struct model_frame){frame, hash_pixels(&frame)};
			note(model.frames[i].hash);
			return;
		}
	}
	shot_view_unref(&frame.view);
}

static void release(unsigned i)
{
	struct model_frame *held = &model.frames[i];
	if (held->frame.view.owner) {
		MUST(hash_pixels(&held->frame) == held->hash);
		shot_view_unref(&held->frame.view);
		held->frame.view.owner = NULL;
	}
}

/* That a frame is what the screen shows. */
static void check_pixels(const struct shot_frame *frame)
{
	const struct painted *painted = model.painted;
	MUST(shot_rect_contains((struct shot_rect){0, 0, painted->width, painted->height},
		(struct shot_rect){frame->x, frame->y, frame->view.width, frame->view.height}));
	for (int32_t y = 0; y < frame->view.height; y++) {
		const uint32_t *shown =
			painted->pixels + (frame->y + y) * painted->width + frame->x;
		MUST(memcmp(shot_view_row(&frame->view, y), shown, (size_t)frame->view.width * 4) ==
			0);
	}
}

static struct shot_target make_target(void)
{
	struct shot_target target = {.cursor = below(6) == 0, .clip = true};
	switch (below(8)) {
	case 7: /* such as take the same slots as all of it, and come again */
	case 6:
		target.kind = SHOT_TARGET_REGION;
		target.rect = (struct shot_rect){1, 1, 45 + (int32_t)below(2), 30};
		break;
	case 0:
		target.kind = SHOT_TARGET_REGION;
		target.rect = some_rect(40, 30, 40, 30);
		break;
	case 1:
		target.kind = SHOT_TARGET_FOLLOW;
		target.rect = (struct shot_rect){.width = 9, .height = 7};
		break;
	case 2:
		target.kind = SHOT_TARGET_WINDOW;
		target.window = WINDOW;
		target.is_obscured = below(2);
		break;
	default:
		target.kind = SHOT_TARGET_ROOT;
	}
	return target;
}

static void begin(struct model_request *slot)
{
	struct shot_error err;
	slot->count = below(4) ? 1 : 1 + below(TARGETS);
	slot->drawn = model.painted->drawn;
	for (unsigned i = 0; i < slot->count; i++) {
		slot->targets[i] = make_target();
	}
	slot->number = model.painted->sender = ++model.numbered;
	slot->request = shot_request_begin(
		model.grabber, slot->targets, slot->count, &model.grabber->pool.buffers, &err);
	note(slot->request != NULL);
}

static void poll_request(struct model_request *slot)
{
	struct shot_frame frames[TARGETS];
	struct shot_error err;
	model.painted->sender = slot->number;
	enum shot_poll outcome = shot_request_poll(slot->request, frames, &err);
	note((uint64_t)outcome);
	if (outcome == SHOT_POLL_WAITING) {
		return;
	}
	slot->request = NULL;
	if (outcome == SHOT_POLL_FAILED) {
		MUST(err.code && err.code[0] == 'E');
		model.failed++;
		return;
	}
	model.captured++;
	for (unsigned i = 0; i < slot->count; i++) {
		MUST(frames[i].view.width > 0 && frames[i].view.height > 0);
		if (slot->drawn == model.painted->drawn && !slot->targets[i].cursor &&
			!slot->targets[i].is_obscured) {
			check_pixels(&frames[i]);
		}
		take_frame(frames[i]);
	}
}

static void cancel(struct model_request *slot)
{
	shot_request_cancel(slot->request);
	slot->request = NULL;
}

/* Close, with all that is under way, and open the next one. Frames stay, requests tell. */
static void reopen(void)
{
	struct shot_grabber *old = model.grabber;
	model.lost += model.painted->is_lost;
	shot_grabber_close(old);
	for (int i = 0; i < REQUESTS; i++) {
		struct shot_frame frames[TARGETS];
		struct shot_error err;
		if (!model.requests[i].request) {
			continue;
		}
		if (below(2)) {
			cancel(&model.requests[i]);
		} else {
			MUST(shot_request_poll(model.requests[i].request, frames, &err) ==
				SHOT_POLL_FAILED);
			MUST(strcmp(err.code, "ELOST") == 0);
			model.requests[i].request = NULL;
		}
	}
	shot_watch_destroy(model.watch);
	model.watch = NULL;
	open_picture();
}

/* How many slots the frames hold. */
static unsigned count_held(void)
{
	unsigned count = 0;
	for (int i = 0; i < FRAMES; i++) {
		const struct shot_owner *owner = model.frames[i].frame.view.owner;
		const struct shot_pool *pool = &model.grabber->pool;
		bool is_new = owner != NULL, is_here = false;
		for (int k = 0; k < i; k++) {
			is_new = is_new && model.frames[k].frame.view.owner != owner;
		}
		for (unsigned k = 0; k < pool->count; k++) {
			is_here = is_here || &pool->slots[k]->owner == owner;
		}
		count += is_new && is_here;
	}
	return count;
}

/* Let everything come to its end: nothing is left on its way, and a capture is right. */
static void settle(void)
{
	struct shot_error err;
	model.painted->sleeps = false;
	memset(model.painted->faults, 0, sizeof model.painted->faults);
	for (int i = 0; i < REQUESTS; i++) {
		while (model.requests[i].request) {
			painted_serve(model.painted, 1);
			poll_request(&model.requests[i]);
		}
	}
	painted_serve(model.painted, PAINTED_QUEUE);
	if (!shot_grabber_take_events(model.grabber, &err)) {
		reopen();
		return;
	}
	struct shot_stats stats = shot_grabber_stats(model.grabber);
	MUST(stats.in_flight == 0);
	MUST(stats.held == count_held());
	for (unsigned i = 0; i < FRAMES; i++) {
		release(i);
	}
	MUST(shot_grabber_stats(model.grabber).held == 0);
	const struct shot_target root = {.kind = SHOT_TARGET_ROOT};
	struct shot_frame frame;
	enum shot_poll outcome;
	model.painted->sender = ++model.numbered;
	struct shot_request *request =
		shot_request_begin(model.grabber, &root, 1, &model.grabber->pool.buffers, &err);
	MUST(request);
	while ((outcome = shot_request_poll(request, &frame, &err)) == SHOT_POLL_WAITING) {
		MUST(painted_serve(model.painted, 1) > 0);
	}
	MUST(outcome == SHOT_POLL_DONE);
	MUST(frame.view.width == model.painted->width);
	check_pixels(&frame);
	shot_view_unref(&frame.view);
}

static void draw(void)
{
	struct shot_rect rect = some_rect(60, 40, 20, 10);
	painted_draw(model.painted, rect, (uint32_t)roll() & 0xffffff);
}

static void change_windows(void)
{
	struct painted_window *window = &model.painted->windows[0];
	window->rect.x = (int32_t)below(20);
	window->rect.width = 5 + (int32_t)below(20);
	window->id = below(5) ? WINDOW : 0;
	model.painted->pointer_x = (int32_t)below(48);
}

static void look_at_watch(void)
{
	struct shot_error err;
	unsigned count;
	if (!model.watch) {
		model.watch = shot_watch_create(
			model.grabber->source, (struct shot_rect){5, 5, 20, 20}, &err);
	} else if (below(8) == 0) {
		shot_watch_destroy(model.watch);
		model.watch = NULL;
	} else if (shot_watch_is_due(model.watch)) {
		note((uint64_t)shot_watch_poll(model.watch, &count, &err));
	}
}

static void take_step(void)
{
	struct model_request *slot = &model.requests[below(REQUESTS)];
	struct shot_error err;
	unsigned kind = below(100);
	if (kind < 25 && !slot->request) {
		begin(slot);
	} else if (kind < 55 && slot->request) {
		poll_request(slot);
	} else if (kind < 60 && slot->request) {
		cancel(slot);
	} else if (kind < 75) {
		note(painted_serve(model.painted, 1 + below(6)));
	} else if (kind < 84) {
		release(below(FRAMES));
	} else if (kind < 90) {
		draw();
	} else if (kind < 92) {
		change_windows();
	} else if (kind < 94) {
		look_at_watch();
	} else if (kind < 95) {
		unsigned fault = below(PAINTED_FAULTS);
		model.painted->faults[fault] = 1 + below(3);
	} else if (kind < 96) {
		model.painted->sleeps = below(3) == 0;
	} else if (kind < 97) {
		note(shot_grabber_trim(model.grabber));
	} else if (kind < 98) {
		struct shot_rect root = some_rect(1, 1, 60, 40);
		painted_resize(model.painted, 7 + root.width, 7 + root.height);
	} else if (kind < 99) {
		note(shot_grabber_take_events(model.grabber, &err));
	} else if (below(10) == 0) {
		painted_lose(model.painted);
	} else if (below(8) == 0 || model.painted->is_lost) {
		reopen();
	} else if (below(3) == 0) {
		settle();
	}
	struct shot_stats stats = shot_grabber_stats(model.grabber);
	MUST(stats.slots <= SLOTS && stats.bytes <= BYTES && stats.held >= count_held());
	note(stats.held);
	note(stats.bytes);
}

/* What came out of that many steps. */
static uint64_t run(uint64_t seed, unsigned steps)
{
	now = 0;
	model = (struct model){.seed = seed, .random = seed * 0x9e3779b97f4a7c15 + 1};
	open_picture();
	for (model.step = 0; model.step < steps; model.step++) {
		take_step();
	}
	settle();
	for (unsigned i = 0; i < FRAMES; i++) {
		release(i);
	}
	shot_watch_destroy(model.watch);
	shot_grabber_close(model.grabber);
	MUST(model.captured > steps / 50 && model.failed > 0);
	return model.trace;
}

static void no_slot_is_lent_twice(void **state)
{
	(void)state;
	bool is_long = getenv("LUASHOT_LONG");
	const char *one = getenv("LUASHOT_SEED");
	unsigned steps = is_long ? 100000 : 2000;
	unsigned runs = is_long ? 10 : 4;
	uint64_t first = one ? strtoull(one, NULL, 10) : 1;
	for (uint64_t seed = first; seed < first + (one ? 1 : runs); seed++) {
		uint64_t trace = run(seed, steps);
		print_message("seed %llu: %u captured, %u failed, %u lost, trace %016llx\n",
			(unsigned long long)seed, model.captured, model.failed, model.lost,
			(unsigned long long)trace);
	}
}

static void the_same_seed_takes_the_same_steps(void **state)
{
	(void)state;
	assert_true(run(11, 2000) == run(11, 2000));
	assert_true(run(11, 2000) != run(12, 2000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_slot_is_lent_twice),
		cmocka_unit_test(the_same_seed_takes_the_same_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
