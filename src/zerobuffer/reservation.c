#define _GNU_SOURCE
#include "zerobuffer/reservation.h"

#include <errno.h>
#include <stdlib.h>

#include "zerobuffer/claim.h"
#include "zerobuffer/room.h"
#include "zerobuffer/writer.h"
#include "zerobuffer/writing.h"

/* The last reference to a reservation is gone. */
static void give_up(struct shot_owner *owner)
{
	struct zb_reservation *reservation = (struct zb_reservation *)owner;
	struct zb_writer *writer = reservation->writer;
	pthread_mutex_lock(&writer->lock);
	if (writer->open == reservation) {
		writer->open = NULL;
		if (writer->closed) {
			zb_claim_drop(&writer->object, writer->claim);
		}
	}
	pthread_mutex_unlock(&writer->lock);
	free(reservation);
	shot_owner_unref(&writer->owner);
}

struct zb_reservation *zb_writer_reserve(struct zb_writer *writer, size_t size, unsigned align,
	int64_t deadline, struct shot_error *err)
{
	struct zb_reservation *reservation = malloc(sizeof *reservation);
	if (!reservation) {
		shot_fail_errno(
			err, ENOMEM, "cannot reserve in the ring %s", writer->object.name.text);
		return NULL;
	}
	pthread_mutex_lock(&writer->lock);
	bool ok = zb_room_find(writer, size, align, deadline, &reservation->place, err);
	if (ok) {
		shot_owner_init(&reservation->owner, give_up);
		shot_owner_ref(&writer->owner);
		reservation->writer = writer;
		reservation->size = size;
		reservation->data = zb_writer_data(writer, &reservation->place);
		writer->open = reservation;
	}
	pthread_mutex_unlock(&writer->lock);
	if (!ok) {
		free(reservation);
		return NULL;
	}
	return reservation;
}

bool zb_reservation_commit(
	struct zb_reservation *reservation, uint64_t *sequence, struct shot_error *err)
{
	struct zb_writer *writer = reservation->writer;
	pthread_mutex_lock(&writer->lock);
	bool ok = zb_writer_check(writer, err);
	if (ok && writer->open != reservation) {
		ok = shot_fail(err, "EINVAL", "the reservation has been committed already");
	}
	if (ok) {
		uint64_t number = zb_writer_publish(writer, &reservation->place, reservation->size);
		writer->open = NULL;
		if (sequence) {
			*sequence = number;
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return ok;
}

uint64_t zb_reservation_offset(const struct zb_reservation *reservation)
{
	return (uint64_t)(reservation->data - reservation->writer->object.segment.data);
}
