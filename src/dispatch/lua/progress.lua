-- Test results of a lease so far; whoever waits for the submission is told.
--
-- KEYS	job:<id> progress:<job>:<lease>
-- ARGV	ms they are kept, then place and text of each
-- returns 1
call('HSET', KEYS[2], unpack(ARGV, 2))
call('PEXPIRE', KEYS[2], ARGV[1])
local sub = call('HGET', KEYS[1], 'sub')
if sub then wake('submission ' .. sub) end
return 1
