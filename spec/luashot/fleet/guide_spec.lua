-- docs/fleet.md from nothing to the wall, as a reader does it: the blocks of the page, one after the other, with a
-- folder in place of /etc, this machine in place of the broker's, and programs in place of services.
local files = require "spec.support.files"
local free_port = require "spec.support.port"
local http = require "spec.support.http"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local SOURCE <const> = assert(os.getenv "LUASHOT_SOURCE")
local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")

--- The blocks of a section of the page.
local function blocks_of(title)
  local section = files.read(SOURCE .. "/docs/fleet.md"):match("\n## " .. title .. "\n(.-)\n## ")
  local list = {}
  for text in section:gmatch "\n```console\n(.-\n)```\n" do
    list[#list + 1] = text
  end
  return list
end

describe("docs/fleet.md", function()
  local site, server, blocks, environment

  before_each(function()
    site = sites.new()
    server = xserver.start { width = 320, height = 200 }
    assert(uv.fs_chmod(site.folder, 493)) -- the broker runs as a user of its own
    for _, name in ipairs { "/etc", "/home" } do
      assert(uv.fs_mkdir(site.folder .. name, 493))
    end
    blocks = blocks_of "From nothing to the wall"
    assert.equal(6, #blocks)
    environment = server:env()
    environment.HOME = site.folder .. "/home"
    environment.PATH = BUILD .. ":" .. os.getenv "PATH"
  end)

  after_each(function()
    site:finish()
    server:stop()
  end)

  local function start_mosquitto(localized)
    local configuration = files.write(site.folder .. "/etc/fleet.conf", localized(blocks[2]))
    need(uv.fs_access("/usr/sbin/mosquitto", "x"), "mosquitto is not installed")
    site:spawn { "/usr/sbin/mosquitto", "-c", configuration }
  end

  local function start_nats(localized)
    local text = localized(blocks_of("nats%-server in place of mosquitto")[1])
    local configuration = files.write(site.folder .. "/etc/nats.conf", text)
    need(uv.fs_access("/usr/sbin/nats-server", "x"), "nats-server is not installed")
    site:spawn { "/usr/sbin/nats-server", "-c", configuration }
  end

  local function walk(start_broker)
    need(process.run({ "openssl", "version" }).code == 0, "openssl is not installed")
    need(uv.getaddrinfo "localhost", "no address of localhost is known (in Debian netbase names it in /etc/hosts)")
    local is_root, port = uv.getuid() == 0, tostring(free_port())

    -- What is this machine's is changed, and the pace; nothing else.
    local function localized(text)
      return (text:gsub("apt install [^\n]*\n", ""):gsub("\nchown [^\n]*", is_root and "%0" or "")
        :gsub("/etc/%f[mn]%l+", site.folder .. "/etc"):gsub("/var/lib/nats", site.folder .. "/etc/nats")
        :gsub("scp broker%.example:", "cp "):gsub("@broker%.example", "@localhost:" .. port)
        :gsub("broker%.example", "localhost"):gsub("%f[%d]8883%f[%D]", port)
        :gsub(":4222", ":" .. free_port()):gsub('every%("10s"', 'every("1s"'))
    end

    local function run(text)
      local result = process.run({ "bash", "--norc", "-euc", localized(text) }, { env = environment })
      assert.equal(0, result.code, result.err)
    end

    local function start(text)
      return site:spawn({ "bash", "--norc", "-euc", "exec " .. localized(text) }, { env = environment })
    end

    run(blocks[1])
    start_broker(localized)
    run(blocks[3])
    local script = files.write(site.folder .. "/home/.config/luashot/screen.lua", localized(blocks[4]))
    local host = site:luashot({ script }, { env = environment })
    host:see "a picture is safe"

    local name = uv.os_gethostname():gsub("[^%w_-]", "-"):sub(1, 64)
    local ears = start(blocks[5])
    ears:see("luashot/hosts/" .. name .. "/presence online")

    local lines = {}
    for line in blocks[6]:gmatch "[^\n]*\n" do
      lines[#lines + 1] = line
    end
    run(lines[1])
    local wall = start(table.concat(lines, "", 2):gsub("\n$", " 127.0.0.1:0"))
    local address = assert(wall:read_line(20), wall.err):match "^http://(.-)/$"
    local shown
    assert(process.wait_until(function()
      local _, text = http.ask(address, "GET", "/hosts.json")
      shown = luashot.json.decode(text)[1]
      return shown and shown.presence == "online" and shown.stills and shown.commands[1]
    end, 20), wall.err)
    assert.equal(name, shown.name)
    assert.same({ "lobby" }, shown.groups)
    assert.equal(200, (http.ask(address, "POST", "/picture?host=" .. name, {}, "")))
  end

  it("leads from nothing to the wall", function()
    walk(start_mosquitto)
  end)

  it("leads there with nats-server, too", function()
    walk(start_nats)
  end)
end)
