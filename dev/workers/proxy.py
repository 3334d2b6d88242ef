# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One address for a server with several workers, as in production a web server is it:
connections that begin with /websocket go to the evented process, all others to the
workers. Ends with the server. For a demo on this machine only.

Usage: proxy.py PORT HTTP_PORT GEVENT_PORT PID
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

LONGEST_LINE = 2**16
CHUNK = 2**16


async def pump(reader, writer):
    """Pass on what comes, until there is no more."""
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    # One side has said all; the other may still be answering.
    with suppress(OSError, RuntimeError):
        writer.write_eof()


async def main(port, http_port, gevent_port, pid):
    async def connect(reader, writer):
        try:
            first = await reader.readline()
            words = first.split(b" ")
            is_socket = len(words) > 1 and words[1].startswith(b"/websocket")
            to_reader, to_writer = await asyncio.open_connection(
                "127.0.0.1", gevent_port if is_socket else http_port
            )
            to_writer.write(first)
            await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))
            to_writer.close()
        except (OSError, ValueError):
            # The server is starting, or who asked is gone: they ask again.
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connect, "127.0.0.1", port, limit=LONGEST_LINE)
    async with server:
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
