/* Loops that the compiler turns into vector instructions. */
#ifndef SHOT_IMAGE_VECTOR_H
#define SHOT_IMAGE_VECTOR_H

#include <limits.h> /* any header of the C library defines which library it is */

/* Put this before a function to compile it for AVX2 as well; the loader chooses at program start.
 * It is off with sanitizers, whose run-time library is not ready at that moment, with C libraries
 * whose loader cannot choose (musl's), and with clang, to be safe. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SHOT_VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define SHOT_VECTORIZED
#endif

#endif
