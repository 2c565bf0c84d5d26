/* The acting process with an actor that only notes: a file in a folder says that it was closed. */
/* link: --wrap=fork --wrap=socketpair */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"
#include "input/hangup.h"
#include "input/performer.h"

/* --- what fails ------------------------------------------------------------------------------ */

static int forks = -1; /* that succeed; negative: all */
static bool fails_to_pair, fails_to_load;

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	if (forks == 0) {
		errno = EAGAIN;
		return -1;
	}
	forks -= forks > 0;
	return __real_fork();
}

int __real_socketpair(int domain, int type, int protocol, int *sockets);
int __wrap_socketpair(int domain, int type, int protocol, int *sockets);
int __wrap_socketpair(int domain, int type, int protocol, int *sockets)
{
	if (fails_to_pair) {
		errno = EMFILE;
		return -1;
	}
	return __real_socketpair(domain, type, protocol, sockets);
}

/* --- an actor -------------------------------------------------------------------------------- */

static char folder[] = "/tmp/luashot-performer-XXXXXX";
static char closed[PATH_MAX];

static struct shot_actor actor;
static int hangup; /* in the acting process */

static bool load(struct shot_error *err)
{
	return !fails_to_load || shot_fail(err, "ENOTSUP", "no library");
}

static struct shot_actor *open_actor(const char *name, int watched, struct shot_error *err)
{
	hangup = watched;
	if (name) {
		shot_fail(err, "ELOST", "no display %s", name);
		return NULL;
	}
	return &actor;
}

static bool yes(struct shot_actor *self, struct shot_error *err)
{
	(void)self;
	(void)err;
	return true;
}

static bool check_point(struct shot_actor *self, struct shot_point point, struct shot_error *err)
{
	(void)self;
	return point.x < 100 || shot_fail(err, "EGEOMETRY", "%d is outside", point.x);
}

static void move(struct shot_actor *self, struct shot_point point)
{
	(void)self;
	(void)point;
}

static void nothing(struct shot_actor *self)
{
	(void)self;
}

static bool hold(struct shot_actor *self, const struct shot_act *act, struct shot_error *err)
{
	(void)act;
	return yes(self, err);
}

/* Types until the other side hangs up, or ends the process at once. */
static bool type(struct shot_actor *self, const struct shot_act *act, struct shot_error *err)
{
	if (act->count == 0) {
		_exit(EXIT_FAILURE);
	}
	shot_hung_up(hangup, act->count);
	return yes(self, err);
}

static void close_actor(struct shot_actor *self)
{
	(void)self;
	close(open(closed, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static const struct shot_actor_kind kind = {
	.load = load,
	.open = open_actor,
	.begin = hold,
	.check_point = check_point,
	.move = move,
	.flush = nothing,
	.hold = hold,
	.let_go = nothing,
	.type = type,
	.settle = yes,
	.close = close_actor,
};

/* --- tests ----------------------------------------------------------------------------------- */

/* Each test has a file of its own: the process of an earlier one may close late. */
static int begin(void **state)
{
	static int number;
	(void)state;
	forks = -1;
	fails_to_pair = fails_to_load = false;
	snprintf(closed, sizeof closed, "%s/closed-%d", folder, ++number);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(closed);
	return 0;
}

static struct shot_performer *start(const char *name)
{
	struct shot_error err;
	struct shot_performer *performer = shot_performer_start(&kind, name, &err);
	if (!performer) {
		fail_msg("%s", err.message);
	}
	return performer;
}

static uint64_t send_move(struct shot_performer *performer, int32_t x)
{
	struct shot_error err;
	const struct shot_act act = {.verb = SHOT_VERB_MOVE, .has_to = true, .to = {x, 0}};
	uint64_t number = shot_performer_send(performer, &act, &err);
	assert_int_not_equal(number, 0);
	return number;
}

static uint64_t send_type(struct shot_performer *performer, unsigned seconds)
{
	struct shot_error err;
	const struct shot_act act = {.verb = SHOT_VERB_TYPE, .count = seconds};
	return shot_performer_send(performer, &act, &err);
}

static enum shot_poll finish(
	struct shot_performer *performer, uint64_t number, struct shot_error *err)
{
	enum shot_poll outcome;
	while ((outcome = shot_performer_poll(performer, number, err)) == SHOT_POLL_WAITING) {
		shot_wait_readable(shot_performer_fd(performer), -1, shot_deadline_in(30));
	}
	return outcome;
}

static void await_closed(void)
{
	int64_t deadline = shot_deadline_in(30);
	while (access(closed, F_OK) != 0) {
		assert_true(shot_clock_ns() < deadline);
		usleep(1000);
	}
}

static void acts_are_answered_in_turn(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_performer *performer = start(NULL);
	assert_int_equal(finish(performer, 0, &err), SHOT_POLL_DONE);
	assert_int_equal(send_move(performer, 5), 1);
	assert_int_equal(send_move(performer, 500), 2);
	assert_int_equal(finish(performer, 2, &err), SHOT_POLL_FAILED);
	assert_true(shot_error_is(&err, SHOT_EGEOMETRY));
	assert_string_equal(err.message, "500 is outside");
	assert_int_equal(finish(performer, 1, &err), SHOT_POLL_DONE);
	shot_performer_end(performer);
	await_closed();
}

static void an_outcome_that_nobody_asked_for_in_time_is_done(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_performer *performer = start(NULL);
	assert_int_equal(send_move(performer, 500), 1);
	for (uint64_t number = 2; number <= SHOT_PERFORMER_ACTS + 1; number++) {
		assert_int_equal(finish(performer, send_move(performer, 5), &err), SHOT_POLL_DONE);
	}
	assert_int_equal(finish(performer, 1, &err), SHOT_POLL_DONE);
	shot_performer_end(performer);
	await_closed();
}

static void a_limited_number_of_acts_waits(void **state)
{
	(void)state;
	struct shot_error err;
	const struct shot_act act = {.verb = SHOT_VERB_TYPE, .count = 60};
	struct shot_performer *performer = start(NULL);
	assert_int_equal(finish(performer, 0, &err), SHOT_POLL_DONE);
	uint64_t sent = 0;
	while (shot_performer_send(performer, &act, &err)) {
		sent++;
	}
	assert_int_equal(sent, SHOT_PERFORMER_ACTS);
	assert_true(shot_error_is(&err, SHOT_EBUSY));
	shot_performer_end(performer); /* the act ends early, and the rest is not begun */
	await_closed();
}

static void an_opening_that_fails_is_the_first_outcome(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_performer *performer = start("nowhere");
	assert_int_equal(finish(performer, 0, &err), SHOT_POLL_FAILED);
	assert_string_equal(err.message, "no display nowhere");
	shot_performer_end(performer);
	assert_int_not_equal(access(closed, F_OK), 0);
}

static void a_process_that_has_ended_is_lost(void **state)
{
	(void)state;
	struct shot_error err;
	struct shot_performer *performer = start(NULL);
	uint64_t last = send_type(performer, 0);
	assert_int_equal(finish(performer, last, &err), SHOT_POLL_FAILED);
	assert_true(shot_error_is(&err, SHOT_ELOST));
	assert_int_equal(send_type(performer, 0), 0);
	assert_int_equal(shot_performer_poll(performer, 0, &err), SHOT_POLL_DONE);
	shot_performer_end(performer);
}

static void nothing_is_left_of_one_that_does_not_start(void **state)
{
	(void)state;
	struct shot_error err;
	int before = dup(0);
	fails_to_load = true;
	assert_null(shot_performer_start(&kind, NULL, &err));
	assert_true(shot_error_is(&err, SHOT_ENOTSUP));
	fails_to_load = false;
	fails_to_pair = true;
	assert_null(shot_performer_start(&kind, NULL, &err));
	assert_string_equal(err.code, "EMFILE");
	fails_to_pair = false;
	for (forks = 0; forks < 2; forks++) { /* in this process, and in its child */
		int count = forks;
		assert_null(shot_performer_start(&kind, NULL, &err));
		assert_string_equal(err.code, "EAGAIN");
		forks = count;
	}
	close(before);
	assert_int_equal(dup(0), before);
	close(before);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(acts_are_answered_in_turn, begin, end),
		cmocka_unit_test_setup_teardown(
			an_outcome_that_nobody_asked_for_in_time_is_done, begin, end),
		cmocka_unit_test_setup_teardown(a_limited_number_of_acts_waits, begin, end),
		cmocka_unit_test_setup_teardown(
			an_opening_that_fails_is_the_first_outcome, begin, end),
		cmocka_unit_test_setup_teardown(a_process_that_has_ended_is_lost, begin, end),
		cmocka_unit_test_setup_teardown(
			nothing_is_left_of_one_that_does_not_start, begin, end),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
