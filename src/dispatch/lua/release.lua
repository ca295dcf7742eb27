-- Leased by this lease -> ready at the consuming end.
--
-- KEYS	job:<id>
-- ARGV	job, lease, 'failed' or 'given_back'
-- returns 1, or 0 if it is not leased by it
local e = entry(ARGV[1])
if not e or not e.runner or e.lease ~= ARGV[2] then return 0 end
give_back(ARGV[1], e, ARGV[3] == 'failed')
return 1
