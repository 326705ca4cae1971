/**
 * One try by the server's clock: the arithmetic of `MemoryLimitStore` in Lua. `KEYS[1]` holds `until` (epoch
 * milliseconds at which the whole limit is available again) and `used` (tries in the window). `ARGV`: `bucket`, tries a
 * second, burst; or `window`, quota, seconds. Returns whether it is allowed, how many are left, and the milliseconds
 * until the next may succeed and until all may.
 */
export const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kind, first, second = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'until', 'used')
local full, used = tonumber(known[1]) or now, tonumber(known[2]) or 0
local longest = kind == 'bucket' and math.ceil(second / first) * 1000 or second * 1000
if full <= now then full = now; used = 0 end
if full > now + longest then full = now + longest end
local allowed, left, wait
if kind == 'bucket' then
  local each = 1000 / first
  local early = full + each - now - second * each
  allowed = early <= 0.000001
  if allowed then full = full + each end
  left = math.max(0, math.floor(second - (full - now) / each + 0.000001))
  wait = allowed and 0 or early
else
  allowed = used < first
  if used == 0 then full = now + second * 1000 end
  if allowed then used = used + 1 end
  left = first - used
  wait = allowed and 0 or full - now
end
if allowed then
  redis.call('HSET', KEYS[1], 'until', string.format('%.6f', full), 'used', used)
  redis.call('PEXPIRE', KEYS[1], math.ceil(full - now) + 1)
end
return { allowed and 1 or 0, left, string.format('%.3f', wait), string.format('%.3f', full - now) }
`;
