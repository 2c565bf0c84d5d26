/* The newest packets: bounded by time and by bytes, and always to be played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "video/functions.h"
#include "video/packets.h"

static void add(struct shot_packets *packets, int64_t time, size_t size, bool is_key)
{
	struct shot_error err;
	const struct shot_video_library *av = shot_video_library(&err);
	assert_non_null(av);
	AVPacket *packet = av->av_packet_alloc();
	packet->buf = av->av_buffer_create(
		av->av_malloc(size + AV_INPUT_BUFFER_PADDING_SIZE), size, NULL, NULL, 0);
	packet->data = packet->buf->data;
	packet->size = (int)size;
	packet->pts = packet->dts = time;
	packet->flags = is_key ? AV_PKT_FLAG_KEY : 0;
	assert_true(shot_packets_add(packets, packet, &err));
	av->av_packet_free(&packet);
}

static size_t count_of(const struct shot_packets *packets)
{
	size_t count = 0;
	while (shot_packets_at(packets, count)) {
		count++;
	}
	return count;
}

static struct shot_packets *create(int64_t span, size_t bytes)
{
	struct shot_error err;
	struct shot_packets *packets = shot_packets_create(span, bytes, &err);
	assert_non_null(packets);
	return packets;
}

static void keeps_the_last_span_and_begins_with_a_key(void **state)
{
	(void)state;
	struct shot_packets *packets = create(30, 1 << 20);
	add(packets, -1, 10, false);
	assert_null(shot_packets_at(packets, 0));
	assert_true(shot_packets_need_key(packets));
	for (int64_t time = 0; time < 1000; time++) {
		add(packets, time, 10, time % 7 == 0);
		const AVPacket *first = shot_packets_at(packets, 0);
		assert_true(first->flags & AV_PKT_FLAG_KEY);
		assert_true(time < 30 || time - first->pts >= 30);
		assert_true(time - first->pts < 30 + 7);
		assert_int_equal(count_of(packets), time - first->pts + 1);
	}
	shot_packets_destroy(packets);
}

static void never_has_more_bytes(void **state)
{
	(void)state;
	const size_t limit = 100000;
	struct shot_packets *packets = create(INT64_MAX / 2, limit);
	bool needs_key = true;
	for (int64_t time = 0; time < 2000; time++) {
		add(packets, time, 1000, needs_key);
		needs_key = shot_packets_need_key(packets);
		assert_true(shot_packets_bytes(packets) <= limit);
		assert_true(time < 100 || shot_packets_bytes(packets) > limit / 2);
	}
	add(packets, 2000, 2 * limit, true); /* one alone is too much */
	assert_true(shot_packets_bytes(packets) <= limit);
	add(packets, 2001, 10, true);
	assert_int_equal(count_of(packets), 1);
	shot_packets_destroy(packets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_last_span_and_begins_with_a_key),
		cmocka_unit_test(never_has_more_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
