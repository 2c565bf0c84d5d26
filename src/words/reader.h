/* Reads words on a thread, which keeps one engine, for one language. */
#ifndef SHOT_WORDS_READER_H
#define SHOT_WORDS_READER_H

#include "base/worker.h"
#include "words/page.h"

/* One picture to read. */
struct shot_reading {
	struct shot_task task;
	struct shot_reader *reader;
	struct shot_view view; /* with a reference, until it is over */
	char language[SHOT_LANGUAGE];
	atomic_bool is_stopped;
	bool is_over; /* for the submitting thread; the fields below are set then */
	bool is_ok;
	struct shot_words words;
	struct shot_error err; /* when it is not ok */
};

struct shot_reader {
	struct shot_worker *worker;
	atomic_bool is_stopped;
	struct shot_engine *engine; /* the thread's, as is the language */
	char language[SHOT_LANGUAGE];
};

/* The most pictures that can wait, beside the one that the thread reads. */
#define SHOT_READER_WAITING 32

/* Load the library and start the thread; call it on the main thread only. ENOTSUP, ENOMEM. */
bool shot_reader_start(struct shot_reader *reader, struct shot_error *err);

/* Stop all readings, wait for the thread, and free the engine. Readings are over then; the caller
 * still has to drop them. A reader that was never started is allowed. */
void shot_reader_end(struct shot_reader *reader);

/* Begin to read `view`; the reading takes a reference. NULL with EBUSY when too many wait, ENOMEM,
 * ENOTSUP in a child of the process that started it. */
struct shot_reading *shot_reader_submit(struct shot_reader *reader, const struct shot_view *view,
	const char *language, struct shot_error *err);

/* Note the readings that are over. shot_worker_fd of the worker is readable when there are some. */
void shot_reader_take(struct shot_reader *reader);

/* Give up a reading, over or not; the reader may have ended. The thread stops it soon. */
void shot_reading_drop(struct shot_reading *reading);

#endif
