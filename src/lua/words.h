/* Words that are read in frames. */
#ifndef SHOT_LUA_WORDS_H
#define SHOT_LUA_WORDS_H

#include <lua.h>

/* frame:words({language=, area=, min_confidence=}) -> list of words | nil, message, code. It waits
 * for a thread that reads, and yields meanwhile where it can. */
int shotL_frame_words(lua_State *L);

/* Register the types. */
void shotL_open_words(lua_State *L);

#endif
