#include "capture/cursor.h"

#include <stdlib.h>

#include "capture/source.h"
#include "image/blend.h"

void shot_cursor_ask(struct shot_cursor *cursor, struct shot_source *source)
{
	shot_cursor_forget(cursor, source);
	cursor->question = source->kind->ask_cursor(source);
}

enum shot_poll shot_cursor_poll(
	struct shot_cursor *cursor, struct shot_source *source, struct shot_error *err)
{
	if (cursor->is_known) {
		return SHOT_POLL_DONE;
	}
	enum shot_poll outcome =
		source->kind->poll_cursor(source, cursor->question, &cursor->image, err);
	if (outcome != SHOT_POLL_WAITING) {
		cursor->question = 0;
		cursor->is_known = outcome == SHOT_POLL_DONE;
	}
	return outcome;
}

struct shot_rect shot_cursor_draw(const struct shot_cursor *cursor, struct shot_frame *frame)
{
	struct shot_rect where = cursor->image.rect;
	struct shot_rect picture = {frame->x, frame->y, frame->view.width, frame->view.height};
	shot_view_blend(&frame->view, where.x - frame->x, where.y - frame->y, cursor->image.pixels,
		where.width, where.height);
	return shot_rect_intersect(where, picture);
}

void shot_cursor_forget(struct shot_cursor *cursor, struct shot_source *source)
{
	if (cursor->question && source) {
		source->kind->forget(source, cursor->question);
	}
	free(cursor->image.memory);
	*cursor = (struct shot_cursor){0};
}
