/**
 * `npm run size`: a table of a million rows of six columns, loaded in one transaction. How large is the file,
 * and how long does a new process take to open it and to read a first row? Targets: 150 MB and 50 ms.
 *
 * Once in the order of the primary key, which packs pages full, and once in random order, which leaves them
 * about seven tenths full.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openSync, t, table } from './dist/index.js'
import { median } from './result.ts'

const people = table('people', {
  columns: {
    id: t.int,
    name: t.text,
    email: t.text,
    country: t.text,
    balance: t.f64,
    joined: t.date,
  },
  primaryKey: ['id'],
})

const COUNTRIES = ['AT', 'BR', 'DE', 'FR', 'GH', 'IN', 'JP', 'NZ', 'PE', 'US']
/** A prime: its multiples go through all numbers below the count, unless it divides that, in no order. */
const STRIDE = 611953
const OPENINGS = 5

interface Opening {
  readonly openMs: number
  readonly firstRowMs: number
}

function personOf(id: number) {
  return {
    id,
    name: `Person number ${id}`,
    email: `person.${id}@example.org`,
    country: COUNTRIES[id % COUNTRIES.length]!,
    balance: id * 1.25,
    joined: new Date(1_600_000_000_000 + id * 1000),
  }
}

/** Loads a new database; returns nanoseconds a row. */
function load(path: string, count: number, isRandom: boolean): number {
  const db = openSync(path)
  const start = performance.now()
  db.write(tx => {
    const rows = tx.table(people)
    for (let i = 0; i < count; i++) rows.insert(personOf(isRandom ? (i * STRIDE) % count : i))
  })
  const elapsedMs = performance.now() - start
  db.close()
  return (elapsedMs * 1e6) / count
}

/** What a new process does: opens the database and reads one row, both for the first time. */
function openOnce(path: string, id: number): Opening {
  const start = performance.now()
  const db = openSync(path)
  const openMs = performance.now() - start
  const person = db.read(snapshot => snapshot.table(people).get(id))
  const firstRowMs = performance.now() - start
  if (person?.name !== personOf(id).name) throw new Error(`row ${id} was not read back`)
  db.close()
  return { openMs, firstRowMs }
}

function openInNewProcess(path: string, id: number): Opening {
  const script = fileURLToPath(import.meta.url)
  const args = [...process.execArgv, script, '--open', path, '--id', String(id)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

function report(path: string, count: number, isRandom: boolean): void {
  const loadNs = load(path, count, isRandom)
  const openings = Array.from({ length: OPENINGS }, (_, opening) =>
    openInNewProcess(path, Math.floor((count * opening) / OPENINGS)),
  )
  const fileBytes = statSync(path).size
  console.log(`${count.toLocaleString('en')} rows of six columns in ${isRandom ? 'random' : 'key'} order`)
  console.log(`  loading: ${loadNs.toFixed(0)} ns a row`)
  console.log(`  file: ${(fileBytes / 1e6).toFixed(1)} MB, ${(fileBytes / count).toFixed(0)} bytes a row`)
  console.log(`  opening, in a new process: ${describe(openings.map(({ openMs }) => openMs))}`)
  console.log(`  the same and a first row: ${describe(openings.map(({ firstRowMs }) => firstRowMs))}`)
}

function describe(timesMs: readonly number[]): string {
  return `${median(timesMs).toFixed(1)} ms, at worst ${Math.max(...timesMs).toFixed(1)} ms`
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    directory: { type: 'string', default: tmpdir() },
    open: { type: 'string' },
    id: { type: 'string' },
  },
})
if (values.open !== undefined) {
  console.log(JSON.stringify(openOnce(values.open, Number(values.id))))
} else {
  const directory = mkdtempSync(`${values.directory}/coppice-size-`)
  try {
    report(`${directory}/key-order.db`, Number(values.count), false)
    report(`${directory}/random-order.db`, Number(values.count), true)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
