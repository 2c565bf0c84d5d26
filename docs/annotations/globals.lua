---@meta
-- luacheck: no unused args, ignore 111 112 113 121 122 131

--- # Scripts
---
--- The program `luashot` gives scripts these globals, beside Lua's own library and `luashot` itself.
--- The script is a job: it may sleep. After its end the program waits for the jobs that it started, and
--- ends when none is left.

---@type luashot
luashot = nil

--- Capture from the default display, which is opened on first use: the environment's DISPLAY, or that
--- of `--display` or `--headless`. The arguments are those of `display:grab`. Instead of returning nil,
--- it raises an error object with the fields `message` and `code`.
---@param what? luashot.What default: the root window
---@param options? luashot.GrabOptions
---@return luashot.Frame frame the caller's, to release
function grab(what, options) end

---@class luashot.JobOptions
---@field name? string for messages; default: file and line of the function
---@field overrun? "skip"|"queue"|"allow" the treatment of a run that is due during another; see below
---@field on_error? "continue"|"stop"|fun(text: string, job: luashot.Job): string? see below
---@field backoff? luashot.Duration the pause after a failed run; see below; default 0

--- **Runs that become due during another run** are skipped and counted ("skip", the default), run
--- afterwards, one after the other ("queue"), or run at the same time ("allow").
---
--- **A failed run** is reported, and the job goes on ("continue", the default) or stops ("stop"). A
--- function as `on_error` is called with message and traceback instead of the report; when it returns
--- "stop", the job stops. With `backoff`, runs that are due within that time after a failure are
--- skipped; the pause doubles with each further failure in a row, up to 64 times.

--- Run a function repeatedly, first after one period. The times lie on a grid that does not drift. A
--- failed run is reported, and the job goes on. A job lives until it is stopped, even if the script
--- does not keep the handle. If several runs were missed while the machine could not run them, the job
--- runs once.
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

--- Run a function once, when the wall clock next shows a time in the local time zone. (Every day:
--- `cron("0 9 * * *", fn)`.) As with `cron`, the job follows a clock that is set.
---@param time string "09:00", "09:00:30", or with a date, of any year: "2031-05-17 09:00"
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function at(time, fn, options) end

--- Run a function whenever the wall clock shows a time that matches a cron expression, in the local
--- time zone (TZ, else the system's). If the zone changes, the job follows it.
---
--- Five fields: minute (0 to 59), hour (0 to 23), day of month (1 to 31), month (1 to 12, or jan, feb,
--- …), day of week (0 to 7, 0 and 7 are Sunday; or sun, mon, …); a sixth is the second. Each is `*` or a
--- list of values and ranges, with a step or without: `*/5`, `9-17`, `mon-fri`, `fri-mon`, `10-40/10`,
--- `5/15` (from 5 on). If day of month or day of week begins with `*`, both must match, else either one
--- suffices, as crontab(5) has it: `0 9 */2 * mon` is every Monday with an odd date. `@hourly`, `@daily`,
--- `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` are short for such expressions.
---
--- The job follows a clock that is set: one run replaces all runs that a forward change skips, and a
--- run is not repeated unless the clock is set back by more than three hours. After a suspend, one run
--- replaces all that were due.
---
--- Daylight-saving changes: if the hour field begins with `*`, the job follows elapsed time, so it
--- skips the missing hour and runs in both repeated hours. Any other job keeps its appointments: a run
--- in the missing hour happens once when the clock jumps, and a run in the repeated hour happens in the
--- first one only.
---@param expression string "*/5 9-17 * * mon-fri"
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function cron(expression, fn, options) end

--- Make the current job wait while other jobs run. Raises an error outside a job.
---@param time luashot.Duration
function sleep(time) end

--- The script's arguments from 1 on; its name at 0; the command line before it at negative indices.
---@type string[]
arg = {}

--- Show what this reference says about a function, a module, a handle, or the name of a function, a
--- class, an option or an error code. Without an argument, list the topics. The same as `luashot.help`.
---@param about? any `luashot.open`, `"grab"`, `"display:grab"`, a frame, `"clip"`, `"EBUSY"`
function help(about) end
