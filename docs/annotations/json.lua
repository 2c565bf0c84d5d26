---@meta luashot.json
-- luacheck: no unused args

--- # JSON

--- `luashot.json`, by dkjson: text and values. Texts are at most 64 MiB long and 200 levels deep.
---@class luashot.json
---@field null any what stands for null, in both directions
local json = {}

---@class luashot.JsonOptions
---@field indent? boolean put each value on a line of its own

--- Write a value as JSON: a table whose keys are 1 to n is a list, any other an object. Numbers are written
--- with 14 digits. Raises for what JSON cannot tell: functions, and tables that hold themselves.
---@param value any
---@param options? luashot.JsonOptions
---@return string text
function json.encode(value, options) end

--- Read a JSON text, all of it. dkjson is patient with commas that are missing.
---@param text string
---@return any value
---@return string? message
---@return string? code EFORMAT (it is no JSON), EFBIG (it is longer or deeper than the limits)
function json.decode(text) end

return json
