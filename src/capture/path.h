/* The ways that pixels can come from a display server. */
#ifndef SHOT_CAPTURE_PATH_H
#define SHOT_CAPTURE_PATH_H

/* What the memory of a slot is. */
enum shot_memory {
	SHOT_MEMORY_FD,	  /* a sealed memfd, which is attached by its descriptor */
	SHOT_MEMORY_SYSV, /* a System V segment, which is attached by its id */
	SHOT_MEMORY_OWN,  /* nothing is attached: the source copies the pixels here */
};

struct shot_path {
	const char *name; /* "shm-fd"; what stats() says and open{path=} asks for */
	enum shot_memory memory;
};

#endif
