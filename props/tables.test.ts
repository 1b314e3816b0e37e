/**
 * Tables against the plainest model: arrays of objects. After any sequence of changes, a table and each of its
 * indexes say what the model says, whatever was refused on the way changed nothing, and a definition that
 * evolved in between reads everything that was written before.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import { desc, table } from '../src/table/definition.ts'
import type { TransactionTables } from '../src/table/tables.ts'
import { t } from '../src/table/types.ts'
import { interpreted, modelDatabase, type PropertyDatabase, storeDatabase } from '../test/support/tables.ts'
import { runs } from './scale.ts'

const columns = {
  group: t.enum('x', 'y'),
  id: t.i16,
  email: t.text.nullable(),
  name: t.text,
  age: t.u8.nullable(),
  tags: t.array(t.text),
  extra: t.json<unknown>().nullable(),
}

interface Person {
  group: 'x' | 'y'
  id: number
  email: string | null
  name: string
  age: number | null
  tags: readonly string[]
  extra: unknown
}

const firstDefinition = () =>
  table('people', { columns, primaryKey: ['group', desc('id')], indexes: { byName: { on: ['name'] } } })

const lastDefinition = () =>
  table('people', {
    columns: {
      ...columns,
      score: t.f64.nullable(),
      note: t.text.nullable(),
      level: t.i16.default(-3),
      label: t.text.default('ä'),
    },
    primaryKey: ['group', desc('id')],
    indexes: {
      byName: { on: ['name'] },
      byEmail: { on: ['email'], unique: true },
      byAge: { on: [desc('age'), 'name'] },
    },
  })

const key = fc.tuple(fc.constantFrom('x' as const, 'y' as const), fc.integer({ min: -2, max: 3 }))
const shortText = fc.string({ unit: fc.constantFrom('\0', '\x01', 'a', 'b', 'é'), maxLength: 2 })
const person: fc.Arbitrary<Person> = fc.record({
  group: fc.constantFrom('x' as const, 'y' as const),
  id: fc.integer({ min: -2, max: 3 }),
  email: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', ''), { freq: 3 }),
  name: shortText,
  age: fc.option(fc.integer({ min: 0, max: 3 })),
  tags: fc.array(shortText, { maxLength: 2 }),
  extra: fc.option(fc.jsonValue({ maxDepth: 1 }).map(value => JSON.parse(JSON.stringify(value)))),
})

const change = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), person }),
  fc.record({ kind: fc.constant('insert' as const), person }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({
    kind: fc.constant('update' as const),
    key,
    patch: person.chain(whole => fc.subarray(Object.entries(whole)).map(Object.fromEntries)),
  }),
  fc.record({ kind: fc.constant('putMany' as const), people: fc.array(person, { maxLength: 6 }) }),
  fc.record({ kind: fc.constant('retain' as const), age: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('deleteRange' as const), key }),
  fc.constant({ kind: 'popFirst' as const }),
  fc.constant({ kind: 'popLast' as const }),
)

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

/** The records as an array. */
class Model {
  people: Person[] = []

  find(group: string, id: number): number {
    return this.people.findIndex(candidate => candidate.group === group && candidate.id === id)
  }

  /** Whether the record may be there beside the others than the one at `position`. */
  isUnique({ email }: Person, position: number): boolean {
    return email === null || !this.people.some((other, i) => i !== position && other.email === email)
  }

  /** Returns false when the change is refused. */
  put(record: Person, isUniqueEmail: boolean, mode: 'put' | 'insert'): boolean {
    const position = this.find(record.group, record.id)
    if (position >= 0 && mode === 'insert') return false
    if (isUniqueEmail && !this.isUnique(record, position)) return false
    if (position >= 0) this.people[position] = record
    else this.people.push(record)
    return true
  }

  sorted(by: (a: Person, b: Person) => number): Person[] {
    return [...this.people].sort(by)
  }
}

function byKey(a: Person, b: Person): number {
  return a.group < b.group ? -1 : a.group > b.group ? 1 : b.id - a.id
}
function byText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
function byEmail(a: Person, b: Person): number {
  if (a.email === null || b.email === null)
    return Number(a.email !== null) - Number(b.email !== null) || byKey(a, b)
  return byText(a.email, b.email)
}
function byAge(a: Person, b: Person): number {
  return (b.age ?? -1) - (a.age ?? -1) || byText(a.name, b.name) || byKey(a, b)
}

type People = ReturnType<typeof openLast>
function openLast(tables: TransactionTables) {
  return tables.table(lastDefinition())
}

/** Makes the change in both; the table and the model must agree on whether it is refused. */
function apply(step: Change, people: People, model: Model, isUniqueEmail: boolean, dump: () => string): void {
  switch (step.kind) {
    case 'put':
    case 'insert': {
      const before = dump()
      const isAccepted = attempt(() => people[step.kind](step.person))
      expect(isAccepted).toBe(model.put(step.person, isUniqueEmail, step.kind))
      if (!isAccepted) expect(dump()).toBe(before)
      break
    }
    case 'delete': {
      const position = model.find(...step.key)
      expect(people.delete(step.key)).toBe(position >= 0)
      if (position >= 0) model.people.splice(position, 1)
      break
    }
    case 'update': {
      const before = dump()
      const position = model.find(...step.key)
      let isDone = false
      const isAccepted = attempt(() => {
        isDone = people.update(step.key, step.patch)
      })
      if (position < 0) {
        expect([isAccepted, isDone]).toEqual([true, false])
        break
      }
      const next = { ...model.people[position], ...step.patch }
      const taken = model.find(next.group, next.id)
      const isFree = (taken < 0 || taken === position) && (!isUniqueEmail || model.isUnique(next, position))
      expect(isAccepted).toBe(isFree)
      if (isFree) model.people[position] = next
      else expect(dump()).toBe(before)
      break
    }
    case 'putMany': {
      // A batch that is refused may have stored some of it: leave those out that would be.
      const accepted = step.people.filter(record => model.put(record, isUniqueEmail, 'put'))
      expect(people.putMany(accepted)).toBe(accepted.length)
      break
    }
    case 'retain':
      people.retain(record => record.age !== step.age)
      model.people = model.people.filter(record => record.age !== step.age)
      break
    case 'deleteRange': {
      const [group, id] = step.key
      people.deleteRange({ prefix: [group], gte: step.key })
      model.people = model.people.filter(record => record.group !== group || record.id > id)
      break
    }
    case 'popFirst':
    case 'popLast': {
      const sorted = model.sorted(byKey)
      const popped = step.kind === 'popFirst' ? sorted[0] : sorted.at(-1)
      expect(people[step.kind]()).toEqual(popped === undefined ? undefined : expect.objectContaining(popped))
      model.people = model.people.filter(record => record !== popped)
      break
    }
  }
}

function attempt(action: () => void): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (isCoppiceError(error, 'UNIQUE_VIOLATION') || isCoppiceError(error, 'KEY_EXISTS')) return false
    throw error
  }
}

const generated = <T>(action: () => T): T => action()

describe.each([
  ['generated codecs, model trees', generated, modelDatabase],
  ['interpreted codecs, model trees', interpreted, modelDatabase],
  ['generated codecs, the real store', generated, storeDatabase],
] as const)('%s', (_, run, openDatabase) => {
  test('rows and indexes say what the model says, before and after the definition grew', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 15 }),
        fc.array(change, { maxLength: 15 }),
        (changesBefore, changesAfter) => {
          const database = openDatabase()
          try {
            const model = new Model()
            const dump = () => database.dump()
            const first = run(() => database.begin().table(firstDefinition())) as unknown as People
            for (const step of changesBefore) apply(step, first, model, false, dump)
            const oldRows = first.range().toArray()
            const dumpBefore = database.dump()
            const old = database.snapshot()

            const last = openGrown(database, run, model, dumpBefore)
            if (last === undefined) return
            for (const step of changesAfter) apply(step, last, model, true, dump)
            expectSame(last, model)

            // The snapshot from before knows neither the columns nor the indexes.
            const past = run(() => old.table(lastDefinition()))
            const pastRows = oldRows.map(row => ({ ...row, ...ADDED }))
            expect(past.range().toArray()).toEqual(pastRows)
            expect(past.by('byAge').range().toArray()).toEqual(pastRows.toSorted(byAge))
          } finally {
            database.close()
          }
        },
      ),
      { numRuns: runs(150) },
    )
  })
})

/** What the grown definition adds to records from before. */
const ADDED = { score: null, note: null, level: -3, label: 'ä' }

/** Opens the table by the definition that grew; undefined when that is refused, because two emails are equal. */
function openGrown(
  database: PropertyDatabase,
  run: <T>(action: () => T) => T,
  model: Model,
  dumpBefore: string,
): People | undefined {
  try {
    return run(() => openLast(database.begin()))
  } catch (error) {
    expect(isCoppiceError(error, 'UNIQUE_VIOLATION')).toBe(true)
    expect(model.people.every((record, i) => model.isUnique(record, i))).toBe(false)
    expect(database.dump()).toBe(dumpBefore)
    return undefined
  }
}

function expectSame(people: People, model: Model): void {
  const expectRows = (rows: Iterable<unknown>, order: (a: Person, b: Person) => number) =>
    expect([...rows]).toEqual(model.sorted(order).map(record => ({ ...record, ...ADDED })))
  expectRows(people, byKey)
  expectRows(people.by('byEmail').range(), byEmail)
  expectRows(people.by('byAge').range(), byAge)
  expectRows(people.by('byName').range(), (a, b) => byText(a.name, b.name) || byKey(a, b))
  for (const record of model.people) {
    if (record.email !== null) expect(people.by('byEmail').get(record.email)).toMatchObject(record)
  }
}
