/* An opener that cannot be made: there is no memory, descriptor or thread. Nothing stays behind. */
/* with: support/painted.c */
/* link: --wrap=eventfd --wrap=calloc --wrap=strdup --wrap=shot_thread_start */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "capture/opener.h"
#include "support/descriptors.h"
#include "support/painted.h"

static const char *failing = "";

static bool fails(const char *what)
{
	return strcmp(failing, what) == 0;
}

int __real_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags)
{
	if (fails("eventfd")) {
		errno = EMFILE;
		return -1;
	}
	return __real_eventfd(count, flags);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails("calloc") ? NULL : __real_calloc(count, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return fails("strdup") ? NULL : __real_strdup(text);
}

int __real_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);
int __wrap_shot_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	return fails("thread") ? EAGAIN : __real_shot_thread_start(thread, run, argument);
}

static void says_what_it_lacks_and_leaves_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *what, *code;
	} cases[] = {{"eventfd", "EMFILE"}, {"calloc", "ENOMEM"}, {"strdup", "ENOMEM"},
		{"thread", "EAGAIN"}};
	const struct shot_grabber_options options = {
		.kind = &painted_source, .display = "painted", .slots = 1, .bytes = 1 << 20};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct shot_error err;
		int before = count_descriptors();
		failing = cases[i].what;
		struct shot_opener *opener = shot_opener_begin(&options, &err);
		failing = "";
		assert_null(opener);
		assert_string_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.message, "cannot open a display"));
		assert_int_equal(count_descriptors(), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_it_lacks_and_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
