#include "image/text.h"
#include "image/draw.h"
#include "image/font.h"

#define FARTHEST (1 << 18) /* characters: beyond any picture, and no size overflows */

/* Takes the character at *text, which is not the end; 0xfffd for a byte that is not UTF-8. */
static uint32_t next_character(const char **text)
{
	const uint8_t *at = (const uint8_t *)*text;
	int more = *at < 0x80		       ? 0
		   : *at >= 0xc2 && *at < 0xe0 ? 1
		   : *at >= 0xe0 && *at < 0xf0 ? 2
					       : 3;
	uint32_t character = more == 0 ? *at : *at & (0x3fu >> more);
	for (int i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80 || *at < 0xc2 || *at > 0xf4) {
			*text += 1;
			return 0xfffd;
		}
		character = character << 6 | (at[i] & 0x3f);
	}
	*text += more + 1;
	return character;
}

static const uint8_t *find_glyph(uint32_t character)
{
	bool is_known =
		(character >= ' ' && character <= '~') || (character >= 0xa0 && character <= 0xff);
	return shot_font[(is_known ? character : '?') - ' '];
}

struct shot_rect shot_text_size(const char *text, int32_t scale)
{
	int32_t columns = 0, most = 0, lines = 1;
	while (*text && columns < FARTHEST && lines < FARTHEST) {
		bool is_end = next_character(&text) == '\n';
		lines += is_end;
		columns = is_end ? 0 : columns + 1;
		most = columns > most ? columns : most;
	}
	return (struct shot_rect){
		0, 0, most * SHOT_GLYPH_WIDTH * scale, lines * SHOT_GLYPH_HEIGHT * scale};
}

static void draw_glyph(const struct shot_view *view, int32_t x, int32_t y, const uint8_t *glyph,
	int32_t scale, const uint8_t rgb[3])
{
	for (int32_t i = 0; i < SHOT_GLYPH_WIDTH * SHOT_GLYPH_HEIGHT; i++) {
		int32_t column = i % SHOT_GLYPH_WIDTH, row = i / SHOT_GLYPH_WIDTH;
		if (glyph[row] >> (SHOT_GLYPH_WIDTH - 1 - column) & 1) {
			shot_view_fill(view,
				(struct shot_rect){
					x + column * scale, y + row * scale, scale, scale},
				rgb);
		}
	}
}

void shot_view_text(const struct shot_view *view, int32_t x, int32_t y, const char *text,
	int32_t scale, const uint8_t rgb[3])
{
	int64_t left = x, top = y;
	while (*text) {
		uint32_t character = next_character(&text);
		if (character == '\n') {
			left = x;
			top += SHOT_GLYPH_HEIGHT * scale;
			continue;
		}
		bool is_visible = left < view->width && left > -SHOT_GLYPH_WIDTH * scale &&
				  top < view->height && top > -SHOT_GLYPH_HEIGHT * scale;
		if (is_visible) {
			draw_glyph(view, (int32_t)left, (int32_t)top, find_glyph(character), scale,
				rgb);
		}
		left += SHOT_GLYPH_WIDTH * scale;
	}
}
