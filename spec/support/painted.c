#include "support/painted.h"

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/owner.h"
#include "capture/watch.h"

struct painted_watch {
	struct shot_watch watch; /* first */
	struct shot_rect rect;
	struct painted_account account;
	bool is_asked; /* drawing since then makes it due, when events are taken in */
	bool has_event;
};

struct painted *painted_of(struct shot_source *source)
{
	return (struct painted *)source;
}

static void lock(struct painted *painted)
{
	pthread_mutex_lock(&painted->lock);
}

static void unlock(struct painted *painted)
{
	pthread_mutex_unlock(&painted->lock);
}

static bool happens(struct painted *painted, enum painted_fault fault)
{
	return painted->faults[fault] > 0 && --painted->faults[fault] == 0;
}

static bool fail_lost(struct shot_error *err)
{
	return shot_fail(err, "ELOST", "the picture is lost");
}

/* Something can be read. */
static void wake(struct painted *painted)
{
	atomic_fetch_add(&painted->received, 1);
	eventfd_write(painted->fd, 1);
}

/* --- what the server does
 * ------------------------------------------------------------------------*/

static void account(struct painted_account *into, struct shot_rect rect, struct shot_rect all)
{
	rect = shot_rect_intersect(rect, all);
	if (shot_rect_is_empty(rect)) {
		return;
	}
	if (into->count == PAINTED_RECTS) {
		into->rects[0] = all;
		into->count = 1;
		return;
	}
	into->rects[into->count++] = rect;
}

static struct shot_rect screen_of(const struct painted *painted)
{
	return (struct shot_rect){0, 0, painted->width, painted->height};
}

static void draw(struct painted *painted, struct shot_rect rect, uint32_t color)
{
	rect = shot_rect_intersect(rect, screen_of(painted));
	for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
		for (int32_t x = rect.x; x < rect.x + rect.width; x++) {
			painted->pixels[(size_t)y * (size_t)painted->width + (size_t)x] = color;
		}
	}
	painted->drawn++;
	account(&painted->root, rect, screen_of(painted));
	for (int i = 0; i < PAINTED_WATCHES; i++) {
		struct painted_watch *watch = painted->watches[i];
		if (watch && !shot_rect_is_empty(shot_rect_intersect(rect, watch->rect))) {
			account(&watch->account, rect, watch->rect);
			watch->has_event = watch->is_asked;
		}
	}
}

void painted_draw(struct painted *painted, struct shot_rect rect, uint32_t color)
{
	lock(painted);
	draw(painted, rect, color);
	wake(painted);
	unlock(painted);
}

uint32_t painted_color(struct painted *painted, int32_t x, int32_t y)
{
	lock(painted);
	uint32_t color = painted->pixels[(size_t)y * (size_t)painted->width + (size_t)x];
	unlock(painted);
	return color;
}

static bool set_size(struct painted *painted, int32_t width, int32_t height)
{
	uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof *pixels);
	if (!pixels) {
		return false;
	}
	free(painted->pixels);
	painted->pixels = pixels;
	painted->width = width;
	painted->height = height;
	return true;
}

void painted_resize(struct painted *painted, int32_t width, int32_t height)
{
	lock(painted);
	if (set_size(painted, width, height)) {
		draw(painted, screen_of(painted), 0);
		painted->has_resized = true;
		wake(painted);
	}
	unlock(painted);
}

void painted_sleep(struct painted *painted, bool sleeps)
{
	lock(painted);
	painted->sleeps = sleeps;
	pthread_cond_signal(&painted->more);
	unlock(painted);
}

void painted_lose(struct painted *painted)
{
	lock(painted);
	painted->is_lost = true;
	wake(painted);
	unlock(painted);
}

static const struct painted_window *find_window(const struct painted_window *windows, uint32_t id)
{
	for (int i = 0; i < PAINTED_WINDOWS; i++) {
		if (id && windows[i].id == id) {
			return &windows[i];
		}
	}
	return NULL;
}

/* The color of one pixel of a surface. */
static uint32_t color_at(const struct painted *painted, const struct painted_question *question,
	const struct painted_window *window, int32_t x, int32_t y)
{
	struct shot_rect pointer = {painted->pointer_x - 4, painted->pointer_y - 4, 8, 8};
	if (window) {
		return window->color;
	}
	if (question->tile.with_cursor &&
		shot_rect_contains(pointer, (struct shot_rect){x, y, 1, 1})) {
		return PAINTED_POINTER_COLOR;
	}
	return painted->pixels[(size_t)y * (size_t)painted->width + (size_t)x];
}

static void serve_tile(struct painted *painted, struct painted_question *question)
{
	const struct shot_rect rect = question->tile.rect;
	const struct painted_window *window =
		find_window(painted->windows, question->tile.surface.window);
	struct shot_rect surface = screen_of(painted);
	struct painted_segment *segment =
		question->segment ? &painted->segments[question->segment - 1] : NULL;
	if (question->tile.surface.window && !window) {
		question->code = "EGONE";
	} else if (window) {
		surface = (struct shot_rect){0, 0, window->rect.width, window->rect.height};
	}
	if (question->is_canceled) {
		question->code = "ECANCELED";
	} else if (happens(painted, PAINTED_REFUSE_TILE) || (segment && segment->is_refused)) {
		question->code = "EXERROR";
	} else if (!question->code && !shot_rect_contains(surface, rect)) {
		question->code = "EGEOMETRY";
	}
	size_t bytes = shot_tile_bytes(rect);
	if (!segment && !question->code) {
		question->copy = malloc(bytes);
		question->code = question->copy ? NULL : "ENOMEM";
	}
	if (question->code) {
		return;
	}
	if (segment && question->tile.offset + bytes > segment->size) {
		abort(); /* outside of what was attached */
	}
	uint8_t *memory = segment && segment->data ? segment->data : question->base;
	uint8_t *to = segment ? memory + question->tile.offset : question->copy;
	for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
		for (int32_t x = rect.x; x < rect.x + rect.width; x++, to += 4) {
			uint32_t color = color_at(painted, question, window, x, y);
			memcpy(to, &color, 4);
		}
	}
	painted->tiles_written++;
	painted->bytes_written += bytes;
}

static void serve_changes(struct painted *painted, struct painted_question *question)
{
	question->code = happens(painted, PAINTED_REFUSE_CHANGES) ? "EXERROR" : NULL;
	question->answer = *question->account;
	question->account->count = 0; /* what a refusal would have listed, no later one does */
}

static void serve(struct painted *painted, struct painted_question *question)
{
	switch (question->what) {
	case PAINTED_TILE:
		serve_tile(painted, question);
		break;
	case PAINTED_CHANGES:
		serve_changes(painted, question);
		break;
	case PAINTED_POINTER:
		question->code = happens(painted, PAINTED_REFUSE_POINTER) ? "EXERROR" : NULL;
		question->x = painted->pointer_x;
		question->y = painted->pointer_y;
		break;
	case PAINTED_CURSOR:
		question->code = happens(painted, PAINTED_REFUSE_CURSOR) ? "EACCES" : NULL;
		question->x = painted->pointer_x;
		question->y = painted->pointer_y;
		break;
	case PAINTED_LAYOUT:
		question->x = painted->width;
		question->y = painted->height;
		break;
	default:
		memcpy(question->windows, painted->windows, sizeof question->windows);
	}
	question->is_served = true;
}

static void release_segment(struct painted_segment *segment)
{
	if (segment->data) {
		munmap(segment->data, segment->size);
	}
	*segment = (struct painted_segment){0};
}

/* What was detached goes when the tiles sent before have landed. */
static void sweep(struct painted *painted)
{
	bool is_used[PAINTED_SEGMENTS + 1] = {false};
	for (int i = 0; i < PAINTED_QUEUE; i++) {
		const struct painted_question *question = &painted->questions[i];
		if (question->id && !question->is_served) {
			is_used[question->segment] = true;
		}
	}
	for (uintptr_t i = 0; i < PAINTED_SEGMENTS; i++) {
		if (painted->segments[i].is_detached && !is_used[i + 1]) {
			release_segment(&painted->segments[i]);
		}
	}
}

static struct painted_question *find(struct painted *painted, uintptr_t id)
{
	struct painted_question *question = &painted->questions[id % PAINTED_QUEUE];
	return id && question->id == id ? question : NULL;
}

/* The oldest that can be answered. Tiles that sleep hold up what was asked after them no more than
 * a server would: answers to changes that check them wait. */
static struct painted_question *next(struct painted *painted)
{
	bool has_sleeper = false;
	for (uintptr_t id = painted->asked >= PAINTED_QUEUE ? painted->asked - PAINTED_QUEUE + 1
							    : 1;
		id <= painted->asked; id++) {
		struct painted_question *question = find(painted, id);
		if (!question || question->is_served) {
			continue;
		}
		bool is_tile = question->what == PAINTED_TILE;
		if (painted->sleeps && is_tile && !question->is_canceled) {
			has_sleeper = true;
		} else if (!has_sleeper || question->what != PAINTED_CHANGES) {
			return question;
		}
	}
	return NULL;
}

static unsigned serve_next(struct painted *painted, unsigned count)
{
	unsigned done = 0;
	struct painted_question *question;
	while (!painted->is_lost && done < count && (question = next(painted))) {
		serve(painted, question);
		done++;
	}
	if (done > 0) {
		sweep(painted);
		wake(painted);
	}
	return done;
}

unsigned painted_serve(struct painted *painted, unsigned count)
{
	lock(painted);
	unsigned done = serve_next(painted, count);
	unlock(painted);
	return done;
}

unsigned painted_unanswered(struct painted *painted)
{
	unsigned count = 0;
	lock(painted);
	for (int i = 0; i < PAINTED_QUEUE; i++) {
		count += painted->questions[i].id && !painted->questions[i].is_served;
	}
	unlock(painted);
	return count;
}

static void *run(void *argument)
{
	struct painted *painted = argument;
	lock(painted);
	while (!painted->is_over) {
		if (serve_next(painted, 1) == 0) {
			pthread_cond_wait(&painted->more, &painted->lock);
		}
	}
	unlock(painted);
	return NULL;
}

void painted_start(struct painted *painted)
{
	painted->has_thread = pthread_create(&painted->thread, NULL, run, painted) == 0;
}

/* --- the source
 * ----------------------------------------------------------------------------------*/

static struct shot_source *open_picture(
	const char *name, struct shot_breaker *breaker, struct shot_error *err)
{
	int width, height;
	(void)breaker;
	if (!name || sscanf(name, "painted:%dx%d", &width, &height) != 2) {
		shot_fail(err, "ENODISPLAY", "'%s' is not a painted display", name ? name : "");
		return NULL;
	}
	struct painted *painted = calloc(1, sizeof *painted);
	if (!painted || !set_size(painted, width, height)) {
		free(painted);
		shot_fail_errno(err, ENOMEM, "cannot paint");
		return NULL;
	}
	painted->source.lacks[SHOT_ABILITY_OVERLAY] = "the picture draws no pointer";
	painted->source.wire = SHOT_WIRE_BGRX;
	painted->source.layout = (struct shot_layout){.root = screen_of(painted),
		.count = 1,
		.monitors = {{.rect = screen_of(painted),
			.name = "picture",
			.output = "picture",
			.primary = true}}};
	painted->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&painted->lock, NULL);
	pthread_cond_init(&painted->more, NULL);
	return &painted->source;
}

static void close_picture(struct shot_source *source)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	painted->is_over = true;
	pthread_cond_broadcast(&painted->more);
	unlock(painted);
	if (painted->has_thread) {
		pthread_join(painted->thread, NULL);
	}
	for (int i = 0; i < PAINTED_SEGMENTS; i++) {
		release_segment(&painted->segments[i]);
	}
	for (int i = 0; i < PAINTED_QUEUE; i++) {
		free(painted->questions[i].copy);
	}
	pthread_mutex_destroy(&painted->lock);
	pthread_cond_destroy(&painted->more);
	close(painted->fd);
	free(painted->pixels);
	free(painted);
}

static int get_fd(const struct shot_source *source)
{
	return ((const struct painted *)source)->fd;
}

static uint64_t received(const struct shot_source *source)
{
	return atomic_load(&((const struct painted *)source)->received);
}

static void flush(struct shot_source *source)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	if (painted->is_automatic) {
		serve_next(painted, UINT32_MAX);
	}
	pthread_cond_signal(&painted->more);
	unlock(painted);
}

static void take_events(struct painted *painted)
{
	eventfd_t ignored;
	eventfd_read(painted->fd, &ignored);
	if (painted->has_resized) {
		painted->has_resized = false;
		painted->source.is_stale = true;
		painted->source.changes++;
	}
	for (int i = 0; i < PAINTED_WATCHES; i++) {
		struct painted_watch *watch = painted->watches[i];
		if (watch) {
			watch->watch.is_due |= watch->has_event;
			watch->has_event = false;
		}
	}
}

static void note(struct shot_source *source)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	take_events(painted);
	unlock(painted);
}

static bool check(struct shot_source *source, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	bool is_lost = painted->is_lost;
	unlock(painted);
	return !is_lost || fail_lost(err);
}

static bool poll_events(struct shot_source *source, struct shot_error *err)
{
	note(source);
	return check(source, err);
}

/* A question of that kind, which the caller fills; the lock is held. */
static struct painted_question *ask(struct painted *painted, int what)
{
	uintptr_t id = ++painted->asked;
	struct painted_question *question = &painted->questions[id % PAINTED_QUEUE];
	if (question->id) {
		abort(); /* nobody takes the answers */
	}
	*question = (struct painted_question){.id = id, .what = what};
	return question;
}

static uintptr_t ask_simple(struct shot_source *source, int what)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	uintptr_t id = ask(painted, what)->id;
	unlock(painted);
	return id;
}

/* Take the answer to a question out: it is the caller's. */
static enum shot_poll take(
	struct painted *painted, uintptr_t id, struct painted_question *out, struct shot_error *err)
{
	struct painted_question *question = find(painted, id);
	if (!question) {
		abort(); /* asked twice, or never */
	}
	take_events(painted);
	if (!question->is_served && !painted->is_lost) {
		return SHOT_POLL_WAITING;
	}
	*out = *question;
	question->id = 0;
	question->copy = NULL;
	if (!out->is_served) {
		fail_lost(err);
		return SHOT_POLL_FAILED;
	}
	if (out->code) {
		shot_fail(err, "", "the picture refuses");
		err->code = out->code;
		return SHOT_POLL_FAILED;
	}
	return SHOT_POLL_DONE;
}

static bool is_layout_current(const struct shot_source *source)
{
	return !source->is_stale && !((const struct painted *)source)->layout_question;
}

static void ask_layout(struct shot_source *source)
{
	struct painted *painted = painted_of(source);
	if (source->is_stale && !painted->layout_question) {
		source->is_stale = false;
		painted->layout_question = ask_simple(source, PAINTED_LAYOUT);
	}
}

static enum shot_poll poll_layout(struct shot_source *source, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	for (;;) {
		ask_layout(source);
		flush(source);
		if (!painted->layout_question) {
			return SHOT_POLL_DONE;
		}
		struct painted_question answer;
		lock(painted);
		enum shot_poll outcome = take(painted, painted->layout_question, &answer, err);
		unlock(painted);
		if (outcome == SHOT_POLL_WAITING) {
			return outcome;
		}
		painted->layout_question = 0;
		if (outcome == SHOT_POLL_FAILED) {
			return outcome;
		}
		source->layout.root = (struct shot_rect){0, 0, answer.x, answer.y};
		source->layout.monitors[0].rect = source->layout.root;
	}
}

static bool probe(struct shot_source *source, const struct shot_path *path, struct shot_error *err)
{
	(void)path;
	return check(source, err);
}

static void attach(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle)
{
	struct painted *painted = painted_of(source);
	(void)memory;
	lock(painted);
	for (int i = 0; i < PAINTED_SEGMENTS && !attachment->id; i++) {
		struct painted_segment *segment = &painted->segments[i];
		if (segment->size == 0) {
			segment->is_refused = happens(painted, PAINTED_REFUSE_ATTACH);
			segment->size = attachment->size;
			/* Where a thread answers, it writes to the same addresses as we read, so
			 * that a sanitizer sees both. */
			if (!painted->has_thread) {
				segment->data = mmap(NULL, segment->size, PROT_READ | PROT_WRITE,
					MAP_SHARED, handle, 0);
				assert(segment->data != MAP_FAILED);
			}
			attachment->id = attachment->unconfirmed = (uintptr_t)i + 1;
		}
	}
	unlock(painted);
	close(handle);
	if (!attachment->id) {
		abort(); /* more than were detached */
	}
}

static bool confirm(
	struct shot_source *source, struct shot_attachment *attachment, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	bool is_refused = false;
	lock(painted);
	if (attachment->unconfirmed) {
		struct painted_segment *segment = &painted->segments[attachment->unconfirmed - 1];
		attachment->unconfirmed = 0;
		is_refused = segment->is_refused;
		if (is_refused) {
			release_segment(segment);
			attachment->id = 0;
		}
	}
	unlock(painted);
	return !is_refused || shot_fail(err, "EACCES", "the picture attaches nothing");
}

static void detach(struct shot_source *source, struct shot_attachment *attachment)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	if (attachment->id) {
		painted->segments[attachment->id - 1].is_detached = true;
		sweep(painted);
	}
	unlock(painted);
	attachment->id = attachment->unconfirmed = 0;
}

static void send_tile(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into)
{
	struct painted *painted = painted_of(source);
	if (painted->on_send) {
		painted->on_send(painted, tile, into);
	}
	lock(painted);
	struct painted_question *question = ask(painted, PAINTED_TILE);
	question->base = into->data;
	question->sender = painted->sender;
	question->tile = *tile;
	question->segment = into->id;
	painted->tiles_sent++;
	tile->question = question->id;
	unlock(painted);
}

static enum shot_poll poll_tile(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct painted_question answer = {0};
	lock(painted);
	enum shot_poll outcome = take(painted, tile->question, &answer, err);
	unlock(painted);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	tile->question = 0;
	if (outcome == SHOT_POLL_DONE && answer.copy) {
		memcpy(into->data + tile->offset, answer.copy, shot_tile_bytes(tile->rect));
	}
	free(answer.copy);
	return outcome;
}

static void cancel_tile(struct shot_source *source, struct shot_tile *tile)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	find(painted, tile->question)->is_canceled = true;
	painted->tiles_canceled++;
	unlock(painted);
	flush(source);
}

static uintptr_t ask_pointer(struct shot_source *source)
{
	return ask_simple(source, PAINTED_POINTER);
}

static enum shot_poll poll_pointer(struct shot_source *source, uintptr_t question, int32_t *x,
	int32_t *y, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct painted_question answer;
	lock(painted);
	enum shot_poll outcome = take(painted, question, &answer, err);
	unlock(painted);
	if (outcome == SHOT_POLL_DONE) {
		*x = answer.x;
		*y = answer.y;
	}
	return outcome;
}

static uintptr_t ask_cursor(struct shot_source *source)
{
	return ask_simple(source, PAINTED_CURSOR);
}

static enum shot_poll poll_cursor(struct shot_source *source, uintptr_t question,
	struct shot_cursor_image *image, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct painted_question answer;
	lock(painted);
	enum shot_poll outcome = take(painted, question, &answer, err);
	unlock(painted);
	if (outcome != SHOT_POLL_DONE) {
		return outcome;
	}
	uint32_t *pixels = malloc(64 * sizeof *pixels);
	if (!pixels) {
		shot_fail_errno(err, ENOMEM, "cannot draw the pointer");
		return SHOT_POLL_FAILED;
	}
	for (int i = 0; i < 64; i++) {
		pixels[i] = 0xff000000 | PAINTED_POINTER_COLOR;
	}
	*image = (struct shot_cursor_image){
		.rect = {answer.x - 4, answer.y - 4, 8, 8}, .pixels = pixels, .memory = pixels};
	return outcome;
}

static void forget(struct shot_source *source, uintptr_t id)
{
	struct painted *painted = painted_of(source);
	lock(painted);
	struct painted_question *question = find(painted, id);
	if (!question || question->what == PAINTED_TILE) {
		abort(); /* tiles are polled to their end */
	}
	question->id = 0;
	unlock(painted);
}

static bool follow_changes(struct shot_source *source, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	if (happens(painted, PAINTED_REFUSE_FOLLOW)) {
		return shot_fail_errno(err, ENOMEM, "cannot follow the picture");
	}
	painted->is_following = true;
	return true;
}

static uintptr_t ask_account(struct painted *painted, struct painted_account *account)
{
	lock(painted);
	struct painted_question *question = ask(painted, PAINTED_CHANGES);
	question->account = account;
	unlock(painted);
	return question->id;
}

static uintptr_t ask_changes(struct shot_source *source, bool is_check)
{
	struct painted *painted = painted_of(source);
	(void)is_check;
	if (!painted->is_following) {
		abort();
	}
	return ask_account(painted, &painted->root);
}

static enum shot_poll poll_changes(struct shot_source *source, uintptr_t question,
	struct shot_region *region, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct painted_question answer;
	lock(painted);
	enum shot_poll outcome = take(painted, question, &answer, err);
	unlock(painted);
	if (outcome != SHOT_POLL_DONE) {
		return outcome;
	}
	if (!shot_region_resize(region, answer.answer.count, err)) {
		return SHOT_POLL_FAILED;
	}
	memcpy(region->rects, answer.answer.rects,
		answer.answer.count * sizeof *answer.answer.rects);
	return outcome;
}

static struct shot_watch *create_watch(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct painted_watch *watch = calloc(1, sizeof *watch);
	if (!watch) {
		shot_fail_errno(err, ENOMEM, "cannot watch the picture");
		return NULL;
	}
	watch->rect = rect;
	lock(painted);
	for (int i = 0; i < PAINTED_WATCHES; i++) {
		if (!painted->watches[i]) {
			painted->watches[i] = watch;
			break;
		}
	}
	unlock(painted);
	return &watch->watch;
}

static uintptr_t ask_watch(struct shot_watch *watch)
{
	struct painted_watch *own = (struct painted_watch *)watch;
	own->is_asked = true;
	return ask_account(painted_of(watch->source), &own->account);
}

static void destroy_watch(struct shot_watch *watch)
{
	if (watch->source) {
		struct painted *painted = painted_of(watch->source);
		lock(painted);
		for (int i = 0; i < PAINTED_WATCHES; i++) {
			if (painted->watches[i] == (struct painted_watch *)watch) {
				painted->watches[i] = NULL;
			}
		}
		unlock(painted);
	}
	free(watch);
}

/* --- windows
 * -------------------------------------------------------------------------------------*/

static void describe(const struct painted_window *from, struct shot_window *to)
{
	*to = (struct shot_window){.id = from->id, .rect = from->rect, .is_viewable = true};
	snprintf(to->title, sizeof to->title, "window %u", from->id);
}

struct query {
	struct shot_windows windows; /* first */
	struct shot_parting parting;
	struct painted *painted; /* NULL once it is over, or closed */
	uintptr_t question;
};

static void part_query(struct shot_parting *parting)
{
	SHOT_CONTAINER(parting, struct query, parting)->painted = NULL;
}

static struct shot_windows *begin_windows(
	struct shot_source *source, bool wants_list, struct shot_error *err)
{
	(void)wants_list;
	if (!check(source, err)) {
		return NULL;
	}
	struct query *query = calloc(1, sizeof *query);
	if (!query) {
		shot_fail_errno(err, ENOMEM, "cannot list windows");
		return NULL;
	}
	query->windows.kind = source->kind;
	query->painted = painted_of(source);
	query->parting.part = part_query;
	shot_source_join(source, &query->parting);
	query->question = ask_simple(source, PAINTED_WINDOWS_LIST);
	flush(source);
	return &query->windows;
}

static enum shot_poll poll_windows(struct shot_windows *windows, struct shot_error *err)
{
	struct query *query = (struct query *)windows;
	struct painted *painted = query->painted;
	if (!painted) {
		fail_lost(err);
		return SHOT_POLL_FAILED;
	}
	struct painted_question answer;
	lock(painted);
	enum shot_poll outcome = take(painted, query->question, &answer, err);
	unlock(painted);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	shot_source_leave(&painted->source, &query->parting);
	query->painted = NULL;
	if (outcome == SHOT_POLL_FAILED) {
		return outcome;
	}
	windows->list = calloc(PAINTED_WINDOWS, sizeof *windows->list);
	if (!windows->list) {
		shot_fail_errno(err, ENOMEM, "cannot list windows");
		return SHOT_POLL_FAILED;
	}
	for (int i = 0; i < PAINTED_WINDOWS; i++) {
		if (answer.windows[i].id) {
			describe(&answer.windows[i], &windows->list[windows->count++]);
		}
	}
	windows->active = answer.windows[0].id;
	return outcome;
}

static void destroy_windows(struct shot_windows *windows)
{
	struct query *query = (struct query *)windows;
	if (query->painted) {
		shot_source_leave(&query->painted->source, &query->parting);
		forget(&query->painted->source, query->question);
	}
	free(windows->list);
	free(query);
}

struct shot_window_search {
	struct painted *painted;
	uintptr_t question; /* 0: idle */
	unsigned count;
	struct {
		uint32_t id;
		bool is_obscured;
		struct shot_window_place place;
	} items[];
};

static struct shot_window_search *create_search(struct shot_source *source,
	const struct shot_target *targets, unsigned count, struct shot_error *err)
{
	struct painted *painted = painted_of(source);
	struct shot_window_search *search =
		happens(painted, PAINTED_REFUSE_SEARCH)
			? NULL
			: calloc(1, sizeof *search + count * sizeof search->items[0]);
	if (!search) {
		shot_fail_errno(err, ENOMEM, "cannot look for windows");
		return NULL;
	}
	search->painted = painted;
	search->count = count;
	for (unsigned i = 0; i < count; i++) {
		bool is_window = targets[i].kind == SHOT_TARGET_WINDOW;
		search->items[i].id = is_window ? targets[i].window : 0;
		search->items[i].is_obscured = is_window && targets[i].is_obscured;
	}
	return search;
}

static void begin_search(struct shot_window_search *search)
{
	if (search->question) {
		forget(&search->painted->source, search->question);
	}
	search->question = ask_simple(&search->painted->source, PAINTED_PLACES);
}

static void destroy_search(struct shot_window_search *search)
{
	if (search->question) {
		forget(&search->painted->source, search->question);
	}
	free(search);
}

static enum shot_poll take_places(
	struct shot_window_search *search, struct painted_question *answer, struct shot_error *err)
{
	lock(search->painted);
	enum shot_poll outcome = take(search->painted, search->question, answer, err);
	unlock(search->painted);
	if (outcome != SHOT_POLL_WAITING) {
		search->question = 0;
	}
	return outcome;
}

static enum shot_poll poll_search(struct shot_window_search *search, struct shot_error *err)
{
	struct painted_question answer;
	enum shot_poll outcome = take_places(search, &answer, err);
	for (unsigned i = 0; outcome == SHOT_POLL_DONE && i < search->count; i++) {
		const struct painted_window *window =
			find_window(answer.windows, search->items[i].id);
		struct shot_window_place *place = &search->items[i].place;
		if (search->items[i].id && !window) {
			shot_fail(err, "ENOWINDOW", "there is no window %u", search->items[i].id);
			return SHOT_POLL_FAILED;
		}
		if (window) {
			describe(window, &place->window);
			place->surface = (struct shot_surface){window->id, SHOT_WIRE_BGRX};
			place->outside = window->rect;
		}
	}
	return outcome;
}

static int64_t wake_search(const struct shot_window_search *search)
{
	(void)search;
	return SHOT_FOREVER;
}

static const struct shot_window_place *search_place(
	const struct shot_window_search *search, unsigned i)
{
	return search->items[i].id ? &search->items[i].place : NULL;
}

static enum shot_poll poll_search_again(
	struct shot_window_search *search, bool *same, struct shot_error *err)
{
	struct painted_question answer;
	enum shot_poll outcome = take_places(search, &answer, err);
	*same = true;
	for (unsigned i = 0; outcome == SHOT_POLL_DONE && i < search->count; i++) {
		const struct painted_window *window =
			find_window(answer.windows, search->items[i].id);
		*same = *same && (!search->items[i].id ||
					 (window && shot_rect_equal(window->rect,
							    search->items[i].place.window.rect)));
	}
	return outcome;
}

static const struct shot_path paths[] = {{"attached", SHOT_MEMORY_FD}, {"copied", SHOT_MEMORY_OWN}};

const struct shot_source_kind painted_source = {
	.name = "painted",
	.server = "the picture",
	.paths = paths,
	.path_count = sizeof paths / sizeof *paths,
	.reach = INT32_MAX,
	.open = open_picture,
	.close = close_picture,
	.fd = get_fd,
	.received = received,
	.flush = flush,
	.note = note,
	.take_events = poll_events,
	.check = check,
	.is_layout_current = is_layout_current,
	.ask_layout = ask_layout,
	.poll_layout = poll_layout,
	.probe = probe,
	.attach = attach,
	.confirm = confirm,
	.detach = detach,
	.send_tile = send_tile,
	.poll_tile = poll_tile,
	.cancel_tile = cancel_tile,
	.ask_pointer = ask_pointer,
	.poll_pointer = poll_pointer,
	.ask_cursor = ask_cursor,
	.poll_cursor = poll_cursor,
	.forget = forget,
	.follow_changes = follow_changes,
	.ask_changes = ask_changes,
	.poll_changes = poll_changes,
	.create_watch = create_watch,
	.ask_watch = ask_watch,
	.destroy_watch = destroy_watch,
	.begin_windows = begin_windows,
	.poll_windows = poll_windows,
	.destroy_windows = destroy_windows,
	.create_search = create_search,
	.destroy_search = destroy_search,
	.begin_search = begin_search,
	.poll_search = poll_search,
	.wake_search = wake_search,
	.search_place = search_place,
	.ask_search_again = begin_search,
	.poll_search_again = poll_search_again,
};
