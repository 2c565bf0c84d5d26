/* The three ways that pixels can come from the server, fastest first. */
#ifndef SHOT_CAPTURE_PATH_H
#define SHOT_CAPTURE_PATH_H

#include <stdbool.h>

#include "base/error.h"
#include "x11/display.h"

enum shot_path {
	SHOT_PATH_SHM_FD,   /* the server maps our sealed memfd (MIT-SHM 1.2) */
	SHOT_PATH_SHM_SYSV, /* the server attaches a System V segment */
	SHOT_PATH_GETIMAGE, /* the pixels come through the socket */
	SHOT_PATH_COUNT,
};

/* "shm-fd", "shm-sysv", "getimage". Static. */
const char *shot_path_name(enum shot_path path);

/* Try `path` for real: poison a slot, have the server write one pixel of the root into it, and
 * compare with the same pixel through the socket. False with the reason when it does not work; the
 * connection stays usable. Blocks. */
bool shot_path_probe(struct shot_display *display, enum shot_path path, struct shot_error *err);

#endif
