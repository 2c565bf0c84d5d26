--- The state that a page shows beside pictures: the host's jobs, its numbers and its last messages.

local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"

local state = {}

local LINES <const> = 100

local lines = {}
local is_listening
local ids = setmetatable({}, { __mode = "k" }) -- job -> number; several jobs can have one name
local last_id = 0

--- Keeps the last failures of jobs from now on.
function state.listen()
  if is_listening then
    return
  end
  is_listening = true
  local report = failure.report
  function failure.report(text, job)
    lines[#lines + 1] = { time = os.time(), job = job and job.name, text = text:match "^[^\n]*" }
    if #lines > LINES then
      table.remove(lines, 1)
    end
    report(text, job)
  end
end

local function is_shown(job)
  return job.name ~= "page" and job.name ~= "save_async"
end

--- Lists the jobs that a page shows, the oldest first.
---@return luashot.Job[]
function state.jobs()
  local shown = {}
  for _, job in ipairs(jobs.list()) do
    if is_shown(job) then
      shown[#shown + 1] = job
    end
  end
  return shown
end

local function id_of(job)
  if not ids[job] then
    last_id = last_id + 1
    ids[job] = last_id
  end
  return ids[job]
end

--- Finds the jobs of a page by a number that state.read gave, or by name.
---@param id? integer
---@param name? string
---@return luashot.Job[]
function state.find(id, name)
  local found = {}
  for _, job in ipairs(state.jobs()) do
    if id and id_of(job) == id or not id and job.name == name then
      found[#found + 1] = job
    end
  end
  return found
end

--- Makes the state, for JSON.
---@param display luashot.Display
---@param viewers integer
---@return table
function state.read(display, viewers)
  local list = {}
  for i, job in ipairs(state.jobs()) do
    list[i] = {
      id = id_of(job), name = job.name, runs = job.runs, errors = job.errors, skipped = job.skipped,
      running = job.running, paused = job.paused, endless = job.deadline == nil, next = job.next, last = job.last,
      duration = job.duration, message = job.message,
    }
  end
  local stats = display:stats()
  return {
    version = core.version, time = os.time(), viewers = viewers, failures = failure.count, jobs = list, log = lines,
    slots = { held = stats.held, idle = stats.idle, bytes = stats.bytes, path = stats.path },
  }
end

local function label(text)
  return (text:gsub("[\\\"\n]", { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" }))
end

--- Makes the state in the text format of Prometheus.
---@param display luashot.Display
---@param viewers integer
---@return string
function state.metrics(display, viewers)
  local out = {}
  local function add(name, kind, help, rows)
    out[#out + 1] = ("# HELP luashot_%s %s\n# TYPE luashot_%s %s\n"):format(name, help, name, kind)
    for _, row in ipairs(rows) do
      out[#out + 1] = ("luashot_%s%s %.17g\n"):format(name, row[2] or "", row[1])
    end
  end
  local of_jobs = { runs = {}, errors = {}, skipped = {} }
  for _, job in ipairs(state.jobs()) do
    for name, rows in pairs(of_jobs) do
      rows[#rows + 1] = { job[name], ('{job="%s"}'):format(label(job.name)) }
    end
  end
  local stats = display:stats()
  add("viewers", "gauge", "Live viewers of the page.", { { viewers } })
  add("failures_total", "counter", "Errors of jobs and callbacks.", { { failure.count } })
  add("slots_held", "gauge", "Slots that frames hold.", { { stats.held } })
  add("slot_bytes", "gauge", "Shared memory of all slots.", { { stats.bytes } })
  add("job_runs_total", "counter", "Runs of a job.", of_jobs.runs)
  add("job_errors_total", "counter", "Failed runs of a job.", of_jobs.errors)
  add("job_skipped_total", "counter", "Runs of a job that were due and left out.", of_jobs.skipped)
  return table.concat(out)
end

return state
