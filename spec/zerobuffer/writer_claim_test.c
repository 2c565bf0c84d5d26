/* Who may be a ring's writer. */
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

#include "base/clock.h"
#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
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
	snprintf(name, sizeof name, "luashot-writer-claim-%d-%d", getpid(), ++count);
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

/* A number that is this process's by chance: the writer that had it is dead. */
static void test_a_number_of_ours_without_the_lock_is_nobody(void **state)
{
	struct scene *scene = *state;
	scene->oieb->writer_pid = (uint64_t)getpid();
	zb_writer_destroy(attach(scene));
	assert_int_equal(scene->oieb->writer_pid, 0);
}

/* The lock is waited for only beside a writer that is dead, or comes or goes. */
static void test_a_second_writer_is_refused_at_once(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct zb_writer *writer = attach(scene);
	int64_t shortest = INT64_MAX; /* others may have the processor for long */
	for (int i = 0; i < 3; i++) {
		int64_t started = shot_clock_ns();
		assert_null(zb_writer_create(scene->names.text, &err));
		assert_string_equal(err.code, "EEXIST");
		int64_t took = shot_clock_ns() - started;
		shortest = took < shortest ? took : shortest;
	}
	assert_true(shortest < SHOT_NS_PER_S / 2);
	zb_writer_destroy(writer);
}

/* The claim of a closed writer is kept as long as somebody may write into its reservation. */
static void test_a_reservation_keeps_the_claim(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct zb_writer *writer = attach(scene);
	struct zb_reservation *place = zb_writer_reserve(writer, 10, 1, 0, &err);
	assert_non_null(place);
	zb_writer_destroy(writer);
	assert_int_equal(scene->oieb->writer_pid, getpid());
	zb_reservation_abort(place);
	assert_int_equal(scene->oieb->writer_pid, 0);
	zb_writer_destroy(attach(scene));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_number_of_ours_without_the_lock_is_nobody, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_second_writer_is_refused_at_once, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_reservation_keeps_the_claim, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
