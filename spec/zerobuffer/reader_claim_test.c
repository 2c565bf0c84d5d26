/* The published implementations lock a name below the folder for temporary files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/rings.h"
#include "zerobuffer/lock.h"

static void test_the_lock_of_others_is_respected(void **state)
{
	(void)state;
	struct shot_error err;
	const char *name = fresh_name();
	char path[128];
	zb_reader_destroy(make_reader(name, RING)); /* makes the folders */
	const char *base = getenv("TMPDIR");
	snprintf(path, sizeof path, "%s/" ZB_LOCK_FOLDER "/locks/%s.lock",
		base && *base ? base : ZB_LOCK_BASE, name);
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(file, LOCK_EX | LOCK_NB), 0);
	assert_null(zb_reader_create(name, &ZB_CONFIG_DEFAULT, &err));
	assert_string_equal(err.code, "EEXIST");
	close(file);
	zb_reader_destroy(make_reader(name, RING));
	assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lock_of_others_is_respected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
