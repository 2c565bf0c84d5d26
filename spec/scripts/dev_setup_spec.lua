-- scripts/dev/setup: what it installs, and what it tells a user who cannot. Debian is played by scripts of a line or
-- two, in a PATH that has nothing else but what the script itself needs.
local files = require "spec.support.files"
local process = require "spec.support.process"

local source = os.getenv "LUASHOT_SOURCE" or "."

describe("scripts/dev/setup", function()
  local folder

  local function program(name, body)
    files.write(folder .. "/bin/" .. name, "#!/bin/sh\n" .. body)
    process.run { "chmod", "+x", folder .. "/bin/" .. name }
  end

  before_each(function()
    folder = files.folder()
    process.run { "mkdir", "-p", folder .. "/scripts/dev", folder .. "/bin", folder .. "/build" }
    process.run { "cp", source .. "/scripts/dev/setup", folder .. "/scripts/dev" }
    for _, name in ipairs { "bash", "sh", "env", "cat", "mkdir", "dirname", "sleep" } do
      local path = process.run({ "which", name }).out:match "%S+"
      process.run { "ln", "-s", path, folder .. "/bin/" .. name }
    end
    files.write(folder .. "/scripts/dev/packages",
      "# a comment\nbuild  gcc  the compiler\ntest  labwc  a compositor\ntest  wev  a client\n")
    -- gcc is installed; of the others the lists have only wev.
    program("dpkg-query", 'for last; do :; done; [ "$last" != gcc ] || echo installed\n')
    program("apt-cache", 'case $1 in show) test "$2" = wev ;; policy) cat policy ;; esac\n')
    files.write(folder .. "/policy", " 500 http://an.archive/debian stable/main amd64 Packages\n")
    program("apt-get", 'echo "apt-get $*"\n')
    program("id", "echo 1000\n")
  end)

  after_each(function()
    files.remove(folder)
  end)

  local function run(...)
    return process.run({ "env", "PATH=" .. folder .. "/bin", folder .. "/scripts/dev/setup", ... }, { cwd = folder })
  end

  local NO_LABWC = "== this release has no package labwc: the parts that need it are left out\n"

  it("installs what is missing, where the release has it", function()
    program("id", "echo 0\n")
    local result = run "test"
    assert.equal(0, result.code, result.err)
    assert.matches("apt%-get [^\n]* update\n" .. NO_LABWC:gsub("%p", "%%%0") ..
      "== installing wev\napt%-get [^\n]* install [^\n]*recommends wev\n$", result.out)
  end)

  it("names to a user without sudo the packages to install, those of this release", function()
    local result = run "test"
    assert.equal(1, result.code)
    assert.equal(NO_LABWC ..
      "== there is no sudo here: install these packages as root, then start again: wev\n", result.out)
  end)

  it("goes on for a user without sudo, if the release lacks all that is missing", function()
    files.write(folder .. "/scripts/dev/packages", "build  gcc  the compiler\ntest  labwc  a compositor\n")
    local result = run "test"
    assert.equal(0, result.code, result.err .. result.out)
    assert.equal(NO_LABWC, result.out)
  end)

  it("does not take lists that were never read for a release without packages", function()
    files.write(folder .. "/policy", " 100 /var/lib/dpkg/status\n     release a=now\n")
    local result = run "test"
    assert.equal(1, result.code)
    assert.equal("== there is no sudo here: install these packages as root, then start again: labwc wev\n", result.out)
  end)
end)
