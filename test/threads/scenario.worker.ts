/**
 * What workers do in the tests of this folder: one function a scenario, called by its name. Words 0 to 7 are for the two
 * sides to tell each other how far they are.
 */

import { parentPort, threadId, workerData } from 'node:worker_threads'
import { attach, type DatabaseShare, type Snapshot, type SnapshotShare } from '../../src/worker.ts'
import { runScenario, startScenario, terminateAt } from './scenarios.ts'
import { numbers, people, places, stateIn, tags } from './tables.ts'

export interface ScenarioTask {
  readonly name: string
  readonly share: DatabaseShare | SnapshotShare
  readonly words: Int32Array
  readonly value: number
}

const { name, share, words, value } = workerData as ScenarioTask
const openDatabase = () => attach(share as DatabaseShare)
const openSnapshot = () => attach(share as SnapshotShare)

/** Tells the other side that this point is reached, and waits there, once, for it to set the word to 2. */
function stopAt(word: number): void {
  if (Atomics.compareExchange(words, word, 0, 1) !== 0) return
  Atomics.notify(words, word)
  Atomics.wait(words, word, 1)
}

async function pauseAt(word: number): Promise<void> {
  Atomics.store(words, word, 1)
  while (Atomics.load(words, word) === 1) await new Promise(resolve => setTimeout(resolve, 1))
}

function codeOf(run: () => unknown): string {
  try {
    return `no error, but ${String(run())}`
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error)
  }
}

function bytesOf(snapshot: Snapshot, key: number): Buffer | undefined {
  const value = snapshot.table(numbers).get(key)
  return value && Buffer.from(value)
}

const scenarios: Record<string, () => unknown> = {
  'has functions of its own': () => {
    using db = openDatabase()
    db.function('shout', { args: ['text'], returns: 'text' }, text => text.toUpperCase())
    db.aggregate('longest', {
      args: ['text'],
      returns: 'text',
      start: () => '',
      step: (longest, text) => (text.length > longest.length ? text : longest),
      result: longest => longest,
    })
    return db.read(snapshot => snapshot.query('select longest(shout(name)) as name from people where id < 3'))
  },
  'has functions of its own over one state': () => {
    using snapshot = openSnapshot()
    snapshot.function('shout', { args: ['text'], returns: 'text' }, text => text.toUpperCase())
    return snapshot.query('select shout(name) as name from people where id = 1')
  },
  'reads everything': () => {
    using db = openDatabase()
    return db.read(snapshot => ({
      counts: [snapshot.table(people).count(), snapshot.table(places).count(), snapshot.table(tags).count()],
      person: snapshot.table(people).get(3n),
      byName: snapshot.table(people).by('byName').get('name 5')?.id,
      byAge: [...snapshot.table(people).by('byAge').range({ gte: 8, lt: 10 })].map(({ id }) => id),
      cursor: snapshot.table(people).range({ gte: 4n, limit: 3, reverse: false }).toArray(),
      backwards: snapshot
        .table(places)
        .keys({ prefix: ['b'], reverse: true })
        .toArray(),
      tags: snapshot.table(tags).get(2).toArray(),
      large: snapshot.table(places).get(['large', 1])?.length,
      tables: snapshot.tables().map(({ name }) => name),
    }))
  },
  'reads twice': async () => {
    const db = openDatabase()
    const before = db.read(stateIn)
    await pauseAt(0)
    return [before, db.read(stateIn)]
  },
  'keeps its snapshot': async () => {
    const db = openDatabase()
    const snapshot = db.read()
    const before = stateIn(snapshot)
    await pauseAt(0)
    return [before, stateIn(snapshot), snapshot.table(numbers).range().toArray().length]
  },
  'keeps all it reads': () => {
    using db = openDatabase()
    return db.read(snapshot => [stateIn(snapshot), snapshot.table(numbers).range().toArray().length])
  },
  'reads the shared state': () => {
    using snapshot = openSnapshot()
    return stateIn(snapshot)
  },
  'keeps the shared state': async () => {
    const snapshot = openSnapshot()
    await pauseAt(0)
    return snapshot.table(numbers).range().toArray().length
  },
  'reads after the close': async () => {
    const db = openDatabase()
    const snapshot = db.read()
    const table = snapshot.table(numbers)
    const iterator = table.range()[Symbol.iterator]()
    iterator.next()
    await pauseAt(0)
    return {
      states: [db.isOpen, snapshot.isOpen],
      codes: [
        () => table.get(0),
        () => iterator.next(),
        () => table.range().toArray(),
        () => snapshot.tables(),
        () => snapshot.table(people).count(),
        () => db.read(),
        () => attach(share),
      ].map(codeOf),
    }
  },
  'reads until the close': () => {
    const db = openDatabase()
    const snapshot = db.read()
    Atomics.add(words, 0, 1)
    for (let key = 0; ; key = (key + 7919) % value) {
      const code = codeOf(() => snapshot.table(numbers).get(key)?.length)
      if (code !== 'no error, but 100') return code
      const large = codeOf(() => snapshot.table(places).get(['large', 1])?.length)
      if (large !== 'no error, but 100000') return large
    }
  },
  'waits for the close': async () => {
    const attached = codeOf(() => openDatabase().close())
    if (attached === 'CLOSED') return attached
    const db = openDatabase()
    const snapshot = db.read()
    const read = () => snapshot.table(numbers).count()
    Atomics.add(words, 0, 1)
    let code = codeOf(read)
    for (let waited = 0; code === `no error, but ${value}` && waited < 10_000; waited++) {
      await new Promise(resolve => setTimeout(resolve, 1))
      code = codeOf(read)
    }
    return code
  },
  'reads for long': () => {
    const db = openDatabase()
    let snapshot = db.read()
    let reads = 0
    for (let key = 1; ; key = 1 + ((key + 7919) % (value - 1))) {
      const code = codeOf(() => bytesOf(snapshot, key)?.readUInt32LE(0) === key)
      if (code === 'no error, but true') {
        // Only who has read something says that it reads.
        if (reads++ === 0) Atomics.add(words, 0, 1)
      } else if (code !== 'SNAPSHOT_TOO_OLD' || reads > 0) return [code, snapshot.isOpen, reads > 0]
      // It grew old before this thread had its turn.
      else snapshot = db.read()
    }
  },
  'opens a new one when the old is too old': () => {
    const db = openDatabase()
    let ends = 0
    while (Atomics.load(words, 0) === 0) {
      const snapshot = db.read()
      const code = codeOf(() => {
        while (Atomics.load(words, 0) === 0) snapshot.table(numbers).range({ limit: 50 }).toArray()
      })
      if (code === 'SNAPSHOT_TOO_OLD') ends = Atomics.add(words, 1, 1) + 1
      else if (Atomics.load(words, 0) === 0) return code
    }
    return ends
  },
  'holds a snapshot': () => {
    const snapshot = openDatabase().read()
    stopAt(0)
    return stateIn(snapshot)
  },
  'is inside of an operation': () => {
    openDatabase()
      .read()
      .table(numbers)
      .forEach(() => {
        stopAt(0)
      })
  },
  'has made a range': () => {
    const snapshot = openDatabase().read()
    const table = snapshot.table(numbers)
    table.get(0)
    table.stats()
    snapshot.tables()
    snapshot.definitionOf('numbers')
    const range = table.range({ gte: 1 })
    stopAt(0)
    return range.first()?.[0]
  },
  'reads all the time': () => {
    const db = openDatabase()
    Atomics.add(words, 0, 1)
    for (;;) {
      db.read(snapshot =>
        snapshot
          .table(numbers)
          .range({ gte: (Math.random() * value) >>> 0, limit: 50 })
          .toArray(),
      )
    }
  },
  'exits with a snapshot': () => {
    openDatabase()
      .read()
      .table(numbers)
      .forEach(() => {
        process.exit(3)
      })
  },
  'throws with a snapshot': () => {
    const table = openDatabase().read().table(numbers)
    setImmediate(() => {
      table.forEach(() => {
        throw new Error('as it was asked to')
      })
    })
    return new Promise(() => {})
  },
  'attaches again and again': () => {
    for (let i = 0; i < value; i++) {
      using db = openDatabase()
      db.read(stateIn)
    }
    return 'done'
  },
  'attaches twice': () => {
    using one = openDatabase()
    using other = openDatabase()
    const both = [one.read(stateIn), other.read(stateIn)]
    one.close()
    return [...both, other.read(stateIn), codeOf(() => one.read())]
  },
  'starts a worker of its own': async () => {
    using db = openDatabase()
    return [db.read(stateIn), await runScenario('reads the newest', share)]
  },
  'reads the newest': () => {
    using db = openDatabase()
    return db.read(stateIn)
  },
  'starts a worker that is terminated': async () => {
    const inner = startScenario('holds a snapshot', share)
    await inner.reached(0)
    await terminateAt(0, inner)
    return 'terminated'
  },
  'shares its snapshot': () => {
    using db = openDatabase()
    return db.read(snapshot => codeOf(() => snapshot.share()))
  },
  'tells its thread': () => threadId,
}

const result = await scenarios[name]()
parentPort?.postMessage({ result })
