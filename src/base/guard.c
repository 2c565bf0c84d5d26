#include "base/guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARDS 1024

struct shot_guard {
	_Atomic uintptr_t
		start; /* 0 = free; written last, so that the handler sees whole entries */
	_Atomic size_t size;
	atomic_bool corrupt;
};

/* A signal handler has no argument to find its state by, so this is the one table of the process.
 */
static struct shot_guard guards[GUARDS];
static struct sigaction previous;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

static struct shot_guard *find(uintptr_t address)
{
	for (size_t i = 0; i < GUARDS; i++) {
		uintptr_t start = atomic_load(&guards[i].start);
		if (start && address >= start && address - start < atomic_load(&guards[i].size)) {
			return &guards[i];
		}
	}
	return NULL;
}

static void pass_on(int number, siginfo_t *info, void *context)
{
	if (previous.sa_flags & SA_SIGINFO) {
		previous.sa_sigaction(number, info, context);
	} else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
		previous.sa_handler(number);
	} else if (info->si_code > 0 || previous.sa_handler == SIG_DFL) {
		/* Restore the default. A faulting instruction runs again, and ends the process; for
		 * a signal that was sent, the handler must end the process. */
		struct sigaction fallback = {.sa_handler = SIG_DFL};
		sigaction(SIGBUS, &fallback, NULL);
		if (info->si_code <= 0) {
			raise(number);
		}
	}
}

static void on_sigbus(int number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	struct shot_guard *guard = find(address);
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	if (!guard || mmap((void *)(address & ~(page - 1)), page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		pass_on(number, info, context);
		return;
	}
	atomic_store(&guard->corrupt, true);
}

static void install(void)
{
	struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, &previous);
}

struct shot_guard *shot_guard_add(void *start, size_t size, struct shot_error *err)
{
	pthread_once(&installed, install);
	pthread_mutex_lock(&lock);
	struct shot_guard *guard = NULL;
	for (size_t i = 0; i < GUARDS && !guard; i++) {
		if (!atomic_load(&guards[i].start)) {
			guard = &guards[i];
			atomic_store(&guard->corrupt, false);
			atomic_store(&guard->size, size);
			atomic_store(&guard->start, (uintptr_t)start);
		}
	}
	pthread_mutex_unlock(&lock);
	if (!guard) {
		shot_fail(err, "ENOMEM", "cannot guard a mapping: %d are guarded already", GUARDS);
	}
	return guard;
}

bool shot_guard_is_corrupt(const struct shot_guard *guard)
{
	return atomic_load(&guard->corrupt);
}

void shot_guard_remove(struct shot_guard *guard)
{
	atomic_store(&guard->start, 0);
}
