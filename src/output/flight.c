#include "output/flight.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "output/video_file.h"

enum { MOST_SAVES = 16 };

enum stage { FREE, ASKED, OPEN, DONE };

struct save {
	enum stage stage;
	uint64_t number;
	char source[SHOT_KEPT_SOURCE];
	char *template;
	struct shot_template_fields fields;
	int64_t after, until;
	struct shot_video_file *file;
	bool is_ok;
	struct shot_path_buffer path;
	struct shot_error err;
};

struct shot_flight {
	const AVCodecContext *encoder;
	struct shot_packets *packets;
	pthread_mutex_t lock; /* of stages, and of the fields of a save that other threads use */
	uint64_t last_number;
	struct save saves[MOST_SAVES];
};

struct shot_flight *shot_flight_create(
	const AVCodecContext *encoder, int64_t span, size_t bytes, struct shot_error *err)
{
	struct shot_packets *packets = shot_packets_create(span, bytes, err);
	struct shot_flight *flight = packets ? calloc(1, sizeof *flight) : NULL;
	if (!flight) {
		shot_packets_destroy(packets);
		shot_fail(err, "ENOMEM", "no memory for a recorder");
		return NULL;
	}
	flight->encoder = encoder;
	flight->packets = packets;
	pthread_mutex_init(&flight->lock, NULL);
	return flight;
}

static struct save *find(struct shot_flight *flight, enum stage stage, uint64_t number)
{
	for (size_t i = 0; i < MOST_SAVES; i++) {
		struct save *save = &flight->saves[i];
		if (save->stage == stage && (number == 0 || save->number == number)) {
			return save;
		}
	}
	return NULL;
}

uint64_t shot_flight_ask(struct shot_flight *flight, const char *template, int64_t after,
	const struct shot_template_fields *fields, struct shot_error *err)
{
	char *copy = strdup(template);
	if (!copy) {
		shot_fail(err, "ENOMEM", "no memory for the name of a file");
		return 0;
	}
	pthread_mutex_lock(&flight->lock);
	struct save *save = find(flight, FREE, 0);
	uint64_t number = save ? ++flight->last_number : 0;
	if (save) {
		*save = (struct save){.stage = ASKED,
			.number = number,
			.template = copy,
			.fields = *fields,
			.after = after};
		save->fields.sequence = number;
		if (fields->origin.source) {
			strncpy(save->source, fields->origin.source, sizeof save->source - 1);
		}
		save->fields.origin.source = save->source;
	} else {
		free(copy);
		shot_fail(err, "EBUSY", "%d files are being saved already", MOST_SAVES);
	}
	pthread_mutex_unlock(&flight->lock);
	return number;
}

enum shot_poll shot_flight_take(struct shot_flight *flight, uint64_t number,
	struct shot_path_buffer *path, struct shot_error *err)
{
	enum shot_poll outcome = SHOT_POLL_WAITING;
	pthread_mutex_lock(&flight->lock);
	struct save *save = find(flight, DONE, number);
	if (save) {
		outcome = save->is_ok ? SHOT_POLL_DONE : SHOT_POLL_FAILED;
		*path = save->path;
		*err = save->err;
		save->stage = FREE;
	}
	pthread_mutex_unlock(&flight->lock);
	return outcome;
}

/* --- the encoder's thread -----------------------------------------------------------------------
 */

static void set_stage(struct shot_flight *flight, struct save *save, enum stage stage)
{
	pthread_mutex_lock(&flight->lock);
	save->stage = stage;
	pthread_mutex_unlock(&flight->lock);
}

static enum stage stage_of(struct shot_flight *flight, const struct save *save)
{
	pthread_mutex_lock(&flight->lock);
	enum stage stage = save->stage;
	pthread_mutex_unlock(&flight->lock);
	return stage;
}

static void close_save(struct shot_flight *flight, struct save *save, bool is_ok)
{
	save->is_ok = is_ok;
	shot_video_file_close(save->file);
	save->file = NULL;
	free(save->template);
	save->template = NULL;
	set_stage(flight, save, DONE);
}

static bool write_kept(struct shot_flight *flight, struct save *save)
{
	const AVPacket *packet;
	for (size_t i = 0; (packet = shot_packets_at(flight->packets, i)); i++) {
		if (!shot_video_file_put(save->file, packet, &save->err)) {
			return false;
		}
	}
	return true;
}

/* Returns whether it is open. */
static bool begin(struct shot_flight *flight, struct save *save, int64_t now)
{
	save->until = now + save->after;
	save->file = shot_video_file_open(
		save->template, &save->fields, flight->encoder, false, &save->err);
	if (save->file) {
		snprintf(save->path.text, sizeof save->path.text, "%s",
			shot_video_file_path(save->file));
	}
	if (!save->file || !write_kept(flight, save)) {
		close_save(flight, save, false);
		return false;
	}
	set_stage(flight, save, OPEN);
	return true;
}

/* Ends a file that cannot be written any more. */
static void give_up(struct shot_flight *flight, struct save *save, int64_t until)
{
	struct shot_error ignored, why;
	shot_video_file_finish(save->file, until, &why, &ignored);
	close_save(flight, save, false);
}

bool shot_flight_add(struct shot_flight *flight, const AVPacket *packet, struct shot_error *err)
{
	for (size_t i = 0; i < MOST_SAVES; i++) {
		struct save *save = &flight->saves[i];
		if (stage_of(flight, save) == OPEN && packet->pts < save->until &&
			!shot_video_file_put(save->file, packet, &save->err)) {
			give_up(flight, save, packet->pts);
		}
	}
	return shot_packets_add(flight->packets, packet, err);
}

int64_t shot_flight_deadline(struct shot_flight *flight)
{
	int64_t first = SHOT_FOREVER;
	for (size_t i = 0; i < MOST_SAVES; i++) {
		struct save *save = &flight->saves[i];
		if (stage_of(flight, save) == OPEN) {
			int64_t deadline = shot_video_file_deadline(save->file);
			first = deadline < first ? deadline : first;
		}
	}
	return first;
}

void shot_flight_flush(struct shot_flight *flight, int64_t until)
{
	for (size_t i = 0; i < MOST_SAVES; i++) {
		struct save *save = &flight->saves[i];
		if (stage_of(flight, save) == OPEN &&
			!shot_video_file_flush(save->file, until, &save->err)) {
			give_up(flight, save, until);
		}
	}
}

bool shot_flight_needs_key(const struct shot_flight *flight)
{
	return shot_packets_need_key(flight->packets);
}

bool shot_flight_serve(struct shot_flight *flight, int64_t now, bool is_end)
{
	bool has_finished = false;
	for (size_t i = 0; i < MOST_SAVES; i++) {
		struct save *save = &flight->saves[i];
		enum stage stage = stage_of(flight, save);
		if (stage == ASKED) {
			has_finished |= !begin(flight, save, now);
			stage = stage_of(flight, save);
		}
		if (stage == OPEN && (is_end || now >= save->until)) {
			int64_t until = now < save->until ? now : save->until;
			struct shot_error why;
			close_save(flight, save,
				shot_video_file_finish(save->file, until, &why, &save->err));
			has_finished = true;
		}
	}
	return has_finished;
}

size_t shot_flight_bytes(const struct shot_flight *flight)
{
	return shot_packets_bytes(flight->packets);
}

void shot_flight_destroy(struct shot_flight *flight)
{
	if (flight) {
		for (size_t i = 0; i < MOST_SAVES; i++) {
			shot_video_file_close(flight->saves[i].file);
			free(flight->saves[i].template);
		}
		shot_packets_destroy(flight->packets);
		pthread_mutex_destroy(&flight->lock);
		free(flight);
	}
}
