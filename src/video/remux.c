#include "video/remux.h"

#include <math.h>
#include <stdlib.h>

#include "video/container.h"
#include "video/functions.h"
#include "video/reader.h"

struct remux {
	const struct shot_video_library *av;
	struct shot_reader in;
	struct shot_stream_file out;
	AVFormatContext *writer;
	AVPacket *packet, *next;
	double seconds; /* of the whole video */
};

/* The muxer reads its own file to move it behind the table of contents. */
static int open_again(struct AVFormatContext *format, AVIOContext **io, const char *url, int flags,
	AVDictionary **options)
{
	(void)url;
	(void)options;
	struct remux *remux = format->opaque;
	struct shot_error err;
	struct shot_stream_file *file = calloc(1, sizeof *file);
	if (!file || !shot_stream_file_open(file, remux->out.fd, flags & AVIO_FLAG_WRITE, &err)) {
		free(file);
		return AVERROR(ENOMEM);
	}
	*io = file->io;
	return 0;
}

static int close_again(struct AVFormatContext *format, AVIOContext *io)
{
	(void)format;
	struct shot_stream_file *file = io->opaque;
	shot_stream_file_close(file);
	free(file);
	return 0;
}

static int open_writer(struct remux *remux, const AVOutputFormat *kind)
{
	const struct shot_video_library *av = remux->av;
	int status = av->avformat_alloc_output_context2(&remux->writer, kind, NULL, NULL);
	if (status < 0) {
		return status;
	}
	AVFormatContext *writer = remux->writer;
	writer->pb = remux->out.io;
	writer->opaque = remux;
	writer->io_open = open_again;
	writer->io_close2 = close_again;
	AVStream *stream = av->avformat_new_stream(writer, NULL);
	const AVStream *from = remux->in.stream;
	status = stream ? av->avcodec_parameters_copy(stream->codecpar, from->codecpar)
			: AVERROR(ENOMEM);
	if (status < 0) {
		return status;
	}
	stream->codecpar->codec_tag = 0;
	stream->time_base = from->time_base;
	stream->avg_frame_rate = from->avg_frame_rate;
	av->av_opt_set(writer->priv_data, "movflags", "faststart", 0);
	return av->avformat_write_header(writer, NULL);
}

/* A packet lasts until the next one. The reader's own value is the average length of pictures. */
static int write_until(struct remux *remux, int64_t end)
{
	const struct shot_video_library *av = remux->av;
	AVPacket *packet = remux->packet;
	if (end > packet->dts) {
		packet->duration = end - packet->dts;
	}
	packet->pos = -1;
	av->av_packet_rescale_ts(
		packet, remux->in.stream->time_base, remux->writer->streams[0]->time_base);
	int status = av->av_write_frame(remux->writer, packet);
	av->av_packet_unref(packet);
	return status;
}

static int copy(struct remux *remux)
{
	const struct shot_video_library *av = remux->av;
	AVRational base = remux->in.stream->time_base;
	int64_t last = llround(remux->seconds * base.den / base.num);
	int status = shot_reader_next(&remux->in, remux->packet);
	while (status >= 0) {
		status = shot_reader_next(&remux->in, remux->next);
		int64_t end = status >= 0 ? remux->next->dts : last;
		if (status >= 0 || status == AVERROR_EOF) {
			int written = write_until(remux, end);
			status = written < 0 ? written : status;
		}
		av->av_packet_move_ref(remux->packet, remux->next);
	}
	if (status != AVERROR_EOF) {
		return status;
	}
	status = av->av_write_trailer(remux->writer);
	av->avio_flush(remux->out.io);
	return status < 0 ? status : remux->out.io->error;
}

static int run(struct remux *remux, const AVOutputFormat *kind, int from)
{
	int status =
		remux->packet && remux->next ? shot_reader_open(&remux->in, from) : AVERROR(ENOMEM);
	if (status >= 0) {
		status = open_writer(remux, kind);
	}
	return status < 0 ? status : copy(remux);
}

bool shot_remux(int from, int to, const char *path, double seconds, struct shot_error *err)
{
	const AVOutputFormat *kind = shot_container_of(path, err);
	if (!kind) {
		return false;
	}
	const struct shot_video_library *av = shot_video_library(err);
	struct remux remux = {.av = av, .seconds = seconds};
	bool ok = shot_stream_file_open(&remux.out, to, true, err);
	if (ok) {
		remux.packet = av->av_packet_alloc();
		remux.next = av->av_packet_alloc();
		shot_video_complaint(); /* an older one */
		int status = run(&remux, kind, from);
		ok = status >= 0 || shot_video_fail(err, status, "cannot make a plain video");
		shot_reader_close(&remux.in);
		av->avformat_free_context(remux.writer);
		av->av_packet_free(&remux.packet);
		av->av_packet_free(&remux.next);
	}
	shot_stream_file_close(&remux.out);
	return ok;
}
