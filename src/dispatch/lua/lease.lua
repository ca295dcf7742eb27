-- Put after entry.lua: leases begin and end here only.
local RECLAIMED = -1099511627776 -- scores of the consuming end
local function parse(held)
	local lease, flags, hard, sub, nonce =
	    held:match('^(%S+) (%d) (%d+) (%S+) ?(%S*)$')
	return { lease = lease, acked = flags % 2, recalled = flags >= '2',
		hard = tonumber(hard), sub = sub, nonce = nonce }
end
local function hold(runner, job, h)
	call('HSET', P .. 'held:' .. runner, job, string.format('%s %d %.0f %s %s',
	    h.lease, h.acked + (h.recalled and 2 or 0), h.hard, h.sub, h.nonce))
end
-- The deadline is ms from t, but never past h.hard; returns it.
local function lease(job, runner, h, t, ms)
	local deadline = math.min(t + ms, h.hard)
	call('ZADD', P .. 'leased', string.format('%.0f', deadline), job)
	call('HSET', P .. 'job:' .. job, 'lease', h.lease, 'runner', runner)
	hold(runner, job, h)
	return deadline
end
local function unlease(job, e)
	call('ZREM', P .. 'leased', job)
	call('HDEL', P .. 'held:' .. e.runner, job)
	call('DEL', P .. 'progress:' .. job .. ':' .. e.lease)
end
-- Leased -> ready at the consuming end; is_failed: its runner had its try.
local function give_back(job, e, is_failed)
	unlease(job, e)
	call('HDEL', P .. 'job:' .. job, 'runner')
	if is_failed then
		local tried = (e.tried or ' ') .. e.runner .. ' '
		call('HSET', P .. 'job:' .. job, 'tried', tried:sub(-1024))
	end
	local score = tonumber(e.score)
	enqueue(job, e, score < 0 and score or score + RECLAIMED)
end
