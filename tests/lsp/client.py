"""A small LSP client of our own: the standard library alone, over standard input and output or TCP, every message visible."""

import json
import queue
import socket
import subprocess
import threading
import time


class Client:
    """One session with a real server process."""

    def __init__(self, command, settings=None, roots=(), capabilities=None, address=None, encoding="utf-8"):
        self.process = None
        if address:
            connection = socket.create_connection(address)
            self.out, self.into = connection.makefile("rb"), connection.makefile("wb")
        else:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.out, self.into = self.process.stdout, self.process.stdin
        self.settings = {"clangd": {"enable": False}, "deep": {"enable": False}} if settings is None else settings
        self.inbox = queue.Queue()
        # Everything the server said unasked, oldest first.
        self.heard = []
        self.answers = {}
        self.errors = {}
        self.next_id = 0
        threading.Thread(target=self._listen, daemon=True).start()
        abilities = {
            "general": {"positionEncodings": [encoding]},
            "workspace": {"configuration": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
            "window": {"workDoneProgress": True},
            "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
        }
        folders = [{"uri": root.as_uri(), "name": root.name} for root in roots]
        params = {
            "processId": None, "rootUri": None, "workspaceFolders": folders or None,
            "capabilities": capabilities or abilities, "initializationOptions": self.settings,
        }
        self.initialized = self.request("initialize", params)
        self.notify("initialized", {})

    def _listen(self):
        while line := self.out.readline():
            length = int(line.split(b":")[1])
            while self.out.readline().strip():
                pass
            self.inbox.put(json.loads(self.out.read(length)))
        self.inbox.put(None)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.into.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.into.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params})
        return self.next_id

    def _receive(self, until):
        message = self.inbox.get(timeout=max(0.01, until - time.monotonic()))
        assert message is not None, "the server closed the connection"
        if "method" not in message:
            (self.errors if "error" in message else self.answers)[message["id"]] = message.get("error", message.get("result"))
            return
        if "id" in message:
            answer = [self.settings] if message["method"] == "workspace/configuration" else None
            self.send({"id": message["id"], "result": answer})
        self.heard.append(message)

    def hear(self, wanted, what="a message", patience=60.0):
        """The first message that `wanted` likes, among those heard and not taken yet."""
        until, seen = time.monotonic() + patience, 0
        while True:
            for i in range(seen, len(self.heard)):
                if wanted(self.heard[i]):
                    return self.heard.pop(i)
            seen = len(self.heard)
            try:
                self._receive(until)
            except queue.Empty:
                raise AssertionError(f"waited {patience} s for {what}") from None

    def answer(self, this, patience=60.0):
        """The result of a request, or its error."""
        until = time.monotonic() + patience
        while this not in self.answers and this not in self.errors:
            try:
                self._receive(until)
            except queue.Empty:
                raise AssertionError(f"no answer within {patience} s") from None
        return self.errors[this] if this in self.errors else self.answers[this]

    def request(self, method, params, patience=60.0):
        return self.answer(self.ask(method, params), patience)

    def open(self, uri, text, language="cuda-cpp", version=1):
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri, version, changes):
        self.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes})

    def diagnostics(self, uri, version, wanted=lambda found: True, patience=60.0):
        def ours(m):
            p = m.get("params") or {}
            return (m["method"] == "textDocument/publishDiagnostics" and p["uri"] == uri
                    and p.get("version") == version and wanted(p["diagnostics"]))

        return self.hear(ours, f"diagnostics of version {version} of {uri}", patience)["params"]["diagnostics"]

    def leave(self):
        """Leave politely; the process's exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=30) if self.process else None

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()


def codes(found):
    return [d.get("code") for d in found]


def point(line, character):
    return {"line": line, "character": character}
