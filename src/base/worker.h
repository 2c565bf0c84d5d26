/* Threads that run tasks off the main thread, and an eventfd that reports finished tasks. A task is
 * embedded in the object that it works on; the worker never allocates or frees it. */
#ifndef SHOT_BASE_WORKER_H
#define SHOT_BASE_WORKER_H

#include <stdbool.h>

#include "base/error.h"

struct shot_worker;

struct shot_task {
	void (*run)(struct shot_task *task); /* on a worker thread; must not touch Lua or X */
	struct shot_task *next;		     /* the worker's */
};

/* Start `threads` threads (1 or more) that share one queue of at most `limit` waiting tasks. */
struct shot_worker *shot_worker_create(unsigned threads, unsigned limit, struct shot_error *err);

/* Queue a task. Fails with EBUSY when `limit` tasks wait already. */
bool shot_worker_submit(struct shot_worker *worker, struct shot_task *task, struct shot_error *err);

/* Readable while finished tasks wait to be taken; close-on-exec, the worker's to close. */
int shot_worker_fd(const struct shot_worker *worker);

/* The next finished task, oldest first, which is the caller's again; NULL when there is none. */
struct shot_task *shot_worker_take(struct shot_worker *worker);

/* Tasks submitted and not yet taken. */
unsigned shot_worker_pending(struct shot_worker *worker);

/* Let every queued task finish, then end the threads. First take the finished tasks, if they must
 * be freed: shot_worker_drain waits for them. NULL is allowed. */
void shot_worker_destroy(struct shot_worker *worker);

/* Wait until every submitted task is finished (they can still be taken). */
void shot_worker_drain(struct shot_worker *worker);

/* Whether this process made the worker. A forked child has no threads: submit fails with ENOTSUP,
 * nothing is taken, pending or waited for, and the tasks stay the parent's. */
bool shot_worker_is_ours(const struct shot_worker *worker);

#endif
