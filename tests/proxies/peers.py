"""A WebSocket server and client, and a server of event streams, for peers.sh.

    python peers.py serve           prints the ports of both servers, and serves
    python peers.py chat URL        speaks with the WebSocket server through a proxy

The WebSocket code is that of the package `websockets`, the HTTP server that of Python.
"""

import asyncio
import http.server
import sys
import threading

import websockets

LARGE = "ä" * 500_000


class Events(http.server.BaseHTTPRequestHandler):
    """`/events` sends an event at once, and a second one when `/next` is requested."""

    go = threading.Event()

    def do_GET(self):
        self.send_response(200)
        if self.path == "/next":
            self.go.set()
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for text in ("one", "two"):
            self.wfile.write(f"data: {text}\n\n".encode())
            self.wfile.flush()
            self.go.wait(20)

    def log_message(self, *_):
        pass


async def echo(connection):
    async for message in connection:
        if message == "end":
            await connection.close(4001, "as you wish")
        await connection.send(message)


async def serve():
    events = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Events)
    threading.Thread(target=events.serve_forever, daemon=True).start()
    async with websockets.serve(echo, "127.0.0.1", 0, subprotocols=["chat.v1"], max_size=None) as server:
        print(server.sockets[0].getsockname()[1], events.server_address[1], flush=True)
        await asyncio.get_running_loop().create_future()


async def chat(url):
    async with websockets.connect(url, subprotocols=["chat.v2", "chat.v1"], max_size=None) as connection:
        assert connection.subprotocol == "chat.v1", connection.subprotocol
        for message in ("text", b"\x00\xff", LARGE, ""):
            await connection.send(message)
            assert await connection.recv() == message, "the echo differs"
        await (await connection.ping())
        # Several messages are under way in both directions.
        sent = [str(number) for number in range(200)]
        received, _ = await asyncio.gather(
            asyncio.wait_for(read(connection, len(sent)), 20), write(connection, sent)
        )
        assert received == sent, "messages are missing, or in another order"
        await connection.send("end")
        await connection.wait_closed()
        assert (connection.close_code, connection.close_reason) == (4001, "as you wish"), connection.close_code


async def read(connection, count):
    return [await connection.recv() for _ in range(count)]


async def write(connection, messages):
    for message in messages:
        await connection.send(message)


async def crowd(url):
    await asyncio.wait_for(asyncio.gather(*(chat(url) for _ in range(20))), 60)


if sys.argv[1] == "serve":
    asyncio.run(serve())
else:
    asyncio.run(crowd(sys.argv[2]))
