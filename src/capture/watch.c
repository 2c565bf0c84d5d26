#include "capture/watch.h"

#include "base/owner.h"

static void part(struct shot_parting *parting)
{
	SHOT_CONTAINER(parting, struct shot_watch, parting)->source = NULL;
}

struct shot_watch *shot_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err)
{
	static const struct shot_rect everywhere = {0, 0, INT16_MAX, INT16_MAX};
	if (!shot_source_can(source, SHOT_ABILITY_CHANGES, NULL, err)) {
		return NULL;
	}
	rect = shot_rect_intersect(rect, everywhere);
	struct shot_watch *watch = source->kind->create_watch(source, rect, err);
	if (!watch) {
		return NULL;
	}
	watch->kind = source->kind;
	watch->source = source;
	watch->rect = rect;
	watch->parting.part = part;
	shot_source_join(source, &watch->parting);
	shot_watch_ask(watch, err);
	return watch;
}

void shot_watch_destroy(struct shot_watch *watch)
{
	if (!watch) {
		return;
	}
	if (watch->source) {
		shot_source_leave(watch->source, &watch->parting);
		if (watch->question) {
			watch->kind->forget(watch->source, watch->question);
		}
	}
	shot_region_finish(&watch->answer);
	watch->kind->destroy_watch(watch);
}

bool shot_watch_is_due(const struct shot_watch *watch)
{
	return watch->is_due || watch->is_unclaimed;
}

bool shot_watch_check(const struct shot_watch *watch, struct shot_error *err)
{
	return watch->source || shot_fail(err, "ELOST", "the watched display is closed");
}

bool shot_watch_ask(struct shot_watch *watch, struct shot_error *err)
{
	if (!shot_watch_check(watch, err)) {
		return false;
	}
	if (watch->question) {
		return true; /* later answers do not repeat this one's rectangles */
	}
	watch->is_due = false;
	watch->question = watch->kind->ask_watch(watch);
	watch->kind->flush(watch->source);
	return watch->question || watch->kind->check(watch->source, err);
}

void shot_watch_give_up(struct shot_watch *watch)
{
	watch->is_unclaimed = watch->question;
}

enum shot_poll shot_watch_poll(struct shot_watch *watch, unsigned *count, struct shot_error *err)
{
	if (!shot_watch_ask(watch, err)) {
		return SHOT_POLL_FAILED;
	}
	enum shot_poll outcome =
		watch->kind->poll_changes(watch->source, watch->question, &watch->answer, err);
	if (outcome != SHOT_POLL_WAITING) {
		watch->question = 0;
		watch->is_unclaimed = false;
	}
	*count = watch->answer.count;
	return outcome;
}

const struct shot_rect *shot_watch_answer(const struct shot_watch *watch)
{
	return watch->answer.rects;
}
