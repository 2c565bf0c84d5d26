#include "host/column.h"

#include <stdbool.h>
#include <string.h>

enum { TAB = 8 };

int shot_column_after(int column, wchar_t c, int width)
{
	if (c == L'\t') {
		return column + TAB - column % TAB;
	}
	if (c == L'\n') { /* what Ctrl-R looks for is on a row of its own */
		return (column / width + 1) * width;
	}
	int own = wcwidth(c);
	return column + (own >= 0 ? own : 2); /* ^A */
}

int shot_column_prompt(const char *prompt, int width)
{
	mbstate_t state = {0};
	int column = 0;
	bool is_literal = false;
	for (size_t left = strlen(prompt); left > 0;) {
		wchar_t c;
		size_t used = mbrtowc(&c, prompt, left, &state);
		if (used == 0 || used > left) {
			break;
		}
		if (c == L'\1') {
			is_literal = !is_literal;
		} else if (!is_literal) {
			column = shot_column_after(column, c, width);
		}
		prompt += used;
		left -= used;
	}
	return column;
}
