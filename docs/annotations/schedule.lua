---@meta luashot.schedule
-- luacheck: no unused args, ignore 241

--- # Scheduling

--- The functions behind the globals, for stock Lua with lua-luv: nothing happens until
--- `luashot.run()`.
---@class luashot.schedule
local schedule = {}

--- The global `every`.
---@param period luashot.Duration 1 ms or more
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.every(period, fn, options) end

--- The global `after`.
---@param delay luashot.Duration
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.after(delay, fn, options) end

--- The global `at`.
---@param time string
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.at(time, fn, options) end

--- The global `cron`.
---@param expression string
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.cron(expression, fn, options) end

--- The global `sleep`.
---@param time luashot.Duration
function schedule.sleep(time) end

--- Call a function without letting other jobs run meanwhile, however long it computes; nothing can
--- wait in it. In the program `luashot`, a job that computes for longer than about 2 ms lets those run
--- whose time has come, and then goes on; this is for what they must not see half done. Errors pass
--- through.
---@param fn function
---@param ... any its arguments
---@return any ... its results
function schedule.atomic(fn, ...) end

--- The jobs that are alive, oldest first.
---@return luashot.Job[]
function schedule.jobs() end

--- The jobs that are alive as a table for people. `luashot jobs SCRIPT` shows it for any script.
---@return string
function schedule.report() end

--- What `every`, `after`, `at` and `cron` return: the handle of a job. It can be declared `<close>`: then the job
--- ends with the block.
---@class luashot.Job
---@field name string
---@field runs integer how often it was started
---@field errors integer how many runs failed
---@field running integer how many runs are going on
---@field skipped integer how many times it was due and not run: during a run, a pause or a suspend
---@field queued integer with overrun "queue": how many runs wait
---@field next? number when it is due next, in seconds since the epoch; nil when never
---@field last? number when it was last started, in seconds since the epoch
---@field duration? number how many seconds the last run took
---@field message? string of the last error, with its traceback
---@field stopped boolean
local Job = {}

--- End the job. A run that waits is ended where it waits, and one that computes where it is; a job that
--- stops itself goes on to its next wait or its end. A second time is allowed.
function Job:stop() end

--- Run it now, out of turn: the times of the other runs stay as they are.
---@return boolean started false when a run is going on (unless overrun is "allow"), or the job is stopped
function Job:trigger() end

return schedule
