#include "host/fibre.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

enum { STACK = 256 << 10 };

struct shot_fibre {
	ucontext_t outside, inside;
	char *stack; /* its lowest page is a guard */
	void (*run)(void *context);
	void *context;
	bool is_left;

	/* For AddressSanitizer, which must know the current stack. */
	const void *outside_stack;
	size_t outside_size;
};

/* Announces a switch to another stack; `kept` holds the sanitizer's data about the old one, NULL
 * when the switch is final. */
static void announce(void **kept, const void *stack, size_t size)
{
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(kept, stack, size);
#else
	(void)kept, (void)stack, (void)size;
#endif
}

static void arrive(void *kept, const void **stack, size_t *size)
{
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_finish_switch_fiber(kept, stack, size);
#else
	(void)kept, (void)stack, (void)size;
#endif
}

struct shot_fibre *shot_fibre_create(struct shot_error *err)
{
	struct shot_fibre *fibre = calloc(1, sizeof *fibre);
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (!fibre || stack == MAP_FAILED ||
		mprotect(stack, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE) != 0) {
		if (stack != MAP_FAILED) {
			munmap(stack, STACK);
		}
		free(fibre);
		shot_fail(err, "ENOMEM", "no memory for another stack");
		return NULL;
	}
	fibre->stack = stack;
	return fibre;
}

/* makecontext passes only ints, so the pointer comes in two halves. */
static void enter(unsigned high, unsigned low)
{
	struct shot_fibre *fibre = (void *)((uintptr_t)((uint64_t)high << 32 | low));
	arrive(NULL, &fibre->outside_stack, &fibre->outside_size);
	fibre->run(fibre->context);
	fibre->is_left = false;
	announce(NULL, fibre->outside_stack, fibre->outside_size);
}

static void go_in(struct shot_fibre *fibre)
{
	fibre->is_left = true; /* which `enter` resets at its end */
	void *kept = NULL;
	announce(&kept, fibre->stack, STACK);
	swapcontext(&fibre->outside, &fibre->inside);
	arrive(kept, NULL, NULL);
}

void shot_fibre_start(struct shot_fibre *fibre, void (*run)(void *context), void *context)
{
	fibre->run = run;
	fibre->context = context;
	getcontext(&fibre->inside);
	fibre->inside.uc_stack.ss_sp = fibre->stack;
	fibre->inside.uc_stack.ss_size = STACK;
	fibre->inside.uc_link = &fibre->outside;
	uint64_t self = (uintptr_t)fibre;
	makecontext(
		&fibre->inside, (void (*)(void))enter, 2, (unsigned)(self >> 32), (unsigned)self);
	go_in(fibre);
}

void shot_fibre_leave(struct shot_fibre *fibre)
{
	void *kept = NULL;
	announce(&kept, fibre->outside_stack, fibre->outside_size);
	swapcontext(&fibre->inside, &fibre->outside);
	arrive(kept, &fibre->outside_stack, &fibre->outside_size);
}

void shot_fibre_continue(struct shot_fibre *fibre)
{
	go_in(fibre);
}

bool shot_fibre_is_left(const struct shot_fibre *fibre)
{
	return fibre->is_left;
}

void shot_fibre_destroy(struct shot_fibre *fibre)
{
	if (fibre) {
		munmap(fibre->stack, STACK);
		free(fibre);
	}
}
