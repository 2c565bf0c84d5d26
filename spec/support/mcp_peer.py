"""The client library of the Model Context Protocol drives `luashot mcp`: mcp_peer.py HOST ARGUMENT …

Commands come as lines of JSON, and each is answered by one: {"tool": name, "arguments": {…}} by what the tool
answered, and by the progress that was reported; {"tools": true} by the list of them; {"cancel": true, "tool": …} by
whether a call that was given up leaves the server well.
"""
import asyncio
import json
import os
import sys

from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client


def say(value):
    print(json.dumps(value), flush=True)


async def call(session, command):
    progress = []

    async def on_progress(done, total, message):
        progress.append([done, total, message])
        if "announce" in command:
            say({"progress": len(progress)})

    result = await session.call_tool(command["tool"], command.get("arguments", {}), progress_callback=on_progress)
    dump = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    dump["progress"] = progress
    return dump


async def cancel(session, command):
    task = asyncio.create_task(call(session, command))
    await asyncio.sleep(0.3)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    await session.send_ping()
    return {"cancelled": task.cancelled()}


async def main():
    server = StdioServerParameters(command=sys.argv[1], args=sys.argv[2:], env=dict(os.environ))
    loop = asyncio.get_running_loop()
    async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
        hello = await session.initialize()
        say(hello.model_dump(mode="json", by_alias=True, exclude_none=True))
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command = json.loads(line)
            if "tools" in command:
                listed = await session.list_tools()
                say(listed.model_dump(mode="json", by_alias=True, exclude_none=True))
            elif "cancel" in command:
                say(await cancel(session, command))
            else:
                say(await call(session, command))


asyncio.run(main())
