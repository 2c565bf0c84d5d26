#include "image/ahead.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/helper.h"
#include "base/large.h"
#include "base/parallel.h"
#include "image/bands.h"

#define WORTH \
	((size_t)4 << 20) /* bytes of a result: the start of a thread costs little beside them */
#define LATE_NS 50000	  /* twice what a band takes */

#define LARGE ((size_t)2 << 20) /* a large page, which is cleared by one fault: all rooms */

enum { ROOMS = 7 }; /* of the thread; one more is the reader's */

struct shot_ahead {
	struct shot_view view;
	struct shot_bands bands;
	atomic_uint asked; /* bands that the reader has asked for; it reads the last of them */
	atomic_uint begun; /* the band that the thread makes, plus one */
	atomic_uint made[ROOMS]; /* the band in the room, plus one */
	atomic_bool is_stopped;
	bool was_late; /* the thread; only the reader looks */
	sem_t steps;   /* of the reader, for the thread that has no room */
	struct shot_helper helper;
	uint8_t *rooms;
};

static const uint8_t *make(
	const struct shot_ahead *ahead, unsigned band, uint8_t *room, size_t *size)
{
	struct shot_bands bands = ahead->bands;
	bands.next = (int32_t)band * bands.rows;
	return shot_bands_next(&bands, &ahead->view, room, size, NULL);
}

static uint8_t *room(struct shot_ahead *ahead, unsigned number)
{
	return ahead->rooms + number * ahead->bands.room;
}

/* The next band that the reader has not overtaken. Waits until its room is none that the reader
 * reads. */
static unsigned find_band(struct shot_ahead *ahead, unsigned band)
{
	unsigned asked = atomic_load(&ahead->asked);
	while (band + 1 >= asked + ROOMS && !atomic_load(&ahead->is_stopped)) {
		sem_wait(&ahead->steps); /* no signal comes here */
		asked = atomic_load(&ahead->asked);
	}
	return band < asked ? asked : band;
}

static void *run(void *argument)
{
	struct shot_ahead *ahead = argument;
	unsigned count = (unsigned)((ahead->view.height - 1) / ahead->bands.rows + 1);
	for (unsigned band = find_band(ahead, 1); band < count; band = find_band(ahead, band + 1)) {
		if (atomic_load(&ahead->is_stopped)) {
			break;
		}
		size_t size;
		atomic_store(&ahead->begun, band + 1);
		make(ahead, band, room(ahead, band % ROOMS), &size);
		atomic_store(&ahead->made[band % ROOMS], band + 1);
	}
	return NULL;
}

static void destroy(struct shot_ahead *ahead)
{
	sem_destroy(&ahead->steps);
	shot_view_unref(&ahead->view);
	free(ahead->rooms);
	free(ahead);
}

struct shot_ahead *shot_ahead_start(const struct shot_view *view, enum shot_format format)
{
	struct shot_bands bands;
	shot_bands_start(&bands, view, format);
	if (shot_view_packed_size(view, format) < WORTH || shot_parallel_parts(2) < 2) {
		return NULL;
	}
	size_t needed = (ROOMS + 1) * bands.room;
	struct shot_ahead *ahead = malloc(sizeof *ahead);
	uint8_t *rooms = aligned_alloc(LARGE, (needed + LARGE - 1) & -LARGE);
	if (!ahead || !rooms) {
		free(ahead);
		free(rooms);
		return NULL;
	}
	shot_large_advise(rooms, LARGE);
	*ahead = (struct shot_ahead){.view = *view, .bands = bands, .rooms = rooms};
	shot_view_ref(view);
	sem_init(&ahead->steps, 0, 0);
	if (shot_helper_start(&ahead->helper, run, ahead) != 0) {
		destroy(ahead);
		return NULL;
	}
	return ahead;
}

/* Whether the thread has made the band, or does so in time. Once it was late it is not waited for
 * again: it gets ahead while the reader makes bands, unless other programs have its processor. */
static bool is_made(struct shot_ahead *ahead, unsigned band)
{
	const atomic_uint *made = &ahead->made[band % ROOMS];
	if (!ahead->was_late && atomic_load(&ahead->begun) == band + 1) {
		int64_t late = shot_clock_ns() + LATE_NS;
		while (atomic_load(made) != band + 1 && !ahead->was_late) {
			ahead->was_late = shot_clock_ns() > late;
		}
	}
	return atomic_load(made) == band + 1;
}

const uint8_t *shot_ahead_next(struct shot_ahead *ahead, size_t *size)
{
	unsigned band = atomic_fetch_add(&ahead->asked, 1);
	sem_post(&ahead->steps);
	if (!is_made(ahead, band)) {
		return make(ahead, band, room(ahead, ROOMS), size);
	}
	struct shot_view rows = ahead->view;
	int32_t left = rows.height - (int32_t)band * ahead->bands.rows;
	rows.height = left < ahead->bands.rows ? left : ahead->bands.rows;
	*size = shot_view_packed_size(&rows, ahead->bands.format);
	return room(ahead, band % ROOMS);
}

void shot_ahead_stop(struct shot_ahead *ahead)
{
	if (!ahead) {
		return;
	}
	atomic_store(&ahead->is_stopped, true);
	sem_post(&ahead->steps);
	shot_helper_join(&ahead->helper);
	destroy(ahead);
}
