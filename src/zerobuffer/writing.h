/* The inside of a writer, for the files that make it up. All of these with its lock. */
#ifndef ZB_WRITING_H
#define ZB_WRITING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/owner.h"
#include "zerobuffer/object.h"
#include "zerobuffer/ring.h"

struct zb_writer {
	struct shot_owner owner; /* the handle and the reservations hold one reference each */
	pthread_mutex_t lock;	 /* all below */
	pthread_cond_t changed;	 /* `waiting` has become 0 */
	struct zb_object object;
	int claim; /* zerobuffer/claim.h */
	struct zb_peer reader;
	int64_t next_check;

	uint64_t position, written_count, sequence;
	uint64_t work;		     /* since the last upkeep */
	struct zb_reservation *open; /* not committed, and held by somebody */
	unsigned waiting;	     /* threads in wait_space */
	bool orphaned, closed;
};

/* EREADERDEAD; ECORRUPT, with what makes no sense and its value; and what zb_writer_check found. */
bool zb_writer_fail_reader(const struct zb_writer *writer, struct shot_error *err);
bool zb_writer_fail_corrupt(
	const struct zb_writer *writer, struct shot_error *err, const char *what, uint64_t value);
bool zb_writer_fail_check(const struct zb_writer *writer, struct shot_error *err);

/* Whether there is somebody to write for, as can be told by loads alone. ECLOSED, ECORRUPT,
 * EREADERDEAD. Of a ring that was truncated the reader's process is read as 0. */
static inline bool zb_writer_check(struct zb_writer *writer, struct shot_error *err)
{
	if (!writer->closed && zb_load(&writer->object.oieb->reader_pid) == 0) {
		writer->orphaned = true;
	}
	bool ok = !writer->closed && !writer->orphaned &&
		  !shot_segment_is_corrupt(&writer->object.segment);
	return ok || zb_writer_fail_check(writer, err);
}

/* Whether the reader's process is there. One that is gone does not come back: the next one makes a
 * new ring. */
bool zb_writer_reader_lives(struct zb_writer *writer);

/* Where the data of a frame goes that has this place. */
static inline uint8_t *zb_writer_data(const struct zb_writer *writer, const struct zb_place *place)
{
	return writer->object.ring + place->position + sizeof(struct zb_header);
}

/* The data is in its place: make it a frame. Returns its number. */
uint64_t zb_writer_publish(struct zb_writer *writer, const struct zb_place *place, uint64_t length);

#endif
