"""A real, headless Neovim with the configuration of docs/editors/neovim.md."""

import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import warplens
from test_editors_docs import block

DRIVER = pathlib.Path(__file__).with_name("neovim.lua")


@pytest.mark.parametrize("clangd", ["with clangd", "without clangd"])
def test_the_documented_configuration_drives_the_server(program, tmp_path, clangd):
    nvim = shutil.which("nvim")
    if not nvim:
        pytest.skip("nvim is not installed")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "warplens").symlink_to(warplens())
    config = tmp_path / "init.lua"
    config.write_text(block("neovim.md", "lua"), encoding="utf-8")
    environment = os.environ | {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    if clangd == "without clangd":
        environment["WARPLENS_CLANGD"] = "/nonexistent"
    command = [nvim, "--headless", "-n", "-i", "NONE", "-u", str(config), str(program), "-c", f"luafile {DRIVER}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "OK" in done.stdout, done.stdout + done.stderr
