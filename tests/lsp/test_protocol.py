"""The server over real standard input and output, driven by pytest-lsp, with the abilities of two editors."""

import asyncio

import pytest
import pytest_lsp
from conftest import SOURCE, warplens
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities


@pytest_lsp.fixture(
    params=["neovim", "visual_studio_code"],
    config=ClientServerConfig(server_command=[warplens(), "lsp"]),
)
async def client(request, lsp_client: LanguageClient, tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="project")],
        # The compiler is tested elsewhere; here answers should not depend on whether there is one.
        initialization_options={"clangd": {"enable": False}, "deep": {"enable": False}},
    )
    # What these editors do and the test client does not know of.
    lsp_client.feature("client/registerCapability")(lambda _params: None)
    lsp_client.root = root
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def open_source(client: LanguageClient, text: str = SOURCE) -> str:
    path = client.root / f"scale{len(client.diagnostics)}.cu"
    path.write_text(text, encoding="utf-8")
    item = types.TextDocumentItem(uri=path.as_uri(), language_id="cuda-cpp", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    return path.as_uri()


async def findings(client: LanguageClient, uri: str):
    """Pulled where the editor pulls, else what was pushed."""
    document = types.TextDocumentIdentifier(uri=uri)
    pulled = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=document))
    if client.diagnostics.get(uri) is None:
        for _ in range(200):
            if uri in client.diagnostics:
                break
            await asyncio.sleep(0.01)
    pushed = client.diagnostics.get(uri)
    if pushed is not None:
        assert {d.code for d in pushed} == {d.code for d in pulled.items}
    return pulled.items


def apply(text: str, edits) -> str:
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        head = lines[start.line].encode("utf-16-le")[: start.character * 2].decode("utf-16-le")
        tail = lines[end.line].encode("utf-16-le")[end.character * 2 :].decode("utf-16-le")
        lines[start.line : end.line + 1] = (head + edit.new_text + tail).splitlines(keepends=True)
    return "".join(lines)


def position(text: str, word: str, after: int = 0) -> types.Position:
    offset = text.index(word) + after
    line = text.count("\n", 0, offset)
    return types.Position(line=line, character=offset - (text.rfind("\n", 0, offset) + 1))


@pytest.mark.asyncio
async def test_a_finding_is_fixed(client: LanguageClient):
    uri = open_source(client)
    found = [d for d in await findings(client, uri) if d.code == "WL005"]
    assert len(found) == 1 and found[0].source == "warplens"
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            range=found[0].range,
            context=types.CodeActionContext(diagnostics=found),
        )
    )
    fix = next(a for a in actions if not a.title.startswith("Allow"))
    fixed = apply(SOURCE, fix.edit.changes[uri])
    assert "__shfl_sync(" in fixed
    assert all(d.code != "WL005" for d in await findings(client, open_source(client, fixed)))


@pytest.mark.asyncio
async def test_a_name_is_renamed(client: LanguageClient):
    uri = open_source(client)
    edit = await client.text_document_rename_async(
        types.RenameParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            position=position(SOURCE, "twice", 2),
            new_name="doubled",
        )
    )
    renamed = apply(SOURCE, edit.changes[uri])
    assert renamed.count("doubled") == 2 and "twice" not in renamed


@pytest.mark.asyncio
async def test_completion_offers_and_explains(client: LanguageClient):
    text = SOURCE.replace("  return 0;", "  cudaMemc")
    uri = open_source(client, text)
    params = types.CompletionParams(
        text_document=types.TextDocumentIdentifier(uri=uri), position=position(text, "cudaMemc", len("cudaMemc"))
    )
    answer = await client.text_document_completion_async(params)
    item = next(i for i in answer.items if i.label == "cudaMemcpy")
    resolved = await client.completion_item_resolve_async(item)
    assert resolved.documentation.value


@pytest.mark.asyncio
async def test_lenses_say_what_to_run(client: LanguageClient):
    uri = open_source(client)
    params = types.CodeLensParams(text_document=types.TextDocumentIdentifier(uri=uri))
    lenses = await client.text_document_code_lens_async(params)
    command = next(lens.command for lens in lenses if lens.command.title == "Profile")
    answer = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command=command.command, arguments=command.arguments)
    )
    line = answer["command"] if isinstance(answer, dict) else answer.command
    assert list(line)[:4] == ["warplens", "profile", "--kernel", "scale"]


@pytest.mark.asyncio
async def test_a_definition_is_found_across_a_comment_in_chinese(client: LanguageClient):
    uri = open_source(client)
    params = types.DefinitionParams(
        text_document=types.TextDocumentIdentifier(uri=uri), position=position(SOURCE, "twice(data", 1)
    )
    places = await client.text_document_definition_async(params)
    assert [p.range.start for p in places] == [position(SOURCE, "twice")]
