-- Drives a real Neovim with the configuration of docs/editors/neovim.md: diagnostics, fix, rename, completion, lens.
-- Started by test_neovim.py as `nvim --headless -u CONFIG FILE -c 'luafile neovim.lua'`; prints OK or what failed.

local function fail(what)
  io.stdout:write("FAILED: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function wait_for(what, condition)
  if not vim.wait(30000, condition, 20) then
    fail("no " .. what .. " in 30 s")
  end
end

local function lines()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 10000) or {}
  for _, answer in pairs(answers) do
    if answer.error then
      fail(method .. ": " .. answer.error.message)
    end
    return answer.result
  end
  fail(method .. ": no answer")
end

local ok, err = pcall(function()
  wait_for("client", function() return #vim.lsp.buf_get_clients(0) > 0 end)

  -- Diagnostics.
  wait_for("diagnostic WL005", function()
    return #vim.tbl_filter(function(d)
      return d.code == "WL005" or (d.user_data and d.user_data.lsp and d.user_data.lsp.code == "WL005")
    end, vim.diagnostic.get(0)) > 0
  end)

  -- Fix.
  local row = vim.fn.search("__shfl(", "w")
  vim.api.nvim_win_set_cursor(0, { row, vim.fn.col(".") - 1 })
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = {} }
  local fixed = false
  for _, action in ipairs(request("textDocument/codeAction", params)) do
    if action.edit and not action.title:find("^Allow") then
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
      fixed = true
      break
    end
  end
  if not fixed or not lines():find("__shfl_sync(", 1, true) then
    fail("the fix was not applied: " .. lines())
  end
  wait_for("clean state after the fix", function()
    return #vim.tbl_filter(function(d) return d.message:find("__shfl` was removed") end, vim.diagnostic.get(0)) == 0
  end)

  -- Rename, after a line with Chinese text.
  vim.fn.search("float twice", "w")
  vim.fn.search("twice")
  vim.lsp.buf.rename("doubled")
  wait_for("rename", function()
    local text = lines()
    return not text:find("twice", 1, true) and select(2, text:gsub("doubled", "")) == 2
  end)

  -- Completion.
  local last = vim.api.nvim_buf_line_count(0)
  vim.api.nvim_buf_set_lines(0, last - 2, last - 2, false, { "  cudaMemc" })
  vim.api.nvim_win_set_cursor(0, { last - 1, 10 })
  local list = request("textDocument/completion", {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = last - 2, character = 10 },
  })
  local labels = {}
  for _, item in ipairs(list.items) do
    labels[vim.trim(item.filterText or item.label)] = true
  end
  if not labels.cudaMemcpy then
    fail("cudaMemcpy is not offered: " .. vim.inspect(vim.tbl_keys(labels)))
  end

  -- Lens, and what a click on it is told to run.
  local profile
  for _, lens in ipairs(request("textDocument/codeLens", { textDocument = vim.lsp.util.make_text_document_params() })) do
    if lens.command and lens.command.title == "Profile" then
      profile = lens.command
      break
    end
  end
  if not profile or not vim.lsp.commands[profile.command] then
    fail("no Profile lens that this configuration handles")
  end
  local line = request("workspace/executeCommand", { command = profile.command, arguments = profile.arguments })
  if table.concat(line.command, " "):find("warplens profile --kernel scale", 1, true) ~= 1 then
    fail("an odd command line: " .. vim.inspect(line))
  end
end)
if not ok then
  fail(tostring(err))
end
io.stdout:write("OK\n")
vim.cmd("qall!")
