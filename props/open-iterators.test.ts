/**
 * Iterators that stay open while their transaction changes what they read: ranges of tables and of indexes, and statements that are
 * iterated. Each goes on behind the last entry that it gave, in the order of its keys, and sees what is there when it comes to it:
 * rows that were changed, put in or moved ahead of it, and none that is gone. Changes come through both doors, fail in the middle,
 * and are undone by savepoints.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSync, type Transaction, t, table } from '../src/index.ts'
import { runs } from './scale.ts'

const SCRIPTS = runs(60)

const people = table('people', {
  columns: { id: t.i32, age: t.i32, name: t.text },
  primaryKey: ['id'],
  indexes: { byAge: { on: ['age'] } },
})

interface Person {
  readonly id: number
  readonly age: number
  readonly name: string
}
type Model = Map<number, Person>

// ------------------------------------------------------------------------------------------------ iterators

interface Reader {
  readonly text: string
  /** In an index, or by the primary key. */
  readonly isByAge: boolean
  readonly isDescending: boolean
  /** Undefined: it would sort all rows before it gives the first one, and so see nothing of what changes. */
  open(tx: Transaction, from: number, to: number): Iterable<Person> | undefined
}

const sql = (text: string, isByAge: boolean, isDescending = false): Reader => ({
  text,
  isByAge,
  isDescending,
  open: (tx, from, to) => {
    const statement = tx.prepare<Person>(text)
    return statement.explain({}, from, to).includes('Sort') ? undefined : statement.iterate(from, to)
  },
})
const typed = (isByAge: boolean, isDescending: boolean): Reader => ({
  text: `range ${isByAge ? 'by age' : 'by id'}${isDescending ? ', reversed' : ''}`,
  isByAge,
  isDescending,
  open: (tx, from, to) => {
    const bounds = { gte: from, lt: to, reverse: isDescending }
    return isByAge ? tx.table(people).by('byAge').range(bounds) : tx.table(people).range(bounds)
  },
})

const READERS: readonly Reader[] = [
  sql('select * from people where id >= $1 and id < $2', false),
  sql('select * from people where id >= $1 and id < $2 order by id desc', false, true),
  sql('select * from people where age >= $1 and age < $2', true),
  sql('select id, age, name from people where id >= $1 and id < $2 and name || id <> $$never$$', false),
  typed(false, false),
  typed(false, true),
  typed(true, false),
  typed(true, true),
]

class OpenReader {
  private readonly reader: Reader
  private readonly from: number
  private readonly to: number
  private readonly rows: Iterator<Person>
  private last: Person | undefined
  private isDone = false
  /** Nothing was left of its range when it gave the last row: it may know then that it is at its end. */
  private isAtEnd = false

  constructor(reader: Reader, rows: Iterable<Person>, from: number, to: number) {
    this.reader = reader
    this.from = from
    this.to = to
    this.rows = rows[Symbol.iterator]()
  }

  /** About where it stands. */
  get place(): number {
    const { last, from } = this
    return last === undefined ? from : this.reader.isByAge ? last.age : last.id
  }

  private compare(a: Person, b: Person): number {
    const { isByAge, isDescending } = this.reader
    const order = (isByAge ? a.age - b.age : 0) || a.id - b.id
    return isDescending ? -order : order
  }

  private expected(model: Model): Person | undefined {
    const { from, to, last } = this
    let next: Person | undefined
    for (const one of model.values()) {
      const key = this.reader.isByAge ? one.age : one.id
      if (key < from || key >= to || (last !== undefined && this.compare(one, last) <= 0)) continue
      if (next === undefined || this.compare(one, next) < 0) next = one
    }
    return next
  }

  read(count: number, model: Model): void {
    for (let i = 0; i < count && !this.isDone; i++) {
      const next = this.rows.next()
      if (next.done === true && this.isAtEnd) {
        this.isDone = true
        return
      }
      expect(next.done === true ? undefined : { ...next.value }, this.reader.text).toEqual(
        this.expected(model),
      )
      if (next.done === true) this.isDone = true
      else this.last = next.value
      this.isAtEnd = this.expected(model) === undefined
    }
  }
}

// -------------------------------------------------------------------------------------------------- changes

/** Places are about where an iterator stands, so that changes meet it. */
interface Change {
  readonly kind: 'delete' | 'insert' | 'rename' | 'age' | 'move' | 'delete range' | 'rename range' | 'fail'
  readonly isTyped: boolean
  readonly near: number
  readonly offset: number
  readonly count: number
}

type Step =
  | Change
  | { readonly kind: 'open'; readonly reader: number; readonly from: number; readonly length: number }
  | { readonly kind: 'read'; readonly which: number; readonly count: number }
  | { readonly kind: 'savepoint' }
  | { readonly kind: 'back'; readonly which: number }

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('delete', 'insert', 'rename', 'age', 'move', 'delete range', 'rename range', 'fail'),
  isTyped: fc.boolean(),
  near: fc.nat(7),
  offset: fc.integer({ min: -6, max: 20 }),
  count: fc.integer({ min: 1, max: 300 }),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: change as fc.Arbitrary<Step> },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      reader: fc.nat(READERS.length - 1),
      from: fc.nat(900),
      length: fc.oneof(fc.nat(900), fc.constant(1_000_000)),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      which: fc.nat(7),
      count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 120 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'savepoint' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), which: fc.nat(3) }) },
)

/** Makes the change in the transaction, and gives what is there then. */
function make(tx: Transaction, { kind, isTyped, offset, count }: Change, place: number, model: Model): Model {
  const id = Math.max(0, place + offset)
  const rows = tx.table(people)
  const after = new Map(model)
  const old = model.get(id)
  const inRange = [...model.values()].filter(one => one.id >= id && one.id < id + count)
  switch (kind) {
    case 'delete':
      if (isTyped) rows.delete(id)
      else tx.query('delete from people where id = $1', [id])
      after.delete(id)
      break
    case 'insert': {
      if (old !== undefined) break
      const row = { id, age: id + (count % 5), name: 'new'.repeat(count) }
      if (isTyped) rows.insert(row)
      else tx.query('insert into people values ($1, $2, $3)', [row.id, row.age, row.name])
      after.set(id, row)
      break
    }
    case 'rename': {
      if (old === undefined) break
      const name = 'r'.repeat(count)
      if (isTyped) rows.update(id, { name })
      else tx.query('update people set name = $2 where id = $1', [id, name])
      after.set(id, { ...old, name })
      break
    }
    case 'age': {
      if (old === undefined) break
      const age = old.age + count - 150
      if (isTyped) rows.update(id, { age })
      else tx.query('update people set age = $2 where id = $1', [id, age])
      after.set(id, { ...old, age })
      break
    }
    case 'move': {
      const to = id + count - 150
      if (old === undefined || to < 0 || model.has(to)) break
      tx.query('update people set id = $2 where id = $1', [id, to])
      after.delete(id)
      after.set(to, { ...old, id: to })
      break
    }
    case 'delete range':
      if (isTyped) rows.deleteRange({ gte: id, lt: id + count })
      else tx.query('delete from people where id >= $1 and id < $2', [id, id + count])
      for (const one of inRange) after.delete(one.id)
      break
    case 'rename range':
      tx.query("update people set name = name || '+' where id >= $1 and id < $2", [id, id + count])
      for (const one of inRange) after.set(one.id, { ...one, name: `${one.name}+` })
      break
    case 'fail': {
      // The last row fails, when the others are changed already.
      const last = inRange.reduce((most, one) => Math.max(most, one.id), -1)
      if (last < 0) break
      const text =
        'update people set age = age + 1 / least(1, $3 - id), name = $$gone$$ where id >= $1 and id < $2'
      expect(() => tx.query(text, [id, id + count, last])).toThrow('division by zero')
    }
  }
  return after
}

function run(tx: Transaction, steps: readonly Step[], first: Model): Model {
  const readers: OpenReader[] = []
  const savepoints: { readonly undo: () => void; readonly model: Model }[] = []
  let model = first
  for (const one of steps) {
    switch (one.kind) {
      case 'open': {
        if (readers.length === 8) break
        const [reader, to] = [READERS[one.reader]!, one.from + one.length]
        const rows = reader.open(tx, one.from, to)
        if (rows !== undefined) readers.push(new OpenReader(reader, rows, one.from, to))
        break
      }
      case 'read':
        readers[one.which % readers.length]?.read(one.count, model)
        break
      case 'savepoint': {
        const savepoint = tx.savepoint()
        savepoints.push({ undo: () => savepoint.rollback(), model })
        break
      }
      case 'back': {
        if (savepoints.length === 0) break
        const which = one.which % savepoints.length
        savepoints[which]!.undo()
        model = savepoints[which]!.model
        savepoints.length = which + 1
        break
      }
      default:
        model = make(tx, one, readers[one.near % readers.length]?.place ?? 0, model)
    }
  }
  for (const reader of readers) reader.read(Number.POSITIVE_INFINITY, model)
  return model
}

test(`${SCRIPTS} transactions with open iterators`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(5, 60, 400),
      fc.constantFrom('', 'long'.repeat(80), 'large'.repeat(1200)),
      fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
      async (count, padding, steps) => {
        using db = openSync(':memory:')
        let model: Model = new Map()
        db.write(tx => {
          for (let i = 0; i < count; i++) {
            const row = { id: 2 * i, age: 2 * (i - (i % 3)), name: `${i}${padding}` }
            tx.table(people).insert(row)
            model.set(row.id, row)
          }
        })
        db.exec('analyze')
        db.write(tx => {
          tx.exec('set enable_seqscan = off')
          model = run(tx, steps, model)
        })
        const rows = [...model.values()].sort((a, b) => a.id - b.id)
        expect(db.query('select * from people order by id')).toEqual(rows)
        expect((await db.check()).faults).toEqual([])
      },
    ),
    { numRuns: SCRIPTS },
  )
}, 600_000)
