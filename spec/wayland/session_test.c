/* Connections to compositors: what is bound, what is missing, who may not, and when the layout is
 * known. */
/* with: support/hostile.c */
/* link: -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/hostile_client.h"
#include "wayland/session.h"

/* A global that is announced twice is bound once: another object would never be destroyed. */
static void test_double_globals(void **state)
{
	static const char *const interfaces[] = {"zwlr_screencopy_manager_v1",
		"ext_image_copy_capture_manager_v1", "ext_output_image_capture_source_manager_v1",
		"ext_foreign_toplevel_image_capture_source_manager_v1"};
	(void)state;
	for (int is_double = 0; is_double < 2; is_double++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		uint32_t color;
		plan.is_double = is_double;
		struct hostile *hostile = hostile_start(&plan);
		struct shot_grabber *grabber = open_display(NULL, false, &err);
		assert_non_null(grabber);
		assert_string_equal("", capture(grabber, &root, &color, &err));
		for (size_t i = 0; i < sizeof interfaces / sizeof *interfaces; i++) {
			char bound[128];
			snprintf(bound, sizeof bound, ", %s, ", interfaces[i]);
			assert_int_equal(1, hostile_count(hostile, bound));
		}
		shot_grabber_close(grabber);
		hostile_stop(hostile);
	}
}

/* Sessions need sources, which another protocol makes. */
static void test_without_sources(void **state)
{
	(void)state;
	for (int has_screencopy = 0; has_screencopy < 2; has_screencopy++) {
		struct hostile_plan plan = hostile_honest();
		struct shot_error err;
		plan.lacks_sources = true;
		plan.has_screencopy = has_screencopy;
		struct hostile *hostile = hostile_start(&plan);
		assert_null(open_display("wl-copy", false, &err));
		assert_string_equal("ENOTSUP", err.code);
		const char *missing = has_screencopy ? "ext_output_image_capture_source_manager_v1"
						     : "zwlr_screencopy_manager_v1 and ";
		assert_non_null(strstr(err.message, missing));
		hostile_stop(hostile);
	}
}

/* The code of the failure, for a user who may not enter the compositor's folder. */
static int connect_as_nobody(const char *name)
{
	struct shot_error err;
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
		return 2;
	}
	bool is_refused = !shot_wayland_is_there(name) && !shot_wayland_open(name, NULL, &err) &&
			  strcmp(err.code, "EACCES") == 0 && strstr(err.message, name + 8) &&
			  strstr(err.message, "Permission denied");
	return is_refused ? 0 : 1;
}

static void test_forbidden(void **state)
{
	char folder[] = "/tmp/luashot-session-XXXXXX", name[128];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int status = -1;
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(address.sun_path, sizeof address.sun_path, "%s/wayland", folder);
	snprintf(name, sizeof name, "wayland:%s", address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_return_code(listen(fd, 4), 0);
	assert_true(shot_wayland_is_there(name));
	assert_return_code(chmod(folder, 0), 0);
	pid_t pid = fork();
	if (pid == 0) {
		_exit(connect_as_nobody(name));
	}
	waitpid(pid, &status, 0);
	chmod(folder, 0700);
	unlink(address.sun_path);
	rmdir(folder);
	close(fd);
	assert_int_equal(0, status);
}

/* The layout that changes while it is read is read once more. */
static void test_stale(void **state)
{
	(void)state;
	struct hostile_plan plan = hostile_honest();
	struct shot_error err;
	SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, 64, 48), EVENT(DONE), EVENT(HOLD),
		EVENT(MODE, 80, 60), EVENT(DONE));
	struct hostile *hostile = hostile_start(&plan);
	struct shot_grabber *grabber = open_display(NULL, false, &err);
	assert_non_null(grabber);
	struct shot_source *source = grabber->source;
	const struct shot_source_kind *kind = source->kind;
	assert_true(kind->is_layout_current(source));
	source->is_stale = true;
	assert_int_equal(1, hostile_tick(hostile));
	enum shot_poll outcome = SHOT_POLL_WAITING;
	for (int round = 0; round < 20 && outcome == SHOT_POLL_WAITING; round++) {
		outcome = kind->poll_layout(source, &err);
		hostile_settle(hostile);
	}
	assert_int_equal(SHOT_POLL_DONE, outcome);
	assert_true(kind->is_layout_current(source));
	assert_int_equal(80, source->layout.root.width);
	shot_grabber_close(grabber);
	hostile_stop(hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_double_globals),
		cmocka_unit_test(test_without_sources),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_stale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
