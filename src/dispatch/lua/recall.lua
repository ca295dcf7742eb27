-- The row of a leased job has ended: its runner's next heartbeat asks why.
--
-- KEYS	job:<id>
-- ARGV	job, lease
-- returns 1, or 0 if it is not leased by it
local e = entry(ARGV[1])
if not e or not e.runner or e.lease ~= ARGV[2] then return 0 end
local h = parse(call('HGET', P .. 'held:' .. e.runner, ARGV[1]))
if not h.recalled then
	h.recalled = true
	hold(e.runner, ARGV[1], h)
end
return 1
