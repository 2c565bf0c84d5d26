/* The command line: that of lua5.4, with luashot's own options. */
#ifndef SHOT_HOST_ARGUMENTS_H
#define SHOT_HOST_ARGUMENTS_H

#include <stdbool.h>

#include <lua.h>

#include "base/error.h"
#include "process/headless.h"
#include "process/limits.h"

struct shot_arguments {
	int argc;
	char **argv;
	int script;  /* index of the script's name, "-" for stdin; argc when there is none */
	int options; /* the options are argv[1 … options - 1] */
	const char *display; /* -d; NULL when not given */
	int width, height;   /* of the private server */
	enum shot_headless headless;
	bool has_program; /* --headless -- PROGRAM: `script` is the index of its name */
	bool interactive;
	bool execute;	   /* there is an -e */
	bool show_version; /* -v: print it and continue */
	bool only_version; /* --version: print it and exit */
	bool help;
	bool verbose;
	bool wait_display;
	bool strict;
	const char *grace;  /* NULL when not given */
	const char *listen; /* a socket's path; NULL when not given, and here */
	const char *attach;
	const char *sandbox; /* the folder; NULL when not given, and here */
	const char *memory_limit;
	const char *cpu_limit;
	struct shot_limits limits; /* the values of these two */
	bool without_landlock;
	bool no_environment; /* -E */
};

/* Read the options. Fails with EUSAGE and a message that names the wrong one. `argv` must outlive
 * the result. */
bool shot_arguments_read(
	struct shot_arguments *arguments, int argc, char **argv, struct shot_error *err);

/* Whether there is a prompt, and whether standard input is read at all. */
bool shot_arguments_prompt(const struct shot_arguments *arguments);
bool shot_arguments_read_input(const struct shot_arguments *arguments);

/* The text of --help (help.c). */
extern const char shot_arguments_help[];

/* Push the options as a table for the host's Lua code: `steps`, an array of {"-e" or "-l",
 * text} in order, and script, display, interactive, execute, show_version, verbose, wait_display,
 * strict, grace, listen, attach, sandbox, environment. */
void shot_arguments_push(lua_State *L, const struct shot_arguments *arguments);

/* Push the script's `arg`: its name at 0, its arguments from 1, the options below 0. */
void shot_arguments_push_arg(lua_State *L, const struct shot_arguments *arguments);

#endif
