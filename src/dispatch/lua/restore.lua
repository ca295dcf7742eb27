-- Puts a lease back that Postgres knows and Redis forgot.
--
-- KEYS	job:<id>
-- ARGV	as fresh.lua says (lease is the one to restore); then runner, lease ms,
--	ms left of the hard deadline, 'absent' or 'behind'
-- returns 1 if the runner holds that lease now, else 0
-- keeps true: what another holds is never taken; a ready entry only by the
--	sweep, and only from an older lease
local job, id, runner, t = ARGV[1], ARGV[8], ARGV[9], now()
local e = entry(job)
if e and e.runner then
	return e.runner == runner and e.lease == id and 1 or 0
end
if e and (ARGV[12] == 'absent' or (e.lease or '') >= id) then return 0 end
if e then
	dequeue(job, e)
else
	e = fresh(virtual(ARGV[4], ARGV[6]))
end
local h = { lease = id, acked = 1, hard = t + ARGV[11], sub = e.sub,
	nonce = '' }
lease(job, runner, h, t, tonumber(ARGV[10]))
return 1
