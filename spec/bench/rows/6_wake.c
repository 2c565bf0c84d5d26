/* Row 6, the floor: a bare grab, then a futex that wakes another process, which touches the frame:
 * 6_wake WIDTH HEIGHT. */
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "pair.h"
#include "xgrab.h"

#define PAUSE 5000 /* us between two frames, in all contenders of this row */

struct shared {
	_Atomic uint32_t frames;
};

struct wake {
	struct xgrab grab;
	struct shared *shared;
	struct pair pair;
};

static volatile uint8_t sink; /* so that the touch is not optimized away */

/* The sum of the times at which the frames were touched. */
static int64_t receive(void *context, long count)
{
	struct wake *wake = context;
	static uint32_t seen;
	int64_t sum = 0;
	for (long i = 0; i < count; i++, seen++) {
		while (atomic_load_explicit(&wake->shared->frames, memory_order_acquire) == seen) {
			syscall(SYS_futex, &wake->shared->frames, FUTEX_WAIT, seen, NULL, NULL, 0);
		}
		sink = wake->grab.data[0];
		sum += bench_ns();
	}
	return sum;
}

static int64_t work(void *context, long count)
{
	struct wake *wake = context;
	int64_t sum = 0;
	pair_begin(&wake->pair, count);
	for (long i = 0; i < count; i++) {
		usleep(PAUSE);
		sum += bench_ns();
		xgrab_take(&wake->grab);
		atomic_fetch_add_explicit(&wake->shared->frames, 1, memory_order_release);
		syscall(SYS_futex, &wake->shared->frames, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	}
	return pair_end(&wake->pair) - sum;
}

int main(int argc, char **argv)
{
	struct wake wake = {.pair = {.partner = receive, .context = &wake}};
	if (argc != 3) {
		bench_die("usage: 6_wake WIDTH HEIGHT");
	}
	xgrab_open(&wake.grab, atoi(argv[1]), atoi(argv[2]));
	wake.shared = mmap(NULL, sizeof(*wake.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (wake.shared == MAP_FAILED) {
		bench_die("no memory");
	}
	pair_start(&wake.pair, PAIR_PROCESS);
	return bench_serve("bare XCB grab and a futex wake-up", work, &wake);
}
