-- The English of documents, comments and messages; and that each function of a header has a comment. A sentence
-- begins with its subject, a noun or a verb that names the actor: not "What is …" and not "Who has …". Nor is such a
-- clause the subject inside a sentence, or a text of its own. Phrases that hide the actor, and British spellings, are
-- listed.
local uv = require "luv"

local source = (os.getenv "LUASHOT_SOURCE" or ".") .. "/"

local PLACES <const> = {
  "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CMakeLists.txt", "docs", "lua", "scripts", "src",
  "spec/CMakeLists.txt", "spec/timed.cmake", "spec/tools.cmake", "spec/bench/README.md",
}
-- Made from other texts, or not ours: the protocols are Wayland's.
local LEFT_OUT <const> = { "docs/api%.md$", "docs/syscalls%.md$", "/protocol/", "%.png$" }

-- Patterns of lower-case text, in which every blank is one space.
local PHRASES <const> = {
  "so many%f[%A]", "also when%f[%A]", "anew%f[%A]", "as ever%f[%A]", "without a word%f[%A]", "whoever%f[%A]",
  "who wants%f[%A]", "who has%f[%A]", "who needs%f[%A]", "who waits%f[%A]", "who asks%f[%A]", "who holds%f[%A]",
  "what there is%f[%A]", "what is not%f[%A]",
  "colour", "behaviour", "grey%f[%A]", "centre", "neighbour", "%a+isation%f[%A]", "%a%a+metres?%f[%A]",
  "cancelled", "labelled", "signalled", "misspelt", "recognis", "initialis", "minimis", "optimis", "vectoris",
}
-- A clause behind one of these has no verb or preposition before it that could govern it, so that it is a subject. One
-- behind "and" or a verb ("says what is missing") may be an object, which is plain English; and so is "what to do".
local OPENERS <const> = {
  "[,;:(]", "%f[%a]that", "because", "while", "%f[%a]if", "when", "where", "until", "than", "%f[%a]but", "whether",
}
-- Texts that need such a word.
local ALLOWED <const> = { "what is seen" } -- an input of an example

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function list(path, files)
  local request = uv.fs_scandir(source .. path)
  if not request then
    files[#files + 1] = path
    return files
  end
  for name in function() return uv.fs_scandir_next(request) end do
    list(path .. "/" .. name, files)
  end
  return files
end

--- The prose of a file: texts, each without line breaks and the marks of comments.
local function prose(path, text)
  local found = {}
  local function add(one)
    found[#found + 1] = one:gsub("%s+", " "):match "^ ?(.-) ?$"
  end
  if path:match "%.[ch]$" then
    for comment in text:gmatch "/%*(.-)%*/" do
      add(comment:gsub("\n%s*%*", "\n"):gsub("\n%s*\n", "\0"))
    end
  elseif path:match "%.md$" then
    for block in ("\n" .. text:gsub("```.-```", "")):gsub("\n[*#|]", "\n\n%0"):gmatch "(.-)\n\n+" do
      if not block:match "^%s*#" then -- a heading names its contents, and may ask
        add(block:gsub("^%s*[*|]%s*", ""):gsub("|", "\0"))
      end
    end
  else
    local block = {}
    for line in (text .. "\n"):gmatch "(.-)\n" do
      local comment = line:match "^%s*%-%-%-?%s?(.*)" or line:match "^%s*#%s?(.*)"
      if comment and not comment:match "^@" and comment ~= "" then
        block[#block + 1] = comment
      else
        add(table.concat(block, " "))
        block = {}
        add(line:match "%s%-%-%s(.*)" or comment and comment:match "^@%a+%s+%S+%s+%S+%s+(.*)" or "")
      end
    end
  end
  if not path:match "%.md$" then
    for words in text:gmatch '"([^"\n]*%a %a[^"\n]*)"' do
      add(words)
    end
    for words in path:match "%.lua$" and text:gmatch "%[%[\n(.-)%]%]" or function() end do
      for paragraph in (words .. "\n\n"):gmatch "(.-)\n\n+" do
        add(paragraph)
      end
    end
  end
  return found
end

--- The beginning of a clause that is a subject, or that is all of a text; nil when there is none.
local function clause(sentence)
  local text = " " .. sentence:gsub("`[^`]*`", "x"):gsub('"[^"]*"', "x"):lower()
  for _, word in ipairs { "what", "who" } do
    local rest = "%f[%a]" .. word .. " %f[%a][^\0]*"
    local found = sentence:match "^%s*%l" and text:match("^ *(" .. rest .. ")")
    for _, opener in ipairs(OPENERS) do
      -- "the reader, who knows it" is about the reader.
      found = found or not (word == "who" and opener:find ",") and text:match("[^%-]" .. opener .. " (" .. rest .. ")")
        or word == "who" and text:match("[;:(] (" .. rest .. ")")
    end
    if found and not found:find "^%a+ to%f[%A]" then
      return found
    end
  end
end

--- What is wrong with a text, or nil.
local function fault(text)
  for _, allowed in ipairs(ALLOWED) do
    text = text:gsub(allowed, "")
  end
  for sentence in (text:gsub("([.:;]) (%u)", "%1\0%2")):gmatch "[^\0]+" do
    local first = sentence:match "^%s*(%a+)%f[%A]"
    if (first == "What" or first == "Who" or first == "Whoever" or first == "Whatever") and not sentence:find "[?]"
      and not sentence:find "^%s*What helps" then
      return "begins with " .. first .. ": " .. sentence
    end
    local subject = not sentence:find "[?]" and clause(sentence)
    if subject then
      return ("has a clause as a subject, '%s': %s"):format(subject:sub(1, 40), sentence)
    end
  end
  local lower = text:lower()
  for _, phrase in ipairs(PHRASES) do
    local at = lower:find("%f[%a]" .. phrase)
    if at then
      return ("has '%s': %s"):format(lower:match("%f[%a]" .. phrase), text:sub(math.max(at - 40, 1), at + 60))
    end
  end
end

local OTHERS <const> = { static = true, typedef = true, enum = true }

--- The functions that a header declares without a comment above them, or above the block of lines they stand in.
local function uncommented(text)
  local found, is_described, is_comment = {}, false, false
  for line in (text .. "\n"):gmatch "(.-)\n" do
    is_described = is_described and line ~= ""
    if is_comment or line:find "^%s*/%*" then
      is_comment = not line:find("*/", 1, true)
      is_described = not is_comment
    elseif line:find "^[%l_].*%(" and not OTHERS[line:match "^%l+"] then
      found[#found + 1] = not is_described and line or nil
      is_described = true
    end
  end
  return found
end

describe("the English", function()
  it("of documents, comments and messages names the actor, and is spelled in one way", function()
    local wrong, count = {}, 0
    for _, place in ipairs(PLACES) do
      for _, path in ipairs(list(place, {})) do
        local is_left_out = false
        for _, pattern in ipairs(LEFT_OUT) do
          is_left_out = is_left_out or path:find(pattern) ~= nil
        end
        for _, text in ipairs(is_left_out and {} or prose(path, read(source .. path))) do
          count = count + 1
          local why = fault(text)
          wrong[#wrong + 1] = why and ("%s %s"):format(path, why) or nil
        end
      end
    end
    assert.is_true(count > 5000, count)
    assert.equal("", table.concat(wrong, "\n"))
  end)

  it("would be noticed otherwise", function()
    for _, text in ipairs {
      "What is left.", "Done. Who reads it waits.", "It is made anew.", "a colour", "The centre",
      "It runs, and while it runs, what it draws is lost.", "It is closed; who holds it waits.", "what a caller gets",
      "A lock that who holds it drops",
    } do
      assert.is_string(fault(text), text)
    end
    for _, text in ipairs {
      "What is this?", "a color", "The reader, who knows it", "What helps: this", "It says what is missing.",
      "what to type", "the argument, `what`", "--what picture",
    } do
      assert.is_nil(fault(text), text)
    end
  end)

  it("describes every function of a header", function()
    local wrong, count = {}, 0
    for _, path in ipairs(list("src", {})) do
      for _, line in ipairs(path:match "%.h$" and uncommented(read(source .. path)) or {}) do
        wrong[#wrong + 1] = path .. ": " .. line
      end
      count = count + (path:match "%.h$" and 1 or 0)
    end
    assert.is_true(count > 150, count)
    assert.equal("", table.concat(wrong, "\n"))
    assert.same({ "int b(void);" }, uncommented "/* A. */\nint a(void);\n\nint b(void);\nint c(void);\n")
  end)
end)
