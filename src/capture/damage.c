#include "capture/damage.h"

#include <errno.h>
#include <stdlib.h>

#define COMPARED 16 /* geometries whose last capture is remembered */

struct shot_damage {
	struct shot_source *source;
	uint64_t asked, answered; /* tickets */
	uintptr_t questions[SHOT_DAMAGE_PENDING];
	struct shot_region answer;
	struct shot_damage_log log;
	struct compared {
		struct shot_rect rect;
		struct shot_rect drawn;
		uint64_t ticket; /* 0: unused */
		bool is_busy;
	} compared[COMPARED];
	unsigned next; /* the entry to replace next */
};

struct shot_damage *shot_damage_create(struct shot_source *source, struct shot_error *err)
{
	if (!shot_source_can(source, SHOT_ABILITY_CHANGES, NULL, err)) {
		return NULL;
	}
	struct shot_damage *damage = calloc(1, sizeof *damage);
	if (!damage) {
		shot_fail_errno(err, ENOMEM, "cannot follow damage");
		return NULL;
	}
	damage->source = source;
	if (!source->kind->follow_changes(source, err)) {
		shot_damage_destroy(damage);
		return NULL;
	}
	return damage;
}

void shot_damage_destroy(struct shot_damage *damage)
{
	if (damage) {
		shot_region_finish(&damage->answer);
		free(damage);
	}
}

static bool is_full(const struct shot_damage *damage)
{
	return damage->asked - damage->answered == SHOT_DAMAGE_PENDING;
}

uint64_t shot_damage_ask(struct shot_damage *damage, bool is_check)
{
	struct shot_error ignored; /* the log then forgets */
	if (is_full(damage)) {	   /* nothing polls for captures that were given up */
		shot_damage_poll(damage, damage->asked, &ignored);
	}
	if (is_full(damage)) {
		return 0;
	}
	damage->questions[damage->asked % SHOT_DAMAGE_PENDING] =
		damage->source->kind->ask_changes(damage->source, is_check);
	return ++damage->asked;
}

enum shot_poll shot_damage_poll(struct shot_damage *damage, uint64_t ticket, struct shot_error *err)
{
	while (damage->answered < ticket) {
		uintptr_t question = damage->questions[damage->answered % SHOT_DAMAGE_PENDING];
		enum shot_poll outcome = damage->source->kind->poll_changes(
			damage->source, question, &damage->answer, err);
		if (outcome == SHOT_POLL_WAITING) {
			return outcome;
		}
		damage->answered++;
		if (outcome == SHOT_POLL_FAILED) {
			shot_damage_forget(damage);
			return outcome;
		}
		shot_damage_log_add(
			&damage->log, damage->answered, damage->answer.rects, damage->answer.count);
	}
	return SHOT_POLL_DONE;
}

void shot_damage_forget(struct shot_damage *damage)
{
	/* Pixels read after the last question may also be older than this moment. */
	damage->log.forgotten = damage->asked + 1;
}

static int append(struct shot_rect rect, struct shot_rect *out, int count, unsigned limit)
{
	if (count < 0 || shot_rect_is_empty(rect)) {
		return count;
	}
	if ((unsigned)count == limit) {
		return -1;
	}
	out[count] = rect;
	return count + 1;
}

/* The index of the entry for `rect`; -1 for none. */
static int find_compared(const struct shot_damage *damage, struct shot_rect rect)
{
	for (int i = 0; i < COMPARED; i++) {
		if (damage->compared[i].ticket && shot_rect_equal(damage->compared[i].rect, rect)) {
			return i;
		}
	}
	return -1;
}

bool shot_damage_is_busy(const struct shot_damage *damage, struct shot_rect rect)
{
	int i = find_compared(damage, rect);
	return i >= 0 && damage->compared[i].is_busy;
}

/* Whether the rectangles, which may overlap, make up most of `rect`. */
static bool cover_most(const struct shot_rect *rects, int count, struct shot_rect rect)
{
	int64_t area = 0;
	for (int i = 0; i < count; i++) {
		area += (int64_t)rects[i].width * rects[i].height;
	}
	return area > (int64_t)rect.width * rect.height / 4 * 3;
}

int shot_damage_compare(struct shot_damage *damage, struct shot_rect rect, uint64_t ticket,
	struct shot_rect drawn, struct shot_rect *out, unsigned limit)
{
	int known = find_compared(damage, rect);
	struct compared *last = known < 0 ? NULL : &damage->compared[known];
	int count = -1;
	if (last) {
		/* Captures may end in another order than they began. */
		uint64_t since = ticket < last->ticket ? ticket : last->ticket;
		count = shot_damage_log_since(&damage->log, since, rect, out, limit);
		count = append(last->drawn, out, count, limit);
		count = append(drawn, out, count, limit);
	} else {
		last = &damage->compared[damage->next++ % COMPARED];
	}
	*last = (struct compared){rect, drawn, ticket, cover_most(out, count, rect)};
	return count;
}

const struct shot_damage_log *shot_damage_log_of(const struct shot_damage *damage)
{
	return &damage->log;
}
