#include "output/template.h"
#include "base/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CODES "aAbBcCdDeFgGhHIjklmMpPrRsSTuUVwWxXyYzZ" /* strftime's, glibc */
#define FLAGS "_-0^#"
#define FIELDS "{name} {x} {y} {width} {height} {sequence} {ms}"
#define FIELD_LIMIT 16	 /* more than the longest field's name */
#define VALUE_LIMIT 1024 /* bytes that one code or field can become */
#define DIGITS_LIMIT 18	 /* of {sequence:N} */

struct expansion {
	const char *at; /* the rest of the template */
	const struct shot_template_fields *fields;
	struct tm moment;
	struct shot_path_buffer *out;
	size_t size; /* bytes of `out` that are filled */
	struct shot_error *err;
};

static bool append(struct expansion *expansion, const char *text, size_t length)
{
	if (length >= sizeof expansion->out->text - expansion->size) {
		return shot_fail(expansion->err, "ENAMETOOLONG", "the file name exceeds %d bytes",
			PATH_MAX - 1);
	}
	memcpy(expansion->out->text + expansion->size, text, length);
	expansion->size += length;
	return true;
}

/* The name is a monitor's or a window's, so it can contain any bytes. */
static void copy_name(const char *name, char *out)
{
	size_t length = strnlen(name, VALUE_LIMIT - 1);
	for (size_t i = 0; i < length; i++) {
		bool harmful = name[i] == '/' || iscntrl((unsigned char)name[i]) ||
			       (i == 0 && name[i] == '.');
		out[i] = harmful ? '_' : name[i];
	}
	out[length] = '\0';
}

/* `digits`: the least number of digits of a number, padded with zeros; a name has none. */
static bool find_field(
	const struct shot_template_fields *fields, const char *field, int digits, char *value)
{
	const struct shot_origin *origin = &fields->origin;
	const struct {
		const char *name;
		int32_t value;
	} numbers[] = {
		{"x", origin->rect.x},
		{"y", origin->rect.y},
		{"width", origin->rect.width},
		{"height", origin->rect.height},
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (strcmp(field, numbers[i].name) == 0) {
			snprintf(value, VALUE_LIMIT, "%0*" PRId32, digits, numbers[i].value);
			return true;
		}
	}
	if (strcmp(field, "name") == 0 && digits == 0) {
		bool known = origin->source && *origin->source;
		copy_name(known ? origin->source : "unnamed", value);
	} else if (strcmp(field, "sequence") == 0) {
		snprintf(value, VALUE_LIMIT, "%0*" PRIu64, digits, fields->sequence);
	} else if (strcmp(field, "ms") == 0 && digits == 0) {
		snprintf(value, VALUE_LIMIT, "%03d",
			(int)(origin->wall_ns % SHOT_NS_PER_S / 1000000));
	} else {
		return false;
	}
	return true;
}

/* Cut ":4" from the end of a field; -1: it is not a number of digits. */
static int take_digits(char *field)
{
	char *colon = strchr(field, ':');
	if (!colon) {
		return 0;
	}
	*colon = '\0';
	int digits = 0;
	for (const char *at = colon + 1; *at; at++) {
		if (!isdigit((unsigned char)*at) || digits > DIGITS_LIMIT) {
			return -1;
		}
		digits = digits * 10 + (*at - '0');
	}
	return digits >= 1 && digits <= DIGITS_LIMIT ? digits : -1;
}

/* `at` stands behind the opening brace. */
static bool expand_field(struct expansion *expansion)
{
	const char *close = strchr(expansion->at, '}');
	if (!close) {
		return shot_fail(expansion->err, "EINVAL",
			"a { in the file name is not closed; write {{ for the character");
	}
	char field[FIELD_LIMIT] = "", value[VALUE_LIMIT];
	size_t length = (size_t)(close - expansion->at);
	if (length < sizeof field) {
		memcpy(field, expansion->at, length);
	}
	int digits = take_digits(field);
	if (digits < 0 || !find_field(expansion->fields, field, digits, value)) {
		return shot_fail(expansion->err, "EINVAL",
			"the file name has an unknown field {%.*s}; known are " FIELDS
			", and numbers with leading zeros, {sequence:4}",
			(int)(length < 64 ? length : 64), expansion->at);
	}
	expansion->at = close + 1;
	return append(expansion, value, strlen(value));
}

/* `at` stands behind the per cent sign. */
static bool expand_code(struct expansion *expansion)
{
	char format[4] = "%", value[VALUE_LIMIT];
	size_t length = 1;
	if (*expansion->at && strchr(FLAGS, *expansion->at)) {
		format[length++] = *expansion->at++;
	}
	if (!*expansion->at || !strchr(CODES, *expansion->at)) {
		return shot_fail(expansion->err, "EINVAL",
			"the file name has an unknown time code %s%.1s; write %%%% for the "
			"character",
			format, expansion->at);
	}
	format[length] = *expansion->at++;
	return append(expansion, value, strftime(value, sizeof value, format, &expansion->moment));
}

static bool expand_next(struct expansion *expansion)
{
	char first = *expansion->at++;
	bool twice = *expansion->at == first;
	if (first != '%' && first != '{' && first != '}') {
		return append(expansion, &first, 1);
	}
	if (twice) {
		expansion->at++;
		return append(expansion, &first, 1);
	}
	if (first == '}') {
		return shot_fail(expansion->err, "EINVAL",
			"a } in the file name closes nothing; write }} for the character");
	}
	return first == '%' ? expand_code(expansion) : expand_field(expansion);
}

bool shot_template_expand(const char *template, const struct shot_template_fields *fields,
	struct shot_path_buffer *out, struct shot_error *err)
{
	struct expansion expansion = {.at = template, .fields = fields, .out = out, .err = err};
	time_t seconds = fields->origin.wall_ns / SHOT_NS_PER_S;
	tzset(); /* localtime_r does not notice a changed zone */
	localtime_r(&seconds, &expansion.moment);
	while (*expansion.at) {
		if (!expand_next(&expansion)) {
			return false;
		}
	}
	if (expansion.size == 0) {
		return shot_fail(err, "EINVAL", "the file name is empty");
	}
	out->text[expansion.size] = '\0';
	return true;
}
