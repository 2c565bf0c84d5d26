-- Words in pictures of buttons, menus, terminals, tables and whole screens, beside what was drawn and what the program
-- tesseract reads in the same pictures.
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local python = require "spec.support.python"

local NEAR <const> = 2 -- pixels by which a box may be off
local FAR <const> = 12 -- pixels from which on it is another place

-- How far a word is from where it was drawn: the most of its four edges.
local function distance(word, drawn)
  return math.max(math.abs(word.x - drawn.x), math.abs(word.y - drawn.y),
    math.abs(word.x + word.width - drawn.x - drawn.width), math.abs(word.y + word.height - drawn.y - drawn.height))
end

-- How many of the drawn words were read, and how many of these at their place.
local function compare(words, drawn)
  local read, placed, used = 0, 0, {}
  for _, wanted in ipairs(drawn) do
    local least, which = FAR, nil
    for i, word in ipairs(words) do
      local away = word.text == wanted.text and not used[i] and distance(word, wanted) or FAR
      if away < least then
        least, which = away, i
      end
    end
    if which then
      used[which] = true
      read = read + 1
      placed = placed + (least <= NEAR and 1 or 0)
    end
  end
  return read, placed
end

-- What the program reads, by its table.
local function read_by_program(path, language)
  local words = {}
  local result = process.run({ "tesseract", path, "-", "-l", language, "tsv" }, { env = { OMP_THREAD_LIMIT = "1" } })
  assert(result.code == 0, result.err)
  for line in result.out:gmatch "[^\n]+" do
    local x, y, width, height, text =
      line:match("^5" .. ("\t%d+"):rep(5) .. "\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t[^\t]+\t(.+)$")
    if x then
      words[#words + 1] = { text = text, x = tonumber(x), y = tonumber(y), width = tonumber(width),
        height = tonumber(height) }
    end
  end
  return words
end

--- Reads the pictures that a script of Python makes. Returns them, how many words they have from 12 pixels on, how many
--- of these were read and at their places, and a line for each picture that the program reads better.
local function read_set(name)
  local folder = files.folder()
  local made = process.run { python.with "PIL", ("spec/support/%s.py"):format(name), folder }
  assert(made.code == 0, made.err)
  local pictures = luashot.json.decode(files.read(("%s/%s.json"):format(folder, name)))
  local total, read, placed, worse = 0, 0, 0, {}
  for _, languages in ipairs { "eng", "deu" } do -- an engine for each
    for _, picture in ipairs(pictures) do
      if picture.language == languages then
        local path = folder .. "/" .. picture.file
        local frame <close> = assert(luashot.load(path))
        local words = assert(frame:words { language = picture.language, min_confidence = 0 })
        local here, at_place = compare(words, picture.words)
        if picture.size >= 12 then
          total, read, placed = total + #picture.words, read + here, placed + at_place
        end
        local there = compare(read_by_program(path, picture.language), picture.words)
        if there > here then
          worse[#worse + 1] = ("%s, %s %s %d: %d of %d"):format(picture.file, picture.layout, picture.font,
            picture.size, here, there)
        end
      end
    end
  end
  files.remove(folder)
  return pictures, total, read, placed, worse
end

describe("the words in pictures of programs", function()
  setup(function()
    need(process.run({ "sh", "-c", "command -v tesseract" }).code == 0,
      "the program tesseract is not installed (Debian: tesseract-ocr)")
  end)

  it("are read from a size of 12 pixels on, at their places, and never worse than by the program", function()
    local pictures, total, read, placed, worse = read_set "words"
    assert.equal(60, #pictures)
    assert.same({}, worse)
    assert(total > 700, total)
    assert(placed >= 0.97 * total, ("%d read and %d placed of %d"):format(read, placed, total))
  end)

  it("are read on whole screens too, beside icons, frames and photographs", function()
    local pictures, total, read, placed, worse = read_set "screens"
    assert.equal(12, #pictures)
    assert.same({}, worse)
    assert(total > 500, total)
    assert(read >= 0.95 * total, ("%d read and %d placed of %d"):format(read, placed, total))
  end)
end)
