/* File name templates: any template with any name either fails with a reason or gives a name that
 * is not empty, and in which {name} is one part of a path. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "output/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The template and the source's name, divided by a NUL, after eight bytes for the time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shot_template_fields fields = {.sequence = size};
	struct shot_path_buffer *out = malloc(sizeof *out);
	struct shot_error err = {0};
	if (size < sizeof fields.origin.wall_ns) {
		free(out);
		return 0;
	}
	memcpy(&fields.origin.wall_ns, data, sizeof fields.origin.wall_ns);
	data += sizeof fields.origin.wall_ns;
	size -= sizeof fields.origin.wall_ns;
	char *template = strndup((const char *)data, size);
	size_t length = strlen(template);
	size_t used = length < size ? length + 1 : size;
	char *source = strndup((const char *)data + used, size - used);
	fields.origin.source = source;
	if (shot_template_expand(template, &fields, out, &err)) {
		if (strnlen(out->text, sizeof out->text) - 1 >= sizeof out->text - 1) {
			abort();
		}
	} else if (!err.code || !*err.message) {
		abort();
	}
	if (!shot_template_expand("{name}", &fields, out, &err) || strchr(out->text, '/') ||
		out->text[0] == '.') {
		abort();
	}
	free(template);
	free(source);
	free(out);
	return 0;
}
