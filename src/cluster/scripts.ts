// What happens inside Redis, in one step each. Time is Redis' own, so that clocks of hosts do not matter.

export interface Script {
  readonly keys: number;
  readonly lua: string;
}

/**
 * Begins the scripts of workers. Redis refuses what may take memory when there is none left, unless the script has
 * written already: only \`add\` is to be refused then, or nobody could make room any more.
 */
const ALWAYS = "redis.call('HDEL', KEYS[1], '')"; // which does nothing; KEYS[2] where the first key is the stream

/**
 * add: takes a batch, once and in order. A receiver counts its batches per partition; one that is there already is
 * answered as if it had been added, one that comes too early is refused, which happens when Redis came back without its
 * last writes.
 *
 * KEYS stream, meta, from  ARGV number, oldest number the receiver still has, datagrams, most bytes, ttl of from (s), body
 * → 1 added, 0 there already, -1 full, -2 n: n is the last number known
 */
const ADD = `
local number, oldest = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = tonumber(redis.call('GET', KEYS[3]) or '-1')
if known < oldest - 1 then known = oldest - 1 end
if number <= known then return {0, known} end
if number > known + 1 then return {-2, known} end
local bytes = tonumber(redis.call('HGET', KEYS[2], 'bytes') or '0')
if bytes > 0 and bytes + #ARGV[6] > tonumber(ARGV[4]) then return {-1, known} end
redis.call('XADD', KEYS[1], '*', 'b', ARGV[6])
redis.call('HINCRBY', KEYS[2], 'bytes', #ARGV[6])
redis.call('HINCRBY', KEYS[2], 'datagrams', ARGV[3])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[5])
return {1, number}`;

/**
 * acquire: makes a worker the owner of a partition that has none. The fence makes the owner's name unique for ever, so
 * that whoever was the owner before can be told apart, even the same worker.
 *
 * KEYS stream, meta, lease  ARGV worker, ttl (ms), group → owner, saves, records set aside, time of the data; or nothing
 */
const ACQUIRE = `
redis.call('HDEL', KEYS[2], '')
local lease = redis.call('GET', KEYS[3])
if lease and string.sub(lease, 1, #ARGV[1] + 1) ~= ARGV[1] .. ':' then return false end
local owner = ARGV[1] .. ':' .. redis.call('HINCRBY', KEYS[2], 'fence', 1)
redis.call('SET', KEYS[3], owner, 'PX', ARGV[2])
redis.call('HSET', KEYS[2], 'owner', owner)
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[3], '0', 'MKSTREAM')
local known = redis.call('HMGET', KEYS[2], 'saves', 'aside', 'time')
return {owner, known[1] or '0', known[2] or '0', known[3] or '0'}`;

/** KEYS meta, lease  ARGV owner, ttl (ms), time of the data → 1, or 0 when another one owns the partition */
const RENEW = `
${ALWAYS}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[1], 'time', ARGV[3])
return 1`;

/** KEYS meta, lease  ARGV owner */
const RELEASE = `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'owner')
return redis.call('DEL', KEYS[2])`;

/**
 * take: new entries for the owner. Reading has to be fenced, too: what the group has given to somebody who is no longer
 * the owner, the owner would get late and out of order.
 *
 * KEYS stream, meta  ARGV owner, group, consumer, count → entries; error LOST
 */
const TAKE = `
if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[1] then return redis.error_reply('LOST') end
local got = redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], '>')
if not got then return {} end
return got[1][2]`;

/**
 * claim: what former owners were given and did not acknowledge, oldest first. With the first of it: how many owners in a
 * row began with the same entry, this one included; the record at which the former one ended, and how many did there.
 *
 * KEYS stream, meta  ARGV owner, group, consumer, cursor, count → next cursor (0-0: that is all), entries, owners, suspect,
 * deaths; error LOST
 */
const CLAIM = `
if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[1] then return redis.error_reply('LOST') end
local got = redis.call('XAUTOCLAIM', KEYS[1], ARGV[2], ARGV[3], '0', ARGV[4], 'COUNT', ARGV[5])
if got[1] == '0-0' then
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[2])) do
    if consumer[2] ~= ARGV[3] and consumer[4] == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[2], consumer[2]) end
  end
end
if ARGV[4] == '0-0' and got[2][1] then
  local first = got[2][1][1]
  if redis.call('HGET', KEYS[2], 'first') ~= first then redis.call('HSET', KEYS[2], 'first', first, 'owners', '0') end
  redis.call('HINCRBY', KEYS[2], 'owners', 1)
  local at = redis.call('HGET', KEYS[2], 'at')
  if at then
    if redis.call('HGET', KEYS[2], 'suspect') ~= at then redis.call('HSET', KEYS[2], 'suspect', at, 'deaths', '0') end
    redis.call('HINCRBY', KEYS[2], 'deaths', 1)
    redis.call('HDEL', KEYS[2], 'at')
  end
end
local known = redis.call('HMGET', KEYS[2], 'owners', 'suspect', 'deaths')
return {got[1], got[2], known[1] or '0', known[2] or '', known[3] or '0'}`;

/**
 * save: acknowledges entries, removes them, and stores what they changed in the state, all or nothing. Only entries
 * acknowledged here ever leave the stream. \`saves\` is counted on both sides: when Redis has lost writes, the owner's
 * memory is ahead of it, and the owner has to begin anew from what is stored.
 *
 * KEYS stream, meta, state  ARGV owner, saves so far, group, bytes, datagrams, time of the data, n, n ids, then keys and
 * values of the state; an empty value: there is none any more → 1; error LOST
 */
const SAVE = `
redis.call('HDEL', KEYS[2], '')
if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[1] then return redis.error_reply('LOST') end
if (redis.call('HGET', KEYS[2], 'saves') or '0') ~= ARGV[2] then return redis.error_reply('LOST') end
local n = tonumber(ARGV[7])
for i = 8, 7 + n do
  redis.call('XACK', KEYS[1], ARGV[3], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
for i = 8 + n, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[3], ARGV[i])
  else redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
end
redis.call('HINCRBY', KEYS[2], 'bytes', 0 - tonumber(ARGV[4]))
redis.call('HINCRBY', KEYS[2], 'datagrams', 0 - tonumber(ARGV[5]))
redis.call('HINCRBY', KEYS[2], 'saves', 1)
redis.call('HSET', KEYS[2], 'time', ARGV[6])
return 1`;

/**
 * approach: the owner is about to decode a record that might be its end. Whoever dies of it leaves this note.
 *
 * KEYS meta  ARGV owner, position; empty: it is past it → 1; error LOST
 */
const APPROACH = `
${ALWAYS}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return redis.error_reply('LOST') end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], 'at')
else redis.call('HSET', KEYS[1], 'at', ARGV[2]) end
return 1`;

/**
 * setAside: keeps a record that cannot be decoded, so that its entry can be acknowledged without it.
 *
 * KEYS meta, aside  ARGV owner, position, record, most records → 1, or 0 when there are so many already; error LOST
 */
const SET_ASIDE = `
${ALWAYS}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return redis.error_reply('LOST') end
if tonumber(redis.call('HGET', KEYS[1], 'aside') or '0') >= tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'aside', redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]))
return 1`;

/** giveUp: forgets a record that was set aside. KEYS meta, aside  ARGV position → 1, or 0 when there is none */
const GIVE_UP = `
local gone = redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[1], 'aside', 0 - gone)
return gone`;

/** attend: a worker says that it is there. KEYS workers  ARGV worker, ttl (ms), 0 to leave → all workers */
const ATTEND = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[3] ~= '0' then redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], '0', '-1')`;

/**
 * agree: the first one sets the number of partitions, and a name for this life of Redis: another name means that all data
 * is gone. KEYS settings  ARGV partitions, name → the number and the name that hold
 */
const AGREE = `
${ALWAYS}
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[1])
redis.call('HSETNX', KEYS[1], 'life', ARGV[2])
return redis.call('HMGET', KEYS[1], 'partitions', 'life')`;

export const SCRIPTS = {
  weirAdd: { keys: 3, lua: ADD },
  weirAcquire: { keys: 3, lua: ACQUIRE },
  weirRenew: { keys: 2, lua: RENEW },
  weirRelease: { keys: 2, lua: RELEASE },
  weirTake: { keys: 2, lua: TAKE },
  weirClaim: { keys: 2, lua: CLAIM },
  weirSave: { keys: 3, lua: SAVE },
  weirApproach: { keys: 1, lua: APPROACH },
  weirSetAside: { keys: 2, lua: SET_ASIDE },
  weirGiveUp: { keys: 2, lua: GIVE_UP },
  weirAttend: { keys: 1, lua: ATTEND },
  weirAgree: { keys: 1, lua: AGREE },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof SCRIPTS;
