#include "base/rect.h"

#include <limits.h>
#include <stddef.h>

static int64_t right(struct shot_rect rect)
{
	return (int64_t)rect.x + rect.width;
}

static int64_t bottom(struct shot_rect rect)
{
	return (int64_t)rect.y + rect.height;
}

bool shot_rect_is_empty(struct shot_rect rect)
{
	return rect.width <= 0 || rect.height <= 0;
}

bool shot_rect_equal(struct shot_rect a, struct shot_rect b)
{
	return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

bool shot_rect_contains(struct shot_rect outer, struct shot_rect inner)
{
	return inner.x >= outer.x && inner.y >= outer.y && right(inner) <= right(outer) &&
	       bottom(inner) <= bottom(outer);
}

struct shot_rect shot_rect_intersect(struct shot_rect a, struct shot_rect b)
{
	int32_t x = a.x > b.x ? a.x : b.x;
	int32_t y = a.y > b.y ? a.y : b.y;
	int64_t width = (right(a) < right(b) ? right(a) : right(b)) - x;
	int64_t height = (bottom(a) < bottom(b) ? bottom(a) : bottom(b)) - y;
	if (width <= 0 || height <= 0) {
		return (struct shot_rect){0};
	}
	return (struct shot_rect){x, y, (int32_t)width, (int32_t)height};
}

/* One run of decimal digits, at most INT32_MAX; returns where it ends, or NULL. */
static const char *parse_number(const char *text, int32_t *out)
{
	int64_t value = 0;
	const char *at = text;
	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (*at - '0');
		if (value > INT32_MAX) {
			return NULL;
		}
	}
	*out = (int32_t)value;
	return at == text ? NULL : at;
}

static const char *parse_offset(const char *text, int32_t *out)
{
	if (*text != '+' && *text != '-') {
		return NULL;
	}
	const char *end = parse_number(text + 1, out);
	if (end && *text == '-') {
		*out = -*out;
	}
	return end;
}

bool shot_rect_parse(const char *text, struct shot_rect *out)
{
	struct shot_rect rect = {0};
	const char *at = parse_number(text, &rect.width);
	if (!at || *at != 'x' || !(at = parse_number(at + 1, &rect.height))) {
		return false;
	}
	if (*at != '\0' &&
		(!(at = parse_offset(at, &rect.x)) || !(at = parse_offset(at, &rect.y)))) {
		return false;
	}
	if (*at != '\0') {
		return false;
	}
	*out = rect;
	return true;
}
