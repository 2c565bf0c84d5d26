#include "video/stream_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "video/functions.h"

enum { BUFFER = 1 << 16 };

static int read_some(void *opaque, uint8_t *data, int size)
{
	struct shot_stream_file *file = opaque;
	ssize_t count;
	do {
		count = pread(file->fd, data, (size_t)size, file->at);
	} while (count < 0 && errno == EINTR);
	if (count < 0) {
		return AVERROR(errno);
	}
	file->at += count;
	return count == 0 ? AVERROR_EOF : (int)count;
}

#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written;
#else
typedef uint8_t written;
#endif

static int write_all(void *opaque, written *data, int size)
{
	struct shot_stream_file *file = opaque;
	for (int done = 0; done < size;) {
		size_t left = (size_t)(size - done);
		ssize_t count = file->is_seekable ? pwrite(file->fd, data + done, left, file->at)
						  : write(file->fd, data + done, left);
		if (count < 0 && errno != EINTR) {
			return AVERROR(errno);
		}
		if (count > 0) {
			done += (int)count;
			file->at += count;
		}
	}
	file->size = file->at > file->size ? file->at : file->size;
	return size;
}

/* libavformat counts from other places itself. */
static int64_t seek(void *opaque, int64_t to, int whence)
{
	struct shot_stream_file *file = opaque;
	struct stat info;
	if ((whence & ~AVSEEK_FORCE) == AVSEEK_SIZE) {
		return fstat(file->fd, &info) < 0 ? AVERROR(errno) : info.st_size;
	}
	return to < 0 ? AVERROR(EINVAL) : (file->at = to);
}

bool shot_stream_file_open(
	struct shot_stream_file *file, int fd, bool is_written, struct shot_error *err)
{
	const struct shot_video_library *av = shot_video_library(err);
	struct stat info;
	*file = (struct shot_stream_file){
		.fd = fd, .is_seekable = fstat(fd, &info) == 0 && S_ISREG(info.st_mode)};
	uint8_t *buffer = av ? av->av_malloc(BUFFER) : NULL;
	file->io = buffer ? av->avio_alloc_context(buffer, BUFFER, is_written, file, read_some,
				    write_all, file->is_seekable ? seek : NULL)
			  : NULL;
	if (av && !file->io) {
		av->av_free(buffer);
		shot_fail(err, "ENOMEM", "no memory for a video's file");
	}
	return file->io;
}

void shot_stream_file_close(struct shot_stream_file *file)
{
	struct shot_error ignored;
	const struct shot_video_library *av = shot_video_library(&ignored);
	if (file->io) {
		av->av_free(file->io->buffer);
		av->avio_context_free(&file->io);
	}
}
