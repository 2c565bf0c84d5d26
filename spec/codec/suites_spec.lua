-- Pictures of other projects: every one is right, or refused for a reason that is listed here.
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local python = require "spec.support.python"

-- What Pillow shows and luashot does not.
local REFUSED <const> = {
  ["pillow-images-hopper_bad_exif.jpg"] = "bad Huffman code", -- what Pillow shows of it is damaged
  ["pillow-images-op_index.qoi"] = "it ends early", -- it has no end mark
}

-- What luashot shows and Pillow does not: damage outside of the pixels.
local ONLY_HERE <const> = {
  ["pillow-images-apng-chunk_no_fctl.png"] = true,
  ["pillow-images-png_decompression_dos.png"] = true,
  ["pillow-images-truncated_end_chunk.png"] = true,
  ["pillow-images-unknown_compression_method.png"] = true,
}

-- 16 bits a sample, which Pillow cuts and luashot rounds.
local DEEP <const> = {
  ["pillow-images-apng-mode_16bit.png"] = true,
  ["pngsuite-basi2c16.png"] = true,
  ["pngsuite-basn2c16.png"] = true,
  ["pngsuite-basn4a16.png"] = true,
  ["pngsuite-basn6a16.png"] = true,
}

describe("the pictures of Pillow and PngSuite", function()
  it("are right, or refused for a known reason #long", function()
    local folder = files.folder()
    local made = process.run({ python.with "PIL", "spec/support/suites.py", folder,
      os.getenv "LUASHOT_BUILD" .. "/suites" }, { timeout = 600 })
    need(made.code == 0, "the source archives of Pillow and pypng cannot be had: " .. made.err)
    local counts, wrong = { same = 0, refused = 0 }, {}
    local function check(name, width, height)
      local view <close>, message = luashot.load(folder .. "/" .. name, { max_pixels = 1 << 24 })
      if not view then
        counts.refused = counts.refused + 1
        local reason = REFUSED[name]
        return width == 0 or reason and message:find(reason, 1, true), message
      elseif width == 0 then
        return ONLY_HERE[name], "Pillow refuses it"
      elseif view.width ~= width or view.height ~= height then
        return false, ("%dx%d instead of %dx%d"):format(view.width, view.height, width, height)
      end
      local bytes = ("P6 %d %d 255\n"):format(width, height) .. files.read(folder .. "/" .. name .. ".rgb")
      local wanted <close> = assert(luashot.load(bytes))
      counts.same = counts.same + 1
      local changed = view:diff(wanted, { tolerance = DEEP[name] and 1 or 0 }).changed
      return changed == 0, changed .. " pixels differ"
    end
    for line in made.out:gmatch "[^\n]+" do
      local name, width, height = line:match "^(.-)\t(%d+)\t(%d+)$"
      local ok, why = check(name, tonumber(width), tonumber(height))
      if not ok then
        wrong[#wrong + 1] = name .. ": " .. why
      end
    end
    files.remove(folder)
    assert.same({}, wrong)
    assert(counts.same > 500, counts.same)
    assert(counts.refused < 15, counts.refused)
  end)
end)
