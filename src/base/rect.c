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

struct shot_rect shot_rect_unite(struct shot_rect a, struct shot_rect b)
{
	int32_t x = a.x < b.x ? a.x : b.x;
	int32_t y = a.y < b.y ? a.y : b.y;
	int64_t width = (right(a) > right(b) ? right(a) : right(b)) - x;
	int64_t height = (bottom(a) > bottom(b) ? bottom(a) : bottom(b)) - y;
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

static const char *parse_offset(const char *text, int32_t *out, bool *from_far)
{
	if (*text != '+' && *text != '-') {
		return NULL;
	}
	*from_far = *text == '-';
	bool has_sign = text[1] == '+' || text[1] == '-';
	const char *end = parse_number(text + (has_sign ? 2 : 1), out);
	if (end && text[1] == '-') {
		*out = -*out;
	}
	return end;
}

bool shot_geometry_parse(const char *text, struct shot_geometry *out)
{
	struct shot_geometry geometry = {0};
	struct shot_rect *rect = &geometry.rect;
	const char *at = parse_number(text, &rect->width);
	if (!at || *at != 'x' || !(at = parse_number(at + 1, &rect->height))) {
		return false;
	}
	if (*at != '\0' && (!(at = parse_offset(at, &rect->x, &geometry.from_right)) ||
				   !(at = parse_offset(at, &rect->y, &geometry.from_bottom)))) {
		return false;
	}
	if (*at != '\0') {
		return false;
	}
	*out = geometry;
	return true;
}

/* Where a length begins that ends so far before the end of the plane. */
static int32_t from_far_edge(int32_t plane, int32_t length, int32_t offset)
{
	int64_t begin = (int64_t)plane - length - offset;
	return begin < INT32_MIN ? INT32_MIN : begin > INT32_MAX ? INT32_MAX : (int32_t)begin;
}

struct shot_rect shot_geometry_place(struct shot_geometry geometry, struct shot_rect plane)
{
	struct shot_rect rect = geometry.rect;
	if (geometry.from_right) {
		rect.x = from_far_edge(plane.width, rect.width, rect.x);
	}
	if (geometry.from_bottom) {
		rect.y = from_far_edge(plane.height, rect.height, rect.y);
	}
	return rect;
}

bool shot_rect_parse(const char *text, struct shot_rect *out)
{
	struct shot_geometry geometry;
	if (!shot_geometry_parse(text, &geometry) || geometry.from_right || geometry.from_bottom) {
		return false;
	}
	*out = geometry.rect;
	return true;
}
