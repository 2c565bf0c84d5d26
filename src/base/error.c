#define _GNU_SOURCE
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool shot_fail(struct shot_error *err, const char *code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	err->code = code;
	return false;
}

bool shot_fail_errno(struct shot_error *err, int number, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof err->message) {
		const char *text = strerrordesc_np(number);
		snprintf(err->message + length, sizeof err->message - (size_t)length, ": %s",
			text ? text : "unknown error");
	}
	const char *name = strerrorname_np(number);
	err->code = name ? name : "EUNKNOWN";
	return false;
}
