"""A local web server that misbehaves as it is told."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What is served and how; `behaviour` lists one manner for each request, the last one staying."""

    files: dict[str, bytes]
    behaviour: list[str] = field(default_factory=lambda: ["honest"])
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def manner(self) -> str:
        return self.behaviour.pop(0) if len(self.behaviour) > 1 else self.behaviour[0]


class Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *_args) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        name = self.path.removeprefix("/")
        self.site.asked.append((name, asked))
        content = self.site.files[name]
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked else 0
        MANNERS[self.site.manner()](self, content, start)

    def answer(self, status: int, body: bytes, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in {"Content_Type": "application/octet-stream", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def part(self, content: bytes, start: int, sent: bytes | None = None) -> None:
        """The rest from start, of which only `sent` comes."""
        if start >= len(content) and start:
            self.answer(416, b"")
            return
        rest = content[start:]
        body = rest if sent is None else sent
        if start:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206, body, length=len(rest), Content_Range=span)
        else:
            self.answer(200, body, length=len(rest))


def stall(handler: Handler, content: bytes, start: int) -> None:
    handler.part(content, start, content[start : start + 40_000])
    time.sleep(0.6)


MANNERS: dict[str, Callable[[Handler, bytes, int], None]] = {
    "honest": Handler.part,
    "truncates": lambda h, content, start: h.part(content, start, content[start : start + 50_000]),
    "sends nothing": lambda h, content, start: h.part(content, start, b""),
    "stalls": stall,
    "ignores range": lambda h, content, start: h.part(content, 0),
    "ignores range and truncates": lambda h, content, start: h.part(content, 0, content[:50_000]),
    "html": lambda h, content, start: h.answer(200, b"<html>log in</html>", Content_Type="text/html"),
    "html in disguise": lambda h, content, start: h.answer(200, b"<html>log in</html>" * 100),
    "403": lambda h, content, start: h.answer(403, b"no"),
    "404": lambda h, content, start: h.answer(404, b"no"),
    "500": lambda h, content, start: h.answer(500, b"oops"),
    "lies about the place": lambda h, content, start: h.answer(
        206, content[7:], Content_Range=f"bytes 7-{len(content) - 1}/{len(content)}"
    ),
    "another file": lambda h, content, start: h.part(content[:-1] + b"?", start),
    "endless": lambda h, content, start: endless(h),
    "huge": lambda h, content, start: h.answer(200, b"\x80", length=10**18),
}


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with_bytes = b"\x80" + bytes(65_535)
    try:
        for _ in range(200):
            handler.wfile.write(with_bytes)
    except OSError:
        pass


@contextmanager
def served(files: dict[str, bytes], *behaviour: str) -> Iterator[Site]:
    site = Site(files, list(behaviour) or ["honest"])
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
