#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/history.h"

enum { WRITERS = 4, EACH = 200 };

static char folder[] = "/tmp/luashot-history-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	unlink("history");
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* nothing else is left */
}

static int without(void **state)
{
	(void)state;
	unlink("history");
	return 0;
}

static char *contents(void)
{
	static char text[1 << 20];
	FILE *file = fopen("history", "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void append(const char *line, size_t most)
{
	struct shot_error err;
	assert_true(shot_history_append("history", line, most, &err));
}

static void makes_a_file_for_its_owner_alone(void **state)
{
	(void)state;
	mode_t before = umask(0);
	append("first", 10);
	umask(before);
	append("second", 10);
	assert_string_equal(contents(), "first\nsecond\n");
	struct stat there;
	assert_int_equal(stat("history", &there), 0);
	assert_int_equal(there.st_mode & 0777, 0600);
}

static void keeps_the_last_lines(void **state)
{
	(void)state;
	char line[16];
	for (int i = 1; i <= 6; i++) {
		snprintf(line, sizeof line, "%d", i);
		append(line, 3);
	}
	assert_string_equal(contents(), "1\n2\n3\n4\n5\n6\n");
	append("7", 3);
	assert_string_equal(contents(), "5\n6\n7\n");
	struct stat there;
	assert_int_equal(stat("history", &there), 0);
	assert_int_equal(there.st_mode & 0777, 0600);
}

static void write_lines(int writer, size_t most)
{
	for (int i = 0; i < EACH; i++) {
		char line[32];
		snprintf(line, sizeof line, "%d:%d", writer, i);
		append(line, most);
	}
}

static void run_writers(size_t most)
{
	pid_t writers[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		if (writers[i] == 0) {
			write_lines(i, most);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;
		assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
		assert_int_equal(status, 0);
	}
}

static void loses_nothing_of_several_writers(void **state)
{
	(void)state;
	run_writers(1000);
	char *text = contents();
	for (int writer = 0; writer < WRITERS; writer++) {
		for (int i = 0; i < EACH; i++) {
			char line[32];
			snprintf(line, sizeof line, "%d:%d\n", writer, i);
			assert_non_null(strstr(text, line));
		}
	}
}

/* Each writer's own lines are in order, and the last of all are there. */
static void stays_whole_while_several_shorten_it(void **state)
{
	(void)state;
	run_writers(20);
	int last[WRITERS] = {-1, -1, -1, -1}, lines = 0;
	bool has_ended = false;
	for (char *line = strtok(contents(), "\n"); line; line = strtok(NULL, "\n")) {
		int writer, number, end;
		assert_int_equal(sscanf(line, "%d:%d%n", &writer, &number, &end), 2);
		assert_int_equal(end, strlen(line));
		assert_true(number > last[writer]);
		last[writer] = number;
		has_ended |= number == EACH - 1;
		lines++;
	}
	assert_in_range(lines, 20, 40);
	assert_true(has_ended);
}

/* A link into a folder of settings, with a mode of its own. */
static void keeps_what_hangs_on_the_file(void **state)
{
	(void)state;
	struct stat there;
	assert_int_equal(symlink("kept", "history"), 0);
	append("1", 1);
	assert_int_equal(chmod("kept", 0640), 0);
	append("2", 1);
	append("3", 1);
	assert_string_equal(contents(), "3\n");
	assert_int_equal(lstat("history", &there), 0);
	assert_true(S_ISLNK(there.st_mode));
	assert_int_equal(stat("kept", &there), 0);
	assert_int_equal(there.st_mode & 0777, 0640);
	assert_int_equal(link("kept", "second"), 0);
	append("4", 1);
	append("5", 1);
	assert_int_equal(unlink("kept"), 0);
	assert_int_equal(rename("second", "kept"), 0);
	assert_string_equal(contents(), "5\n");
	unlink("kept");
}

static void takes_nothing_but_files(void **state)
{
	(void)state;
	struct shot_error err;
	assert_int_equal(mkfifo("history", 0600), 0);
	assert_false(shot_history_append("history", "x", 10, &err));
	assert_string_equal(err.code, "EINVAL");
	unlink("history");
	assert_int_equal(mkdir("history", 0700), 0);
	assert_false(shot_history_append("history", "x", 10, &err));
	assert_string_equal(err.code, "EISDIR");
	rmdir("history");
	if (geteuid() == 0) { /* who can plant a link of another user */
		assert_int_equal(chmod(".", 01777), 0);
		assert_int_equal(symlink("kept", "history"), 0);
		assert_int_equal(lchown("history", 1234, 1234), 0);
		assert_false(shot_history_append("history", "x", 10, &err));
		assert_string_equal(err.code, "EACCES");
		assert_int_equal(access("kept", F_OK), -1);
	}
}

static void fails_with_the_reason(void **state)
{
	(void)state;
	struct shot_error err;
	assert_false(shot_history_append("missing/history", "x", 10, &err));
	assert_string_equal(err.code, "ENOENT");
	assert_non_null(strstr(err.message, "missing/history"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(makes_a_file_for_its_owner_alone, without),
		cmocka_unit_test_setup(keeps_the_last_lines, without),
		cmocka_unit_test_setup(loses_nothing_of_several_writers, without),
		cmocka_unit_test_setup(stays_whole_while_several_shorten_it, without),
		cmocka_unit_test_setup(keeps_what_hangs_on_the_file, without),
		cmocka_unit_test_setup(takes_nothing_but_files, without),
		cmocka_unit_test(fails_with_the_reason),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
