/* The memory layouts in which display servers send pixels. */
#ifndef SHOT_CAPTURE_WIRE_H
#define SHOT_CAPTURE_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum shot_wire {
	SHOT_WIRE_BGRX,	   /* the format of frames, without conversion */
	SHOT_WIRE_BGRA,	   /* the same with an alpha */
	SHOT_WIRE_RGB565,  /* 16 bits */
	SHOT_WIRE_X2RGB10, /* ten bits a channel */
};

/* Bytes from one row of `width` pixels to the next: padded to 32 bits. */
static inline size_t shot_wire_stride(enum shot_wire wire, int32_t width)
{
	size_t bytes = wire == SHOT_WIRE_RGB565 ? 2 : 4;
	return ((size_t)width * bytes + 3) & ~(size_t)3;
}

#endif
