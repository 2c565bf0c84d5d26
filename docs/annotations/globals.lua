---@meta
-- luacheck: no unused args, ignore 111 112 113 121 122 131

--- # Scripts
---
--- What the program `luashot` gives to scripts as globals, beside Lua's own library and `luashot`
--- itself. The script is a job: it may sleep. When it has ended, the program waits for the jobs that
--- it has started, and ends when none is left.

---@type luashot
luashot = nil

--- Grab from the default display, which is opened when first used: the environment's DISPLAY, or
--- that of `--display` or `--headless`. Takes what `display:grab` takes, but raises where that
--- returns nil: an error object with the fields `message` and `code`.
---@param what? luashot.What default: the root window
---@param options? luashot.GrabOptions
---@return luashot.Frame frame the caller's, to release
function grab(what, options) end

---@class luashot.JobOptions
---@field name? string for messages; default: file and line of the function
---@field overrun? "skip"|"queue"|"allow" what of runs due while one still goes on; see below
---@field on_error? "continue"|"stop"|fun(text: string, job: luashot.Job): string? see below
---@field backoff? luashot.Duration the pause after a run that failed; see below; default 0

--- **Runs that are due while one still goes on** are skipped and counted ("skip", the default), run
--- afterwards, one after the other ("queue"), or run beside it ("allow").
---
--- **A run that fails** is reported, and the job goes on ("continue", the default), or it is reported and
--- the job stops ("stop"), or a function is called with message and traceback instead of a report; when
--- it returns "stop", the job stops. With `backoff`, runs that are due within that time after a failure
--- are skipped; the pause doubles with each further failure in a row, up to 64 times.

--- Run a function again and again, first after one period. The times lie on a grid that does not
--- drift. A run that fails is reported, and the job goes on. A job stays alive until it is stopped,
--- also when the script does not keep the handle. What was due while the machine could not run it is
--- run once, not several times.
---@param period luashot.Duration 1 ms or more
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function every(period, fn, options) end

--- Run a function once.
---@param delay luashot.Duration
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function after(delay, fn, options) end

--- Run a function once, when the clock next shows a time in the local time zone. (Every day:
--- `cron("0 9 * * *", fn)`.) As with `cron`, a clock that is set is followed.
---@param time string "09:00", "09:00:30", or with a date: "2031-05-17 09:00"
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function at(time, fn, options) end

--- Run a function whenever the clock shows a time that a cron expression names, in the local time zone
--- (TZ, else the system's).
---
--- Five fields: minute (0 to 59), hour (0 to 23), day of month (1 to 31), month (1 to 12, or jan, feb,
--- …), day of week (0 to 7, 0 and 7 are Sunday; or sun, mon, …); a sixth is the second. Each is `*` or a
--- list of values and ranges, with a step or without: `*/5`, `9-17`, `mon-fri`, `fri-mon`, `10-40/10`,
--- `5/15` (from 5 on). Where neither day of month nor day of week is `*`, either one suffices. `@hourly`,
--- `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` are short for such expressions.
---
--- A clock that is set is followed: runs that it leaves out are made up for by one, and what was run is
--- not run again unless it is set back by more than three hours. After the machine has slept, one run
--- stands for all that were due.
---
--- Where the clock is changed in the night: if the hour field begins with `*`, the job goes by the time
--- that passes, so the hour that is left out does not count, and the one that comes twice does. Any
--- other job keeps its appointments: what falls into the hour left out is run once when the clock jumps,
--- and what falls into the hour that comes twice is run in the first one alone.
---@param expression string "*/5 9-17 * * mon-fri"
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function cron(expression, fn, options) end

--- Let the current job wait, while other jobs go on. Raises outside of a job.
---@param time luashot.Duration
function sleep(time) end

--- The script's arguments from 1 on; its name at 0; what stood before it on the command line below 0.
---@type string[]
arg = {}

--- Show what this reference says: about a function, a module or a handle, or what is called so. A
--- name may be a function's, a class's, an option's or an error code's; without an argument it says
--- what there is. The same as `luashot.help`.
---@param about? any `luashot.open`, `"grab"`, `"display:grab"`, a frame, `"clip"`, `"EBUSY"`
function help(about) end
