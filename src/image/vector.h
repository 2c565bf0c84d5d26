/* Loops that the compiler turns into vector instructions. */
#ifndef SHOT_IMAGE_VECTOR_H
#define SHOT_IMAGE_VECTOR_H

#include <limits.h> /* any header of the C library says which it is */

/* Before a function: compile it for AVX2 too, and choose when the program is loaded. Not with
 * sanitizers, whose run-time library is not there yet at that moment, not with C libraries whose
 * loader cannot choose (musl's), nor with clang, to be sure. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SHOT_VECTORISED __attribute__((target_clones("avx2", "default")))
#else
#define SHOT_VECTORISED
#endif

#endif
