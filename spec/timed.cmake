# Lists the slow tests and those that measure time: add_labels() and find_cost().

# Tests that wait for processes, servers and clocks, or compute, for longer than a few seconds; not fast.
set(SLOW c.codec.png c.output.recording c.output.recording_files c.output.recording_picture c.process.sandbox c.zerobuffer.stream
  spec.capture.update spec.host.hook spec.wayland.source_clients
  c.zerobuffer.writer_killed spec.capture.cursor spec.capture.path spec.capture.pool
  spec.capture.request spec.capture.window spec.docs spec.host.idle spec.host.interrupt spec.host.soak
  spec.host.timeslice spec.install spec.lua.act spec.lua.frames spec.lua.watch spec.luashot.attach.door_hostile
  spec.luashot.attach.door_show spec.luashot.events.on_change
  spec.luashot.fleet.collect spec.luashot.fleet.init spec.luashot.fleet.message spec.luashot.fleet.outbox spec.luashot.wall.init spec.luashot.wall.site_browser
  spec.mqtt.client
  spec.luashot.host.editor spec.luashot.host.foreign spec.luashot.host.repl spec.luashot.host.sandbox spec.luashot.run_program
  spec.luashot.mcp.init spec.luashot.page.init spec.luashot.page.server_hostile spec.luashot.page.server_nginx
  spec.luashot.page.site_browser spec.luashot.record.encoder spec.luashot.record.init
  spec.luashot.record.video spec.luashot.record.video_browser spec.luashot.record.video_gif spec.luashot.record.video_killed
  spec.luashot.record.video_player spec.luashot.recorder spec.luashot.words.init spec.luashot.words.watcher spec.lua.words
  spec.words.page spec.luashot.schedule.traceback spec.output.publisher spec.pages spec.process.headless
  spec.process.streams spec.process.supervisor spec.scripts.demo spec.scripts.record spec.scripts.shot spec.scripts.timelapse
  spec.scripts.watch spec.service spec.support.rig spec.wayland.source_damaged spec.wayland.source_paced spec.x11.actor spec.x11.io
  # ... and for peers written in Python
  spec.codec.codecs spec.image.draw spec.image.origin spec.image.scale spec.lua.compare spec.luashot.notify
  spec.luashot.schedule.cron.init spec.luashot.zerobuffer.testing spec.scripts.ring spec.search.find
  spec.zerobuffer.duplex spec.zerobuffer.interop spec.zerobuffer.scenarios.duplex
  spec.zerobuffer.scenarios.lifecycle spec.zerobuffer.scenarios.transfer)

# Tests whose result depends on when they get the processor, each with its reason. If only such tests have failed,
# scripts/dev/test repeats them one at a time, and prints how many. No other test may fail first and pass then.
set(TIMED
  "capture.pace|deadlines of milliseconds are met"
  "host.idle|system calls are counted over half a second"
  "host.timeslice|runs of a 50 Hz job are counted while another computes for half a second"
  "lua.frames|frames come at a rate"
  "luashot.attach.door_show|two megabytes are drawn and sent within 20 seconds"
  "luashot.record.video|captures come at a rate"
  "luashot.record.video_killed|recordings are killed a moment after a capture"
  "luashot.recorder|captures come at a rate, and a save has those of its last seconds"
  "wayland.source_paced|each frame of an output at 5 Hz is seen"
  "luashot.schedule.clock|timers of milliseconds, while the clock is set"
  "luashot.schedule.init|deadlines of milliseconds are met, and missed ones counted"
  "luashot.schedule.jobs|deadlines of milliseconds are met, and missed ones counted"
  "luashot.show.init|a terminal, which the spec plays, answers within the 0.3 seconds that luashot waits")

# Adds fast and timed to the list of a test's labels.
function(add_labels out name)
  set(labels ${${out}})
  if("quick" IN_LIST labels AND name MATCHES "^((c|spec)\\.|format$|luacheck$)" AND NOT name IN_LIST SLOW)
    list(APPEND labels fast)
  endif()
  foreach(entry ${TIMED})
    string(REGEX REPLACE "\\|.*" "" timed "${entry}")
    if(name MATCHES "^(spec|c|generational|on_wayland|asan|asan\\.c|tsan\\.c)\\.${timed}$")
      list(APPEND labels timed)
    endif()
  endforeach()
  set(${out} "${labels}" PARENT_SCOPE)
endfunction()

# Sets the cost by which ctest orders its run, highest first: tests that measure time, because only a few of them run at
# a time, then slow ones, because a slow test that starts last runs alone at the end. `labels` are the test's.
function(find_cost out name labels)
  string(REGEX REPLACE "^(asan|tsan)\\.c\\." "c." plain ${name})
  string(REGEX REPLACE "^(asan|generational|on_wayland)\\." "spec." plain ${plain})
  set(${out} 0 PARENT_SCOPE)
  if("timed" IN_LIST labels)
    set(${out} 1000 PARENT_SCOPE)
  elseif(plain IN_LIST SLOW)
    set(${out} 100 PARENT_SCOPE)
  endif()
endfunction()
