--- The jobs as a table for people.

local columns = { "job", "next", "last", "took", "runs", "errors", "skipped" }

local function moment(seconds)
  local text = seconds and os.date("%F %T", math.floor(seconds + 0.0005))
  return text or "-"
end

local function took(seconds)
  if not seconds then
    return "-"
  end
  return seconds < 1 and ("%.0f ms"):format(seconds * 1000) or ("%.1f s"):format(seconds)
end

local function row(job)
  local due = job.running > 0 and "running" or job.paused and "paused" or moment(job.next)
  return { job.name, due, moment(job.last), took(job.duration), job.runs, job.errors, job.skipped }
end

--- Lists jobs, one a line; below each failed one, its last error.
---@param jobs luashot.Job[]
---@return string
return function(jobs)
  local rows, widths = { columns }, {}
  for _, job in ipairs(jobs) do
    rows[#rows + 1] = row(job)
  end
  for _, cells in ipairs(rows) do
    for i, cell in ipairs(cells) do
      widths[i] = math.max(widths[i] or 0, #tostring(cell))
    end
  end
  local lines = {}
  for n, cells in ipairs(rows) do
    local parts = {}
    for i, cell in ipairs(cells) do
      parts[i] = ("%%-%ds"):format(widths[i]):format(cell)
    end
    lines[#lines + 1] = table.concat(parts, "  "):gsub(" +$", "")
    local job = jobs[n - 1]
    if job and job.message then
      lines[#lines + 1] = "  " .. job.message:match("^[^\n]*")
    end
  end
  return table.concat(lines, "\n") .. "\n"
end
