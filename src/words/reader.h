/* Reading words without waiting: a thread that has one engine, for one language, and keeps it. */
#ifndef SHOT_WORDS_READER_H
#define SHOT_WORDS_READER_H

#include "base/worker.h"
#include "words/page.h"

/* One picture that is read. */
struct shot_reading {
	struct shot_task task;
	struct shot_reader *reader;
	struct shot_view view; /* with a reference, until it is over */
	char language[SHOT_LANGUAGE];
	atomic_bool is_stopped;
	bool is_over; /* for the thread that submits; then these are of interest */
	bool is_ok;
	struct shot_words words;
	struct shot_error err; /* when it is not ok */
};

struct shot_reader {
	struct shot_worker *worker;
	atomic_bool is_stopped;
	struct shot_engine *engine; /* these are the thread's */
	char language[SHOT_LANGUAGE];
};

/* How many pictures can wait, beside the one that is read. */
#define SHOT_READER_WAITING 32

/* Load the library and start the thread; on the main thread alone. ENOTSUP, ENOMEM. */
bool shot_reader_start(struct shot_reader *reader, struct shot_error *err);

/* Stop all readings, wait for the thread, and free the engine. Readings that were not
 * given up are over then, and still to be. A reader that was never started is allowed. */
void shot_reader_end(struct shot_reader *reader);

/* Begin to read `view`, of which the reading takes a reference of its own. NULL with EBUSY when too
 * many wait, ENOMEM, ENOTSUP in a child of the process that started it. */
struct shot_reading *shot_reader_submit(struct shot_reader *reader, const struct shot_view *view,
	const char *language, struct shot_error *err);

/* Note which readings are over. shot_worker_fd of the worker is readable when one is. */
void shot_reader_take(struct shot_reader *reader);

/* Give up a reading, over or not, also after its reader's end. The thread stops it soon. */
void shot_reading_drop(struct shot_reading *reading);

#endif
