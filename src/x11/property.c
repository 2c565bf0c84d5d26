#include "x11/property.h"

#include <string.h>

#include "x11/reply.h"
#include "base/text.h"

struct shot_property shot_property_of(const xcb_get_property_reply_t *reply)
{
	if (!reply) {
		return (struct shot_property){0};
	}
	struct shot_bytes value = shot_reply_property(reply);
	return (struct shot_property){
		.type = reply->type,
		.format = reply->format,
		.data = value.data,
		.size = value.size,
	};
}

bool shot_property_text(
	const struct shot_property *property, xcb_atom_t utf8, char *out, size_t size)
{
	out[0] = '\0';
	return property->type && property->format == 8 &&
	       shot_text_read(property->data, property->size, property->type == utf8, out, size);
}

void shot_property_class(
	const struct shot_property *property, char *instance, char *class_name, size_t size)
{
	instance[0] = class_name[0] = '\0';
	if (!property->type || property->format != 8 || property->size == 0) {
		return;
	}
	const uint8_t *text = property->data;
	const uint8_t *nul = memchr(text, '\0', property->size);
	size_t first = nul ? (size_t)(nul - text) : property->size;
	shot_text_read(text, first, false, instance, size);
	if (nul) {
		shot_text_read(nul + 1, property->size - first - 1, false, class_name, size);
	}
}

static uint32_t element(const struct shot_property *property, size_t index)
{
	uint32_t value;
	memcpy(&value, (const char *)property->data + index * sizeof value, sizeof value);
	return value;
}

static size_t count_elements(const struct shot_property *property, xcb_atom_t type)
{
	bool fits = property->type == type && property->format == 32;
	return fits ? property->size / sizeof(uint32_t) : 0;
}

uint32_t shot_property_number(const struct shot_property *property, xcb_atom_t type)
{
	return count_elements(property, type) > 0 ? element(property, 0) : 0;
}

bool shot_property_numbers(
	const struct shot_property *property, xcb_atom_t type, uint32_t *out, size_t count)
{
	if (count_elements(property, type) < count) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		out[i] = element(property, i);
	}
	return true;
}

static bool holds(const xcb_window_t *windows, size_t count, xcb_window_t window)
{
	for (size_t i = 0; i < count; i++) {
		if (windows[i] == window) {
			return true;
		}
	}
	return false;
}

size_t shot_property_windows(const struct shot_property *property, xcb_window_t *out, size_t limit)
{
	size_t listed = count_elements(property, XCB_ATOM_WINDOW), count = 0;
	for (size_t i = 0; i < listed && count < limit; i++) {
		xcb_window_t window = element(property, i);
		if (window && !holds(out, count, window)) {
			out[count++] = window;
		}
	}
	return count;
}
