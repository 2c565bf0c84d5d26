#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/errno_name.h"

#define NAME(name) [SHOT_##name] = #name,
static const char *const names[] = {SHOT_ERROR_CODES(NAME)};
#undef NAME

bool shot_error_is(const struct shot_error *err, enum shot_code code)
{
	return strcmp(err->code, names[code]) == 0;
}

/* Names of files, windows and peers, and what peers say, must not work a terminal. */
static void disarm(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		bool is_c1 = *at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
		if ((*at < ' ' && *at != '\n' && *at != '\t') || *at == 0x7f || is_c1) {
			*at = '?';
		}
	}
}

bool shot_fail(struct shot_error *err, const char *code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	disarm(err->message);
	err->code = code;
	err->want = SHOT_WANT_NOTHING;
	return false;
}

/* In English, on any thread. */
static const char *text_of(int number)
{
#ifdef __GLIBC__
	return strerrordesc_np(number);
#else
	return strerror(number); /* a constant with musl, in the language of the C locale */
#endif
}

bool shot_fail_errno(struct shot_error *err, int number, const char *format, ...)
{
	const char *name = shot_errno_name(number);
	va_list args;
	va_start(args, format);
	int length = vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof err->message) {
		snprintf(err->message + length, sizeof err->message - (size_t)length, ": %s",
			name ? text_of(number) : "unknown error");
	}
	disarm(err->message);
	err->code = name ? name : "EUNKNOWN";
	err->want = SHOT_WANT_NOTHING;
	return false;
}
