/* The paths of pixels from a display server. */
#ifndef SHOT_CAPTURE_PATH_H
#define SHOT_CAPTURE_PATH_H

/* The kind of a slot's memory. */
enum shot_memory {
	SHOT_MEMORY_FD,	  /* a sealed memfd, attached by its descriptor */
	SHOT_MEMORY_SYSV, /* a System V segment, attached by its id */
	SHOT_MEMORY_OWN,  /* nothing is attached: the source copies the pixels here */
};

struct shot_path {
	const char *name; /* "shm-fd", as in stats() and open{path=} */
	enum shot_memory memory;
};

#endif
