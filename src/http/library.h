/* libmicrohttpd. luashot loads it at the first use, because few scripts serve a page. */
#ifndef SHOT_HTTP_LIBRARY_H
#define SHOT_HTTP_LIBRARY_H

#include <sys/socket.h>

#include <microhttpd.h>

#include "base/error.h"

/* The functions that luashot uses; library.c lists their names in the same order. */
struct shot_mhd {
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_stop_daemon) *stop_daemon;
	__typeof__(MHD_run) *run;
	__typeof__(MHD_get_daemon_info) *get_daemon_info;
	__typeof__(MHD_get_connection_info) *get_connection_info;
	__typeof__(MHD_get_timeout) *get_timeout;
	__typeof__(MHD_suspend_connection) *suspend;
	__typeof__(MHD_resume_connection) *resume;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_create_response_from_buffer) *response_from_buffer;
	__typeof__(MHD_create_response_from_callback) *response_from_callback;
	__typeof__(MHD_create_response_from_fd64) *response_from_file;
	__typeof__(MHD_add_response_header) *add_header;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_lookup_connection_value) *lookup;
};

/* Returns the functions, or NULL with ENOTSUP if the library is not installed. */
const struct shot_mhd *shot_mhd(struct shot_error *err);

#endif
