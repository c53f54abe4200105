"""The real server process, as started by an editor: bad input, speed of edits, files, folders, settings, progress, cancellation.

Nothing here needs more than Python; where the compiler would matter, it is switched off or a fake stands in for it, and says so.
"""

import pathlib
import random
import subprocess
import time

import pytest
from client import Client, codes, point
from conftest import SOURCE, warplens

FAKE_CLANGD = pathlib.Path(__file__).with_name("fake_clangd.py")
KERNEL = "__global__ void k{n}(int* p) {{ p[0] = __shfl(p[0], {n}); }}\n"


@pytest.fixture
def start():
    """Starts servers and ends those that are left."""
    clients = []

    def starter(**options):
        clients.append(Client([warplens(), "lsp"], **options))
        return clients[-1]

    yield starter
    for client in clients:
        client.kill()


def whole(text):
    return [{"text": text}]


# Bad input


def test_a_hundred_open_documents_are_each_answered_and_the_server_stays_small(start):
    client = start()
    uris = [f"file:///nowhere/f{n}.cu" for n in range(100)]
    for n, uri in enumerate(uris):
        client.open(uri, SOURCE + KERNEL.format(n=n))
    for uri in uris:
        assert "WL005" in codes(client.diagnostics(uri, 1))
    for uri in uris:
        client.change(uri, 2, whole("int a;\n"))
    for uri in uris:
        assert client.diagnostics(uri, 2) == []
    status = pathlib.Path(f"/proc/{client.process.pid}/status")
    if status.exists():
        resident = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        assert resident < 120 * 1024, "megabytes of a debug build with a hundred documents"
    assert client.leave() == 0


def test_edits_faster_than_analysis_never_bring_an_older_squiggle_back(start):
    client, uri = start(), "file:///nowhere/fast.cu"
    lines = [KERNEL.format(n=n) for n in range(300)]
    client.open(uri, "".join(lines))
    last = 400
    for version in range(2, last + 1):
        # Every other version has the finding on the first line only.
        text = KERNEL.format(n=0) if version % 2 else "int clean;\n"
        client.change(uri, version, whole(text if version == last else text + "".join(lines[1:])))
    assert client.diagnostics(uri, last) == []
    shown = [m["params"] for m in client.heard if m["method"] == "textDocument/publishDiagnostics"]
    versions = [p["version"] for p in shown]
    assert versions == sorted(versions), "no older version is shown after a newer one"
    assert len(versions) < last / 2, "analyses that are out of date are skipped"


def test_a_squiggle_of_each_version_is_where_that_version_has_it(start):
    client, uri = start(), "file:///nowhere/moving.cu"
    client.open(uri, KERNEL.format(n=1))
    randomly = random.Random(7)
    lines_above = 0
    for version in range(2, 60):
        lines_above += (added := randomly.randint(0, 3))
        at = {"start": point(0, 0), "end": point(0, 0)}
        client.change(uri, version, [{"range": at, "text": "// 线程块\r\n" * added}])
        found = [d for d in client.diagnostics(uri, version) if d["code"] == "WL005"]
        assert [d["range"]["start"]["line"] for d in found] == [lines_above]


def test_a_line_of_a_megabyte_does_not_stop_the_rest(start):
    client, uri = start(), "file:///nowhere/wide.cu"
    line = "__device__ int table[] = {" + "1, " * 350_000 + "};\n"
    client.open(uri, line + KERNEL.format(n=1))
    assert "WL005" in codes(client.diagnostics(uri, 1))
    at = {"start": point(0, 500_000), "end": point(0, 500_000)}
    client.change(uri, 2, [{"range": at, "text": "2"}])
    assert "WL005" in codes(client.diagnostics(uri, 2))
    assert client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": point(0, 700_000)}) is None
    assert client.leave() == 0


def test_binary_files_on_disk_and_in_the_editor_are_left_alone(start, tmp_path):
    (tmp_path / "blob.cu").write_bytes(bytes(range(256)) * 400)
    (tmp_path / "latin1.cu").write_bytes("// Gr\xf6\xdfe\n".encode("latin-1") + KERNEL.format(n=3).encode())
    (tmp_path / "good.cu").write_text(KERNEL.format(n=4))
    client = start(roots=[tmp_path])
    client.hear(lambda m: m["method"] == "$/progress" and m["params"]["value"]["kind"] == "end", "the index")
    names = [s["name"] for s in client.request("workspace/symbol", {"query": "k"})]
    assert "k4" in names
    uri = (tmp_path / "blob.cu").as_uri()
    client.open(uri, bytes(range(256)).decode("utf-8", errors="replace") * 400)
    assert client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": point(0, 3)}) is None
    assert not [m for m in client.heard if m["method"] == "textDocument/publishDiagnostics" and m["params"]["diagnostics"]]
    assert client.leave() == 0


def test_parameters_that_make_no_sense_are_an_error_of_their_request_alone(start):
    client = start()
    client.send({"id": 900, "method": "textDocument/hover"})
    client.send({"id": 901, "method": "textDocument/hover", "params": {"textDocument": 3}})
    assert client.answer(900)["code"] == client.answer(901)["code"] == -32602
    uri = "file:///nowhere/after.cu"
    client.open(uri, KERNEL.format(n=1))
    assert "WL005" in codes(client.diagnostics(uri, 1))


def test_bytes_that_are_no_json_end_the_session_with_a_word_of_why():
    # Where the next message would begin is anybody's guess, so nothing is guessed.
    client = Client([warplens(), "lsp"])
    client.into.write(b'Content-Length: 7\r\n\r\n{"a": }')
    client.into.flush()
    assert client.answer(None)["code"] == -32700
    assert client.process.wait(timeout=30) == 1


# clangd, faked


@pytest.mark.parametrize("mode", ["hang", "silent", "crash"])
def test_a_fake_clangd_that_misbehaves_takes_nothing_of_ours_away(start, tmp_path, monkeypatch, mode):
    log = tmp_path / "log"
    monkeypatch.setenv("FAKE_CLANGD", mode)
    monkeypatch.setenv("FAKE_CLANGD_LOG", str(log))
    client = start(settings={"clangd": {"path": str(FAKE_CLANGD)}, "deep": {"enable": False}})
    uri = "file:///nowhere/a.cu"
    client.open(uri, SOURCE)
    assert "WL005" in codes(client.diagnostics(uri, 1))
    for version in range(2, 30):
        client.change(uri, version, whole(SOURCE + " " * version))
    assert "WL005" in codes(client.diagnostics(uri, 29))
    began = time.monotonic()
    completion = client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": point(6, 4)})
    assert completion["items"] and time.monotonic() - began < 5
    if mode == "crash":
        client.hear(lambda m: "It is started again" in m.get("params", {}).get("message", ""), "word of the restart")
        client.hear(lambda m: "It is started again" in m.get("params", {}).get("message", ""), "word of the next")
        # Two passes, each started at least once more.
        end = time.monotonic() + 30
        while log.read_text().count("started") < 4:
            assert time.monotonic() < end
            time.sleep(0.05)
    assert client.leave() == 0


# The background compile, faked


def test_the_next_edit_kills_the_background_compile(start, tmp_path):
    log = tmp_path / "log"
    fake = tmp_path / "fake-clang++"
    fake.write_text(f"#!/bin/sh\n# A FAKE compiler: says that it runs, and takes its time.\necho $$ >> {log}\nexec sleep 600\n")
    fake.chmod(0o755)
    client = start(settings={"clangd": {"enable": False}, "deep": {"clangPath": str(fake), "onIdle": False}})
    source = tmp_path / "a.cu"
    source.write_text(SOURCE)

    def running(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def until(wanted, what):
        end = time.monotonic() + 30
        while not wanted():
            assert time.monotonic() < end, what
            time.sleep(0.02)

    client.open(source.as_uri(), SOURCE)
    until(lambda: log.exists() and len(log.read_text().split()) == 2, "both passes to be compiled")
    pids = log.read_text().split()
    assert all(running(pid) for pid in pids)
    client.change(source.as_uri(), 2, whole(SOURCE + " "))
    until(lambda: not any(running(pid) for pid in pids), "the edit to end both")
    client.notify("textDocument/didSave", {"textDocument": {"uri": source.as_uri()}})
    until(lambda: len(log.read_text().split()) == 4, "the save to compile both again")
    assert client.leave() == 0


# Transports


def test_clients_over_tcp_have_sessions_of_their_own():
    command = [warplens(), "lsp", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            line = server.stderr.readline()
            assert line.startswith("listening on "), line
            port = int(line.rsplit(":", 1)[1])
            one = Client(None, address=("127.0.0.1", port))
            two = Client(None, address=("127.0.0.1", port), encoding="utf-16")
            assert two.initialized["capabilities"]["positionEncoding"] == "utf-16"
            uri = "file:///nowhere/a.cu"
            one.open(uri, KERNEL.format(n=1))
            assert "WL005" in codes(one.diagnostics(uri, 1))
            two.open(uri, "int a;\n")
            assert two.diagnostics(uri, 1) == []
            one.leave()
            two.change(uri, 2, whole(KERNEL.format(n=2)))
            assert "WL005" in codes(two.diagnostics(uri, 2))
        finally:
            server.kill()


def test_a_client_that_hangs_up_ends_the_process_with_a_failure():
    client = Client([warplens(), "lsp"])
    client.into.close()
    assert client.process.wait(timeout=30) == 1


# Files, folders, settings, progress, cancellation


def test_files_that_change_on_disk_are_read_again(start, tmp_path):
    client = start(roots=[tmp_path])
    registered = client.hear(lambda m: m["method"] == "client/registerCapability", "the wish to watch files")
    assert registered["params"]["registrations"][0]["method"] == "workspace/didChangeWatchedFiles"
    client.hear(lambda m: m["method"] == "$/progress" and m["params"]["value"]["kind"] == "end" or m["method"] == "workspace/configuration", "the start")

    def names():
        return {s["name"] for s in client.request("workspace/symbol", {"query": "k"}) or []}

    def until(wanted):
        end = time.monotonic() + 30
        while names() != wanted:
            assert time.monotonic() < end, names()
            time.sleep(0.02)

    file = tmp_path / "a.cu"
    for kind, text, expected in [(1, KERNEL.format(n=1), {"k1"}), (2, KERNEL.format(n=2), {"k2"}), (3, None, set())]:
        file.write_text(text) if text else file.unlink()
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file.as_uri(), "type": kind}]})
        until(expected)


def test_each_root_has_its_own_settings_and_roots_come_and_go(start, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for root in (one, two):
        root.mkdir()
        (root / "a.cu").write_text(KERNEL.format(n=1))
        (root / f"{root.name}.cu").write_text(f"__global__ void kernel_of_{root.name}() {{}}\n")
    (one / "warplens.toml").write_text('[lint.levels]\nlegacy-warp-intrinsic = "off"\n')
    client = start(roots=[one])

    def shown(root, silent):
        uri = (root / "a.cu").as_uri()
        client.open(uri, KERNEL.format(n=1))
        client.diagnostics(uri, 1, lambda found: ("WL005" not in codes(found)) == silent)

    shown(one, True)
    shown(two, False)
    change = {"added": [{"uri": two.as_uri(), "name": "two"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": change})

    def found(name, there):
        end = time.monotonic() + 30
        while bool(client.request("workspace/symbol", {"query": name})) != there:
            assert time.monotonic() < end, name
            time.sleep(0.02)

    found("kernel_of_one", True)
    found("kernel_of_two", True)
    change = {"added": [], "removed": [{"uri": one.as_uri(), "name": "one"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": change})
    found("kernel_of_one", False)
    found("kernel_of_two", True)


def test_settings_are_asked_for_and_obeyed_when_they_change(start):
    client, uri = start(), "file:///nowhere/a.cu"
    client.hear(lambda m: m["method"] == "workspace/configuration", "the question for settings")
    client.open(uri, SOURCE)
    params = {"textDocument": {"uri": uri}}
    assert client.request("textDocument/codeLens", params)
    client.settings = client.settings | {"codeLens": {"enable": False}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.hear(lambda m: m["method"] == "workspace/configuration", "the question after the change")
    end = time.monotonic() + 30
    while client.request("textDocument/codeLens", params):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_indexing_shows_progress_and_can_be_stopped(start, tmp_path):
    for n in range(300):
        (tmp_path / f"f{n}.cu").write_text(SOURCE * 3 + KERNEL.format(n=n))
    client = start(roots=[tmp_path])

    def progress(kind):
        return client.hear(lambda m: m["method"] == "$/progress" and m["params"]["value"]["kind"] == kind, kind)["params"]

    client.hear(lambda m: m["method"] == "window/workDoneProgress/create", "a progress bar")
    begun = progress("begin")
    assert begun["value"]["cancellable"]
    client.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
    assert progress("end")["token"] == begun["token"]
    assert client.leave() == 0


def test_a_cancelled_request_is_answered_as_cancelled_and_others_are_not_held_up(start):
    client, uri = start(), "file:///nowhere/a.cu"
    client.open(uri, SOURCE * 400)
    params = {"textDocument": {"uri": uri}}
    slow = client.ask("textDocument/semanticTokens/full", params)
    client.notify("$/cancelRequest", {"id": slow})
    assert client.answer(slow)["code"] == -32800
    assert client.request("textDocument/foldingRange", params)


# Position encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_request_places_things_by_the_negotiated_encoding(start, encoding, line_end):
    """One kernel, with wide characters before everything that is asked about, in every encoding the protocol has."""
    text = (
        "/* 线程块𝕩 */ __device__ float twice(float value) { return 2.0f * value; }\n"
        "/* 核函数é */ __global__ void scale(float* data) { /* 𝕩𝕩 */ data[0] = twice(data[0]) + __shfl(1, 0); }\n"
        "/* 主机 */ int main() { float* p = nullptr; /* 块 */ scale<<<4, 256>>>(p); }\n"
    ).replace("\n", line_end)
    lines = text.split(line_end)

    def units(piece):
        wide = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        return len(piece.encode(wide)) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    def place(line, word, after=0):
        return point(line, units(lines[line][: lines[line].index(word) + after]))

    def span(line, word):
        return {"start": place(line, word), "end": place(line, word, len(word))}

    client, uri = start(encoding=encoding), "file:///nowhere/a.cu"
    assert client.initialized["capabilities"]["positionEncoding"] == encoding
    client.open(uri, text)
    finding = next(d for d in client.diagnostics(uri, 1) if d["code"] == "WL005")
    assert finding["range"]["start"] == place(1, "__shfl")
    document = {"textDocument": {"uri": uri}}
    at_call = document | {"position": place(1, "twice(data", 2)}
    assert client.request("textDocument/definition", at_call)[0]["range"] == span(0, "twice")
    found = client.request("textDocument/references", at_call | {"context": {"includeDeclaration": True}})
    assert [p["range"] for p in found] == [span(0, "twice"), span(1, "twice")]
    found = client.request("textDocument/documentHighlight", at_call)
    assert [p["range"] for p in found] == [span(0, "twice"), span(1, "twice")]
    assert client.request("textDocument/hover", at_call)["range"] == span(1, "twice")
    prepared = client.request("textDocument/prepareRename", at_call)
    assert prepared.get("range", prepared) == span(1, "twice")
    edit = client.request("textDocument/rename", at_call | {"newName": "线"})
    edits = sorted(edit["changes"][uri], key=lambda e: e["range"]["start"]["line"])
    assert [e["range"] for e in edits] == [span(0, "twice"), span(1, "twice")]
    items = client.request("textDocument/completion", document | {"position": place(1, "twice(data", 3)})["items"]
    ours = next(i for i in items if i["label"] == "twice")
    assert ours["textEdit"]["range"]["start"] == place(1, "twice")
    symbols = client.request("textDocument/documentSymbol", document)
    shown = {s["name"]: s.get("selectionRange") or s["location"]["range"] for s in symbols}
    assert shown["scale"] == span(1, "scale") and shown["main"] == span(2, "main")
    callers = client.request("textDocument/prepareCallHierarchy", document | {"position": place(1, "scale", 1)})
    calls = client.request("callHierarchy/incomingCalls", {"item": callers[0]})
    assert calls[0]["fromRanges"] == [span(2, "scale")]
    tokens = client.request("textDocument/semanticTokens/full", document)["data"]
    line = start_at = 0
    spans = set()
    for i in range(0, len(tokens), 5):
        start_at = tokens[i + 1] + (start_at if tokens[i] == 0 else 0)
        line += tokens[i]
        spans.add((line, start_at, tokens[i + 2]))
    for on, word in [(0, "twice"), (1, "scale"), (2, "scale")]:
        assert (on, place(on, word)["character"], units(word)) in spans
    hints = client.request("textDocument/inlayHint", document | {"range": {"start": point(0, 0), "end": point(3, 0)}})
    assert all(h["position"]["character"] <= units(lines[h["position"]["line"]]) for h in hints)
    selected = client.request("textDocument/selectionRange", document | {"positions": [place(2, "scale", 1)]})
    assert selected[0]["range"] == span(2, "scale")
    help_at = document | {"position": place(2, "<<<", 3)}
    assert "<<<" in client.request("textDocument/signatureHelp", help_at)["signatures"][0]["label"]
    actions = client.request("textDocument/codeAction", document | {"range": finding["range"], "context": {"diagnostics": []}})
    fix = next(a for a in actions if "edit" in a and not a["title"].startswith("Allow"))
    assert all(e["range"]["start"]["line"] == 1 for e in fix["edit"]["changes"][uri])
    assert min(e["range"]["start"]["character"] for e in fix["edit"]["changes"][uri]) == place(1, "__shfl")["character"]
    # An edit right behind a wide character lands where it was meant to.
    client.change(uri, 2, [{"range": {"start": place(1, "twice"), "end": place(1, "twice", 5)}, "text": "块"}])
    client.diagnostics(uri, 2)
    hover = client.request("textDocument/hover", document | {"position": place(0, "twice", 1)})
    assert hover["range"] == span(0, "twice")
