/* The HTTP server under luashot.page: objects that only luashot's own Lua files see. */
#ifndef SHOT_LUA_HTTP_H
#define SHOT_LUA_HTTP_H

#include <lua.h>

/* Register the types, and add to the module table on top of the stack
 *
 *	http_listen(address, {connections, connections_of_peer, timeout, body}) -> server,
 *	    address, whether only this machine reaches it | nil, message, code
 *	http_piece(string, …) -> piece, which any number of streams may send
 *	server:fd(), :close()
 *	server:run() -> seconds until the next run, or nil; call it after answers and writes
 *	server:take() -> request | nil
 *	request:method(), :path(), :body(), :header(name), :query(name)
 *	request:answer(status, headers, bytes) -> whether it was sent
 *	request:answer_file(status, headers, album, name) -> the same | nil, message, code
 *	request:stream(status, headers, limit) -> stream | nil
 *	stream:write(piece) -> whether the reader may still be there
 *	stream:is_open(), :waiting(), :finish() */
void shotL_open_http(lua_State *L);

#endif
