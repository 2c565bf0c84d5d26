/* File names made from the time and place of a capture: "%Y-%m-%d/{name}_{sequence}.png". */
#ifndef SHOT_OUTPUT_TEMPLATE_H
#define SHOT_OUTPUT_TEMPLATE_H

#include "codec/encode.h"
#include "output/path.h"

struct shot_template_fields {
	struct shot_origin origin;
	uint64_t sequence;
};

/* Expand `template` to `out`:
 *   %Y %m %d ...  what strftime(3) makes of origin.wall_ns in local time. Its flags _ - 0 ^ # are
 *                 known; %n and %t are not: they are not for file names
 *   %% {{ }}      the character itself
 *   {name}        origin.source, "unnamed" where there is none; in it a slash, a control character
 *                 and a dot at the start become _, so that it stays one part of a path
 *   {x} {y} {width} {height}   origin.rect
 *   {sequence}    the number
 *   {ms}          the milliseconds of the moment, three digits
 * EINVAL names the mistake in the template (an unknown field or code, a lone brace, an empty
 * result); ENAMETOOLONG when the result does not fit. */
bool shot_template_expand(const char *template, const struct shot_template_fields *fields,
	struct shot_path_buffer *out, struct shot_error *err);

#endif
