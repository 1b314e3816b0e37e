/**
 * Definitions that come and go: tables, views and indexes are made, changed, renamed and dropped at random, in transactions that
 * are rolled back now and then, across persistent savepoints and reopening. At each moment the database has exactly the
 * tables, columns and rows that a plain model has, in the newest state and in every snapshot that is still open.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Database, openSync, type Snapshot } from '../src/index.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'

const SCRIPTS = runs(8)
const STEPS = 100
const FIRST_SEED = firstSeed(400_000)
const NAMES = Array.from(
  { length: 20 },
  (_, i) => `t${String(i).padStart(2, '0')}_with_a_name_that_takes_room`,
)

interface ModelTable {
  readonly columns: readonly string[]
  /** Values in the order of the columns; the first one is the key. */
  readonly rows: readonly (readonly (number | null)[])[]
}
interface ModelView {
  readonly value: number
}
/** Never changed in place, so that a state is kept by keeping it. */
interface Model {
  readonly tables: Readonly<Record<string, ModelTable>>
  readonly views: Readonly<Record<string, ModelView>>
}

interface Change {
  readonly text: string
  readonly model: Model
}

function changeOf(model: Model, numbers: SeededRandom, serial: number): Change {
  const made = Object.keys(model.tables)
  const free = NAMES.filter(name => !(name in model.tables) && !(name in model.views))
  const withTable = (name: string, changed: ModelTable): Model => ({
    ...model,
    tables: { ...model.tables, [name]: changed },
  })
  const without = (name: string): Model => {
    const { [name]: _, ...tables } = model.tables
    return { ...model, tables }
  }
  const create = (): Change => {
    const name = numbers.pick(free)
    const columns = ['id', ...Array.from({ length: 1 + numbers.below(6) }, (_, i) => `column_${serial}_${i}`)]
    const typed = columns.map((column, i) => `${column} integer${i === 0 ? ' primary key' : ''}`)
    return {
      text: `create table ${name} (${typed.join(', ')})`,
      model: withTable(name, { columns, rows: [] }),
    }
  }
  if (made.length === 0 || (free.length > 0 && numbers.below(100) < 25)) return create()
  const name = numbers.pick(made)
  const table = model.tables[name]!
  const { columns, rows } = table
  switch (numbers.below(9)) {
    case 0:
    case 1:
      return { text: `drop table ${name}`, model: without(name) }
    case 2: {
      if (free.length === 0) return { text: `drop table ${name}`, model: without(name) }
      const to = numbers.pick(free)
      const tables = { ...without(name).tables, [to]: table }
      return { text: `alter table ${name} rename to ${to}`, model: { ...model, tables } }
    }
    case 3: {
      const added = `added_${serial}`
      const changed = { columns: [...columns, added], rows: rows.map(row => [...row, serial]) }
      return {
        text: `alter table ${name} add column ${added} integer default ${serial}`,
        model: withTable(name, changed),
      }
    }
    case 4: {
      if (columns.length < 3)
        return { text: `truncate ${name}`, model: withTable(name, { columns, rows: [] }) }
      const gone = 1 + numbers.below(columns.length - 1)
      const changed = {
        columns: columns.filter((_, i) => i !== gone),
        rows: rows.map(row => row.filter((_, i) => i !== gone)),
      }
      return { text: `alter table ${name} drop column ${columns[gone]}`, model: withTable(name, changed) }
    }
    case 5:
      return { text: `create index on ${name} (${numbers.pick(columns)})`, model }
    case 6: {
      const [view] = Object.keys(model.views)
      if (view !== undefined && numbers.below(2) === 0) {
        const { [view]: _, ...views } = model.views
        return { text: `drop view ${view}`, model: { ...model, views } }
      }
      if (free.length === 0)
        return { text: `truncate ${name}`, model: withTable(name, { columns, rows: [] }) }
      const made = numbers.pick(free)
      return {
        text: `create view ${made} as select ${serial} as value`,
        model: { ...model, views: { ...model.views, [made]: { value: serial } } },
      }
    }
    default: {
      const row = columns.map((_, i) =>
        i === 0 ? serial : numbers.below(3) === 0 ? null : numbers.below(100),
      )
      const values = row.map(value => value ?? 'null').join(', ')
      return {
        text: `insert into ${name} values (${values})`,
        model: withTable(name, { columns, rows: [...rows, row] }),
      }
    }
  }
}

type Door = Pick<Database | Snapshot, 'query' | 'tables'>

/** Looks at `looks` of the names, and at the list of all tables. */
function assertIs(door: Door, model: Model, numbers: SeededRandom, looks: number, where: string): void {
  const made = Object.keys(model.tables).sort()
  expect(
    door
      .tables()
      .map(({ name }) => name)
      .filter(name => !name.startsWith('coppice.')),
    where,
  ).toEqual(made)
  for (let look = 0; look < looks; look++) {
    const name = numbers.pick(NAMES)
    const table = model.tables[name]
    const view = model.views[name]
    if (view !== undefined) {
      expect(door.query(`select * from ${name}`), `${name} ${where}`).toEqual([{ value: view.value }])
    } else if (table === undefined) {
      expect(() => door.query(`select * from ${name}`), `${name} ${where}`).toThrow(/does not exist/)
    } else {
      const sorted = [...table.rows].sort((a, b) => a[0]! - b[0]!)
      const rows = sorted.map(row => Object.fromEntries(table.columns.map((column, i) => [column, row[i]])))
      expect(door.query(`select * from ${name} order by id`), `${name} ${where}`).toEqual(rows)
      expect(door.tables().find(one => one.name === name)?.entryCount, `${name} ${where}`).toBe(rows.length)
    }
  }
}

test(`${SCRIPTS} scripts of ${STEPS} steps`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SCRIPTS; seed++) await script(seed)
})

async function script(seed: number): Promise<void> {
  const numbers = new SeededRandom(seed)
  const directory = mkdtempSync(join(tmpdir(), 'coppice-definitions-'))
  const path = join(directory, 'a.db')
  let db = openSync(path, { durability: 'none' })
  let model: Model = { tables: {}, views: {} }
  const told: string[] = []
  const savepoints = new Map<string, Model>()
  const snapshots: { readonly snapshot: Snapshot; readonly model: Model }[] = []
  const where = () => `(seed ${seed}) after\n${told.join(';\n')}`
  const closeSnapshots = () => {
    for (const { snapshot } of snapshots.splice(0)) snapshot.close()
  }
  try {
    for (let step = 0; step < STEPS; step++) {
      const kind = numbers.below(100)
      if (kind < 60) {
        const { text, model: after } = changeOf(model, numbers, step)
        told.push(text)
        db.exec(text)
        model = after
      } else if (kind < 75) {
        // Several in one transaction, kept or undone, in whole or in part.
        const keeps = numbers.below(2) === 0
        let inside = model
        told.push('begin')
        try {
          db.write(tx => {
            const last = numbers.below(6)
            for (let i = 0; i <= last; i++) {
              const { text, model: after } = changeOf(inside, numbers, step * 1000 + i)
              const isUndone = numbers.below(4) === 0
              const savepoint = tx.savepoint()
              told.push(isUndone ? `savepoint; ${text}; rollback to` : text)
              tx.exec(text)
              assertIs(tx, after, numbers, 2, where())
              if (isUndone) savepoint.rollback()
              else inside = after
              savepoint.release()
              assertIs(tx, inside, numbers, 2, where())
            }
            if (!keeps) throw new Undone()
          })
          model = inside
          told.push('commit')
        } catch (error) {
          if (!(error instanceof Undone)) throw error
          told.push('rollback')
        }
      } else if (kind < 82) {
        const name = `savepoint ${numbers.below(3)}`
        if (!savepoints.has(name)) {
          told.push(`keep ${name}`)
          db.savepoints.create(name)
          savepoints.set(name, model)
        } else if (numbers.below(3) === 0) {
          told.push(`forget ${name}`)
          db.savepoints.delete(name)
          savepoints.delete(name)
        } else {
          told.push(`back to ${name}`)
          db.savepoints.restore(name)
          model = savepoints.get(name)!
          const kept = new Set(db.savepoints.list().map(one => one.name))
          for (const other of [...savepoints.keys()]) if (!kept.has(other)) savepoints.delete(other)
        }
      } else if (kind < 90) {
        snapshots.push({ snapshot: db.read(), model })
        if (snapshots.length > 3) snapshots.shift()?.snapshot.close()
      } else if (kind < 93) {
        told.push('reopen')
        closeSnapshots()
        db.close()
        db = openSync(path, { durability: 'none' })
      } else if (kind < 95) {
        told.push('compact')
        closeSnapshots()
        if (savepoints.size === 0) await db.compact()
      }
      assertIs(db, model, numbers, 8, where())
      for (const one of snapshots) assertIs(one.snapshot, one.model, numbers, 1, `in a snapshot ${where()}`)
    }
    closeSnapshots()
    const report = await db.check()
    expect(report.faults, where()).toEqual([])
  } finally {
    closeSnapshots()
    db.close()
    rmSync(directory, { recursive: true })
  }
}

class Undone extends Error {}
