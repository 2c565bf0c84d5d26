#include "zerobuffer/writer_presence.h"

static struct zb_traces look_at_traces(const struct zb_oieb *oieb)
{
	return (struct zb_traces){zb_load(&oieb->writer_pid), zb_load(&oieb->payload_written_count),
		zb_load(&oieb->metadata_written_bytes)};
}

bool zb_presence_look(struct zb_presence *presence, const struct zb_object *object)
{
	uint64_t pid = zb_load(&object->oieb->writer_pid);
	bool lives = zb_peer_check(&presence->peer, pid, &object->identity) == ZB_LIFE_ALIVE;
	presence->seen = presence->seen || lives;
	return lives;
}

/* A writer that came and went between two checks has left traces. */
static bool is_gone(struct zb_presence *presence, const struct zb_object *object)
{
	const struct zb_traces *old = &presence->forgotten;
	struct zb_traces now = look_at_traces(object->oieb);
	if (zb_presence_look(presence, object)) {
		return false;
	}
	return presence->seen || now.frames != old->frames || now.metadata != old->metadata ||
	       (now.pid != 0 && now.pid != old->pid);
}

bool zb_presence_is_known_gone(
	struct zb_presence *presence, const struct zb_object *object, int64_t now)
{
	if (now < presence->next && zb_load(&object->oieb->writer_pid) != 0) {
		return false;
	}
	presence->next = now + ZB_SLICE_NS;
	return is_gone(presence, object);
}

void zb_presence_forget(struct zb_presence *presence, const struct zb_object *object)
{
	presence->seen = false;
	presence->forgotten = look_at_traces(object->oieb);
}
