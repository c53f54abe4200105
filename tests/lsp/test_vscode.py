"""The extension of docs/editors/vscode.md in a real VS Code server, with a browser that looks at it.

Needs what `scripts/install-vscode` puts into target/test-tools/vscode, and Chromium; skipped where either is missing.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

import pytest
from conftest import ROOT, warplens

HERE = pathlib.Path(__file__).parent
TOOLS = pathlib.Path(os.environ.get("WARPLENS_VSCODE", ROOT / "target/test-tools/vscode"))
SERVER = TOOLS / "node_modules/code-server/lib/vscode"


def blocks():
    text = (ROOT / "docs/editors/vscode.md").read_text(encoding="utf-8")
    package = re.search(r"```json\n(.*?)```", text, re.S).group(1)
    extension = re.search(r"```js\n(.*?)```", text, re.S).group(1)
    return package, extension


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def install(data: pathlib.Path, program: pathlib.Path, out: pathlib.Path):
    package, extension = blocks()
    warplens_folder = data / "extensions/local.warplens-0.1.0"
    warplens_folder.mkdir(parents=True)
    (warplens_folder / "package.json").write_text(package, encoding="utf-8")
    (warplens_folder / "extension.js").write_text(extension, encoding="utf-8")
    # `npm install` of the page, done once for all runs.
    (warplens_folder / "node_modules").symlink_to(TOOLS / "node_modules")
    probe = data / "extensions/test.probe-0.0.1"
    probe.mkdir()
    manifest = {
        "name": "probe", "publisher": "test", "version": "0.0.1", "engines": {"vscode": "^1.82.0"},
        "main": "./probe.js", "activationEvents": ["onStartupFinished"],
    }
    (probe / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    (probe / "probe.js").write_text((HERE / "vscode/probe.js").read_text(encoding="utf-8"), encoding="utf-8")
    (probe / "probe.json").write_text(json.dumps({"file": str(program), "out": str(out)}), encoding="utf-8")
    settings = data / "data/Machine/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"security.workspace.trust.enabled": False, "workbench.startupEditor": "none"}))


def test_the_documented_extension_drives_the_server(program, tmp_path):
    chromium = shutil.which("chromium")
    if not (SERVER / "out/server-main.js").is_file() or not chromium or not shutil.which("node"):
        pytest.skip("no VS Code server, browser or node: run scripts/install-vscode")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "warplens").symlink_to(warplens())
    data, out, port = tmp_path / "server", tmp_path / "seen.json", free_port()
    install(data, program, out)
    environment = os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    command = [
        "node", str(SERVER / "out/server-main.js"), "--host", "127.0.0.1", "--port", str(port),
        "--without-connection-token", "--accept-server-license-terms", "--server-data-dir", str(data),
        # Trust is asked for in a dialogue; the login shell would put its own PATH in place of ours.
        "--disable-workspace-trust", "--force-disable-user-env",
    ]
    log = (tmp_path / "log").open("w")
    processes = [subprocess.Popen(command, env=environment, stdout=log, stderr=log)]
    try:
        for _ in range(300):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        url = f"http://127.0.0.1:{port}/?folder={program.parent}"
        browse = ["node", str(HERE / "vscode/browser.cjs"), str(TOOLS / "node_modules"), chromium, url]
        processes.append(subprocess.Popen(browse, env=environment, stdout=log, stderr=log))
        until = time.monotonic() + 180
        while not out.exists() and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(timeout=20)
    assert out.exists(), (tmp_path / "log").read_text(errors="replace")
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert "error" not in seen, seen
    assert seen["finding"] == {"code": "WL005", "line": 5}
    assert "threadIdx" in seen["hover"]
    assert "twice" in {label.strip(" •").split("(")[0] for label in seen["completion"]}
    assert seen["definition"] == [1]
    assert {"Run", "Profile", "Debug", "Check"} <= set(seen["lenses"])
    assert seen["profile"]["command"][:4] == ["warplens", "profile", "--kernel", "scale"]
    assert seen["terminals"] == ["warplens.profile"]
    assert {"kernel", "builtinVariable"} <= set(seen["tokens"])
    assert seen["callers"] == ["main"]
    assert seen["hints"]
    assert seen["renamed"] == 2
    assert seen["fixed"]
