/* Which memory the kernel is advised to put into large pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/large.h"

enum { PAGE = 2 << 20, ROOM = 6 * PAGE };

/* Bytes between `from` and `to` whose mappings have the kernel's mark for large pages, by proc(5).
 */
static size_t advised(const uint8_t *from, const uint8_t *to)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	char line[512];
	uintptr_t start = 0, end = 0;
	size_t sum = 0;
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		unsigned long first, last;
		if (sscanf(line, "%lx-%lx ", &first, &last) == 2) {
			start = first < (uintptr_t)from ? (uintptr_t)from : first;
			end = last > (uintptr_t)to ? (uintptr_t)to : last;
		} else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " hg") &&
			   start < end) {
			sum += end - start;
		}
	}
	fclose(file);
	return sum;
}

static void only_whole_pages_are_advised(void **state)
{
	(void)state;
	static const struct {
		size_t start, size, advised;
	} cases[] = {
		{0, PAGE, PAGE},
		{0, PAGE - 1, 0},
		{1, PAGE, 0},
		{16, 2 * PAGE, PAGE},
		{4096, 3 * PAGE - 4096, 2 * PAGE},
		{0, 3 * PAGE + 5, 3 * PAGE},
		{7, 0, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t *room = mmap(
			NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_ptr_not_equal(room, MAP_FAILED);
		uint8_t *page = (uint8_t *)(((uintptr_t)room + PAGE - 1) & -(uintptr_t)PAGE);
		shot_large_advise(page + cases[i].start, cases[i].size);
		assert_int_equal(advised(room, room + ROOM), cases[i].advised);
		munmap(room, ROOM);
	}
}

int main(void)
{
	if (madvise(NULL, 0, MADV_HUGEPAGE) != 0) {
		print_message("this kernel has no large pages\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_whole_pages_are_advised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
