/* Row 14, the floor: a bare screencopy loop of the first output, into one buffer that is kept. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wayland-client.h>
#include <wlr-screencopy-unstable-v1-client-protocol.h>

#include "serve.h"

struct state {
	struct wl_display *display;
	struct wl_shm *shm;
	struct wl_output *output;
	struct zwlr_screencopy_manager_v1 *manager;
	struct wl_buffer *buffer; /* NULL before the first capture */
	int is_over;
};

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
	uint32_t version)
{
	struct state *state = data;
	(void)version;
	if (strcmp(interface, wl_shm_interface.name) == 0) {
		state->shm = wl_registry_bind(registry, id, &wl_shm_interface, 1);
	} else if (strcmp(interface, wl_output_interface.name) == 0 && !state->output) {
		state->output = wl_registry_bind(registry, id, &wl_output_interface, 1);
	} else if (strcmp(interface, zwlr_screencopy_manager_v1_interface.name) == 0) {
		state->manager =
			wl_registry_bind(registry, id, &zwlr_screencopy_manager_v1_interface, 1);
	}
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id)
{
	(void)data, (void)registry, (void)id;
}

static const struct wl_registry_listener registry_listener = {on_global, on_global_remove};

static void on_buffer(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t format,
	uint32_t width, uint32_t height, uint32_t stride)
{
	struct state *state = data;
	if (!state->buffer) {
		size_t size = (size_t)stride * height;
		int fd = memfd_create("floor", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, (off_t)size) < 0 ||
			mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED) {
			bench_die("there is no memory for a capture");
		}
		struct wl_shm_pool *pool = wl_shm_create_pool(state->shm, fd, (int32_t)size);
		state->buffer = wl_shm_pool_create_buffer(
			pool, 0, (int32_t)width, (int32_t)height, (int32_t)stride, format);
	}
	zwlr_screencopy_frame_v1_copy(frame, state->buffer);
}

static void on_flags(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t flags)
{
	(void)data, (void)frame, (void)flags;
}

static void on_ready(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	(void)frame, (void)high, (void)low, (void)nanoseconds;
	((struct state *)data)->is_over = 1;
}

static void on_failed(void *data, struct zwlr_screencopy_frame_v1 *frame)
{
	(void)data, (void)frame;
	bench_die("the compositor could not capture the output");
}

static const struct zwlr_screencopy_frame_v1_listener frame_listener = {
	.buffer = on_buffer, .flags = on_flags, .ready = on_ready, .failed = on_failed};

static int64_t work(void *context, long count)
{
	struct state *state = context;
	for (long i = 0; i < count; i++) {
		struct zwlr_screencopy_frame_v1 *frame =
			zwlr_screencopy_manager_v1_capture_output(state->manager, 0, state->output);
		zwlr_screencopy_frame_v1_add_listener(frame, &frame_listener, state);
		state->is_over = 0;
		while (!state->is_over) {
			if (wl_display_dispatch(state->display) < 0) {
				bench_die("the compositor is gone");
			}
		}
		zwlr_screencopy_frame_v1_destroy(frame);
	}
	return -1;
}

int main(void)
{
	struct state state = {.display = wl_display_connect(NULL)};
	if (!state.display) {
		bench_die("no compositor answers");
	}
	wl_registry_add_listener(
		wl_display_get_registry(state.display), &registry_listener, &state);
	wl_display_roundtrip(state.display);
	if (!state.shm || !state.output || !state.manager) {
		bench_die("the compositor lacks zwlr_screencopy_manager_v1");
	}
	return bench_serve("bare screencopy loop", work, &state);
}
