/* What a reader knows of writers that came and went between two of its looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/semaphore.h"
#include "zerobuffer/shm.h"
#include "zerobuffer/writer.h"

#define RING 1024

struct scene {
	struct zb_name names;
	struct zb_reader *reader;
	struct zb_oieb *oieb;
};

static int open_scene(void **state)
{
	static struct scene scene;
	static int count;
	struct shot_error err;
	struct stat status;
	char name[64];
	snprintf(name, sizeof name, "luashot-writer-presence-%d-%d", getpid(), ++count);
	zb_name_init(&scene.names, name, &err);
	scene.reader = zb_reader_create(name, &(struct zb_config){64, RING}, &err);
	int fd = zb_shm_open(scene.names.object, O_RDWR, &status, "the ring", name, &err);
	scene.oieb = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	*state = &scene;
	return scene.reader && scene.oieb != MAP_FAILED ? 0 : -1;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	munmap(scene->oieb, sizeof *scene->oieb + 64 + RING);
	zb_reader_destroy(scene->reader);
	return 0;
}

static struct zb_writer *attach(struct scene *scene)
{
	struct shot_error err;
	struct zb_writer *writer = zb_writer_create(scene->names.text, &err);
	if (!writer) {
		fail_msg("%s", err.message);
	}
	return writer;
}

static void expect(struct scene *scene, const char *code)
{
	struct shot_error err;
	assert_null(zb_reader_read(scene->reader, 0, &err));
	assert_string_equal(err.code, code);
}

static void test_each_trace_tells_of_a_writer_that_has_gone(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	expect(scene, "ETIMEDOUT");
	struct zb_writer *writer = attach(scene);
	assert_true(zb_writer_set_metadata(writer, "x", 1, &err));
	zb_writer_destroy(writer);
	expect(scene, "EWRITERDEAD"); /* it has left metadata */
	expect(scene, "EWRITERDEAD");
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
	scene->oieb->payload_written_count++;
	scene->oieb->payload_read_count++;
	expect(scene, "EWRITERDEAD"); /* frames have been counted */
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
	scene->oieb->writer_pid = INT32_MAX;
	usleep(ZB_SLICE_NS / 1000);   /* asking for a process is due again */
	expect(scene, "EWRITERDEAD"); /* a number that is nobody's */
	zb_reader_forget_writer(scene->reader);
	expect(scene, "ETIMEDOUT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_each_trace_tells_of_a_writer_that_has_gone, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
