#include "base/large.h"

#include <stdint.h>
#include <sys/mman.h>

#define PAGE ((size_t)2 << 20)

void shot_large_advise(void *memory, size_t size)
{
	uintptr_t start = ((uintptr_t)memory + PAGE - 1) & -PAGE;
	uintptr_t end = ((uintptr_t)memory + size) & -PAGE;
	if (start < end) {
		madvise((void *)start, end - start, MADV_HUGEPAGE);
	}
}
