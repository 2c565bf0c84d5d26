#include "wayland/buffer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wayland/library.h"

#include <wayland-client-protocol.h>

#define KEPT 8 /* buffers of one memory: a ring has one for each place of a frame */

struct shot_wayland_buffer {
	struct shot_wayland_buffer *next;
	struct shot_wayland_memory *memory; /* NULL after the memory is released */
	struct wl_buffer *proxy;
	struct shot_wayland_shape shape;
	bool is_used;
};

static void destroy(struct shot_wayland_buffer *buffer)
{
	wl_buffer_destroy(buffer->proxy);
	free(buffer);
}

bool shot_wayland_memory_attach(
	struct shot_wayland_memory *memory, struct wl_shm *shm, int fd, int32_t size)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0) {
		return false;
	}
	close(copy);
	memory->pool = wl_shm_create_pool(shm, fd, size);
	return memory->pool;
}

void shot_wayland_memory_finish(struct shot_wayland_memory *memory)
{
	while (memory->buffers) {
		struct shot_wayland_buffer *buffer = memory->buffers;
		memory->buffers = buffer->next;
		buffer->memory = NULL;
		if (!buffer->is_used) {
			destroy(buffer);
		}
	}
	if (memory->pool) {
		wl_shm_pool_destroy(memory->pool);
	}
	*memory = (struct shot_wayland_memory){0};
}

/* Drops buffers that were not used for long: all idle ones after the first few. */
static void trim(struct shot_wayland_memory *memory)
{
	unsigned idle = 0;
	struct shot_wayland_buffer **at = &memory->buffers;
	while (*at) {
		struct shot_wayland_buffer *buffer = *at;
		idle += !buffer->is_used;
		if (buffer->is_used || idle <= KEPT) {
			at = &buffer->next;
			continue;
		}
		*at = buffer->next;
		destroy(buffer);
	}
}

struct shot_wayland_buffer *shot_wayland_buffer_take(
	struct shot_wayland_memory *memory, const struct shot_wayland_shape *shape)
{
	for (struct shot_wayland_buffer *it = memory->buffers; it; it = it->next) {
		if (!it->is_used && memcmp(&it->shape, shape, sizeof *shape) == 0) {
			it->is_used = true;
			return it;
		}
	}
	struct shot_wayland_buffer *buffer = calloc(1, sizeof *buffer);
	if (!buffer) {
		return NULL;
	}
	buffer->proxy = wl_shm_pool_create_buffer(memory->pool, shape->offset, shape->width,
		shape->height, shape->stride, shape->format);
	if (!buffer->proxy) {
		free(buffer);
		return NULL;
	}
	buffer->shape = *shape;
	buffer->memory = memory;
	buffer->is_used = true;
	buffer->next = memory->buffers;
	memory->buffers = buffer;
	trim(memory);
	return buffer;
}

void shot_wayland_buffer_give(struct shot_wayland_buffer *buffer)
{
	if (!buffer) {
		return;
	}
	buffer->is_used = false;
	if (!buffer->memory) {
		destroy(buffer);
	}
}

struct wl_buffer *shot_wayland_buffer_proxy(const struct shot_wayland_buffer *buffer)
{
	return buffer->proxy;
}
