-- spec mirrors the source: the test of src/<room>/<file>.c is spec/<room>/<file>_test.c or _spec.lua, that of
-- lua/luashot/<file>.lua is spec/luashot/<file>_spec.lua, that of scripts/<file>.lua is spec/scripts/<file>_spec.lua.
-- <file>_<variant>_test.c is a test of <file>, too. What differs is listed here, with its reason.
local uv = require "luv"

local source = (os.getenv "LUASHOT_SOURCE" or ".") .. "/"

-- Sources without a test of their name: where they are tested, why there, and which they are.
local ELSEWHERE <const> = {
  { "spec/host/arguments_spec.lua", "main is what every spec of the program runs", "host/main" },
  { "spec/zerobuffer/death_spec.lua", "what is left of rings whose sides have died", "zerobuffer/stat" },
  { "spec/capture/request_spec.lua", "steps of one request, which only a whole capture takes in order",
    "capture/pixels capture/tile x11/tile capture/request_list capture/request_step capture/grabber" },
  { "spec/lua/names_spec.lua", "names that scripts mistype", "base/nearest" },
  { "spec/output/recording_test.c", "steps of one video, which only as a file can be looked at",
    "video/append video/container video/encoder video/library video/muxer video/reader " ..
    "video/remux video/settings video/stream_file " ..
    "output/track output/video_file" },
  { "spec/capture/window_spec.lua", "where a window is, and what covers it, only an X server knows",
    "x11/window_search x11/sought_window x11/toplevel x11/redirect x11/window_tree x11/windows x11/atoms" },
  { "spec/capture/pool_test.c", "a slot is made, lent and attached by its pool alone",
    "capture/slot x11/attachment" },
  { "spec/lua/watch_spec.lua", "the binding is the only way to it", "capture/watch x11/watch" },
  { "spec/capture/damage_test.c", "the answers that damage asks for", "capture/region x11/changes" },
  { "spec/x11/layout_spec.lua", "what the X server answers is looked up there, too", "capture/layout" },
  { "spec/capture/cursor_spec.lua", "where the pointer is, and its picture, only a server knows", "x11/pointer" },
  { "spec/capture/path_spec.lua", "paths that work, and that do not", "x11/probe" },
  { "spec/x11/display_spec.lua", "what a connection consists of, told by what an X server answers",
    "x11/batch x11/extensions x11/fail x11/source" },
  { "spec/x11/connect_spec.lua", "a name and a cookie are what leads to a server, or does not",
    "x11/address" },
  { "spec/capture/compositor_spec.lua", "the paint that a read waits for is one of the server's own",
    "x11/pending_paint" },
  { "spec/codec/codecs_spec.lua", "the same cases for every format: written, read back, read by Pillow",
    "codec/jpeg codec/netpbm codec/pam codec/png_read codec/ppm codec/qoi codec/webp " ..
    "codec/webp_animation codec/preload" },
  { "spec/codec/png_test.c", "stages of one encoder, whose result is one file",
    "codec/png_chunk codec/png_fast codec/png_filter codec/png_small codec/png_stripe" },
  { "spec/codec/decode_test.c", "the beginning of every decoder", "codec/decode_begin" },
  { "spec/codec/encode_test.c", "the buffer that every encoder writes into", "codec/blob" },
  { "spec/codec/deflate_test.c", "two of the three deflates there", "codec/deflate_isal codec/deflate_text" },
  { "spec/codec/exif_test.c", "written and read back there", "codec/exif_read codec/exif_write" },
  { "spec/image/origin_spec.lua", "where a format keeps the origin of a picture",
    "codec/jpeg_origin codec/png_origin codec/webp_origin" },
  { "spec/luashot/show/init_spec.lua", "a picture in the terminal, read back from what the terminal gets",
    "codec/sixel lua/terminal lua/terminal_answer luashot/show/terminal" },
  { "spec/search/find_test.c", "strategies of one search, compared with a search by hand",
    "search/find_bound search/find_color search/find_exact search/find_scaled "
      .. "search/pattern" },
  { "spec/lua/compare_spec.lua", "results compared with numpy's and OpenCV's",
    "image/antialiasing image/diff image/hash" },
  { "spec/image/draw_spec.lua", "results compared with numpy's and the X server's own font",
    "image/blend image/font image/text lua/draw" },
  { "spec/image/convert_test.c", "what every conversion is made of", "image/format image/pixel image/yuv" },
  { "spec/image/view_test.c", "an image is the memory of a view", "image/image" },
  { "spec/x11/actor_spec.lua", "what is typed shows in programs alone",
    "x11/keyboard x11/keysyms x11/loans x11/pressed x11/settle x11/typist" },
  { "spec/lua/act_spec.lua", "the binding starts it, talks to it, and sees it end",
    "input/hangup input/perform lua/match luashot/act" },
  { "spec/wayland/actor_spec.lua", "what reaches programs of a real compositor, and the X server's beside it",
    "input/gesture" },
  { "spec/luashot/mcp/init_spec.lua", "tools, as a client calls them",
    "luashot/mcp/acts luashot/mcp/schema luashot/mcp/view luashot/mcp/words scripts/mcp" },
  { "spec/codec/base64_test.c", "what the binding hands on", "lua/base64" },
  { "spec/luashot/mcp/lines_spec.lua", "what its pipes are widened by", "lua/pipe" },
  { "spec/input/chord_test.c", "the names are its keysyms", "input/xkb" },
  { "spec/wayland/source_spec.lua", "pixels as a real compositor sends them, compared with grim's",
    "wayland/frame wayland/library wayland/screencopy" },
  { "spec/wayland/window_spec.lua", "windows of a real compositor and a real client",
    "wayland/image_copy wayland/sizes" },
  { "spec/words/page_spec.lua", "steps of one reading, whose words are compared with those that were drawn",
    "words/engine words/no_engine words/ink words/place words/word" },
  { "spec/words/line_test.c", "from strokes to lines", "words/part words/group words/icon words/order" },
  { "spec/lua/words_spec.lua", "the binding is the only way to it", "words/reader" },
  { "spec/zerobuffer/stream_test.c", "a writer and a reader only mean something together",
    "zerobuffer/metadata zerobuffer/layout" },
  { "spec/zerobuffer/cursor_boundaries_test.c", "kept for readers that stop or lose bytes",
    "zerobuffer/writer_room" },
  { "spec/zerobuffer/misuse_spec.lua", "the binding of rings, which has no state of its own",
    "lua/ring_item lua/ring_open lua/ring_reader lua/ring_stat lua/ring_view lua/ring_wait " ..
    "lua/ring_writer luashot/zerobuffer/check luashot/zerobuffer/init" },
  { "spec/zerobuffer/duplex_spec.lua", "a client and a server only mean something together",
    "luashot/zerobuffer/client luashot/zerobuffer/server" },
  { "spec/lua/save_spec.lua", "what a frame is made into, and where that goes", "lua/encode lua/file" },
  { "spec/lua/frame_spec.lua", "methods of a frame that other files of the binding hold",
    "lua/frame_methods lua/type" },
  { "spec/image/scale_spec.lua", "results compared with OpenCV's", "lua/scale" },
  { "spec/search/find_spec.lua", "results compared with OpenCV's", "lua/find lua/color" },
  { "spec/capture/request_spec.lua", "what the binding does for one capture",
    "lua/core lua/grab lua/open lua/display_methods" },
  { "spec/capture/target_spec.lua", "what the binding reads of a target", "lua/target" },
  { "spec/capture/window_spec.lua", "what the binding reads of a window", "lua/window" },
  { "spec/output/file_test.c", "steps of one save, which only together keep its promises",
    "output/mode output/overwrite output/place output/quiet output/stream output/temporary" },
  { "spec/output/publisher_spec.lua", "the publisher's only user", "lua/publish luashot/stream" },
  { "spec/luashot/schedule/clock_spec.lua", "what the loop waits with", "lua/clock lua/poller" },
  { "spec/luashot/host/sandbox_spec.lua", "connections that are there before the sandbox closes", "lua/preconnect" },
  { "spec/http/server_spec.lua", "one server, seen by its clients",
    "http/library http/listen http/peers http/stream lua/http" },
  { "spec/mqtt/dial_test.c", "a library that loses the reason, and brokers that can be reached or not", "mqtt/reach" },
  { "spec/mqtt/client_spec.lua", "one connection, with real brokers",
    "base/broken_pipe mqtt/event mqtt/library mqtt/message mqtt/options mqtt/queue mqtt/reason lua/mqtt" },
  { "spec/luashot/fleet/collect_spec.lua", "the collector with a command line",
    "luashot/command/broker scripts/collect" },
  { "spec/luashot/fleet/init_spec.lua", "one host, with real brokers",
    "luashot/fleet/options luashot/fleet/topics" },
  { "spec/luashot/wall/init_spec.lua", "one wall, seen by its clients", "scripts/wall" },
  { "spec/scripts/page_spec.lua", "who may look at the page of a command", "luashot/command/address" },
  { "spec/luashot/page/init_spec.lua", "one page, seen by its clients",
    "luashot/page/camera luashot/page/events luashot/page/pictures " ..
    "luashot/page/state luashot/page/viewers lua/album" },
  { "spec/luashot/page/site_browser_spec.lua", "the script of the document", "luashot/page/site_script" },
  { "spec/host/interrupt_spec.lua", "seen by the signals and errors that come through the whole host",
    "host/luv_linked host/luv_module host/protect" },
  { "spec/luashot/attach/door_spec.lua", "both sides of one conversation",
    "host/door luashot/attach/connection luashot/attach/init luashot/attach/redirect " ..
    "luashot/attach/send_queue" },
  { "spec/luashot/host/editor_spec.lua", "one editor, on a terminal", "host/edit host/editor" },
  { "spec/host/arguments_spec.lua", "the text of --help is compared with the options there", "host/help" },
  { "spec/process/syscall_filter_test.c", "the filter is made from it, and compared with it",
    "process/syscall_table" },
  { "spec/process/sandbox_test.c", "locks that only hold together",
    "process/pass_fd" },
  { "spec/luashot/notify_spec.lua", "the datagram is read by a manager of the spec's", "process/notify" },
  { "spec/luashot/host/script_spec.lua", "a reader that leaves; what a command line and its errors come to",
    "process/sigpipe luashot/host/chunks luashot/host/main" },
  { "spec/luashot/host/repl_spec.lua", "what is typed and what is shown for it",
    "luashot/host/console luashot/host/inspect luashot/host/prompt host/line luashot/show/outlet" },
  { "spec/luashot/help/init_spec.lua", "the same names, typed in part", "luashot/help/manual luashot/host/complete" },
  { "spec/luashot/host/untaken_spec.lua", "told by the host alone", "lua/untaken" },
  { "spec/luashot/schedule/init_spec.lua", "parts of a job, which every case there runs",
    "luashot/schedule/failure luashot/schedule/report luashot/schedule/run" },
  { "spec/luashot/schedule/timer_spec.lua", "what its timers wait for", "luashot/schedule/turn" },
  { "spec/luashot/schedule/cron/init_spec.lua", "pure functions below cron, compared with croniter",
    "luashot/schedule/cron/calendar luashot/schedule/cron/expression" },
  { "spec/host/capture_spec.lua", "what captures in jobs wait with", "luashot/events/fd_wait luashot/events/fd_watch" },
  { "spec/host/survival_spec.lua", "screens that change and servers that go",
    "luashot/events/on_lost luashot/events/on_monitors luashot/events/target" },
  { "spec/lua/save_async_spec.lua", "its end in the loop", "luashot/events/saving" },
  { "spec/luashot/record/encoder_spec.lua", "its arguments", "luashot/record/ffmpeg" },
  { "spec/annotations_spec.lua", "a table of names, compared with the annotations", "luashot/init" },
  { "spec/scripts/ring_spec.lua", "the two ends of one ring", "scripts/publish scripts/subscribe" },
  { "spec/luashot/record/video_spec.lua", "the binding's only user", "lua/recording" },
}

-- Tests of no one file, with what they are about.
local OF_NO_FILE <const> = {
  annotations = "the annotations beside what there is",
  docs = "what the documentation says, run",
  docs_pictures = "the pictures of uses in the documentation, made",
  figures = "the figures in the documents, beside what was measured",
  fuzz = "the fuzz targets beside the binding",
  install = "an installed tree",
  english = "the language of documents, comments and messages",
  security = "the promises of docs/security.md, and their tests",
  service = "the unit of systemd under a real manager",
  layering = "the rooms",
  mirror = "the tests beside the sources",
  pages = "the manual page and completions",
  valgrind = "what valgrind sees of a run",
  ["codec/suites"] = "pictures of other projects",
  ["capture/compositor"] = "captures beside a compositing manager",
  ["host/capture"] = "captures in jobs",
  ["host/idle"] = "the cost of waiting",
  ["zerobuffer/names"] = "the names of the published package beside ours",
  ["zerobuffer/matrix"] = "every pair of implementations",
  ["zerobuffer/kills"] = "sides of every implementation that are killed",
  ["zerobuffer/promises"] = "what the documentation promises, beside the tests that it names",
  ["host/soak"] = "a host that runs for long",
  ["host/survival"] = "screens and servers that come and go",
  ["lua/fork"] = "what a child of fork shares with its parent",
  ["luashot/host/foreign"] = "what parsers of foreign bytes cost",
  ["luashot/fleet/guide"] = "a page of the documentation, done as a reader does it",
  ["luashot/fleet/many"] = "hosts by the dozen, for long",
  ["luashot/misuse"] = "where mistakes are told",
  ["luashot/options"] = "options of functions written in Lua",
  ["luashot/schedule/zone"] = "a time zone that changes while a host runs",
  ["scripts/dev_package"] = "what scripts/dev/package asks of the recipes",
  ["scripts/dev_setup"] = "what scripts/dev/setup installs",
  ["scripts/dev_test"] = "which failures scripts/dev/test repeats",
  ["support/need"] = "what a spec that lacks something reports",
  ["support/rig"] = "the specs' own servers",
  ["wayland/hostile"] = "a compositor that lies",
  ["zerobuffer/death"] = "a side that is killed",
  ["zerobuffer/duplex"] = "channels of two rings",
  ["zerobuffer/hostile"] = "a peer that damages what is shared",
  ["zerobuffer/interop"] = "rings with the Python implementation",
  ["zerobuffer/misuse"] = "misuse of rings and channels",
  ["zerobuffer/stream"] = "a reader and a writer together",
  ["zerobuffer/scenarios/corruption"] = "the protocol's scenarios",
  ["zerobuffer/scenarios/duplex"] = "the protocol's scenarios",
  ["zerobuffer/scenarios/lifecycle"] = "the protocol's scenarios",
  ["zerobuffer/scenarios/transfer"] = "the protocol's scenarios",
}

--- The files below a folder, relative to it; those that are generated, or nobody's, do not count.
local function walk(folder, found, prefix)
  found, prefix = found or {}, prefix or ""
  local request = assert(uv.fs_scandir(source .. folder .. "/" .. prefix))
  for name, kind in function() return uv.fs_scandir_next(request) end do
    if kind == "directory" then
      walk(folder, found, prefix .. name .. "/")
    else
      found[#found + 1] = prefix .. name
    end
  end
  return found
end

--- What there is to test: "room/file", with whether it has code of its own (a header may have tests).
local function sources()
  local all = {}
  for _, path in ipairs(walk "src") do
    local name, kind = path:match "^(.*)%.([ch])$"
    if name then
      all[name] = all[name] or kind == "c"
    end
  end
  for _, path in ipairs(walk "lua") do
    all[path:match "^(.*)%.lua$"] = true
  end
  for _, path in ipairs(walk "scripts") do
    local name = path:match "^([^/]*)%.lua$"
    if name then
      all["scripts/" .. name] = true
    end
  end
  return all
end

--- The tests: "room/file".
local function tests()
  local all = {}
  for _, path in ipairs(walk "spec") do
    local name = path:match "^(.*)_spec%.lua$" or path:match "^(.*)_test%.c$"
    if name then
      all[name] = true
    end
  end
  return all
end

describe("the mirror", function()
  local all, by_name = sources(), tests()

  -- The source that a test is named after: "image/planar" of "image/planar_plain"; nil for none.
  local function source_of(test)
    local name = test
    while name and all[name] == nil do
      name = name:match "^(.*/.*)_[^_/]*$"
    end
    return name
  end

  local tested = {}
  for test in pairs(by_name) do
    local name = source_of(test)
    if name then
      tested[name] = true
    end
  end

  it("has a test of its name for every source, or says where it is tested", function()
    local listed, wrong = {}, {}
    for _, group in ipairs(ELSEWHERE) do
      for name in group[3]:gmatch "%S+" do
        listed[name] = true
        if all[name] == nil then
          wrong[#wrong + 1] = name .. " is listed, but there is no such source"
        elseif tested[name] then
          wrong[#wrong + 1] = name .. " is listed, but has a test of its name"
        end
      end
      if not uv.fs_stat(source .. group[1]) then
        wrong[#wrong + 1] = group[1] .. " is named, but is not there"
      end
    end
    for name, has_code in pairs(all) do
      if has_code and not tested[name] and not listed[name] then
        wrong[#wrong + 1] = name .. " has no test of its name, and is not listed"
      end
    end
    table.sort(wrong)
    assert.same({}, wrong)
  end)

  it("has no test without a source of its name that is not listed", function()
    local wrong = {}
    for test in pairs(by_name) do
      if not source_of(test) and not OF_NO_FILE[test] then
        wrong[#wrong + 1] = test .. " is named after no source"
      end
    end
    for test in pairs(OF_NO_FILE) do
      if not by_name[test] or source_of(test) then
        wrong[#wrong + 1] = test .. " is listed, but is no such test"
      end
    end
    table.sort(wrong)
    assert.same({}, wrong)
  end)
end)
