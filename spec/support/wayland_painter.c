/* A Wayland window that paints: luashot_wayland_painter [numbers|parts]
 *
 *   numbers   a number with each frame of the output, as the color of all its pixels: 1, 2, 3 ...
 *   parts     one picture: a window of 0x204060 with a part (a subsurface) of 0xc08040, 100x50 at
 * 20,30
 *
 * Without either, commands on standard input, one a line, as luashot_painter has them. Each is
 * answered by "ok" or "error TEXT" after the compositor has shown what was painted.
 *
 *   fill X Y W H RRGGBB       a rectangle
 *   gradient                  all of it: red = x, green = y, blue = 3x + 5y (each modulo 256)
 *   counter X Y W H N         the rectangle N times, in colors 000001 to N, as fast as it goes
 *   pointer X Y               where the mouse pointer is, as long as the painter lives: 16x16 of
 * 0xff00ff
 *
 * It is as large as the compositor wants it, keeps what was painted when that changes, and ends
 * with its input or when it is killed. */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wayland-client.h>
#include <wlr-virtual-pointer-unstable-v1-client-protocol.h>
#include <xdg-shell-client-protocol.h>

enum { BUFFERS = 3, PART_WIDTH = 100, PART_HEIGHT = 50, POINTER = 16 };

struct buffer {
	struct wl_buffer *proxy;
	uint32_t *pixels;
	int width, height;
	int is_busy;
};

struct window {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_subcompositor *subcompositor;
	struct wl_shm *shm;
	struct xdg_wm_base *shell;
	struct wl_seat *seat;
	struct zwlr_virtual_pointer_manager_v1 *mice;
	struct zwlr_virtual_pointer_v1 *mouse; /* NULL: nobody has moved it */
	struct wl_surface *surface, *part, *pointer;
	struct buffer buffers[BUFFERS], part_buffer, pointer_buffer;
	int width, height;
	int is_waiting; /* for the output's next frame */
	enum { COMMANDS, NUMBERS, PARTS } mode;
	uint32_t number;
	uint32_t *picture; /* of width * height, by commands; NULL: not there yet */
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "luashot_wayland_painter: %s\n", what);
	exit(EXIT_FAILURE);
}

static void on_release(void *data, struct wl_buffer *proxy)
{
	(void)proxy;
	((struct buffer *)data)->is_busy = 0;
}

static const struct wl_buffer_listener buffer_listener = {.release = on_release};

/* Gives a buffer that size. */
static void resize(struct window *window, struct buffer *buffer, int width, int height)
{
	size_t size = (size_t)width * (size_t)height * 4;
	if (buffer->proxy) {
		wl_buffer_destroy(buffer->proxy);
		munmap(buffer->pixels, (size_t)buffer->width * (size_t)buffer->height * 4);
	}
	int fd = memfd_create("painter", MFD_CLOEXEC);
	void *pixels = MAP_FAILED;
	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0) {
		pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (pixels == MAP_FAILED) {
		die("no memory");
	}
	struct wl_shm_pool *pool = wl_shm_create_pool(window->shm, fd, (int32_t)size);
	*buffer = (struct buffer){.pixels = pixels, .width = width, .height = height};
	buffer->proxy = wl_shm_pool_create_buffer(
		pool, 0, width, height, width * 4, WL_SHM_FORMAT_XRGB8888);
	wl_buffer_add_listener(buffer->proxy, &buffer_listener, buffer);
	wl_shm_pool_destroy(pool);
	close(fd);
}

static void attach(struct wl_surface *surface, struct buffer *buffer)
{
	buffer->is_busy = 1;
	wl_surface_attach(surface, buffer->proxy, 0, 0);
}

static void fill(struct wl_surface *surface, struct buffer *buffer, uint32_t color)
{
	for (int i = 0; i < buffer->width * buffer->height; i++) {
		buffer->pixels[i] = color;
	}
	attach(surface, buffer);
	wl_surface_damage(surface, 0, 0, buffer->width, buffer->height);
}

static void paint(struct window *window);

static void on_frame(void *data, struct wl_callback *callback, uint32_t time)
{
	struct window *window = data;
	(void)time;
	wl_callback_destroy(callback);
	window->is_waiting = 0;
	paint(window);
}

static const struct wl_callback_listener frame_listener = {.done = on_frame};

static void ask_frame(struct window *window)
{
	wl_callback_add_listener(wl_surface_frame(window->surface), &frame_listener, window);
	window->is_waiting = 1;
}

/* A buffer of the window's size that the compositor does not read; NULL: all are busy. */
static struct buffer *find_buffer(struct window *window)
{
	for (struct buffer *it = window->buffers; it < window->buffers + BUFFERS; it++) {
		if (it->is_busy) {
			continue;
		}
		if (it->width != window->width || it->height != window->height) {
			resize(window, it, window->width, window->height);
		}
		return it;
	}
	return NULL;
}

/* The pictures of the modes without commands. */
static void paint(struct window *window)
{
	struct buffer *buffer;
	if (window->mode == COMMANDS || window->is_waiting || !(buffer = find_buffer(window))) {
		return;
	}
	fill(window->surface, buffer, window->mode == PARTS ? 0x204060 : ++window->number);
	if (window->mode == NUMBERS) {
		ask_frame(window);
	}
	wl_surface_commit(window->surface);
}

static void dispatch(struct window *window)
{
	if (wl_display_dispatch(window->display) < 0) {
		die("the compositor is gone");
	}
}

/* Sends a rectangle of the picture. */
static void put(struct window *window, struct buffer *buffer, int x, int y, int width, int height)
{
	memcpy(buffer->pixels, window->picture,
		(size_t)window->width * (size_t)window->height * sizeof *window->picture);
	attach(window->surface, buffer);
	wl_surface_damage(window->surface, x, y, width, height);
	wl_surface_commit(window->surface);
}

/* Has a rectangle of the picture shown; `is_last`: waits until it is. */
static void show(struct window *window, int x, int y, int width, int height, int is_last)
{
	struct buffer *buffer;
	while (!(buffer = find_buffer(window))) {
		dispatch(window);
	}
	if (is_last) {
		ask_frame(window);
	}
	put(window, buffer, x, y, width, height);
	while (window->is_waiting) {
		dispatch(window);
	}
}

/* Gives the picture the window's new size: black where it is larger. */
static void fit(struct window *window, int width, int height)
{
	uint32_t *picture = calloc((size_t)width * (size_t)height, sizeof *picture);
	if (!picture) {
		die("no memory");
	}
	for (int y = 0; window->picture && y < height && y < window->height; y++) {
		memcpy(picture + (size_t)y * (size_t)width,
			window->picture + (size_t)y * (size_t)window->width,
			(size_t)(width < window->width ? width : window->width) * sizeof *picture);
	}
	free(window->picture);
	window->picture = picture;
	window->width = width;
	window->height = height;
}

static void fill_picture(
	struct window *window, int left, int top, int width, int height, uint32_t color)
{
	for (int y = top; y < top + height && y < window->height; y++) {
		for (int x = left; x < left + width && x < window->width; x++) {
			window->picture[y * window->width + x] = color;
		}
	}
}

static void make_gradient(struct window *window)
{
	for (int y = 0; y < window->height; y++) {
		for (int x = 0; x < window->width; x++) {
			window->picture[y * window->width + x] =
				(uint32_t)((x & 255) << 16 | (y & 255) << 8 |
					   ((3 * x + 5 * y) & 255));
		}
	}
}

/* The pointer is over the window: it gets its picture. */
static void on_enter(void *data, struct wl_pointer *pointer, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y)
{
	struct window *window = data;
	(void)surface, (void)x, (void)y;
	if (!window->pointer) {
		window->pointer = wl_compositor_create_surface(window->compositor);
		resize(window, &window->pointer_buffer, POINTER, POINTER);
	}
	wl_pointer_set_cursor(pointer, serial, window->pointer, 0, 0);
	fill(window->pointer, &window->pointer_buffer, 0xff00ff);
	wl_surface_commit(window->pointer);
}

static void on_leave(
	void *data, struct wl_pointer *pointer, uint32_t serial, struct wl_surface *surface)
{
	(void)data, (void)pointer, (void)serial, (void)surface;
}

static void on_motion(
	void *data, struct wl_pointer *pointer, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
	(void)data, (void)pointer, (void)time, (void)x, (void)y;
}

static void on_button(void *data, struct wl_pointer *pointer, uint32_t serial, uint32_t time,
	uint32_t button, uint32_t state)
{
	(void)data, (void)pointer, (void)serial, (void)time, (void)button, (void)state;
}

static void on_axis(
	void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis, wl_fixed_t value)
{
	(void)data, (void)pointer, (void)time, (void)axis, (void)value;
}

static const struct wl_pointer_listener pointer_listener = {.enter = on_enter,
	.leave = on_leave,
	.motion = on_motion,
	.button = on_button,
	.axis = on_axis};

static int move_pointer(struct window *window, int x, int y)
{
	if (!window->seat || !window->mice) {
		return 0;
	}
	if (!window->mouse) {
		window->mouse = zwlr_virtual_pointer_manager_v1_create_virtual_pointer(
			window->mice, window->seat);
		wl_display_roundtrip(window->display); /* only now the seat has a pointer */
		wl_pointer_add_listener(
			wl_seat_get_pointer(window->seat), &pointer_listener, window);
	}
	zwlr_virtual_pointer_v1_motion_absolute(window->mouse, 0, (uint32_t)x, (uint32_t)y,
		(uint32_t)window->width, (uint32_t)window->height);
	zwlr_virtual_pointer_v1_frame(window->mouse);
	while (!window->pointer) {
		dispatch(window);
	}
	show(window, 0, 0, 1, 1, 1);
	return 1;
}

static void obey(struct window *window, const char *line)
{
	int x, y, width, height;
	unsigned color, count;
	if (strcmp(line, "gradient") == 0) {
		make_gradient(window);
		show(window, 0, 0, window->width, window->height, 1);
	} else if (sscanf(line, "fill %d %d %d %d %x", &x, &y, &width, &height, &color) == 5) {
		fill_picture(window, x, y, width, height, color);
		show(window, x, y, width, height, 1);
	} else if (sscanf(line, "counter %d %d %d %d %u", &x, &y, &width, &height, &count) == 5) {
		for (unsigned i = 1; i <= count; i++) {
			fill_picture(window, x, y, width, height, i);
			show(window, x, y, width, height, i == count);
		}
	} else if (sscanf(line, "pointer %d %d", &x, &y) != 2 || !move_pointer(window, x, y)) {
		printf("error no Wayland window can do this: %s\n", line);
		return;
	}
	puts("ok");
}

/* Reads commands, and answers the compositor meanwhile. */
static void serve(struct window *window)
{
	char line[256];
	struct pollfd waits[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = wl_display_get_fd(window->display), .events = POLLIN}};
	setvbuf(stdin, NULL, _IONBF, 0); /* what poll does not see must not wait in a buffer */
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (!window->picture) {
		dispatch(window);
	}
	for (;;) {
		wl_display_flush(window->display);
		if (poll(waits, 2, -1) < 0) {
			die("cannot wait");
		}
		if (waits[1].revents) {
			dispatch(window);
		}
		if (waits[0].revents) {
			if (!fgets(line, sizeof line, stdin)) {
				return;
			}
			line[strcspn(line, "\n")] = '\0';
			obey(window, line);
		}
	}
}

static void on_ping(void *data, struct xdg_wm_base *shell, uint32_t serial)
{
	(void)data;
	xdg_wm_base_pong(shell, serial);
}

static const struct xdg_wm_base_listener shell_listener = {.ping = on_ping};

static void on_size(void *data, struct xdg_toplevel *toplevel, int32_t width, int32_t height,
	struct wl_array *states)
{
	struct window *window = data;
	(void)toplevel, (void)states;
	width = width > 0 ? width : 200;
	height = height > 0 ? height : 150;
	if (window->mode == COMMANDS) {
		fit(window, width, height);
	} else {
		window->width = width;
		window->height = height;
	}
}

static void on_close(void *data, struct xdg_toplevel *toplevel)
{
	(void)data, (void)toplevel;
	exit(EXIT_SUCCESS);
}

static const struct xdg_toplevel_listener toplevel_listener = {
	.configure = on_size, .close = on_close};

static void on_configure(void *data, struct xdg_surface *surface, uint32_t serial)
{
	struct window *window = data;
	xdg_surface_ack_configure(surface, serial);
	if (window->mode == PARTS && !window->part) {
		window->part = wl_compositor_create_surface(window->compositor);
		struct wl_subsurface *place = wl_subcompositor_get_subsurface(
			window->subcompositor, window->part, window->surface);
		wl_subsurface_set_position(place, 20, 30);
		resize(window, &window->part_buffer, PART_WIDTH, PART_HEIGHT);
		fill(window->part, &window->part_buffer, 0xc08040);
		wl_surface_commit(window->part);
	}
	paint(window);
	struct buffer *buffer = window->mode == COMMANDS ? find_buffer(window) : NULL;
	if (buffer) { /* else the next command shows it */
		put(window, buffer, 0, 0, window->width, window->height);
	}
}

static const struct xdg_surface_listener surface_listener = {.configure = on_configure};

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
	uint32_t version)
{
	struct window *window = data;
	struct {
		const struct wl_interface *interface;
		void *at;
	} wanted[] = {{&wl_compositor_interface, &window->compositor},
		{&wl_subcompositor_interface, &window->subcompositor},
		{&wl_shm_interface, &window->shm}, {&xdg_wm_base_interface, &window->shell},
		{&wl_seat_interface, &window->seat},
		{&zwlr_virtual_pointer_manager_v1_interface, &window->mice}};
	(void)version;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		if (strcmp(interface, wanted[i].interface->name) == 0) {
			void *proxy = wl_registry_bind(registry, id, wanted[i].interface, 1);
			memcpy(wanted[i].at, &proxy, sizeof proxy);
		}
	}
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id)
{
	(void)data, (void)registry, (void)id;
}

static const struct wl_registry_listener registry_listener = {
	.global = on_global, .global_remove = on_global_remove};

int main(int argc, char **argv)
{
	struct window window = {.display = wl_display_connect(NULL)};
	if (argc == 2) {
		window.mode = strcmp(argv[1], "parts") == 0 ? PARTS : NUMBERS;
	}
	if (!window.display) {
		die("no compositor answers");
	}
	wl_registry_add_listener(
		wl_display_get_registry(window.display), &registry_listener, &window);
	wl_display_roundtrip(window.display);
	if (!window.compositor || !window.subcompositor || !window.shm || !window.shell) {
		die("the compositor has no windows");
	}
	xdg_wm_base_add_listener(window.shell, &shell_listener, NULL);
	window.surface = wl_compositor_create_surface(window.compositor);
	struct xdg_surface *surface = xdg_wm_base_get_xdg_surface(window.shell, window.surface);
	xdg_surface_add_listener(surface, &surface_listener, &window);
	struct xdg_toplevel *toplevel = xdg_surface_get_toplevel(surface);
	xdg_toplevel_add_listener(toplevel, &toplevel_listener, &window);
	xdg_toplevel_set_title(toplevel, "painter");
	wl_surface_commit(window.surface);
	if (window.mode == COMMANDS) {
		serve(&window);
		return EXIT_SUCCESS;
	}
	for (;;) {
		dispatch(&window);
	}
}
