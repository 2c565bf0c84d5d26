#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST_NAME 32

static int smallest(int a, int b, int c)
{
	int least = a < b ? a : b;
	return least < c ? least : c;
}

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein's distance, with two neighbors in the wrong order as one mistake; strings longer
 * than LONGEST_NAME count as far away. */
static int distance(const char *a, const char *b)
{
	size_t columns = strlen(b);
	if (strlen(a) > LONGEST_NAME || columns > LONGEST_NAME) {
		return LONGEST_NAME;
	}
	int rows[3][LONGEST_NAME + 1]; /* in turn: the current row and the two before it */
	for (size_t j = 0; j <= columns; j++) {
		rows[0][j] = (int)j;
	}
	size_t i = 0;
	for (; a[i]; i++) {
		const int *before = rows[i % 3], *earlier = rows[(i + 2) % 3];
		int *row = rows[(i + 1) % 3];
		row[0] = (int)i + 1;
		for (size_t j = 0; j < columns; j++) {
			row[j + 1] = smallest(
				before[j] + !is_same(a[i], b[j]), before[j + 1] + 1, row[j] + 1);
			if (i > 0 && j > 0 && is_same(a[i], b[j - 1]) && is_same(a[i - 1], b[j])) {
				row[j + 1] = smallest(row[j + 1], earlier[j - 1] + 1, LONGEST_NAME);
			}
		}
	}
	return rows[i % 3][columns];
}

const char *shot_nearest(const char *wrong, const char *const names[])
{
	const char *best = NULL;
	int least = 1 + (int)strlen(wrong) / 3;
	for (size_t i = 0; names[i]; i++) {
		int far = distance(wrong, names[i]);
		if (far <= least) {
			least = far - 1;
			best = names[i];
		}
	}
	return best;
}
