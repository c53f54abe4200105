"""The configurations in docs/editors are what they say they are."""

import re

import pytest
from conftest import ROOT


def block(page: str, language: str) -> str:
    text = (ROOT / "docs" / "editors" / page).read_text(encoding="utf-8")
    return re.search(rf"```{language}\n(.*?)```", text, re.S).group(1)


def test_helix_starts_the_server_for_every_file_type():
    tomllib = pytest.importorskip("tomllib")
    config = tomllib.loads(block("helix.md", "toml"))
    assert config["language-server"]["warplens"] == {"command": "warplens", "args": ["lsp"]}
    types = {t for language in config["language"] for t in language["file-types"]}
    assert types == {"cu", "cuh", "mu", "muh", "ptx"}


def test_the_extension_for_vs_code_is_whole():
    import json

    text = (ROOT / "docs" / "editors" / "vscode.md").read_text(encoding="utf-8")
    package, colours = (json.loads(b) for b in re.findall(r"```json\n(.*?)```", text, re.S))
    files = {e for language in package["contributes"]["languages"] for e in language["extensions"]}
    assert files == {".cu", ".cuh", ".mu", ".muh", ".ptx"}
    assert "editor.semanticTokenColorCustomizations" in colours
    assert package["main"] == "./extension.js" and 'args: ["lsp"]' in block("vscode.md", "js")
