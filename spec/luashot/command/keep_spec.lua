local files = require "spec.support.files"
local keep = require "luashot.command.keep"
local uv = require "luv"

describe("--keep", function()
  it("counts the names that a template makes, and no others", function()
    for _, case in ipairs {
      { "shot-%Y-%m-%d_%H-%M-%S.png", "shot-2031-01-02_03-04-05.png", "shot-2031-01-02_03-04-05_2.png" },
      { "%H.png", "07.png", "07_12.png" },
      { "{sequence}-{width}x{height}{x}.a+b", "12-640x480-7.a+b" },
      { "{sequence:4}.png", "0012.png" },
      { "{{%%}}{name}.png", "{%}HDMI-1.png" },
      { "no extension", "no extension", "no extension_3" },
    } do
      for i = 2, #case do
        assert.is_true(keep.matcher(case[1])(case[i]), case[i])
      end
    end
    for _, case in ipairs {
      { "%H.png", "holiday.png", "7.png", "007.png", "07.png.bak", "a07.png", "07xpng" },
      { "shot-%F.png", "shot-2031-1-2.png", "shot.png", "shot-2031-01-02.jpg" },
      { "{sequence}.png", "a1.png", ".png" },
    } do
      for i = 2, #case do
        assert.is_false(keep.matcher(case[1])(case[i]), case[i])
      end
    end
  end)

  it("deletes the oldest pictures alone", function()
    local folder <close> = setmetatable({ path = files.folder() }, { __close = function(it) files.remove(it.path) end })
    for i, name in ipairs { "1.png", "2.png", "3.png", "mine.png", "4.txt" } do
      files.write(folder.path .. "/" .. name, "x")
      assert(uv.fs_utime(folder.path .. "/" .. name, 1000, 1000 + i))
    end
    local parser = { error = function(_, message) error(message, 0) end }
    keep.tidier(parser, folder.path .. "/{sequence}.png", 2)()
    assert.same({ "2.png", "3.png", "4.txt", "mine.png" }, files.names(folder.path))
    keep.tidier(parser, folder.path .. "/{sequence}.png")()
    assert.equal(4, #files.names(folder.path))
    assert.error_matches(function() keep.tidier(parser, "a/%H/{sequence}.png", 2) end, "folder without codes")
  end)
end)
