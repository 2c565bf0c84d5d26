#include "wayland/pool.h"

#include <stdlib.h>
#include <unistd.h>

#include "wayland/buffer.h"

struct shot_wayland_pool {
	struct shot_wayland_pool *next;
	struct shot_wayland_memory memory;
};

void shot_wayland_pool_attach(struct shot_source *source, struct shot_attachment *attachment,
	enum shot_memory memory, int handle)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_pool *pool = calloc(1, sizeof *pool);
	(void)memory; /* a descriptor: no path has another kind that is attached */
	size_t size = attachment->size < INT32_MAX ? attachment->size : INT32_MAX;
	if (pool &&
		shot_wayland_memory_attach(&pool->memory, wayland->shm, handle, (int32_t)size)) {
		pool->next = wayland->pools;
		wayland->pools = pool;
		attachment->id = (uintptr_t)pool;
	} else { /* pixels are copied there */
		free(pool);
	}
	close(handle);
}

static void destroy(struct shot_wayland_pool *pool)
{
	shot_wayland_memory_finish(&pool->memory);
	free(pool);
}

void shot_wayland_pool_detach(struct shot_source *source, struct shot_attachment *attachment)
{
	struct shot_wayland_pool *pool = (struct shot_wayland_pool *)attachment->id;
	struct shot_wayland_pool **at = &shot_wayland_of(source)->pools;
	if (!pool) {
		return;
	}
	while (*at != pool) {
		at = &(*at)->next;
	}
	*at = pool->next;
	destroy(pool);
	attachment->id = 0;
}

struct shot_wayland_memory *shot_wayland_pool_of(const struct shot_attachment *attachment)
{
	return &((struct shot_wayland_pool *)attachment->id)->memory;
}

void shot_wayland_pools_free(struct shot_wayland *wayland)
{
	while (wayland->pools) {
		struct shot_wayland_pool *pool = wayland->pools;
		wayland->pools = pool->next;
		destroy(pool);
	}
}
