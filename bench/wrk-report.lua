-- wrk script: sends one request again and again, or with TOKENS_FILE a fresh token with each, and reports as JSON.
local tokens = {}
local at = 0
local file = os.getenv("TOKENS_FILE")

if file then
  for line in io.lines(file) do
    tokens[#tokens + 1] = "Bearer " .. line
  end
  request = function()
    at = at % #tokens + 1
    wrk.headers["Authorization"] = tokens[at]
    return wrk.format()
  end
end

done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"wrong":%d,"unconnected":%d,"unread":%d,"unwritten":%d,"late":%d,"p50":%d,"p99":%d,"most":%d}\n',
    summary.requests, summary.duration, summary.bytes, e.status, e.connect, e.read, e.write, e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
