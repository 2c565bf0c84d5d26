local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local report = require "luashot.command.report"

describe("the page of luashot diff --report", function()
  it("says what it is told in letters that stand for themselves", function()
    assert.equal("a&lt;b&gt; &amp;amp; &quot;c&quot;", report.escape 'a<b> &amp; "c"')
    local frame <close> = pictures.random(6, 5, 1)
    local html = assert(report.html("100% <b>", {
      before = { path = '<"1.png', frame = frame }, after = { path = "2%d.png", frame = frame }, rects = {},
    }))
    assert.is_nil(html:find('<"1.png', 1, true) or html:find("<b>", 1, true))
    assert.is_truthy(html:find("<p>100% &lt;b&gt;</p>", 1, true))
    assert.is_truthy(html:find("before: &lt;&quot;1.png, 6 × 5", 1, true))
    assert.is_truthy(html:find("after: 2%d.png, 6 × 5", 1, true))
    assert.is_nil(html:find("Groups", 1, true))
  end)

  it("has the pictures themselves inside", function()
    local before <close> = pictures.random(40, 30, 1)
    local after <close> = pictures.random(50, 20, 2)
    local picture <close> = pictures.random(7, 8, 3)
    local html = assert(report.html("", {
      before = { path = "a", frame = before }, after = { path = "b", frame = after }, picture = picture,
      rects = { { x = 1, y = 2, width = 3, height = 4 } },
    }))
    local found = {}
    for base64 in html:gmatch 'src="data:image/png;base64,([^"]*)"' do
      found[#found + 1] = base64
    end
    assert.equal(3, #found)
    for i, frame in ipairs { before, after, picture } do
      local pipe <close> = assert(io.popen(("echo %s | base64 -d"):format(found[i])))
      local shown <close> = assert(luashot.load(pipe:read "a"))
      assert.is_true(frame:same(shown))
    end
    assert.is_truthy(html:find("<tr><td>1<td>2<td>3<td>4", 1, true))
  end)
end)
