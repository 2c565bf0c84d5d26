--- Random pictures for specs, and another hand that looks at what became of them: cases go as JSON to
--- a Python program with numpy, Pillow and OpenCV.
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local python = require "spec.support.python"

local pictures = {}

--- A picture of random pixels; with `colors`, of that number of colors.
---@param width integer
---@param height integer
---@param colors? integer
---@return luashot.Frame
function pictures.random(width, height, colors)
  local palette, out = {}, {}
  for i = 1, colors or 0 do
    palette[i] = string.char(math.random(0, 255), math.random(0, 255), math.random(0, 255))
  end
  for i = 1, width * height do
    out[i] = colors and palette[math.random(colors)]
      or string.char(math.random(0, 255), math.random(0, 255), math.random(0, 255))
  end
  return assert(luashot.load(("P6 %d %d 255\n"):format(width, height) .. table.concat(out)))
end

--- The same somewhere inside a larger one, so that rows are apart and begin anywhere.
---@return luashot.Frame
function pictures.inside(width, height, colors)
  local left, top = math.random(0, 5), math.random(0, 3)
  local whole <close> = pictures.random(width + left + math.random(0, 6), height + top + math.random(0, 2), colors)
  return assert(whole:crop(left, top, width, height))
end

--- Sizes that are worth trying, then random ones.
---@param count integer
---@param most integer pixels a side
---@return fun(): integer?, integer?, integer? iterator over number, width, height
function pictures.sizes(count, most)
  local fixed = { { 1, 1 }, { 1, 23 }, { 23, 1 }, { 2, 2 }, { 3, 5 }, { 31, 33 }, { 64, 64 }, { 65, 7 } }
  local i = 0
  return function()
    i = i + 1
    if i <= count then
      local size = fixed[i] or { math.random(1, most), math.random(1, most) }
      return i, math.min(size[1], most), math.min(size[2], most)
    end
  end
end

local function quote(text)
  return '"' .. text:gsub('[%c"\\\128-\255]', function(char)
    return ("\\u%04x"):format(char:byte())
  end) .. '"'
end

local encode

local function encode_table(value, folder)
  local parts = {}
  if value[1] ~= nil or next(value) == nil then
    for i, item in ipairs(value) do
      parts[i] = encode(item, folder)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do
    parts[#parts + 1] = quote(tostring(key)) .. ":" .. encode(item, folder)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

local written = 0

-- A frame as the name of a file with its bytes, and its size.
local function encode_frame(frame, folder)
  written = written + 1
  local name = files.write(("%s/%d.rgb"):format(folder, written), frame:bytes "rgb")
  return ('{"picture":%s,"width":%d,"height":%d}'):format(quote(name), frame.width, frame.height)
end

function encode(value, folder)
  local kind = type(value)
  if kind == "table" then
    return encode_table(value, folder)
  elseif kind == "userdata" then
    return encode_frame(value, folder)
  elseif kind == "string" then
    return quote(value)
  elseif math.type(value) == "float" then
    return ("%.17g"):format(value)
  end
  return tostring(value)
end

local PRELUDE = [==[
import io, json, sys
import cv2
import numpy as np
from PIL import Image

def revive(value):
    if "picture" in value and "width" in value:
        data = np.fromfile(value["picture"], np.uint8)
        return data.reshape(value["height"], value["width"], 3)
    return value

failures = 0
def check(ok, *what):
    global failures
    if not ok:
        failures += 1
        print(*what)

folder = sys.argv[1]
with open(folder + "/cases.json") as file:
    cases = json.load(file, object_hook=revive)
]==]

--- Runs `code` in Python, where `cases` is what is given here: frames are arrays (height, width, 3)
--- of RGB; binary strings are better written to files. What it `check`s and finds wrong it prints.
---@param cases table
---@param code string
---@param folder? string where `cases` has files; default: a new one
---@param keep? boolean leave the folder
---@return string out
function pictures.check(cases, code, folder, keep)
  local program = python.with "cv2"
  local made = folder or files.folder()
  files.write(made .. "/cases.json", encode(cases, made))
  local ran = process.run({ program, "-c", PRELUDE .. code .. "\nsys.exit(failures > 0)", made }, { timeout = 200 })
  if not keep then
    files.remove(made)
  end
  assert(ran.code == 0, ran.out .. ran.err)
  return ran.out
end

return pictures
