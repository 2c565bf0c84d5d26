#include "x11/batch.h"

#include <stdlib.h>
#include <xcb/xcbext.h>

#include "x11/io.h"

#define UNSENT \
	64 /* requests; libxcb's buffer, which it empties without a bound, has room for more */

int shot_batch_add(struct shot_batch *batch, xcb_connection_t *xcb, unsigned sequence)
{
	if (batch->count == batch->capacity) {
		size_t capacity = batch->capacity ? 2 * batch->capacity : 8;
		struct shot_answer *answers = realloc(batch->answers, capacity * sizeof *answers);
		if (!answers) {
			xcb_discard_reply(xcb, sequence);
			return -1;
		}
		batch->answers = answers;
		batch->capacity = capacity;
	}
	batch->answers[batch->count] = (struct shot_answer){.sequence = sequence};
	if (batch->count % UNSENT == UNSENT - 1) {
		shot_io_flush(xcb);
	}
	return (int)batch->count++;
}

bool shot_batch_poll(struct shot_batch *batch, xcb_connection_t *xcb)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct shot_answer *answer = &batch->answers[i];
		if (!answer->in) {
			answer->in = shot_io_poll_reply(
				xcb, answer->sequence, &answer->reply, &answer->error);
			if (!answer->in) {
				return false;
			}
		}
	}
	return true;
}

const void *shot_batch_reply(const struct shot_batch *batch, int index)
{
	return index < 0 ? NULL : batch->answers[index].reply;
}

const xcb_generic_error_t *shot_batch_error(const struct shot_batch *batch, int index)
{
	return index < 0 ? NULL : batch->answers[index].error;
}

void shot_batch_finish(struct shot_batch *batch, xcb_connection_t *xcb)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct shot_answer *answer = &batch->answers[i];
		if (!answer->in) {
			xcb_discard_reply(xcb, answer->sequence);
		}
		free(answer->reply);
		free(answer->error);
	}
	free(batch->answers);
	*batch = (struct shot_batch){0};
}
