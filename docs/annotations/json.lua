---@meta luashot.json
-- luacheck: no unused args

--- # JSON

--- `luashot.json`, by dkjson: text and values. Texts are at most 64 MiB long and 200 levels deep.
---@class luashot.json
---@field null any stands for null, in both directions
local json = {}

---@class luashot.JsonOptions
---@field indent? boolean put each value on a line of its own

--- Write a value as JSON: a table whose keys are 1 to n is a list, any other an object. Numbers are written
--- with 14 digits. Raises for values that JSON cannot express: functions, and tables that contain themselves.
---@param value any
---@param options? luashot.JsonOptions
---@return string text
function json.encode(value, options) end

--- Read a whole JSON text. dkjson accepts missing commas.
---@param text string
---@return any value
---@return string? message
---@return string? code EFORMAT (it is not JSON), EFBIG (it is longer or deeper than the limits)
function json.decode(text) end

return json
