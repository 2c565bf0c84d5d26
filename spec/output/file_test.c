#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/file.h"

static char folder[] = "/tmp/luashot-sink-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static void empty_folder(void)
{
	char command[100];
	snprintf(command, sizeof command, "rm -rf %s/*", folder);
	assert_int_equal(system(command), 0);
}

static int leave_folder(void **state)
{
	(void)state;
	empty_folder();
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* no temporary file is left */
}

static int count_files(void)
{
	int count = -2; /* . and .. */
	DIR *here = opendir(".");
	while (readdir(here)) {
		count++;
	}
	closedir(here);
	return count;
}

static void assert_content(const char *path, const char *expected)
{
	char text[100] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

static void assert_saves(
	const char *path, const char *text, enum shot_clobber clobber, const char *used)
{
	struct shot_path_buffer buffer;
	struct shot_error err;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	if (!shot_file_save(&buffer, text, strlen(text), clobber, &err)) {
		fail_msg("%s", err.message);
	}
	assert_string_equal(buffer.text, used);
}

static void assert_fails(const char *path, enum shot_clobber clobber, const char *code)
{
	struct shot_path_buffer buffer;
	struct shot_error err;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	assert_false(shot_file_save(&buffer, "text", 4, clobber, &err));
	assert_string_equal(err.code, code);
	assert_string_equal(buffer.text, path);
	assert_non_null(strstr(err.message, "cannot write "));
	assert_non_null(strstr(err.message, ": "));
}

static void saves_with_the_permissions_of_the_umask(void **state)
{
	(void)state;
	struct stat info;
	mode_t before = umask(027);
	assert_saves("a.png", "one", SHOT_CLOBBER_REPLACE, "a.png");
	umask(before);
	assert_content("a.png", "one");
	assert_int_equal(stat("a.png", &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
	assert_saves("./empty", "", SHOT_CLOBBER_ERROR, "./empty");
	assert_content("empty", "");
	assert_int_equal(count_files(), 2);
	empty_folder();
}

static void replaces_in_one_step(void **state)
{
	(void)state;
	assert_saves("a", "a longer first text", SHOT_CLOBBER_REPLACE, "a");
	int old = open("a", O_RDONLY | O_CLOEXEC);
	assert_saves("a", "second", SHOT_CLOBBER_REPLACE, "a");
	assert_content("a", "second");
	/* Who has the old file open still reads the old one, whole. */
	char text[100] = "";
	assert_int_equal(read(old, text, sizeof text - 1), 19);
	assert_string_equal(text, "a longer first text");
	close(old);
	assert_int_equal(count_files(), 1);
	empty_folder();
}

static void refuses_what_exists(void **state)
{
	(void)state;
	assert_saves("a", "first", SHOT_CLOBBER_ERROR, "a");
	assert_fails("a", SHOT_CLOBBER_ERROR, "EEXIST");
	assert_int_equal(symlink("nowhere", "link"), 0);
	assert_fails("link", SHOT_CLOBBER_ERROR, "EEXIST");
	assert_content("a", "first");
	assert_int_equal(count_files(), 2);
	empty_folder();
}

static void numbers_what_exists(void **state)
{
	(void)state;
	char path[200], second[220];
	snprintf(path, sizeof path, "%s/a.b.png", folder);
	snprintf(second, sizeof second, "%s/a.b_1.png", folder);
	assert_saves(path, "0", SHOT_CLOBBER_NUMBER, path);
	assert_saves(path, "1", SHOT_CLOBBER_NUMBER, second);
	assert_saves("a.b.png", "2", SHOT_CLOBBER_NUMBER, "a.b_2.png");
	assert_saves("plain", "0", SHOT_CLOBBER_NUMBER, "plain");
	assert_saves("plain", "1", SHOT_CLOBBER_NUMBER, "plain_1");
	assert_saves(".hidden", "0", SHOT_CLOBBER_NUMBER, ".hidden");
	assert_saves(".hidden", "1", SHOT_CLOBBER_NUMBER, ".hidden_1");
	assert_int_equal(mkdir("x.y", 0700), 0);
	assert_saves("x.y/z", "0", SHOT_CLOBBER_NUMBER, "x.y/z");
	assert_saves("x.y/z", "1", SHOT_CLOBBER_NUMBER, "x.y/z_1");
	assert_content("a.b_2.png", "2");
	assert_content("a.b.png", "0");
	assert_content("x.y/z_1", "1");
	unlink(".hidden");
	unlink(".hidden_1");
	assert_int_equal(count_files(), 6);
	empty_folder();
}

static void follows_links_when_it_replaces(void **state)
{
	(void)state;
	struct stat info;
	assert_int_equal(mkdir("there", 0700), 0);
	assert_saves("there/target", "old", SHOT_CLOBBER_REPLACE, "there/target");
	assert_int_equal(symlink("there/target", "link"), 0);
	assert_saves("link", "new", SHOT_CLOBBER_REPLACE, "link");
	assert_content("there/target", "new");
	assert_int_equal(lstat("link", &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_saves("link", "beside", SHOT_CLOBBER_NUMBER, "link_1");
	assert_content("link_1", "beside");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_saves("dangling", "here", SHOT_CLOBBER_REPLACE, "dangling");
	assert_int_equal(lstat("dangling", &info), 0);
	assert_true(S_ISREG(info.st_mode));
	empty_folder();
}

static void leaves_nothing_when_it_fails(void **state)
{
	(void)state;
	assert_fails("", SHOT_CLOBBER_REPLACE, "ENOENT");
	assert_fails("no/such/folder/a.png", SHOT_CLOBBER_REPLACE, "ENOENT");
	assert_fails("no/", SHOT_CLOBBER_REPLACE, "ENOENT");
	assert_fails(".", SHOT_CLOBBER_NUMBER, "EISDIR");
	assert_fails("/", SHOT_CLOBBER_ERROR, "EISDIR");
	assert_fails("/proc/a.png", SHOT_CLOBBER_REPLACE, "ENOENT");
	assert_saves("file", "", SHOT_CLOBBER_REPLACE, "file");
	assert_fails("file/a.png", SHOT_CLOBBER_REPLACE, "ENOTDIR");
	char name[300];
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	assert_fails(name, SHOT_CLOBBER_REPLACE, "ENAMETOOLONG");
	name[255] = '\0';
	assert_saves(name, "fits", SHOT_CLOBBER_REPLACE, name);
	assert_fails(name, SHOT_CLOBBER_NUMBER, "ENAMETOOLONG");
	assert_int_equal(count_files(), 2);
	empty_folder();
}

/* What `body` says in a process of its own, which may give up its rights. */
static int result_of(int (*body)(void))
{
	pid_t child = fork();
	if (child == 0) {
		_exit(body());
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *code_of_saving(const char *path, size_t size)
{
	static struct shot_error err;
	static uint8_t bytes[100000];
	struct shot_path_buffer buffer;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	return shot_file_save(&buffer, bytes, size, SHOT_CLOBBER_REPLACE, &err) ? "" : err.code;
}

static int save_as_nobody(void)
{
	if (geteuid() == 0 && setuid(65534) != 0) {
		return 1;
	}
	return strcmp(code_of_saving("closed/a.png", 5), "EACCES") == 0 ? 0 : 2;
}

static void a_read_only_folder_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("closed", 0555), 0);
	assert_int_equal(result_of(save_as_nobody), 0);
	assert_int_equal(chdir("closed"), 0);
	assert_int_equal(count_files(), 0);
	assert_int_equal(chdir(".."), 0);
	empty_folder();
}

/* A limit on a file's size stands for a full disk: the write stops half-way. */
static int save_beyond_a_limit(void)
{
	struct rlimit limit = {10000, 10000};
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || strcmp(code_of_saving("a", 10000), "") != 0) {
		return 1;
	}
	return strcmp(code_of_saving("a", 10001), "EFBIG") == 0 ? 0 : 2;
}

static void a_half_written_file_goes(void **state)
{
	(void)state;
	struct stat info;
	assert_int_equal(result_of(save_beyond_a_limit), 0);
	assert_int_equal(count_files(), 1);
	assert_int_equal(stat("a", &info), 0);
	assert_int_equal(info.st_size, 10000);
	empty_folder();
}

static void devices_are_written_to(void **state)
{
	(void)state;
	struct stat info;
	assert_saves("/dev/null", "gone", SHOT_CLOBBER_ERROR, "/dev/null");
	assert_fails("/dev/full", SHOT_CLOBBER_REPLACE, "ENOSPC");
	assert_int_equal(symlink("/dev/full", "full"), 0);
	assert_fails("full", SHOT_CLOBBER_NUMBER, "ENOSPC");
	assert_int_equal(stat("/dev/null", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
	empty_folder();
}

static void *read_slowly(void *argument)
{
	size_t *total = argument;
	char bytes[3000];
	int fd = open("pipe", O_RDONLY | O_CLOEXEC);
	usleep(50000); /* until the pipe is full */
	for (ssize_t count; (count = read(fd, bytes, sizeof bytes)) > 0;) {
		*total += (size_t)count;
	}
	close(fd);
	return NULL;
}

static void pipes_are_written_to(void **state)
{
	(void)state;
	static uint8_t bytes[1 << 20];
	struct shot_path_buffer path = {"pipe"};
	struct shot_error err = {0};
	size_t total = 0;
	pthread_t thread;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_fails("pipe", SHOT_CLOBBER_REPLACE, "ENXIO");
	assert_int_equal(pthread_create(&thread, NULL, read_slowly, &total), 0);
	bool ok;
	while (!(ok = shot_file_save(&path, bytes, sizeof bytes, SHOT_CLOBBER_REPLACE, &err)) &&
		strcmp(err.code, "ENXIO") == 0) {
		usleep(1000); /* until the reader has opened it */
	}
	assert_true(ok);
	pthread_join(thread, NULL);
	assert_int_equal(total, sizeof bytes);
	empty_folder();
}

static void an_open_descriptor_is_written_whole(void **state)
{
	(void)state;
	struct shot_error err;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_false(shot_file_write(fd, "the screen", "text", 4, &err));
	assert_string_equal(err.code, "ENOSPC");
	assert_string_equal(err.message, "cannot write the screen: No space left on device");
	assert_true(shot_file_write(fd, "nothing", NULL, 0, &err));
	close(fd);
	assert_false(shot_file_write(fd, "closed", "text", 4, &err));
	assert_string_equal(err.code, "EBADF");
}

#define WRITERS 4
#define EACH 40

struct writer {
	enum shot_clobber clobber;
	char id;
	int saved, wrong;
	char used[EACH][16];
};

static void *write_race(void *argument)
{
	struct writer *writer = argument;
	for (int i = 0; i < EACH; i++) {
		struct shot_path_buffer path = {"race.x"};
		struct shot_error err;
		if (writer->clobber == SHOT_CLOBBER_ERROR) {
			snprintf(path.text, sizeof path.text, "race_%d", i);
		}
		char text[8] = {writer->id, (char)i};
		if (shot_file_save(&path, text, 2, writer->clobber, &err)) {
			snprintf(writer->used[writer->saved++], 16, "%.15s", path.text);
		} else if (strcmp(err.code, "EEXIST") != 0) {
			writer->wrong++;
		}
	}
	return NULL;
}

static int run_writers(enum shot_clobber clobber, struct writer writers[WRITERS])
{
	pthread_t thread[WRITERS];
	int saved = 0;
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.clobber = clobber, .id = (char)('a' + i)};
		assert_int_equal(pthread_create(&thread[i], NULL, write_race, &writers[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(writers[i].wrong, 0);
		saved += writers[i].saved;
	}
	return saved;
}

static void two_writers_never_get_one_name(void **state)
{
	(void)state;
	static struct writer writers[WRITERS];
	assert_int_equal(run_writers(SHOT_CLOBBER_ERROR, writers), EACH);
	assert_int_equal(count_files(), EACH);
	empty_folder();
	assert_int_equal(run_writers(SHOT_CLOBBER_NUMBER, writers), WRITERS * EACH);
	assert_int_equal(count_files(), WRITERS * EACH);
	for (int i = 0; i < WRITERS; i++) {
		for (int k = 0; k < EACH; k++) {
			char expected[3] = {writers[i].id, (char)k};
			assert_content(writers[i].used[k], expected);
		}
	}
	empty_folder();
}

static void closes_every_descriptor(void **state)
{
	(void)state;
	int before = dup(0), after;
	close(before);
	assert_saves("a", "text", SHOT_CLOBBER_REPLACE, "a");
	assert_fails("a", SHOT_CLOBBER_ERROR, "EEXIST");
	assert_fails("/dev/full", SHOT_CLOBBER_ERROR, "ENOSPC");
	assert_fails("no/a", SHOT_CLOBBER_ERROR, "ENOENT");
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	empty_folder();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saves_with_the_permissions_of_the_umask),
		cmocka_unit_test(replaces_in_one_step),
		cmocka_unit_test(refuses_what_exists),
		cmocka_unit_test(numbers_what_exists),
		cmocka_unit_test(follows_links_when_it_replaces),
		cmocka_unit_test(leaves_nothing_when_it_fails),
		cmocka_unit_test(a_read_only_folder_is_an_error),
		cmocka_unit_test(a_half_written_file_goes),
		cmocka_unit_test(devices_are_written_to),
		cmocka_unit_test(pipes_are_written_to),
		cmocka_unit_test(an_open_descriptor_is_written_whole),
		cmocka_unit_test(two_writers_never_get_one_name),
		cmocka_unit_test(closes_every_descriptor),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
