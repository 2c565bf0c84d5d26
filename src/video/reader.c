#include "video/reader.h"

#include "video/functions.h"

/* Formats that hold their frames themselves. The content of a file chooses its format; others, such
 * as playlists, would open the files and addresses that the content names. */
#define CONTAINERS "matroska,mov,gif,apng,avi,flv,ivf,mpegts,nut,ogg"

int shot_reader_open(struct shot_reader *reader, int fd)
{
	struct shot_error err;
	const struct shot_video_library *av = shot_video_library(&err);
	*reader = (struct shot_reader){0};
	if (!shot_stream_file_open(&reader->file, fd, false, &err)) {
		return AVERROR(ENOMEM);
	}
	reader->format = av->avformat_alloc_context();
	if (!reader->format) {
		return AVERROR(ENOMEM);
	}
	reader->format->pb = reader->file.io;
	int status = av->av_opt_set(reader->format, "format_whitelist", CONTAINERS, 0);
	if (status >= 0) {
		status = av->avformat_open_input(&reader->format, "", NULL, NULL);
	}
	if (status >= 0) {
		status = av->avformat_find_stream_info(reader->format, NULL);
	}
	if (status >= 0 && reader->format->nb_streams == 0) {
		status = AVERROR_INVALIDDATA;
	}
	reader->stream = status >= 0 ? reader->format->streams[0] : NULL;
	return status;
}

int shot_reader_next(struct shot_reader *reader, AVPacket *packet)
{
	struct shot_error err;
	const struct shot_video_library *av = shot_video_library(&err);
	int status;
	while ((status = av->av_read_frame(reader->format, packet)) >= 0 &&
		packet->stream_index != reader->stream->index) {
		av->av_packet_unref(packet);
	}
	return status;
}

void shot_reader_close(struct shot_reader *reader)
{
	struct shot_error err;
	const struct shot_video_library *av = shot_video_library(&err);
	if (av) {
		av->avformat_close_input(&reader->format);
	}
	shot_stream_file_close(&reader->file);
}
