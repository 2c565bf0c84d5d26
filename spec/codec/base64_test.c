/* Bytes as text of 64 letters, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/base64.h"

static void test_vectors(void **state)
{
	(void)state;
	static const char *const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
		{"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfb", "//77"}};
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char text[16];
		uint8_t bytes[16];
		size_t length = strlen(vectors[i][1]), size;
		assert_int_equal(shot_base64_length(strlen(vectors[i][0])), length);
		shot_base64_encode((const void *)vectors[i][0], strlen(vectors[i][0]), text);
		assert_memory_equal(text, vectors[i][1], length);
		assert_true(shot_base64_decode(vectors[i][1], length, bytes, &size));
		assert_int_equal(size, strlen(vectors[i][0]));
		assert_memory_equal(bytes, vectors[i][0], size);
	}
}

static void test_wrong(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "=g==", "Zm9-", "Zm\x01v", "Zm9v="};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint8_t bytes[16];
		size_t size;
		assert_false(shot_base64_decode(wrong[i], strlen(wrong[i]), bytes, &size));
	}
}

static void test_any(void **state)
{
	(void)state;
	srand(3);
	for (int round = 0; round < 2000; round++) {
		size_t size = (size_t)rand() % 100, length = shot_base64_length(size), got;
		uint8_t bytes[100], *back = malloc(shot_base64_room(length));
		char *text = malloc(length + 1);
		for (size_t i = 0; i < size; i++) {
			bytes[i] = (uint8_t)rand();
		}
		shot_base64_encode(bytes, size, text);
		assert_true(shot_base64_decode(text, length, back, &got));
		assert_int_equal(got, size);
		assert_memory_equal(back, bytes, size);
		/* Whatever is damaged, nothing is written beyond the room. */
		if (length > 0) {
			text[(size_t)rand() % length] = (char)rand();
			shot_base64_decode(text, length, back, &got);
		}
		free(text);
		free(back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_any),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
