#include "capture/damage_log.h"

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static struct shot_rect join(struct shot_rect a, struct shot_rect b)
{
	int32_t x = smaller(a.x, b.x), y = smaller(a.y, b.y);
	return (struct shot_rect){x, y, larger(a.x + a.width, b.x + b.width) - x,
		larger(a.y + a.height, b.y + b.height) - y};
}

void shot_damage_log_add(
	struct shot_damage_log *log, uint64_t ticket, const struct shot_rect *rects, unsigned count)
{
	if (count == 0) {
		return;
	}
	if (log->count == SHOT_DAMAGE_LOG_ENTRIES) {
		uint64_t oldest = log->entries[log->first].ticket;
		log->forgotten = oldest > log->forgotten ? oldest : log->forgotten;
		log->first = (log->first + 1) % SHOT_DAMAGE_LOG_ENTRIES;
		log->count--;
	}
	struct shot_damage_log_entry *entry =
		&log->entries[(log->first + log->count) % SHOT_DAMAGE_LOG_ENTRIES];
	log->count++;
	entry->ticket = ticket;
	entry->count = 0;
	/* The server lists a region top down, so that neighbors in the list are near. */
	unsigned group = (count + SHOT_DAMAGE_LOG_RECTS - 1) / SHOT_DAMAGE_LOG_RECTS;
	for (unsigned i = 0; i < count; i++) {
		if (i % group == 0) {
			entry->rects[entry->count++] = rects[i];
		} else {
			struct shot_rect *last = &entry->rects[entry->count - 1];
			*last = join(*last, rects[i]);
		}
	}
}

int shot_damage_log_since(const struct shot_damage_log *log, uint64_t since, struct shot_rect clip,
	struct shot_rect *out, unsigned limit)
{
	if (since < log->forgotten) {
		return -1;
	}
	unsigned count = 0;
	for (unsigned i = 0; i < log->count; i++) {
		const struct shot_damage_log_entry *entry =
			&log->entries[(log->first + i) % SHOT_DAMAGE_LOG_ENTRIES];
		for (unsigned j = 0; entry->ticket > since && j < entry->count; j++) {
			struct shot_rect rect = shot_rect_intersect(entry->rects[j], clip);
			if (shot_rect_is_empty(rect)) {
				continue;
			}
			if (count == limit) {
				return -1;
			}
			out[count++] = rect;
		}
	}
	return (int)count;
}
