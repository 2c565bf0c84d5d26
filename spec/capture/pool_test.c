/* Growth that fails at each of its steps, age, and frames that are let go of by other threads. */
/* xserver: 640x480x24 */
/* link: --wrap=memfd_create --wrap=ftruncate --wrap=fcntl --wrap=mmap --wrap=shot_clock_ns */
/* link: --wrap=xcb_shm_attach_fd_checked --wrap=xcb_disconnect --wrap=xcb_shm_detach */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xcb/shm.h>

#include "base/clock.h"
#include "capture/grabber.h"
#include "capture/request.h"
#include "x11/display.h"
#include "x11/source.h"
#include "support/descriptors.h"
#include "support/failing.h"

/* --- what is made to fail, wait or count ------------------------------------------------------ */

static int64_t clock_ahead;
static atomic_int detaches;
static bool is_blocking;
static sem_t blocked, go_on;

xcb_void_cookie_t __real_xcb_shm_attach_fd_checked(
	xcb_connection_t *xcb, xcb_shm_seg_t seg, int32_t fd, uint8_t read_only);
xcb_void_cookie_t __wrap_xcb_shm_attach_fd_checked(
	xcb_connection_t *xcb, xcb_shm_seg_t seg, int32_t fd, uint8_t read_only);
xcb_void_cookie_t __wrap_xcb_shm_attach_fd_checked(
	xcb_connection_t *xcb, xcb_shm_seg_t seg, int32_t fd, uint8_t read_only)
{
	if (!strcmp(failing, "attach")) {
		close(fd);
		int ends[2];
		assert_int_equal(pipe(ends), 0);
		close(ends[1]);
		fd = ends[0];
	}
	return __real_xcb_shm_attach_fd_checked(xcb, seg, fd, read_only);
}

xcb_void_cookie_t __real_xcb_shm_detach(xcb_connection_t *xcb, xcb_shm_seg_t seg);
xcb_void_cookie_t __wrap_xcb_shm_detach(xcb_connection_t *xcb, xcb_shm_seg_t seg);
xcb_void_cookie_t __wrap_xcb_shm_detach(xcb_connection_t *xcb, xcb_shm_seg_t seg)
{
	detaches++;
	return __real_xcb_shm_detach(xcb, seg);
}

void __real_xcb_disconnect(xcb_connection_t *xcb);
void __wrap_xcb_disconnect(xcb_connection_t *xcb);
void __wrap_xcb_disconnect(xcb_connection_t *xcb)
{
	if (is_blocking) {
		sem_post(&blocked);
		sem_wait(&go_on);
	}
	__real_xcb_disconnect(xcb);
}

int64_t __real_shot_clock_ns(void);
int64_t __wrap_shot_clock_ns(void);
int64_t __wrap_shot_clock_ns(void)
{
	return __real_shot_clock_ns() + clock_ahead;
}

/* --- a display ---------------------------------------------------------------------------------*/

static struct shot_grabber *open_display(unsigned slots)
{
	struct shot_error err;
	struct shot_grabber_options options = {.kind = &shot_x11_source,
		.slots = slots,
		.bytes = (size_t)1 << 30,
		.path = "shm-fd"};
	struct shot_grabber *grabber = shot_grabber_open(&options, &err);
	if (!grabber) {
		fail_msg("%s", err.message);
	}
	return grabber;
}

static bool grab(struct shot_grabber *grabber, int32_t width, int32_t height,
	struct shot_frame *frame, struct shot_error *err)
{
	struct shot_target target = {
		.kind = SHOT_TARGET_REGION, .rect = {.width = width, .height = height}};
	struct shot_request *request =
		shot_request_begin(grabber, &target, 1, &grabber->pool.buffers, err);
	enum shot_poll outcome = request ? SHOT_POLL_WAITING : SHOT_POLL_FAILED;
	while (outcome == SHOT_POLL_WAITING) {
		struct pollfd fd = {shot_display_fd(grabber->source), POLLIN, 0};
		poll(&fd, 1, 20);
		outcome = shot_request_poll(request, frame, err);
	}
	return outcome == SHOT_POLL_DONE;
}

static void must_grab(
	struct shot_grabber *grabber, int32_t width, int32_t height, struct shot_frame *frame)
{
	struct shot_error err;
	if (!grab(grabber, width, height, frame, &err)) {
		fail_msg("%s", err.message);
	}
}

/* --- tests -------------------------------------------------------------------------------------*/

static void failed_growth_changes_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *step, *code;
	} steps[] = {
		{"memfd_create", "EMFILE"},
		{"ftruncate", "ENOSPC"},
		{"fcntl", "EPERM"},
		{"mmap", "ENOMEM"},
		{"attach", NULL},
	};
	struct shot_grabber *grabber = open_display(4);
	struct shot_frame held, frame;
	struct shot_error err;
	must_grab(grabber, 100, 100, &held);
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	struct shot_stats before = shot_grabber_stats(grabber);
	int fds = count_descriptors();
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		for (int round = 0; round < 3; round++) {
			failing = steps[i].step;
			bool ok = grab(grabber, 640, 480, &frame, &err);
			failing = "";
			assert_false(ok);
			assert_int_equal(err.want, SHOT_WANT_SLOT);
			if (steps[i].code) {
				assert_string_equal(err.code, steps[i].code);
			} else {
				assert_non_null(strstr(err.message, "cannot attach shared memory"));
			}
			struct shot_stats after = shot_grabber_stats(grabber);
			assert_int_equal(after.slots, before.slots);
			assert_int_equal(after.held, before.held);
			assert_int_equal(after.bytes, before.bytes);
			assert_int_equal(after.in_flight, 0);
			assert_string_equal(after.path, "shm-fd");
			assert_int_equal(count_descriptors(), fds);
		}
		/* The idle one is still of use, and growth is possible again. */
		must_grab(grabber, 10, 10, &frame);
		shot_view_unref(&frame.view);
		assert_int_equal(shot_grabber_stats(grabber).slots, before.slots);
	}
	must_grab(grabber, 640, 480, &frame);
	shot_view_unref(&frame.view);
	shot_view_unref(&held.view);
	shot_grabber_close(grabber);
}

static void unused_slots_go_after_a_while(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(8);
	struct shot_frame held, frame;
	must_grab(grabber, 640, 480, &held);
	must_grab(grabber, 100, 100, &frame);
	shot_view_unref(&frame.view);
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	assert_int_equal(shot_grabber_stats(grabber).slots, 3);
	clock_ahead = 29 * SHOT_NS_PER_S;
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	assert_int_equal(shot_grabber_stats(grabber).slots, 3);
	clock_ahead = 31 * SHOT_NS_PER_S;
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	/* The one of 100x100 is gone; the held one has been in use all the time. */
	assert_int_equal(shot_grabber_stats(grabber).slots, 2);
	shot_view_unref(&held.view);
	clock_ahead = 32 * SHOT_NS_PER_S;
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	assert_int_equal(shot_grabber_stats(grabber).slots, 2);
	clock_ahead = 64 * SHOT_NS_PER_S;
	must_grab(grabber, 10, 10, &frame);
	shot_view_unref(&frame.view);
	assert_int_equal(shot_grabber_stats(grabber).slots, 1);
	clock_ahead = 0;
	shot_grabber_close(grabber);
}

static void grab_later(struct shot_grabber *grabber, int32_t side)
{
	struct shot_frame frame;
	clock_ahead += SHOT_NS_PER_S;
	must_grab(grabber, side, side, &frame);
	shot_view_unref(&frame.view);
}

static void the_longest_unused_makes_room(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(3);
	for (int32_t side = 100; side <= 300; side += 100) {
		grab_later(grabber, side);
	}
	grab_later(grabber, 400); /* that of 100 goes */
	assert_int_equal(shot_grabber_stats(grabber).slots, 3);
	grab_later(grabber, 200);
	grab_later(grabber, 300);
	assert_int_equal(shot_grabber_stats(grabber).growths, 4);
	grab_later(grabber, 100); /* that of 400 goes */
	grab_later(grabber, 200);
	assert_int_equal(shot_grabber_stats(grabber).growths, 5);
	clock_ahead = 0;
	shot_grabber_close(grabber);
}

static struct shot_slot *acquire(struct shot_grabber *grabber, const struct shot_rect *like)
{
	struct shot_error err;
	clock_ahead += SHOT_NS_PER_S;
	struct shot_slot *slot = shot_pool_acquire(&grabber->pool, 1000, like, &err);
	assert_non_null(slot);
	return slot;
}

static void the_warmest_is_lent_first(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(8);
	struct shot_slot *a = acquire(grabber, NULL), *b = acquire(grabber, NULL),
			 *c = acquire(grabber, NULL);
	struct shot_slot *in_order[] = {b, a, c};
	for (int i = 0; i < 3; i++) {
		shot_owner_unref(&a->owner);
		shot_owner_unref(&b->owner);
		shot_owner_unref(&c->owner);
		/* The last of these is the one that was used last, whichever way the pool is
		 * walked. */
		struct shot_slot *latest = in_order[i];
		a->last_used = b->last_used = c->last_used = shot_clock_ns() - SHOT_NS_PER_S;
		latest->last_used = shot_clock_ns();
		assert_ptr_equal(acquire(grabber, NULL), latest);
		a = acquire(grabber, NULL);
		b = acquire(grabber, NULL);
		c = latest;
	}
	shot_owner_unref(&a->owner);
	shot_owner_unref(&b->owner);
	shot_owner_unref(&c->owner);
	clock_ahead = 0;
	shot_grabber_close(grabber);
}

static void a_picture_is_found_again(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(3);
	struct shot_rect places[4];
	struct shot_slot *slots[3];
	for (int i = 0; i < 4; i++) {
		places[i] = (struct shot_rect){10 * i, 0, 10, 10};
	}
	for (int i = 0; i < 3; i++) { /* one that holds another's picture is spared */
		slots[i] = acquire(grabber, &places[i]);
		slots[i]->content.rect = places[i];
		slots[i]->content.ticket = (uint64_t)i + 1;
		shot_owner_unref(&slots[i]->owner);
	}
	for (int i = 2; i >= 0; i--) {
		struct shot_slot *again = acquire(grabber, &places[i]);
		assert_ptr_equal(again, slots[i]);
		shot_owner_unref(&again->owner);
	}
	/* At the cap the picture goes that has not been asked for longest. */
	struct shot_slot *other = acquire(grabber, NULL);
	assert_ptr_equal(other, slots[2]);
	shot_owner_unref(&other->owner);
	/* But one that holds none first, although it was used last. */
	other = acquire(grabber, &places[3]);
	assert_ptr_equal(other, slots[2]);
	assert_int_equal(shot_grabber_stats(grabber).growths, 3);
	shot_owner_unref(&other->owner);
	clock_ahead = 0;
	shot_grabber_close(grabber);
}

static void *close_display(void *grabber)
{
	shot_grabber_close(grabber);
	return NULL;
}

static void release_while_close_blocks(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(8);
	struct shot_frame frames[5];
	for (int i = 0; i < 5; i++) {
		must_grab(grabber, 50 + 50 * i, 40, &frames[i]);
	}
	shot_view_unref(&frames[4].view);
	detaches = 0;
	is_blocking = true;
	pthread_t closer;
	pthread_create(&closer, NULL, close_display, grabber);
	sem_wait(&blocked);
	for (int i = 0; i < 3; i++) {
		frames[i].view.data[0] ^= 1; /* still ours */
		shot_view_unref(&frames[i].view);
	}
	sem_post(&go_on);
	pthread_join(closer, NULL);
	is_blocking = false;
	frames[3].view.data[0] ^= 1;
	shot_view_unref(&frames[3].view);
	assert_int_equal(detaches, 0);
}

/* A queue of frames that other threads let go of. */
#define RELEASERS 3
#define GRABS 3000

struct handover {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct shot_view views[8];
	int count;
	bool is_over;
	uint32_t sum;
};

static void *release_views(void *argument)
{
	struct handover *handover = argument;
	pthread_mutex_lock(&handover->lock);
	for (;;) {
		while (handover->count == 0 && !handover->is_over) {
			pthread_cond_wait(&handover->more, &handover->lock);
		}
		if (handover->count == 0) {
			break;
		}
		struct shot_view view = handover->views[--handover->count];
		pthread_mutex_unlock(&handover->lock);
		/* Read it up to its end: the server must not be writing here. */
		uint32_t sum = 0;
		for (int32_t y = 0; y < view.height; y++) {
			sum += *shot_view_row(&view, y);
		}
		shot_view_unref(&view);
		pthread_mutex_lock(&handover->lock);
		handover->sum += sum;
	}
	pthread_mutex_unlock(&handover->lock);
	return NULL;
}

static void threads_release_while_the_owner_grabs(void **state)
{
	(void)state;
	struct shot_grabber *grabber = open_display(6);
	struct handover handover = {
		.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};
	pthread_t threads[RELEASERS];
	for (int i = 0; i < RELEASERS; i++) {
		pthread_create(&threads[i], NULL, release_views, &handover);
	}
	int busy = 0;
	for (int i = 0; i < GRABS; i++) {
		struct shot_frame frame;
		struct shot_error err;
		if (grab(grabber, i % 3 ? 60 : 200, 20, &frame, &err)) {
			pthread_mutex_lock(&handover.lock);
			handover.views[handover.count++] = frame.view;
			pthread_cond_signal(&handover.more);
			pthread_mutex_unlock(&handover.lock);
		} else {
			assert_string_equal(err.code, "EBUSY");
			busy++;
			sched_yield();
		}
	}
	assert_true(busy < GRABS);
	/* Close while they are still at it. */
	assert_true(shot_grabber_stats(grabber).slots <= 6);
	shot_grabber_close(grabber);
	pthread_mutex_lock(&handover.lock);
	handover.is_over = true;
	pthread_cond_broadcast(&handover.more);
	pthread_mutex_unlock(&handover.lock);
	for (int i = 0; i < RELEASERS; i++) {
		pthread_join(threads[i], NULL);
	}
}

/* Each with a display of its own, for python-mss #169. */
static void *use_own_display(void *argument)
{
	/* libXau's search for the cookie is not for two threads at a time. */
	static pthread_mutex_t connecting = PTHREAD_MUTEX_INITIALIZER;
	int *grabs = argument;
	pthread_mutex_lock(&connecting);
	struct shot_grabber *grabber = open_display(2);
	pthread_mutex_unlock(&connecting);
	for (int i = 0; i < 500; i++) {
		struct shot_frame frame;
		must_grab(grabber, 64, 64, &frame);
		*grabs += frame.view.width == 64;
		shot_view_unref(&frame.view);
	}
	shot_grabber_close(grabber);
	return NULL;
}

static void displays_are_independent(void **state)
{
	(void)state;
	pthread_t threads[2];
	int grabs[2] = {0};
	for (int i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, use_own_display, &grabs[i]);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(grabs[i], 500);
	}
}

/* libxcb closes a descriptor once it has tried to send it, and forgets those that still wait when
 * the connection ends. */
static void a_descriptor_does_not_wait_to_be_sent(void **state)
{
	(void)state;
	int before = count_descriptors();
	enum { CLOSED, LOST, LOST_BEFORE, ENDS };
	for (int end = CLOSED; end < ENDS; end++) {
		struct shot_grabber *grabber = open_display(4);
		struct shot_source *source = grabber->source;
		struct shot_error err;
		if (end == LOST_BEFORE) { /* and not found to be */
			shutdown(shot_display_fd(source), SHUT_RDWR);
		}
		struct shot_slot *slot =
			shot_slot_create(source, SHOT_MEMORY_FD, 64 * 64 * 4, &err);
		assert_non_null(slot);
		if (end == LOST) {
			shutdown(shot_display_fd(source), SHUT_RDWR);
			while (!xcb_connection_has_error(shot_display_of(source)->xcb)) {
				free(xcb_poll_for_event(shot_display_of(source)->xcb));
			}
		}
		shot_grabber_close(grabber);
		shot_owner_unref(&slot->owner);
		assert_int_equal(count_descriptors(), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_descriptor_does_not_wait_to_be_sent),
		cmocka_unit_test(failed_growth_changes_nothing),
		cmocka_unit_test(unused_slots_go_after_a_while),
		cmocka_unit_test(the_longest_unused_makes_room),
		cmocka_unit_test(the_warmest_is_lent_first),
		cmocka_unit_test(a_picture_is_found_again),
		cmocka_unit_test(release_while_close_blocks),
		cmocka_unit_test(threads_release_while_the_owner_grabs),
		cmocka_unit_test(displays_are_independent),
	};
	sem_init(&blocked, 0, 0);
	sem_init(&go_on, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
