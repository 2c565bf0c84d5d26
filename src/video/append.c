#include "video/append.h"

#include <stdio.h>
#include <string.h>

#include "video/functions.h"
#include "video/reader.h"

enum { SHOWN = 100, RECORD_HEAD = 6 };

/* Tells whether the parameter sets of an H.264 file are the encoder's. The file has a length before
 * each set, the encoder a start code. */
static bool has_sets(const AVCodecParameters *old, const AVCodecContext *encoder)
{
	const uint8_t *at = old->extradata + RECORD_HEAD - 1,
		      *end = old->extradata + old->extradata_size;
	for (int kind = 0; kind < 2 && at < end; kind++) {
		int count = *at++ & (kind == 0 ? 31 : 255);
		for (; count > 0 && end - at >= 2; count--) {
			size_t size = (size_t)at[0] << 8 | at[1];
			at += 2;
			if (size > (size_t)(end - at) ||
				!memmem(encoder->extradata, (size_t)encoder->extradata_size, at,
					size)) {
				return false;
			}
			at += size;
		}
	}
	return true;
}

static bool fits(const AVCodecParameters *old, const AVCodecContext *encoder)
{
	if (old->codec_id != encoder->codec_id || old->width != encoder->width ||
		old->height != encoder->height) {
		return false;
	}
	bool is_record = old->extradata_size > RECORD_HEAD && old->extradata[0] == 1;
	if (old->codec_id == AV_CODEC_ID_H264) {
		return is_record && encoder->extradata_size > 0 && has_sets(old, encoder);
	}
	return old->extradata_size == 0 || encoder->extradata_size == 0 ||
	       (old->extradata_size == encoder->extradata_size &&
		       memcmp(old->extradata, encoder->extradata, (size_t)old->extradata_size) ==
			       0);
}

/* Opens a filter that converts packets of a file to the encoder's form; for some codecs they
 * differ. Returns a status of libav. */
static int open_filter(const struct shot_reader *reader, AVBSFContext **filter)
{
	struct shot_error err;
	const struct shot_video_library *av = shot_video_library(&err);
	enum AVCodecID id = reader->stream->codecpar->codec_id;
	const char *name = id == AV_CODEC_ID_H264   ? "h264_mp4toannexb"
			   : id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb"
						    : "null";
	const AVBitStreamFilter *kind = av->av_bsf_get_by_name(name);
	int status = kind ? av->av_bsf_alloc(kind, filter) : AVERROR_BSF_NOT_FOUND;
	if (status >= 0) {
		status = av->avcodec_parameters_copy((*filter)->par_in, reader->stream->codecpar);
	}
	if (status >= 0) {
		(*filter)->time_base_in = reader->stream->time_base;
		status = av->av_bsf_init(*filter);
	}
	return status;
}

/* Puts one packet through the filter into the muxer. Returns a status of libav, or 1 with `err`
 * filled. */
static int put(struct shot_muxer *muxer, AVBSFContext *filter, AVPacket *packet, AVRational base,
	int64_t *end, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	int status = av->av_bsf_send_packet(filter, packet);
	while (status == 0 && (status = av->av_bsf_receive_packet(filter, packet)) == 0) {
		av->av_packet_rescale_ts(packet, filter->time_base_out, base);
		*end = packet->dts + (packet->duration > 0 ? packet->duration : 1);
		status = shot_muxer_put(muxer, packet, err) ? 0 : 1;
		av->av_packet_unref(packet);
	}
	return status == AVERROR(EAGAIN) ? 0 : status;
}

/* Copies all packets. `*end` is the end of the last one. Returns as put does. */
static int copy(struct shot_muxer *muxer, struct shot_reader *reader, AVRational base, int64_t *end,
	struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	AVPacket *packet = av->av_packet_alloc();
	AVBSFContext *filter = NULL;
	int status = packet ? open_filter(reader, &filter) : AVERROR(ENOMEM);
	while (status == 0 && (status = shot_reader_next(reader, packet)) == 0) {
		status = put(muxer, filter, packet, base, end, err);
	}
	av->av_bsf_free(&filter);
	av->av_packet_free(&packet);
	return status == AVERROR_EOF ? 0 : status;
}

bool shot_append(struct shot_muxer *muxer, int fd, const AVCodecContext *encoder, const char *path,
	struct shot_error *err)
{
	struct shot_reader reader;
	char what[SHOWN + 64];
	snprintf(what, sizeof what, "cannot continue the video %.*s", SHOWN, path);
	shot_video_complaint(); /* an older one */
	int status = shot_reader_open(&reader, fd);
	int64_t end = 0;
	bool ok = status >= 0 || shot_video_fail(err, status, what);
	if (ok && !fits(reader.stream->codecpar, encoder)) {
		ok = shot_fail(err, "EINVAL",
			"%s: its codec, size or settings differ; rename it, or use the same", what);
	}
	if (ok) {
		AVRational base = encoder->time_base;
		int64_t lasts = reader.format->duration > 0 ? reader.format->duration * base.den /
								      base.num / AV_TIME_BASE
							    : 0;
		status = copy(muxer, &reader, base, &end, err);
		ok = status == 0 || (status < 0 && shot_video_fail(err, status, what));
		ok = ok && shot_muxer_go_on(muxer, end > lasts ? end : lasts, err);
	}
	shot_reader_close(&reader);
	return ok;
}
