#include "words/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_engine(struct shot_reader *reader, const char *language, struct shot_error *err)
{
	if (reader->engine && strcmp(reader->language, language) == 0) {
		return true;
	}
	shot_engine_destroy(reader->engine);
	snprintf(reader->language, sizeof reader->language, "%s", language);
	reader->engine = shot_engine_create(language, err);
	return reader->engine;
}

static void run(struct shot_task *task)
{
	struct shot_reading *reading = SHOT_CONTAINER(task, struct shot_reading, task);
	struct shot_reader *reader = reading->reader;
	struct shot_page_stop stop = {&reading->is_stopped, &reader->is_stopped};
	if (atomic_load(stop.one) || atomic_load(stop.all)) {
		reading->is_ok = shot_fail(&reading->err, "EINTR", "the reading was stopped");
	} else {
		reading->is_ok = has_engine(reader, reading->language, &reading->err) &&
				 shot_page_read(reader->engine, &reading->view, stop,
					 &reading->words, &reading->err);
	}
	shot_view_unref(&reading->view);
}

static void destroy(struct shot_reading *reading)
{
	shot_words_free(&reading->words);
	shot_view_unref(&reading->view);
	free(reading);
}

bool shot_reader_start(struct shot_reader *reader, struct shot_error *err)
{
	if (!reader->worker && shot_engine_load(err)) {
		reader->worker = shot_worker_create(1, SHOT_READER_WAITING, err);
	}
	return reader->worker;
}

void shot_reader_end(struct shot_reader *reader)
{
	if (!reader->worker) {
		return;
	}
	atomic_store(&reader->is_stopped, true);
	shot_worker_drain(reader->worker);
	shot_reader_take(reader);
	if (shot_worker_is_ours(reader->worker)) {
		shot_engine_destroy(reader->engine);
	}
	shot_worker_destroy(reader->worker);
	*reader = (struct shot_reader){0};
}

struct shot_reading *shot_reader_submit(struct shot_reader *reader, const struct shot_view *view,
	const char *language, struct shot_error *err)
{
	struct shot_reading *reading = calloc(1, sizeof *reading);
	if (!reading) {
		shot_fail_errno(err, ENOMEM, "cannot read words");
		return NULL;
	}
	reading->task.run = run;
	reading->reader = reader;
	reading->view = *view;
	shot_view_ref(view);
	snprintf(reading->language, sizeof reading->language, "%s", language);
	if (!shot_worker_submit(reader->worker, &reading->task, err)) {
		if (shot_error_is(err, SHOT_EBUSY)) {
			shot_fail(err, "EBUSY", "%d pictures wait to be read already",
				SHOT_READER_WAITING);
		}
		destroy(reading);
		return NULL;
	}
	return reading;
}

void shot_reader_take(struct shot_reader *reader)
{
	struct shot_task *task;
	while ((task = shot_worker_take(reader->worker))) {
		struct shot_reading *reading = SHOT_CONTAINER(task, struct shot_reading, task);
		if (atomic_load(&reading->is_stopped)) {
			destroy(reading);
		} else {
			reading->is_over = true;
		}
	}
}

void shot_reading_drop(struct shot_reading *reading)
{
	if (reading->is_over) {
		destroy(reading);
	} else {
		atomic_store(&reading->is_stopped, true);
	}
}
