#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "output/file.h"
#include "output/place.h"

static const struct shot_file_options replacing = {.mode = SHOT_MODE_USUAL};

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
	const struct shot_file_options options = {.clobber = clobber, .mode = SHOT_MODE_USUAL};
	if (!shot_file_save_all(&buffer, text, strlen(text), &options, NULL, &err)) {
		fail_msg("%s", err.message);
	}
	assert_string_equal(buffer.text, used);
}

static void assert_fails(const char *path, enum shot_clobber clobber, const char *code)
{
	struct shot_path_buffer buffer;
	struct shot_error err;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	const struct shot_file_options options = {.clobber = clobber, .mode = SHOT_MODE_USUAL};
	assert_false(shot_file_save_all(&buffer, "text", 4, &options, NULL, &err));
	assert_string_equal(err.code, code);
	assert_string_equal(buffer.text, path);
	assert_non_null(strstr(err.message, "cannot write "));
	assert_non_null(strstr(err.message, ": "));
}

static int mode_of(const char *path)
{
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	return info.st_mode & 07777;
}

static void save_with_mode(const char *path, int mode)
{
	struct shot_path_buffer buffer;
	struct shot_error err;
	snprintf(buffer.text, sizeof buffer.text, "%s", path);
	const struct shot_file_options options = {.mode = mode};
	assert_true(shot_file_save_all(&buffer, "text", 4, &options, NULL, &err));
}

static void a_new_file_is_its_users_alone(void **state)
{
	(void)state;
	mode_t before = umask(022);
	assert_saves("a.png", "one", SHOT_CLOBBER_REPLACE, "a.png");
	assert_content("a.png", "one");
	assert_int_equal(mode_of("a.png"), 0600);
	umask(0277);
	assert_saves("./empty", "", SHOT_CLOBBER_ERROR, "./empty");
	umask(077);
	save_with_mode("public", 0644);
	umask(before);
	assert_content("empty", "");
	assert_int_equal(mode_of("empty"), 0400);
	assert_int_equal(mode_of("public"), 0644);
	save_with_mode("public", 0640);
	assert_int_equal(mode_of("public"), 0640);
	assert_int_equal(count_files(), 3);
	empty_folder();
}

static void a_file_that_is_replaced_keeps_its_mode(void **state)
{
	(void)state;
	static const int modes[] = {0600, 0644, 0666, 0640, 0444, 0755};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		struct stat old, new;
		assert_saves("a", "old", SHOT_CLOBBER_REPLACE, "a");
		assert_int_equal(chmod("a", (mode_t)modes[i]), 0);
		assert_int_equal(stat("a", &old), 0);
		assert_saves("a", "new", SHOT_CLOBBER_REPLACE, "a");
		assert_int_equal(mode_of("a"), modes[i]);
		assert_int_equal(stat("a", &new), 0);
		assert_int_not_equal(old.st_ino, new.st_ino); /* exchanged, in one step */
	}
	empty_folder();
}

static void a_file_that_is_replaced_keeps_its_owner(void **state)
{
	(void)state;
	struct stat info;
	if (geteuid() != 0) {
		skip(); /* nobody else can give files away */
	}
	assert_saves("a", "old", SHOT_CLOBBER_REPLACE, "a");
	assert_int_equal(chmod("a", 0640), 0);
	assert_int_equal(chown("a", 1234, 4321), 0);
	assert_saves("a", "new", SHOT_CLOBBER_REPLACE, "a");
	assert_int_equal(stat("a", &info), 0);
	assert_int_equal(info.st_uid, 1234);
	assert_int_equal(info.st_gid, 4321);
	assert_int_equal(info.st_mode & 07777, 0640);
	empty_folder();
}

static void a_file_with_several_names_stays_one(void **state)
{
	(void)state;
	assert_saves("a", "a longer first text", SHOT_CLOBBER_REPLACE, "a");
	assert_int_equal(link("a", "b"), 0);
	assert_saves("a", "second", SHOT_CLOBBER_REPLACE, "a");
	assert_content("b", "second");
	assert_saves("b", "a third text, longer than the first", SHOT_CLOBBER_REPLACE, "b");
	assert_content("a", "a third text, longer than the first");
	assert_int_equal(count_files(), 2);
	empty_folder();
}

static void a_file_with_attributes_keeps_them(void **state)
{
	(void)state;
	char value[10] = "";
	assert_saves("a", "first", SHOT_CLOBBER_REPLACE, "a");
	if (setxattr("a", "user.luashot", "kept", 4, 0) != 0) {
		assert_int_equal(errno, ENOTSUP);
		skip(); /* this file system knows none */
	}
	assert_saves("a", "second", SHOT_CLOBBER_REPLACE, "a");
	assert_content("a", "second");
	assert_int_equal(getxattr("a", "user.luashot", value, sizeof value), 4);
	assert_string_equal(value, "kept");
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
	assert_true(S_ISLNK(info.st_mode));
	assert_content("nowhere", "here");
	/* Links in the midst of the path, up and from the root, and where they are one too many. */
	char target[100];
	snprintf(target, sizeof target, "%s/there", folder);
	assert_int_equal(symlink(target, "from-root"), 0);
	assert_int_equal(symlink("../link", "there/up"), 0);
	assert_saves("from-root/up", "all the way", SHOT_CLOBBER_REPLACE, "from-root/up");
	assert_content("there/target", "all the way");
	assert_int_equal(symlink("no/folder", "astray"), 0);
	assert_fails("astray", SHOT_CLOBBER_REPLACE, "ENOENT");
	assert_int_equal(symlink("circle", "circle"), 0);
	assert_fails("circle", SHOT_CLOBBER_REPLACE, "ELOOP");
	assert_saves("circle", "beside", SHOT_CLOBBER_NUMBER, "circle_1");
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
	return shot_file_save_all(&buffer, bytes, size, &replacing, NULL, &err) ? "" : err.code;
}

static bool become_nobody(void)
{
	return geteuid() != 0 ||
	       (setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
}

static int save_as_nobody(void)
{
	if (!become_nobody()) {
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
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || strcmp(code_of_saving("a", 10000), "") != 0) {
		return 1;
	}
	if (strcmp(code_of_saving("a", 10001), "EFBIG") != 0) {
		return 2;
	}
	/* In place what was there stays, too. */
	if (link("a", "b") != 0 || strcmp(code_of_saving("a", 10001), "EFBIG") != 0) {
		return 3;
	}
	return unlink("b") == 0 && strcmp(code_of_saving("new", 10001), "EFBIG") == 0 ? 0 : 4;
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

static int save_where_no_name_can_be_made(void)
{
	return become_nobody() && strcmp(code_of_saving("closed/open", 5), "") == 0 ? 0 : 1;
}

static void a_file_is_written_where_its_folder_may_not_be(void **state)
{
	(void)state;
	struct stat info;
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("closed", 0755), 0);
	assert_saves("closed/open", "a longer first text", SHOT_CLOBBER_REPLACE, "closed/open");
	assert_int_equal(chmod("closed/open", 0666), 0);
	assert_int_equal(chmod("closed", 0555), 0);
	assert_int_equal(result_of(save_where_no_name_can_be_made), 0);
	assert_int_equal(stat("closed/open", &info), 0);
	assert_int_equal(info.st_size, 5);
	assert_int_equal(info.st_mode & 07777, 0666);
	assert_int_equal(chmod("closed", 0755), 0);
	empty_folder();
}

static void devices_are_written_to(void **state)
{
	(void)state;
	struct stat info;
	assert_saves("/dev/null", "gone", SHOT_CLOBBER_REPLACE, "/dev/null");
	assert_fails("/dev/null", SHOT_CLOBBER_ERROR, "EEXIST");
	assert_fails("/dev/full", SHOT_CLOBBER_REPLACE, "ENOSPC");
	assert_int_equal(symlink("/dev/full", "full"), 0);
	assert_fails("full", SHOT_CLOBBER_REPLACE, "ENOSPC");
	assert_saves("full", "beside", SHOT_CLOBBER_NUMBER, "full_1");
	assert_int_equal(stat("/dev/null", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
	empty_folder();
}

/* A log that others write to, before and after. */
static void descriptors_are_written_through(void **state)
{
	(void)state;
	static const char *const forms[] = {"/dev/fd/%d", "/proc/self/fd/%d",
		"/proc/thread-self/fd/%d", "/proc/self/task/../fd/%d", "link"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char path[40];
		int fd = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert_int_equal(write(fd, "before ", 7), 7);
		snprintf(path, sizeof path, forms[i % 4], fd);
		assert_int_equal(symlink(path, "link"), 0);
		snprintf(path, sizeof path, forms[i], fd);
		assert_saves(path, "text", SHOT_CLOBBER_REPLACE, path);
		assert_saves(path, " text", SHOT_CLOBBER_ERROR, path);
		assert_saves(path, " text", SHOT_CLOBBER_NUMBER, path);
		assert_int_equal(write(fd, " after", 6), 6);
		/* One that is this program's own, as the connection to a display server is. */
		assert_int_equal(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
		assert_fails(path, SHOT_CLOBBER_REPLACE, "EACCES");
		close(fd);
		assert_content("log", "before text text text after");
		assert_fails(path, SHOT_CLOBBER_REPLACE, "EBADF");
		assert_int_equal(unlink("link"), 0);
	}
	int reader = open("log", O_RDONLY);
	char path[40];
	snprintf(path, sizeof path, "/dev/fd/%d", reader);
	assert_fails(path, SHOT_CLOBBER_REPLACE, "EBADF");
	close(reader);
	empty_folder();
}

/* What belongs to user 1234 in a folder where everybody may write. */
static void nothing_of_others_is_used_in_a_shared_folder(void **state)
{
	(void)state;
	static const int modes[] = {01777, 0777, 01755};
	if (geteuid() != 0) {
		skip(); /* nobody else can give files away */
	}
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		assert_saves("mine", "mine", SHOT_CLOBBER_REPLACE, "mine");
		assert_int_equal(mkdir("shared", 0700), 0);
		assert_int_equal(chmod("shared", (mode_t)modes[i]), 0);
		assert_int_equal(mkfifo("shared/pipe", 0666), 0);
		assert_int_equal(chmod("shared/pipe", 0666), 0);
		int reader = open("shared/pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		assert_saves("shared/file", "theirs", SHOT_CLOBBER_REPLACE, "shared/file");
		assert_int_equal(symlink("../mine", "shared/link"), 0);
		assert_int_equal(symlink("../new", "shared/dangling"), 0);
		assert_int_equal(symlink("..", "shared/up"), 0);
		assert_int_equal(mkdir("shared/folder", 0755), 0);
		assert_int_equal(symlink("../../mine", "shared/folder/link"), 0);
		static const char *const theirs[] = {"shared/pipe", "shared/file", "shared/link",
			"shared/dangling", "shared/folder/link", "shared/up"};
		for (size_t k = 0; k < sizeof theirs / sizeof *theirs; k++) {
			assert_int_equal(lchown(theirs[k], 1234, 1234), 0);
		}
		assert_int_equal(chown("shared/folder", 1234, 1234), 0);
		for (size_t k = 0; k + 1 < sizeof theirs / sizeof *theirs; k++) {
			char numbered[40];
			assert_fails(theirs[k], SHOT_CLOBBER_REPLACE, "EACCES");
			assert_fails(theirs[k], SHOT_CLOBBER_ERROR, "EEXIST");
			snprintf(numbered, sizeof numbered, "%s_1", theirs[k]);
			assert_saves(theirs[k], "beside", SHOT_CLOBBER_NUMBER, numbered);
		}
		assert_fails("shared/up/mine", SHOT_CLOBBER_REPLACE, "EACCES");
		char text[10];
		assert_true(read(reader, text, sizeof text) <= 0);
		close(reader);
		assert_content("mine", "mine");
		assert_content("shared/file", "theirs");
		assert_int_equal(access("new", F_OK), -1);
		/* One's own, there too. */
		assert_int_equal(symlink("../mine", "shared/own"), 0);
		assert_saves("shared/own", "by a link", SHOT_CLOBBER_REPLACE, "shared/own");
		assert_content("mine", "by a link");
		empty_folder();
	}
}

static void assert_no_folder(const char *path, const char *code)
{
	struct shot_error err;
	assert_int_equal(shot_place_open_folder(path, &err), -1);
	assert_string_equal(err.code, code);
	assert_non_null(strstr(err.message, path));
}

static void folders_are_opened_by_no_link_of_others(void **state)
{
	(void)state;
	struct shot_error err;
	assert_int_equal(mkdir("shared", 0700), 0);
	assert_int_equal(chmod("shared", 01777), 0);
	assert_int_equal(mkdir("shared/inner", 0700), 0);
	assert_int_equal(symlink("inner", "shared/link"), 0);
	static const char *const ways[] = {
		"shared", "shared/", "./shared/inner/..", "shared/link", "/", "."};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct stat found, wanted;
		int opened = shot_place_open_folder(ways[i], &err);
		assert_true(opened >= 0);
		assert_int_equal(fstat(opened, &found), 0);
		assert_int_equal(stat(ways[i], &wanted), 0);
		assert_int_equal(found.st_ino, wanted.st_ino);
		close(opened);
	}
	assert_no_folder("shared/none", "ENOENT");
	assert_no_folder("", "ENOENT");
	assert_saves("file", "text", SHOT_CLOBBER_REPLACE, "file");
	assert_no_folder("file", "ENOTDIR");
	if (geteuid() == 0) {
		assert_int_equal(lchown("shared/link", 1234, 1234), 0);
		assert_no_folder("shared/link", "EACCES");
		assert_no_folder("shared/link/", "EACCES");
		assert_no_folder("shared/link/..", "EACCES");
	}
	empty_folder();
}

static int save_in_anothers_pipe(void)
{
	return become_nobody() && strcmp(code_of_saving("pipe", 5), "EACCES") == 0 ? 0 : 1;
}

static void nobody_is_not_trusted_by_others(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(mkfifo("pipe", 0666), 0);
	assert_int_equal(chmod("pipe", 0666), 0);
	assert_int_equal(chown("pipe", 1234, 1234), 0);
	int reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(chmod(".", 01777), 0);
	assert_int_equal(result_of(save_in_anothers_pipe), 0);
	close(reader);
	assert_int_equal(chmod(".", 0755), 0);
	empty_folder();
}

static void make_old(const char *name, long age)
{
	const struct timespec then = {.tv_sec = time(NULL) - age}, times[2] = {then, then};
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static int save_in_y(void)
{
	return strcmp(code_of_saving("y/a", 5), "") == 0 ? 0 : 1;
}

static void what_a_killed_saver_left_is_swept(void **state)
{
	(void)state;
	assert_int_equal(mkdir("y", 0700), 0);
	make_old("y/.luashot-0123456789abcdef", 3600);
	make_old("y/.luashot-0123456789abcde0", 10);
	make_old("y/.luashot-0123456789abcdeg", 3600);
	make_old("y/.luashot-notes", 3600);
	assert_int_equal(result_of(save_in_y), 0);
	assert_int_equal(access("y/.luashot-0123456789abcdef", F_OK), -1);
	assert_int_equal(access("y/.luashot-0123456789abcde0", F_OK), 0);
	assert_int_equal(access("y/.luashot-0123456789abcdeg", F_OK), 0);
	assert_int_equal(access("y/.luashot-notes", F_OK), 0);
	empty_folder();
}

/* Killed in the midst of it, a saver leaves no name where the file system can do without. */
static void a_killed_saver_leaves_nothing(void **state)
{
	(void)state;
	int fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0) {
		assert_int_equal(errno, EOPNOTSUPP);
		skip();
	}
	close(fd);
	for (int i = 0; i < 50; i++) {
		pid_t child = fork();
		if (child == 0) {
			for (;;) {
				code_of_saving("new", 100000);
				unlink("new");
			}
		}
		usleep(2000 + 131 * (useconds_t)i);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		unlink("new");
		assert_int_equal(count_files(), 0);
	}
	empty_folder();
}

static void what_is_synced_is_written_too(void **state)
{
	(void)state;
	static const char *const paths[] = {"new", "new", "linked", "/dev/null"};
	const struct shot_file_options options = {.mode = SHOT_MODE_USUAL, .is_synced = true};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct shot_path_buffer path;
		struct shot_error err;
		snprintf(path.text, sizeof path.text, "%s", paths[i]);
		assert_true(shot_file_save_all(&path, "text", 4, &options, NULL, &err));
		if (i == 1) {
			assert_int_equal(link("new", "linked"), 0);
		}
	}
	assert_content("linked", "text");
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
	while (!(ok = shot_file_save_all(&path, bytes, sizeof bytes, &replacing, NULL, &err)) &&
		strcmp(err.code, "ENXIO") == 0) {
		usleep(1000); /* until the reader has opened it */
	}
	assert_true(ok);
	pthread_join(thread, NULL);
	assert_int_equal(total, sizeof bytes);
	empty_folder();
}

/* A reader that stands still is waited for until the end is told. */
static void a_stuck_reader_is_given_up_at_the_end(void **state)
{
	(void)state;
	static uint8_t bytes[1 << 20];
	struct shot_stop stop = {.fd = eventfd(1, EFD_CLOEXEC)};
	struct shot_path_buffer path = {"pipe"};
	struct shot_error err;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	int reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int64_t before = shot_clock_ns();
	assert_false(shot_file_save_all(&path, bytes, sizeof bytes, &replacing, &stop, &err));
	assert_string_equal(err.code, "ETIMEDOUT");
	assert_in_range(shot_clock_ns() - before, SHOT_NS_PER_S / 2, 30 * SHOT_NS_PER_S);
	/* With the next ones there is no patience: all are over soon. */
	int64_t shortest = INT64_MAX; /* others may have the processor */
	for (int i = 0; i < 5; i++) {
		before = shot_clock_ns();
		assert_false(
			shot_file_save_all(&path, bytes, sizeof bytes, &replacing, &stop, &err));
		int64_t took = shot_clock_ns() - before;
		shortest = took < shortest ? took : shortest;
	}
	assert_in_range(shortest, 0, SHOT_NS_PER_S / 2);
	close(stop.fd);
	close(reader);
	empty_folder();
}

/* A pipe that others hold, too, is not made non-blocking, and still nobody waits. */
static void a_full_pipe_is_gone_on_with_later(void **state)
{
	(void)state;
	static uint8_t bytes[1 << 18], copy[1 << 18];
	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	}
	int kinds[2][2];
	assert_int_equal(pipe(kinds[0]), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, kinds[1]), 0);
	for (int i = 0; i < 2; i++) {
		struct shot_path_buffer path;
		struct shot_stream rest;
		struct shot_error err;
		snprintf(path.text, sizeof path.text, "/dev/fd/%d", kinds[i][1]);
		assert_true(shot_file_save(&path, bytes, sizeof bytes, &replacing, &rest, &err));
		assert_in_range(rest.left, 1, sizeof bytes - 1);
		assert_int_equal(fcntl(kinds[i][1], F_GETFL) & O_NONBLOCK, 0);
		struct pollfd ready = {.fd = shot_stream_wait_fd(&rest, &err), .events = POLLIN};
		assert_int_equal(poll(&ready, 1, 0), 0);
		size_t got = 0;
		while (got < sizeof copy) {
			ssize_t count = read(kinds[i][0], copy + got, sizeof copy - got);
			assert_true(count > 0);
			got += (size_t)count;
			if (rest.left > 0) {
				assert_int_equal(poll(&ready, 1, 1000), 1);
				assert_true(shot_stream_write(&rest, &err));
			}
		}
		assert_memory_equal(bytes, copy, sizeof bytes);
		shot_stream_close(&rest);
		/* A reader that is gone is an error, not a signal. */
		close(kinds[i][0]);
		assert_false(shot_file_save(&path, bytes, sizeof bytes, &replacing, &rest, &err));
		assert_string_equal(err.code, "EPIPE");
		close(kinds[i][1]);
	}
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
		const struct shot_file_options options = {
			.clobber = writer->clobber, .mode = SHOT_MODE_USUAL};
		if (shot_file_save_all(&path, text, 2, &options, NULL, &err)) {
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
	assert_fails("/dev/full", SHOT_CLOBBER_REPLACE, "ENOSPC");
	assert_fails("no/a", SHOT_CLOBBER_ERROR, "ENOENT");
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	empty_folder();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: a folder that has the number of a swept one is not looked through. */
		cmocka_unit_test(what_a_killed_saver_left_is_swept),
		cmocka_unit_test(a_new_file_is_its_users_alone),
		cmocka_unit_test(a_file_that_is_replaced_keeps_its_mode),
		cmocka_unit_test(a_file_that_is_replaced_keeps_its_owner),
		cmocka_unit_test(a_file_with_several_names_stays_one),
		cmocka_unit_test(a_file_with_attributes_keeps_them),
		cmocka_unit_test(replaces_in_one_step),
		cmocka_unit_test(refuses_what_exists),
		cmocka_unit_test(numbers_what_exists),
		cmocka_unit_test(follows_links_when_it_replaces),
		cmocka_unit_test(leaves_nothing_when_it_fails),
		cmocka_unit_test(a_read_only_folder_is_an_error),
		cmocka_unit_test(a_half_written_file_goes),
		cmocka_unit_test(a_file_is_written_where_its_folder_may_not_be),
		cmocka_unit_test(descriptors_are_written_through),
		cmocka_unit_test(nothing_of_others_is_used_in_a_shared_folder),
		cmocka_unit_test(folders_are_opened_by_no_link_of_others),
		cmocka_unit_test(nobody_is_not_trusted_by_others),
		cmocka_unit_test(a_killed_saver_leaves_nothing),
		cmocka_unit_test(what_is_synced_is_written_too),
		cmocka_unit_test(a_stuck_reader_is_given_up_at_the_end),
		cmocka_unit_test(a_full_pipe_is_gone_on_with_later),
		cmocka_unit_test(devices_are_written_to),
		cmocka_unit_test(pipes_are_written_to),
		cmocka_unit_test(two_writers_never_get_one_name),
		cmocka_unit_test(closes_every_descriptor),
	};
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
