#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "process/limits.h"

static void check_memory(const char *text, uint64_t bytes)
{
	struct shot_error err;
	uint64_t got;
	bool ok = shot_limits_read_memory(text, &got, &err);
	assert_int_equal(ok, bytes > 0);
	if (ok) {
		assert_int_equal(got, bytes);
	} else {
		assert_string_equal(err.code, "EUSAGE");
	}
}

static void check_cpu(const char *text, uint64_t seconds)
{
	struct shot_error err;
	uint64_t got;
	bool ok = shot_limits_read_cpu(text, &got, &err);
	assert_int_equal(ok, seconds > 0);
	if (ok) {
		assert_int_equal(got, seconds);
	} else {
		assert_string_equal(err.code, "EUSAGE");
	}
}

static void memory_is_read_with_its_unit(void **state)
{
	(void)state;
	check_memory("512M", UINT64_C(512) << 20);
	check_memory("1.5g", UINT64_C(1536) << 20);
	check_memory("65536K", UINT64_C(64) << 20);
	check_memory("67108864", UINT64_C(64) << 20);
	check_memory("1T", UINT64_C(1) << 40);
}

static void what_is_no_size_or_too_little_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", "M", "512MB", "-512M", "+512M", "nan", "inf",
		"0x4000000", "1e9", "63M", "0", "1e300G", "1..5G"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		check_memory(wrong[i], 0);
	}
}

static void time_is_read_with_its_unit_and_rounded_up(void **state)
{
	(void)state;
	check_cpu("10s", 10);
	check_cpu("10", 10);
	check_cpu("1ms", 1);
	check_cpu("1500ms", 2);
	check_cpu("0.5m", 30);
	check_cpu("2h", 7200);
}

static void what_is_no_time_or_none_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"", "s", "0", "0s", "-1s", "10sec", "1e1s", "0x10s", "inf", "nan", "1e300h"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		check_cpu(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_read_with_its_unit),
		cmocka_unit_test(what_is_no_size_or_too_little_is_refused),
		cmocka_unit_test(time_is_read_with_its_unit_and_rounded_up),
		cmocka_unit_test(what_is_no_time_or_none_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
