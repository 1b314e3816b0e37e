/**
 * What every runtime is asked, over the package as it is installed, without a test runner, which few runtimes share. Each check
 * prints one line of JSON: `{ result: 'works' | 'missing' | 'fails', reason? }`. Missing is what Coppice itself says is
 * not there, by an error code of its own, and what a check returns as its answer.
 *
 * `checks.mjs list`: their names. `checks.mjs check NAME DIRECTORY`: one, with files in that directory. `checks.mjs ROLE …`: a
 * child process that a check has started.
 */

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { isCoppiceError, open, openSync, t, table } from 'coppice'
import { attach } from 'coppice/worker'

const numbers = table('numbers', { key: t.u32, value: t.u32 })
const people = table('people', {
  columns: { id: t.i64, name: t.text, age: t.i32.nullable(), notes: t.json() },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'], unique: true } },
})
const documents = table('documents', { key: t.text, value: t.bytes })
const MISSING = ['LOCK_UNAVAILABLE', 'NOT_SHAREABLE']
const self = fileURLToPath(import.meta.url)
/** How this runtime is started again: Deno wants its permissions. */
const again = process.versions.deno === undefined ? [] : ['run', '-A']

const checks = {
  async 'open, put, get, snapshot, worker, SQL, close, reopen'(path) {
    const first = await open(path)
    first.write(tx => {
      for (let n = 0; n < 1000; n++) tx.table(numbers).put(n, n)
    })
    const before = first.read()
    first.write(tx => tx.table(numbers).put(7, 700))
    assert.deepEqual([before.table(numbers).get(7), first.read(snap => snap.table(numbers).get(7))], [7, 700])
    before.close()
    assert.equal(await sumInWorker(first), 499_500 + 693)
    assert.deepEqual(first.query('select count(*) as n, max(value) as top from numbers where key < 10'), [
      { n: 10, top: 700 },
    ])
    first.exec("create table notes (id int primary key, text text); insert into notes values (1, 'kept')")
    first.close()
    await using(await open(path), again => {
      assert.equal(
        again.read(snap => snap.table(numbers).get(7)),
        700,
      )
      assert.deepEqual(again.sql`select text from notes where id = ${1}`.all(), [{ text: 'kept' }])
    })
  },
  'typed tables, indexes, reopening'(path) {
    const db = openSync(path)
    db.write(tx => {
      tx.table(people).put({ id: 1n, name: 'Ädä', age: 36, notes: { tags: ['a'] } })
      tx.table(people).put({ id: 2n ** 60n, name: 'bob', age: null, notes: null })
    })
    db.close()
    return using(openSync(path), again => {
      again.read(snap => {
        assert.deepEqual(snap.table(people).by('byName').get('Ädä'), {
          id: 1n,
          name: 'Ädä',
          age: 36,
          notes: { tags: ['a'] },
        })
        assert.deepEqual(
          snap
            .table(people)
            .range({ reverse: true })
            .toArray()
            .map(({ id }) => id),
          [2n ** 60n, 1n],
        )
      })
      assert.throws(() => again.write(tx => tx.table(people).insert({ id: 3n, name: 'bob', notes: 0 })), {
        code: 'UNIQUE_VIOLATION',
      })
    })
  },
  'many rows, ranges, large values'(path) {
    return using(openSync(path), db => {
      const bytes = new Uint8Array(3_000_000).map((_, i) => i * 7)
      db.write(tx => {
        for (let i = 0; i < 50_000; i++) tx.table(numbers).put((i * 7919) % 50_000, i)
        tx.table(documents).put('large', bytes)
      })
      db.read(snap => {
        assert.equal(snap.table(numbers).count({ gte: 100, lt: 200 }), 100)
        assert.deepEqual(snap.table(documents).get('large'), bytes)
      })
    })
  },
  'snapshots, savepoints, group commits'(path) {
    return using(openSync(path), async db => {
      await Promise.all(
        Array.from({ length: 200 }, (_, n) => db.writeAsync(tx => tx.table(numbers).put(n, n))),
      )
      const before = db.read()
      db.savepoints.create('before')
      db.write(tx => tx.table(numbers).clear())
      assert.equal(before.table(numbers).count(), 200)
      before.close()
      db.savepoints.restore('before')
      assert.equal(
        db.read(snap => snap.table(numbers).count()),
        200,
      )
    })
  },
  'check, compaction, backup'(path) {
    return using(openSync(path), async db => {
      db.write(tx => tx.table(numbers).putMany(Array.from({ length: 10_000 }, (_, n) => [n, n])))
      db.write(tx => void tx.table(numbers).deleteRange({ gte: 100 }))
      await db.compact()
      assert.deepEqual((await db.check()).faults, [])
      await db.backup(`${path}.copy`)
      await using(openSync(`${path}.copy`), copy =>
        assert.equal(
          copy.read(snap => snap.table(numbers).count()),
          100,
        ),
      )
    })
  },
  'a process that is killed loses no durable commit, and its lock'(path) {
    return killed(path)
  },
  'a second process is kept out'(path) {
    return using(openSync(path), db => {
      assert.ok(db.isOpen)
      assert.equal(
        execFileSync(process.execPath, [...again, self, 'open', path], { encoding: 'utf8' }).trim(),
        'LOCKED',
      )
    })
  },
  SQL(path) {
    return using(openSync(path), db => {
      db.exec(`create table t (id int generated always as identity primary key, day date, total numeric(10, 2), tags text[]);
      insert into t (day, total, tags) select date '2026-01-01' + n, n / 4.0, array['x', n::text] from generate_series(1, 100) n`)
      assert.deepEqual(
        db.query(
          "select count(*) as n, sum(total) as total, max(day) as day from t where tags @> array['x']",
        ),
        [{ n: 100, total: '1262.50', day: '2026-04-11' }],
      )
      assert.throws(() => db.query('select 1/0'), { sqlstate: '22012' })
      db.function('twice', { args: ['integer'], returns: 'integer' }, n => n * 2)
      assert.equal(db.sql`select twice(${21}::int) as n`.get().n, 42)
    })
  },
  'change feeds and live queries'(path) {
    return using(openSync(path), async db => {
      db.write(tx => tx.table(numbers).put(1, 1))
      const events = []
      db.watch(numbers, event => events.push(event))
      const live = db.live('select count(*) as n from numbers')
      db.write(tx => tx.table(numbers).put(2, 2))
      await new Promise(resolve => setTimeout(resolve, 50))
      assert.deepEqual(
        events.map(({ changes }) => changes),
        [[{ type: 'put', key: 2, value: 2 }]],
      )
      assert.deepEqual(live.rows, [{ n: 2 }])
    })
  },
  'snapshots in worker threads'(path) {
    return using(openSync(path), async db => {
      db.write(tx => tx.table(numbers).putMany(Array.from({ length: 1000 }, (_, n) => [n, n])))
      assert.equal(await sumInWorker(db), 499_500)
    })
  },
  async 'a thread that is terminated leaves its database free'(path) {
    const worker = new Worker(self, { workerData: { role: 'hold', path } })
    const [said] = await once(worker, 'message')
    assert.equal(said, 'held')
    assert.throws(() => openSync(path), { code: 'LOCKED' })
    await worker.terminate()
    try {
      openSync(path).close()
    } catch (error) {
      if (!isCoppiceError(error, 'LOCKED')) throw error
      return 'the runtime leaves the files of a terminated thread open until the process ends: close the database in the thread'
    }
  },
  'parallel reading'(path) {
    return using(openSync(path), async db => {
      db.write(tx => tx.table(numbers).putMany(Array.from({ length: 20_000 }, (_, n) => [n, 1])))
      const sum = await db.parallel(self, {
        function: 'sumOf',
        table: numbers,
        workers: 2,
        combine: (a, b) => a + b,
      })
      assert.equal(sum, 20_000)
    })
  },
  async 'the server speaks the PostgreSQL protocol'(path) {
    const { serve } = await import('coppice/server')
    await using(openSync(path), async db => {
      db.exec('create table t (a int primary key); insert into t values (7)')
      const server = await serve({ database: db, port: 0, authentication: 'trust' })
      try {
        assert.match(await askServer(server.port, 'select a * 6 as answer from t'), /answer.*42.*SELECT 1/s)
      } finally {
        await server.close()
      }
    })
  },
  'the command line'(path) {
    const program = fileURLToPath(new URL('cli.js', import.meta.resolve('coppice')))
    const args = [...again, program, path, '-c', 'select 6 * 7 as answer']
    assert.match(execFileSync(process.execPath, args, { encoding: 'utf8' }), /42/)
  },
}

/** Named by `parallel`. */
export const sumOf = ({ snapshot, range }) =>
  snapshot
    .table(numbers)
    .values(range)
    .reduce((a, b) => a + b, 0)

/** The sum of the numbers, as a worker thread sees them. */
async function sumInWorker(db) {
  const worker = new Worker(self, { workerData: { role: 'sum', share: db.share() } })
  const [sum] = await once(worker, 'message')
  await worker.terminate()
  return sum
}

async function using(db, run) {
  try {
    await run(db)
  } finally {
    db.close()
  }
}

async function killed(path) {
  const child = spawn(process.execPath, [...again, self, 'write', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = -1
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line)
    if (acknowledged >= 20) child.kill('SIGKILL')
  }
  assert.ok(acknowledged >= 20)
  for (let attempt = 0; ; attempt++) {
    try {
      return await using(openSync(path), db => {
        assert.ok(db.read(snap => snap.table(numbers).count()) > acknowledged)
      })
    } catch (error) {
      if (!isCoppiceError(error, 'LOCKED') || attempt === 50) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}

/** A start-up, one simple query, and all that the server says. */
async function askServer(port, text) {
  const socket = connect(port, '127.0.0.1')
  const start = Buffer.from('\0\x03\0\0user\0me\0database\0d\0\0', 'latin1')
  const query = Buffer.from(`${text}\0`)
  const length = bytes => Buffer.from(new Uint32Array([bytes.length + 4]).buffer).reverse()
  let answer = ''
  await once(socket, 'connect')
  socket.write(Buffer.concat([length(start), start]))
  const isReady = () => answer.split('Z\0\0\0\x05I').length - 1
  for await (const chunk of socket) {
    const before = isReady()
    answer += chunk.toString('latin1')
    if (before === 0 && isReady() === 1) socket.write(Buffer.concat([Buffer.from('Q'), length(query), query]))
    if (isReady() === 2) break
  }
  socket.destroy()
  return answer
}

/** One check, as one line of JSON. */
async function run(name, directory) {
  const say = outcome => console.log(JSON.stringify(outcome))
  try {
    const missing = await checks[name](join(directory, 'check.db'))
    say(missing === undefined ? { result: 'works' } : { result: 'missing', reason: missing })
  } catch (error) {
    const isMissing = isCoppiceError(error) && MISSING.includes(error.code)
    say({ result: isMissing ? 'missing' : 'fails', reason: String(error?.stack ?? error) })
  }
}

const roles = {
  list() {
    for (const name of Object.keys(checks)) console.log(name)
  },
  async check(name, directory) {
    await run(name, directory)
    process.exit()
  },
  async write(path) {
    const db = await open(path)
    for (let n = 0; ; n++) {
      db.write(tx => tx.table(numbers).put(n, n))
      process.stdout.write(`${n}\n`)
      if (n > 20) await new Promise(resolve => setTimeout(resolve, 10))
    }
  },
  open(path) {
    try {
      openSync(path).close()
      console.log('opened')
    } catch (error) {
      console.log(error.code)
    }
  },
}

if (!isMainThread && workerData?.role === 'sum') {
  const db = attach(workerData.share)
  parentPort.postMessage(
    db.read(snap =>
      snap
        .table(numbers)
        .values()
        .reduce((a, b) => a + b, 0),
    ),
  )
} else if (!isMainThread && workerData?.role === 'hold') {
  globalThis.held = openSync(workerData.path)
  parentPort.postMessage('held')
  setInterval(() => {}, 1000)
} else if (isMainThread) {
  const [role, ...words] = process.argv.slice(2)
  await roles[role](...words)
}
