-- Removes an entry whose lease, held or ended, is the one seen ('': none yet);
-- whoever waits for its submission is told.
--
-- KEYS	job:<id>
-- ARGV	job, lease or ''
-- returns 1, or 0 if there is no entry or another lease came since
local e = entry(ARGV[1])
if not e or (e.lease or '') ~= ARGV[2] then return 0 end
if e.runner then unlease(ARGV[1], e) else dequeue(ARGV[1], e) end
call('DEL', KEYS[1])
wake('submission ' .. e.sub)
return 1
