---@meta luashot.schedule
-- luacheck: no unused args, ignore 241

--- # Scheduling

--- The functions behind the globals, for stock Lua with lua-luv: no job runs before `luashot.run()`.
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

--- Call a function without letting other jobs run meanwhile, however long it computes; it cannot wait.
--- In the program `luashot`, a job that computes for longer than about 2 ms gives a turn to jobs that
--- are due. This function is for updates that those must not see half done. Errors pass through.
---@param fn function
---@param ... any its arguments
---@return any ... its results
function schedule.atomic(fn, ...) end

--- List the live jobs, oldest first.
---@return luashot.Job[]
function schedule.jobs() end

--- The live jobs as a table for people. `luashot jobs SCRIPT` shows it for any script.
---@return string
function schedule.report() end

--- The handle of a job, returned by `every`, `after`, `at` and `cron`. Declare it `<close>` to end the
--- job with the block.
---@class luashot.Job
---@field name string
---@field runs integer number of runs started
---@field errors integer number of failed runs
---@field running integer number of runs in progress
---@field skipped integer number of times it was due and not run: during a run, a pause or a suspend
---@field queued integer with overrun "queue": number of waiting runs
---@field next? number when it is due next, in seconds since the epoch; nil when never
---@field last? number when it was last started, in seconds since the epoch
---@field duration? number length of the last run in seconds
---@field message? string of the last error, with its traceback
---@field paused boolean
---@field stopped boolean
local Job = {}

--- End the job. A waiting run ends where it waits, and a computing one where it is; a job that stops
--- itself continues to its next wait or its end. Stopping twice is allowed.
function Job:stop() end

--- Run the job now. The times of its other runs stay as they are.
---@return boolean started false when a run is in progress (unless overrun is "allow"), or the job is stopped
function Job:trigger() end

--- Pause the job: it does not run at its times until `resume`. A run in progress continues, and `trigger`
--- still works. The program ends when only paused jobs are left.
---@return boolean paused false when the job has no further time to run at, or is stopped
function Job:pause() end

--- Let a paused job run at its times again. Those that passed count as skipped; a job of `after` or `at` whose
--- time has passed runs now.
function Job:resume() end

return schedule
