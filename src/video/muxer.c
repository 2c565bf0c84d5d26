#include "video/muxer.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "video/container.h"
#include "video/functions.h"
#include "video/stream_file.h"

enum {
	SHOWN = 150,	       /* characters of a path in a message */
	LONGEST_DELAY = 65535, /* of a picture of an animation, in hundredths of a second */
};

#define LATEST (SHOT_NS_PER_S / 2) /* after it was put, a packet is in the file */

struct shot_muxer {
	const struct shot_video_library *av;
	AVFormatContext *format;
	AVStream *stream;
	struct shot_stream_file file;
	AVRational base; /* the encoder's */
	AVPacket *held;	 /* the last packet, until its length is known */
	AVPacket *writing;
	bool is_held, has_begun, has_failed;
	int64_t held_at;      /* on the monotonic clock: when it was put, */
	int64_t flush_at;     /* and when written ones are to be in the file */
	int64_t began, ended; /* when the first packet is seen, and until when the last one */
	int64_t offset;	      /* the length of an appended video before these packets, */
	int64_t last;	      /* and in the stream's time base the last one written */
	char path[SHOWN + 1];
};

static bool fail(struct shot_muxer *muxer, int status, struct shot_error *err)
{
	char what[SHOWN + 32];
	snprintf(what, sizeof what, "cannot write %s", muxer->path);
	muxer->has_failed = true;
	return shot_video_fail(err, status, what);
}

/* Sets the options of muxers that make a file playable at any moment. */
static void set_up(struct shot_muxer *muxer)
{
	const struct shot_video_library *av = muxer->av;
	const char *name = muxer->format->oformat->name;
	void *own = muxer->format->priv_data;
	if (shot_container_is_fragmented(muxer->format->oformat)) {
		av->av_opt_set(own, "movflags", "frag_custom+empty_moov+default_base_moof", 0);
	} else if (strcmp(name, "apng") == 0) {
		av->av_opt_set(own, "plays", "0", 0); /* again and again */
	}
}

static bool open_format(struct shot_muxer *muxer, const char *path, const AVCodecContext *encoder,
	struct shot_error *err)
{
	const struct shot_video_library *av = muxer->av;
	const AVOutputFormat *kind = shot_container_of(path, err);
	if (!kind) {
		return false;
	}
	if (av->avformat_query_codec(kind, encoder->codec_id, FF_COMPLIANCE_NORMAL) == 0) {
		return shot_fail(err, "EINVAL", "a video in %s cannot have the codec '%s'",
			kind->name, encoder->codec->name);
	}
	int status = av->avformat_alloc_output_context2(&muxer->format, kind, NULL, NULL);
	if (status < 0) {
		return fail(muxer, status, err);
	}
	muxer->format->pb = muxer->file.io;
	muxer->stream = av->avformat_new_stream(muxer->format, NULL);
	if (!muxer->stream || !muxer->held || !muxer->writing) {
		return shot_fail(err, "ENOMEM", "no memory for a video's file");
	}
	status = av->avcodec_parameters_from_context(muxer->stream->codecpar, encoder);
	muxer->stream->time_base = encoder->time_base;
	if (encoder->time_base.den == encoder->framerate.num) { /* as many in every second */
		muxer->stream->avg_frame_rate = encoder->framerate;
	}
	set_up(muxer);
	return status >= 0 || fail(muxer, status, err);
}

struct shot_muxer *shot_muxer_open(
	int fd, const char *path, const AVCodecContext *encoder, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	struct shot_muxer *muxer = av ? calloc(1, sizeof *muxer) : NULL;
	if (!muxer) {
		if (av) {
			shot_fail(err, "ENOMEM", "no memory for a video's file");
		}
		return NULL;
	}
	muxer->av = av;
	muxer->held = av->av_packet_alloc();
	muxer->writing = av->av_packet_alloc();
	muxer->base = encoder->time_base;
	muxer->flush_at = SHOT_FOREVER;
	muxer->last = INT64_MIN;
	size_t length = strlen(path);
	snprintf(muxer->path, sizeof muxer->path, "%s",
		length > SHOWN ? path + length - SHOWN : path);
	if (!shot_stream_file_open(&muxer->file, fd, true, err) ||
		!open_format(muxer, path, encoder, err)) {
		shot_muxer_close(muxer);
		return NULL;
	}
	return muxer;
}

static bool begin(struct shot_muxer *muxer, int64_t time, struct shot_error *err)
{
	muxer->began = time;
	muxer->has_begun = true;
	shot_video_complaint(); /* an older one */
	int status = muxer->av->avformat_write_header(muxer->format, NULL);
	return status >= 0 || fail(muxer, status, err);
}

static bool flush(struct shot_muxer *muxer, struct shot_error *err)
{
	muxer->flush_at = SHOT_FOREVER;
	int status = muxer->av->av_write_frame(muxer->format, NULL);
	muxer->av->avio_flush(muxer->file.io);
	if (status >= 0) {
		status = muxer->file.io->error;
	}
	if (shot_container_is_fragmented(muxer->format->oformat)) {
		/* The next fragment begins at its own time, not where this one's last picture was
		 * thought to end. */
		muxer->av->av_opt_set(muxer->format->priv_data, "movflags", "+frag_discont", 0);
	}
	return status >= 0 || fail(muxer, status, err);
}

/* Writes the held packet, which is seen until `end`. */
static bool release(struct shot_muxer *muxer, int64_t end, struct shot_error *err)
{
	if (!muxer->is_held) {
		return true;
	}
	AVPacket *packet = muxer->writing;
	muxer->av->av_packet_move_ref(packet, muxer->held);
	muxer->is_held = false;
	packet->stream_index = 0;
	packet->duration = end > packet->dts ? end - packet->dts : 1;
	packet->pts -= muxer->began;
	packet->dts -= muxer->began;
	muxer->av->av_packet_rescale_ts(packet, muxer->base, muxer->stream->time_base);
	if (packet->dts <= muxer->last) { /* a coarser clock than ours */
		packet->dts = muxer->last + 1;
	}
	packet->pts = packet->pts < packet->dts ? packet->dts : packet->pts;
	muxer->last = packet->dts;
	int status = muxer->av->av_write_frame(muxer->format, packet);
	muxer->av->av_packet_unref(packet);
	if (muxer->flush_at == SHOT_FOREVER) {
		muxer->flush_at = muxer->held_at + LATEST;
	}
	return status >= 0 || fail(muxer, status, err);
}

bool shot_muxer_put(struct shot_muxer *muxer, const AVPacket *packet, struct shot_error *err)
{
	int64_t time = packet->dts + muxer->offset;
	if (!muxer->has_begun && !begin(muxer, packet->pts + muxer->offset, err)) {
		return false;
	}
	if (!release(muxer, time, err)) {
		return false;
	}
	int64_t now = shot_clock_ns();
	if (now >= muxer->flush_at && !flush(muxer, err)) {
		return false;
	}
	int status = muxer->av->av_packet_ref(muxer->held, packet);
	muxer->held_at = now;
	muxer->is_held = status >= 0;
	muxer->held->dts = time;
	muxer->held->pts += muxer->offset;
	return muxer->is_held || fail(muxer, status, err);
}

int64_t shot_muxer_deadline(const struct shot_muxer *muxer)
{
	int64_t due = muxer->is_held ? muxer->held_at + LATEST : SHOT_FOREVER;
	return due < muxer->flush_at ? due : muxer->flush_at;
}

bool shot_muxer_flush(struct shot_muxer *muxer, int64_t until, struct shot_error *err)
{
	int64_t now = shot_clock_ns();
	if (muxer->is_held && now >= muxer->held_at + LATEST &&
		!release(muxer, until + muxer->offset, err)) {
		return false;
	}
	return now < muxer->flush_at || flush(muxer, err);
}

bool shot_muxer_go_on(struct shot_muxer *muxer, int64_t until, struct shot_error *err)
{
	bool ok = release(muxer, until, err) && (!muxer->has_begun || flush(muxer, err));
	muxer->offset = until;
	return ok;
}

/* The muxer of Matroska takes the end of the last packet that it knows for the end of the video. */
static void set_length(const struct shot_muxer *muxer)
{
	static const uint8_t mark[] = {0x44, 0x89, 0x88}; /* Duration, a float of 8 bytes */
	uint8_t head[1024];
	ssize_t size = pread(muxer->file.fd, head, sizeof head, 0);
	const uint8_t *at = size > 0 ? memmem(head, (size_t)size, mark, sizeof mark) : NULL;
	if (at) {
		double ms = shot_muxer_seconds(muxer) * 1000;
		uint64_t bits;
		memcpy(&bits, &ms, sizeof bits);
		bits = htobe64(bits);
		off_t place = at - head + (off_t)sizeof mark;
		if (pwrite(muxer->file.fd, &bits, sizeof bits, place) < 0) {
			return; /* a little short */
		}
	}
}

/* The muxers of animations take the time of the picture before for that of the last one. */
static void set_last_delay(struct shot_muxer *muxer)
{
	const char *name = muxer->format->oformat->name;
	AVRational base = muxer->stream->time_base;
	double since = shot_muxer_seconds(muxer) - (double)muxer->last * base.num / base.den;
	int hundredths = since < LONGEST_DELAY / 100.0 ? (int)lround(100 * since) : LONGEST_DELAY;
	if (strcmp(name, "gif") == 0 || strcmp(name, "apng") == 0) {
		char text[32];
		snprintf(text, sizeof text, *name == 'g' ? "%d" : "%d/100", hundredths);
		muxer->av->av_opt_set(muxer->format->priv_data, "final_delay", text, 0);
	}
}

bool shot_muxer_finish(struct shot_muxer *muxer, int64_t until, struct shot_error *err)
{
	if (!muxer->has_begun) {
		return true;
	}
	muxer->ended = until + muxer->offset;
	bool is_loose = !muxer->is_held;
	bool ok = !muxer->has_failed && release(muxer, muxer->ended, err);
	set_last_delay(muxer);
	int status = muxer->av->av_write_trailer(muxer->format);
	muxer->av->avio_flush(muxer->file.io);
	if (status >= 0) {
		status = muxer->file.io->error;
	}
	ok = ok && (status >= 0 || fail(muxer, status, err));
	const char *kind = muxer->format->oformat->name;
	if (ok && is_loose && (strcmp(kind, "matroska") == 0 || strcmp(kind, "webm") == 0)) {
		set_length(muxer);
	}
	return ok;
}

double shot_muxer_seconds(const struct shot_muxer *muxer)
{
	return (double)(muxer->ended - muxer->began) * muxer->base.num / muxer->base.den;
}

int64_t shot_muxer_bytes(const struct shot_muxer *muxer)
{
	return muxer->file.size;
}

void shot_muxer_close(struct shot_muxer *muxer)
{
	if (muxer) {
		muxer->av->avformat_free_context(muxer->format);
		muxer->av->av_packet_free(&muxer->held);
		muxer->av->av_packet_free(&muxer->writing);
		shot_stream_file_close(&muxer->file);
		free(muxer);
	}
}
