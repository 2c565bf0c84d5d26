/* The HTTP server under luashot.page: objects that only luashot's own Lua files see. */
#ifndef SHOT_LUA_HTTP_H
#define SHOT_LUA_HTTP_H

#include <lua.h>

/* Add to the module table on top of the stack
 *   http_listen(address, {connections, connections_of_peer, timeout, body}) -> server, address,
 *     whether only this machine reaches it; nil, message, code
 *   http_piece(string, …) -> piece, which any number of streams may send
 * and the types. server:fd(), :run() -> seconds until the next run | nil, :take() -> request | nil,
 * :close(); request:method(), :path(), :body(), :header(name), :query(name), :answer(status,
 * headers, bytes) -> whether it went out, :answer_file(status, headers, album, name) -> the same,
 * or nil, message, code, :stream(status, headers, limit) -> stream | nil; stream:write(piece) ->
 * whether somebody may read it, :is_open(), :waiting(), :finish(). After answers and writes the
 * server has to run. */
void shotL_open_http(lua_State *L);

#endif
