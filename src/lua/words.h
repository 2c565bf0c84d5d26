/* Reads the words of frames. */
#ifndef SHOT_LUA_WORDS_H
#define SHOT_LUA_WORDS_H

#include <lua.h>

/* frame:words({language=, area=, min_confidence=}) -> list of words | nil, message, code. A thread
 * reads; a job yields meanwhile. */
int shotL_frame_words(lua_State *L);

/* Register the types. */
void shotL_open_words(lua_State *L);

#endif
