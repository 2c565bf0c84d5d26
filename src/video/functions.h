/* The functions of libavformat, libavcodec and libavutil; for the files of this room alone. */
#ifndef SHOT_VIDEO_FUNCTIONS_H
#define SHOT_VIDEO_FUNCTIONS_H

#include "video/library.h"

/* Fields of AVCodec before; removed in libavcodec 63. */
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
#define SHOT_VIDEO_NEWER_FUNCTIONS(X) X(avcodec_get_supported_config)
#else
#define SHOT_VIDEO_NEWER_FUNCTIONS(X)
#endif

/* The functions that luashot uses, by their own names. */
#define SHOT_VIDEO_FUNCTIONS(X) \
	X(av_bsf_alloc) \
	X(av_bsf_free) \
	X(av_bsf_get_by_name) \
	X(av_bsf_init) \
	X(av_bsf_receive_packet) \
	X(av_bsf_send_packet) \
	X(av_buffer_create) \
	X(av_codec_is_encoder) \
	X(av_codec_iterate) \
	X(av_frame_alloc) \
	X(av_frame_free) \
	X(av_frame_get_buffer) \
	X(av_frame_make_writable) \
	X(av_frame_ref) \
	X(av_frame_unref) \
	X(av_free) \
	X(av_guess_format) \
	X(av_log_format_line2) \
	X(av_log_set_callback) \
	X(av_malloc) \
	X(av_opt_find) \
	X(av_opt_next) \
	X(av_opt_set) \
	X(av_opt_set_int) \
	X(av_packet_alloc) \
	X(av_packet_clone) \
	X(av_packet_free) \
	X(av_packet_move_ref) \
	X(av_packet_ref) \
	X(av_packet_rescale_ts) \
	X(av_packet_unref) \
	X(av_read_frame) \
	X(av_strerror) \
	X(av_write_frame) \
	X(av_write_trailer) \
	X(avcodec_alloc_context3) \
	X(avcodec_descriptor_get_by_name) \
	X(avcodec_find_encoder) \
	X(avcodec_find_encoder_by_name) \
	X(avcodec_free_context) \
	X(avcodec_open2) \
	X(avcodec_parameters_copy) \
	X(avcodec_parameters_from_context) \
	X(avcodec_receive_packet) \
	X(avcodec_send_frame) \
	X(avformat_alloc_context) \
	X(avformat_alloc_output_context2) \
	X(avformat_close_input) \
	X(avformat_find_stream_info) \
	X(avformat_free_context) \
	X(avformat_new_stream) \
	X(avformat_open_input) \
	X(avformat_query_codec) \
	X(avformat_write_header) \
	X(avio_alloc_context) \
	X(avio_context_free) \
	X(avio_flush) \
	SHOT_VIDEO_NEWER_FUNCTIONS(X)

#define SHOT_VIDEO_POINTER(name) __typeof__(name) *name;
struct shot_video_library {
	SHOT_VIDEO_FUNCTIONS(SHOT_VIDEO_POINTER)
};
#undef SHOT_VIDEO_POINTER

#endif
