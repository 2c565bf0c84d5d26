#include "host/arguments.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lua/type.h"

enum option_kind { OTHER, EXECUTE, LIBRARY };

/* The value of the option argv[*i], in the same word after `used` characters or in the next word,
 * which must not look like an option, as for lua; NULL when there is none. */
static const char *value(const struct shot_arguments *arguments, int *i, size_t used)
{
	const char *word = arguments->argv[*i];
	if (word[used]) {
		return word + used;
	}
	bool more = *i + 1 < arguments->argc && arguments->argv[*i + 1][0] != '-';
	return more ? arguments->argv[++*i] : NULL;
}

/* Whether argv[i] is -e or -l, and its value; *i moves past the value. */
static enum option_kind step(const struct shot_arguments *arguments, int *i, const char **text)
{
	const char *word = arguments->argv[*i];
	if (word[0] != '-' || (word[1] != 'e' && word[1] != 'l')) {
		return OTHER;
	}
	enum option_kind kind = word[1] == 'e' ? EXECUTE : LIBRARY;
	*text = value(arguments, i, 2);
	return kind;
}

/* Whether `word` is the long option `name`; `text` receives its VALUE after = (NULL without). */
static bool is_long(const char *word, const char *name, const char **text)
{
	size_t length = strlen(name);
	if (strncmp(word + 2, name, length) != 0) {
		return false;
	}
	const char *end = word + 2 + length;
	*text = *end == '=' ? end + 1 : NULL;
	return *end == '\0' || *end == '=';
}

static bool read_size(struct shot_arguments *arguments, const char *text, struct shot_error *err)
{
	int end = -1;
	if (sscanf(text, "%5dx%5d%n", &arguments->width, &arguments->height, &end) == 2 &&
		end == (int)strlen(text) && arguments->width > 0 && arguments->width <= 32767 &&
		arguments->height > 0 && arguments->height <= 32767) {
		return true;
	}
	return shot_fail(err, "EUSAGE",
		"--headless=%s: a size such as 1920x1080 is needed, or wayland:1920x1080", text);
}

/* Reads WxH, "wayland" or "wayland:WxH"; NULL stands for the default. */
static bool read_headless(
	struct shot_arguments *arguments, const char *text, struct shot_error *err)
{
	static const char wayland[] = "wayland";
	arguments->headless = SHOT_HEADLESS_X11;
	if (text && strncmp(text, wayland, strlen(wayland)) == 0) {
		const char *rest = text + strlen(wayland);
		arguments->headless = SHOT_HEADLESS_WAYLAND;
		text = *rest == ':' ? rest + 1 : *rest ? text : NULL;
	}
	return !text || read_size(arguments, text, err);
}

/* The long options with a value, and the `const char *` that receives it. */
static const struct {
	const char *name;
	size_t where;
	const char *needs;
} valued[] = {
	{"display", offsetof(struct shot_arguments, display), "a display"},
	{"grace", offsetof(struct shot_arguments, grace), "a time"},
	{"listen", offsetof(struct shot_arguments, listen), "a socket's path"},
	{"attach", offsetof(struct shot_arguments, attach), "a socket's path"},
	{"sandbox", offsetof(struct shot_arguments, sandbox), "a folder"},
	{"memory-limit", offsetof(struct shot_arguments, memory_limit), "a size"},
	{"cpu-limit", offsetof(struct shot_arguments, cpu_limit), "a time"},
};

static bool read_long(struct shot_arguments *arguments, int *i, struct shot_error *err)
{
	static const char *const bare[] = {
		"verbose", "help", "version", "wait-display", "strict", "sandbox-without-landlock"};
	const char *word = arguments->argv[*i];
	const char *text;
	bool *const flag[] = {&arguments->verbose, &arguments->help, &arguments->only_version,
		&arguments->wait_display, &arguments->strict, &arguments->without_landlock};
	for (size_t n = 0; n < sizeof bare / sizeof *bare; n++) {
		if (is_long(word, bare[n], &text) && !text) {
			*flag[n] = true;
			return true;
		}
	}
	if (is_long(word, "headless", &text)) {
		return read_headless(arguments, text, err);
	}
	for (size_t n = 0; n < sizeof valued / sizeof *valued; n++) {
		if (is_long(word, valued[n].name, &text)) {
			text = text ? text : value(arguments, i, strlen(word));
			memcpy((char *)arguments + valued[n].where, &text, sizeof text);
			return text ||
			       shot_fail(err, "EUSAGE", "'%s' needs %s", word, valued[n].needs);
		}
	}
	return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
}

static bool read_short(struct shot_arguments *arguments, int *i, struct shot_error *err)
{
	const char *word = arguments->argv[*i];
	const char *text;
	switch (step(arguments, i, &text)) {
	case EXECUTE:
	case LIBRARY:
		arguments->execute |= word[1] == 'e';
		return text || shot_fail(err, "EUSAGE", "'%s' needs an argument", word);
	case OTHER:
		break;
	}
	if (word[1] == 'd') {
		arguments->display = value(arguments, i, 2);
		return arguments->display || shot_fail(err, "EUSAGE", "'-d' needs a display");
	}
	if (word[2] != '\0') {
		return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
	}
	switch (word[1]) {
	case 'i':
		arguments->interactive = arguments->show_version = true;
		return true;
	case 'v':
		arguments->show_version = true;
		return true;
	case 'E':
		arguments->no_environment = true;
		return true;
	case 'W':
		return true;
	case 'h':
		arguments->help = true;
		return true;
	default:
		return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
	}
}

/* With --attach this process is not a host, and would ignore options for hosts. */
static bool check_attach(const struct shot_arguments *arguments, struct shot_error *err)
{
	bool has_script = arguments->script < arguments->argc &&
			  (strcmp(arguments->argv[arguments->script], "-") != 0 ||
				  arguments->script + 1 < arguments->argc);
	const char *wrong = arguments->listen	  ? "--listen"
			    : arguments->headless ? "--headless"
			    : arguments->display  ? "a display"
			    : arguments->grace	  ? "--grace"
			    : arguments->sandbox  ? "--sandbox"
			    : has_script	  ? "a script (it can be given on standard input)"
						  : NULL;
	return !wrong || shot_fail(err, "EUSAGE", "--attach does not go with %s", wrong);
}

/* In a sandbox no connection can be made or accepted. */
static bool check_sandbox(struct shot_arguments *arguments, struct shot_error *err)
{
	const char *wrong = arguments->wait_display ? "--wait-display"
			    : arguments->listen	    ? "--listen"
						    : NULL;
	if (wrong) {
		return shot_fail(err, "EUSAGE", "--sandbox does not go with %s", wrong);
	}
	return (!arguments->memory_limit || shot_limits_read_memory(arguments->memory_limit,
						    &arguments->limits.memory, err)) &&
	       (!arguments->cpu_limit ||
		       shot_limits_read_cpu(arguments->cpu_limit, &arguments->limits.cpu, err));
}

/* Options that only a script has a use for. */
static bool check_program(const struct shot_arguments *arguments, struct shot_error *err)
{
	const char *wrong = arguments->execute	     ? "-e"
			    : arguments->interactive ? "-i"
			    : arguments->listen	     ? "--listen"
			    : arguments->grace	     ? "--grace"
			    : arguments->strict	     ? "--strict"
			    : arguments->sandbox     ? "--sandbox"
						     : NULL;
	return !wrong || shot_fail(err, "EUSAGE",
				 "%s is for a script, but after --headless -- comes the program %s",
				 wrong, arguments->argv[arguments->script]);
}

/* Options that exclude each other, or need another one. */
static bool check(struct shot_arguments *arguments, struct shot_error *err)
{
	if (arguments->headless && arguments->display) {
		return shot_fail(err, "EUSAGE",
			"--headless brings its own display: leave out -d %s", arguments->display);
	}
	const char *alone = arguments->memory_limit	  ? "--memory-limit"
			    : arguments->cpu_limit	  ? "--cpu-limit"
			    : arguments->without_landlock ? "--sandbox-without-landlock"
							  : NULL;
	if (alone && !arguments->sandbox) {
		return shot_fail(err, "EUSAGE", "%s needs --sandbox FOLDER", alone);
	}
	return (!arguments->has_program || check_program(arguments, err)) &&
	       (!arguments->attach || check_attach(arguments, err)) &&
	       (!arguments->sandbox || check_sandbox(arguments, err));
}

bool shot_arguments_read(
	struct shot_arguments *arguments, int argc, char **argv, struct shot_error *err)
{
	*arguments =
		(struct shot_arguments){.argc = argc, .argv = argv, .width = 1920, .height = 1080};
	int i = 1;
	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			arguments->options = i++;
			arguments->has_program = arguments->headless && i < argc;
			break;
		}
		bool ok = argv[i][1] == '-' ? read_long(arguments, &i, err)
					    : read_short(arguments, &i, err);
		if (!ok) {
			return false;
		}
	}
	arguments->script = i;
	if (!arguments->options) {
		arguments->options = i;
	}
	return check(arguments, err);
}

/* Whether an option that was read has its value in the next word. */
static bool has_value(const char *word)
{
	for (size_t n = 0; n < sizeof valued / sizeof *valued; n++) {
		if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, valued[n].name) == 0) {
			return true;
		}
	}
	return strcmp(word, "-d") == 0;
}

static bool is_idle(const struct shot_arguments *arguments)
{
	return arguments->script == arguments->argc && !arguments->execute &&
	       !arguments->show_version;
}

bool shot_arguments_prompt(const struct shot_arguments *arguments)
{
	return arguments->interactive || (is_idle(arguments) && isatty(STDIN_FILENO));
}

bool shot_arguments_read_input(const struct shot_arguments *arguments)
{
	return arguments->interactive || is_idle(arguments) ||
	       (arguments->script < arguments->argc &&
		       strcmp(arguments->argv[arguments->script], "-") == 0);
}

void shot_arguments_push(lua_State *L, const struct shot_arguments *arguments)
{
	lua_newtable(L);
	lua_newtable(L);
	int count = 0;
	for (int i = 1; i < arguments->options; i++) {
		const char *text;
		enum option_kind kind = step(arguments, &i, &text);
		if (kind != OTHER) {
			lua_createtable(L, 2, 0);
			lua_pushstring(L, kind == EXECUTE ? "-e" : "-l");
			lua_rawseti(L, -2, 1);
			lua_pushstring(L, text);
			lua_rawseti(L, -2, 2);
			lua_rawseti(L, -2, ++count);
		} else if (has_value(arguments->argv[i])) {
			i++;
		}
	}
	lua_setfield(L, -2, "steps");
	if (arguments->script < arguments->argc) {
		shotL_set_string(L, "script", arguments->argv[arguments->script]);
	}
	shotL_set_string(L, "display", arguments->display);
	shotL_set_string(L, "grace", arguments->grace);
	shotL_set_string(L, "listen", arguments->listen);
	shotL_set_string(L, "attach", arguments->attach);
	shotL_set_string(L, "sandbox", arguments->sandbox);
	shotL_set_boolean(L, "strict", arguments->strict);
	shotL_set_boolean(L, "interactive", arguments->interactive);
	shotL_set_boolean(L, "execute", arguments->execute);
	shotL_set_boolean(L, "show_version", arguments->show_version);
	shotL_set_boolean(L, "verbose", arguments->verbose);
	shotL_set_boolean(L, "wait_display", arguments->wait_display);
	shotL_set_boolean(L, "environment", !arguments->no_environment);
}

void shot_arguments_push_arg(lua_State *L, const struct shot_arguments *arguments)
{
	bool none = arguments->script == arguments->argc;
	int script = none ? 0 : arguments->script;
	lua_createtable(L, arguments->argc - script - 1, script + 1);
	for (int i = 0; i < arguments->argc; i++) {
		lua_pushstring(L, arguments->argv[i]);
		lua_rawseti(L, -2, i - script);
	}
}
