#include "video/packets.h"

#include <stdlib.h>

#include "video/functions.h"

enum {
	OVERHEAD = 512, /* bytes of a packet besides its data, with the allocator's share */
	FIRST_ROOM = 256,
};

struct shot_packets {
	const struct shot_video_library *av;
	int64_t span;
	size_t limit, bytes;
	size_t since_key; /* bytes from the last key packet on */
	AVPacket **list;  /* a ring */
	size_t room, first, count;
};

struct shot_packets *shot_packets_create(int64_t span, size_t bytes, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	struct shot_packets *packets = av ? calloc(1, sizeof *packets) : NULL;
	if (packets) {
		*packets = (struct shot_packets){.av = av, .span = span, .limit = bytes};
	} else if (av) {
		shot_fail(err, "ENOMEM", "no memory for a recorder");
	}
	return packets;
}

static AVPacket **slot_of(const struct shot_packets *packets, size_t i)
{
	return &packets->list[(packets->first + i) % packets->room];
}

const AVPacket *shot_packets_at(const struct shot_packets *packets, size_t i)
{
	return i < packets->count ? *slot_of(packets, i) : NULL;
}

static size_t size_of(const AVPacket *packet)
{
	return (size_t)packet->size + OVERHEAD;
}

static bool is_key(const AVPacket *packet)
{
	return packet->flags & AV_PKT_FLAG_KEY;
}

static void drop_first(struct shot_packets *packets)
{
	AVPacket **first = slot_of(packets, 0);
	packets->bytes -= size_of(*first);
	packets->av->av_packet_free(first);
	packets->first = (packets->first + 1) % packets->room;
	packets->count--;
}

/* The position of the second key packet; `count` when there is none. */
static size_t second_key(const struct shot_packets *packets)
{
	size_t i = 1;
	while (i < packets->count && !is_key(*slot_of(packets, i))) {
		i++;
	}
	return i;
}

/* Drop the oldest packets up to the next key packet, as long as they are too old, or too many. */
static void trim(struct shot_packets *packets)
{
	while (packets->count > 0) {
		size_t next = second_key(packets);
		int64_t newest = (*slot_of(packets, packets->count - 1))->pts;
		bool is_old = next < packets->count &&
			      newest - (*slot_of(packets, next))->pts >= packets->span;
		if (!is_old && packets->bytes <= packets->limit) {
			return;
		}
		for (size_t i = 0; i < next; i++) {
			drop_first(packets);
		}
	}
}

static bool grow(struct shot_packets *packets, struct shot_error *err)
{
	if (packets->count < packets->room) {
		return true;
	}
	size_t room = packets->room ? 2 * packets->room : FIRST_ROOM;
	AVPacket **list = calloc(room, sizeof *list);
	if (!list) {
		return shot_fail(err, "ENOMEM", "no memory for %zu packets", room);
	}
	for (size_t i = 0; i < packets->count; i++) {
		list[i] = *slot_of(packets, i);
	}
	free(packets->list);
	packets->list = list;
	packets->room = room;
	packets->first = 0;
	return true;
}

bool shot_packets_add(struct shot_packets *packets, const AVPacket *packet, struct shot_error *err)
{
	if (packets->count == 0 && !is_key(packet)) {
		return true; /* it cannot be played without a key packet */
	}
	AVPacket *own = grow(packets, err) ? packets->av->av_packet_clone(packet) : NULL;
	if (!own) {
		return shot_fail(err, "ENOMEM", "no memory for a packet");
	}
	packets->since_key = (is_key(own) ? 0 : packets->since_key) + size_of(own);
	packets->bytes += size_of(own);
	packets->count++;
	*slot_of(packets, packets->count - 1) = own;
	trim(packets);
	return true;
}

bool shot_packets_need_key(const struct shot_packets *packets)
{
	return packets->count == 0 || packets->since_key >= packets->limit / 4;
}

size_t shot_packets_bytes(const struct shot_packets *packets)
{
	return packets->bytes;
}

void shot_packets_destroy(struct shot_packets *packets)
{
	if (packets) {
		while (packets->count > 0) {
			drop_first(packets);
		}
		free(packets->list);
		free(packets);
	}
}
