#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "x11/edid.h"

#define BLOCK 128

static void seal(uint8_t *edid)
{
	uint8_t sum = 0;
	for (int i = 0; i < BLOCK - 1; i++) {
		sum = (uint8_t)(sum + edid[i]);
	}
	edid[BLOCK - 1] = (uint8_t)-sum;
}

/* A block whose descriptor `number` (0 to 3) has the tag and the 13 bytes of `text`. */
static void make(uint8_t *edid, int number, uint8_t tag, const char *text)
{
	static const uint8_t header[] = {0, 255, 255, 255, 255, 255, 255, 0};
	memset(edid, 0, BLOCK);
	memcpy(edid, header, sizeof header);
	for (int i = 0; i < 4; i++) {
		edid[54 + 18 * i] = 1; /* a timing: its first two bytes are a clock */
	}
	uint8_t *descriptor = edid + 54 + 18 * number;
	descriptor[0] = 0;
	descriptor[3] = tag;
	memcpy(descriptor + 5, text, 13);
	seal(edid);
}

static void expect(const uint8_t *edid, size_t size, const char *wanted)
{
	char name[SHOT_EDID_NAME];
	memset(name, '#', sizeof name);
	assert_int_equal(shot_edid_name(edid, size, name), wanted[0] != '\0');
	assert_string_equal(name, wanted);
}

static void finds_the_name_in_any_descriptor(void **state)
{
	(void)state;
	uint8_t edid[BLOCK];
	for (int i = 0; i < 4; i++) {
		make(edid, i, 0xfc, "DELL U2720Q\n ");
		expect(edid, BLOCK, "DELL U2720Q");
	}
}

static void takes_thirteen_characters_and_trims(void **state)
{
	(void)state;
	uint8_t edid[BLOCK];
	make(edid, 1, 0xfc, "ABCDEFGHIJKLM");
	expect(edid, BLOCK, "ABCDEFGHIJKLM");
	make(edid, 1, 0xfc, "A B          ");
	expect(edid, BLOCK, "A B");
	make(edid, 1, 0xfc, "A\xc4\xd6\nxxxxxxxxx");
	expect(edid, BLOCK, "A");
	make(edid, 1, 0xfc, "\n            ");
	expect(edid, BLOCK, "");
	make(edid, 1, 0xfc, "             ");
	expect(edid, BLOCK, "");
}

static void names_nothing_without_a_name(void **state)
{
	(void)state;
	uint8_t edid[BLOCK];
	make(edid, 1, 0xff, "SERIAL 1234\n "); /* the serial number's tag */
	expect(edid, BLOCK, "");
	make(edid, 1, 0xfc, "NOT A NAME\n  ");
	edid[54 + 18] = 2; /* a timing after all */
	seal(edid);
	expect(edid, BLOCK, "");
}

static void refuses_damaged_blocks(void **state)
{
	(void)state;
	uint8_t edid[2 * BLOCK];
	make(edid, 2, 0xfc, "GOOD NAME\n   ");
	expect(edid, BLOCK, "GOOD NAME");
	expect(edid, 2 * BLOCK, "GOOD NAME");
	expect(edid, BLOCK - 1, "");
	expect(edid, 0, "");
	edid[BLOCK - 1]++;
	expect(edid, BLOCK, "");
	edid[BLOCK - 1]--;
	edid[0] = 1;
	seal(edid);
	expect(edid, BLOCK, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_name_in_any_descriptor),
		cmocka_unit_test(takes_thirteen_characters_and_trims),
		cmocka_unit_test(names_nothing_without_a_name),
		cmocka_unit_test(refuses_damaged_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
