#!/usr/bin/env python3
"""A FAKE clangd for tests: it answers `initialize`, then does what FAKE_CLANGD says.

hang: reads nothing more and says nothing more. crash: leaves after the first document. silent: reads, answers nothing.
"""

import json
import os
import sys
import time


def read():
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def main():
    mode = os.environ["FAKE_CLANGD"]
    with open(os.environ["FAKE_CLANGD_LOG"], "a", encoding="utf-8") as log:
        log.write("started\n")
    while message := read():
        if message.get("method") == "initialize":
            body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": {"capabilities": {}, "serverInfo": {"version": "fake"}}})
            sys.stdout.write(f"Content-Length: {len(body)}\r\n\r\n{body}")
            sys.stdout.flush()
            if mode == "hang":
                time.sleep(3600)
        if message.get("method") == "textDocument/didOpen" and mode == "crash":
            sys.exit(7)


main()
