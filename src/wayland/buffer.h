/* Memory that the compositor has attached, and the wl_buffers in it. A slot's buffers mostly have
 * one size, and are kept from one capture to the next. */
#ifndef SHOT_WAYLAND_BUFFER_H
#define SHOT_WAYLAND_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

struct wl_buffer;
struct wl_shm;
struct wl_shm_pool;
struct shot_wayland_buffer;

/* Zeroed: none. */
struct shot_wayland_memory {
	struct wl_shm_pool *pool;
	struct shot_wayland_buffer *buffers; /* a list, the latest first */
};

/* The layout of a buffer's pixels in its memory. */
struct shot_wayland_shape {
	int32_t offset, width, height, stride;
	uint32_t format; /* wl_shm.format */
};

/* Attach `size` bytes of a descriptor, which stays the caller's. False, with errno: no descriptor
 * is left for libwayland's own copy, without which it would end the connection. */
bool shot_wayland_memory_attach(
	struct shot_wayland_memory *memory, struct wl_shm *shm, int fd, int32_t size);

/* Release it; buffers in use are freed when they are given back. Zeroed memory is allowed. */
void shot_wayland_memory_finish(struct shot_wayland_memory *memory);

/* Take an idle buffer: a kept one, or a new one. NULL: no memory. */
struct shot_wayland_buffer *shot_wayland_buffer_take(
	struct shot_wayland_memory *memory, const struct shot_wayland_shape *shape);

/* Give it back when the compositor does not write into it any more. NULL is allowed. */
void shot_wayland_buffer_give(struct shot_wayland_buffer *buffer);

/* Its wl_buffer, which lives as long as the buffer. */
struct wl_buffer *shot_wayland_buffer_proxy(const struct shot_wayland_buffer *buffer);

#endif
