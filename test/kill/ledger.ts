/**
 * What the killed processes write, and what must be there afterwards.
 *
 * Transaction n is the same wherever and whenever it is run: its number is the seed of its operations. So a
 * database that says that n transactions were committed has exactly one right content, and a model that runs the
 * same operations on plain maps knows it to the last byte: a lost, doubled, reordered or half-done transaction
 * shows.
 */

import { SeededRandom } from '../../props/seeded-random.ts'
import { type Snapshot, type Transaction, t, table } from '../../src/index.ts'

/** 'committed': the number of the newest transaction, written by each one. */
export const counters = table('counters', { key: t.text, value: t.u32 })
export const items = table('items', { key: t.u32, value: t.text })
export const people = table('people', {
  columns: { id: t.u32, team: t.u32, badge: t.text },
  primaryKey: ['id'],
  indexes: { byTeam: { on: ['team'] }, byBadge: { on: ['badge'], unique: true } },
})

const ITEM_KEYS = 2000
const PEOPLE_KEYS = 300
const TEAMS = 12
const SMALL_OPERATIONS_MAX = 10
/** Together larger than the `transactionLogBytes` of the tests: such a transaction commits by a checkpoint. */
const LARGE_OPERATIONS = 150
const LARGE_VALUE_LENGTH = 300
/** Larger than a page: goes to an extent. */
const EXTENT_VALUE_LENGTH = 30_000
const DELETED_RANGE = 40

/** What a transaction may do; done to tables by {@link TableTarget}, to maps by {@link Model}. */
interface Target {
  putItem(key: number, value: string): void
  deleteItem(key: number): void
  deleteItems(from: number, end: number): void
  putPerson(id: number, team: number, badge: string): void
  deletePerson(id: number): void
}

/** Transaction `n`, but for its counter. */
function runTransaction(n: number, target: Target): void {
  const random = new SeededRandom(n)
  const isLarge = random.chance(0.04)
  const count = isLarge ? LARGE_OPERATIONS : 1 + random.below(SMALL_OPERATIONS_MAX)
  for (let i = 0; i < count; i++) {
    const key = random.below(ITEM_KEYS)
    const id = random.below(PEOPLE_KEYS)
    const choice = random.next()
    if (choice < 0.5) {
      const length = isLarge ? LARGE_VALUE_LENGTH : random.below(60)
      target.putItem(key, `${n}.${i} ${'x'.repeat(length)}`)
    } else if (choice < 0.65) target.deleteItem(key)
    else if (choice < 0.9) target.putPerson(id, random.below(TEAMS), `badge ${id} of ${n}.${i}`)
    else target.deletePerson(id)
  }
  if (random.chance(0.03)) {
    const from = random.below(ITEM_KEYS)
    target.deleteItems(from, from + DELETED_RANGE)
  }
  if (random.chance(0.02)) target.putItem(random.below(ITEM_KEYS), `${n} ${'y'.repeat(EXTENT_VALUE_LENGTH)}`)
}

/** Runs transaction `n` on the tables. */
export function writeTransaction(tx: Transaction, n: number): void {
  const itemTable = tx.table(items)
  const peopleTable = tx.table(people)
  runTransaction(n, {
    putItem: (key, value) => itemTable.put(key, value),
    deleteItem: key => itemTable.delete(key),
    deleteItems: (from, end) => itemTable.deleteRange({ gte: from, lt: end }),
    putPerson: (id, team, badge) => peopleTable.put({ id, team, badge }),
    deletePerson: id => peopleTable.delete(id),
  })
  tx.table(counters).put('committed', n)
}

/** Where the backup of a database goes. */
export const backupPath = (path: string): string => `${path}.copy`

/** The number of the newest transaction in a state. */
export function committedIn(snapshot: Snapshot): number {
  return snapshot.table(counters).get('committed') ?? 0
}

/** Everything that a state holds, read by keys and by both indexes, as one text. */
export function contentOf(snapshot: Snapshot): string {
  const lines: string[] = []
  for (const [key, value] of snapshot.table(items)) lines.push(itemLine(key, value))
  const table = snapshot.table(people)
  for (const person of table) lines.push(personLine(person))
  for (const person of table.by('byTeam').range()) lines.push(`team ${person.team} has ${person.id}`)
  for (const person of table.by('byBadge').range()) lines.push(`${person.badge} is worn by ${person.id}`)
  return lines.join('\n')
}

interface Person {
  readonly id: number
  readonly team: number
  readonly badge: string
}

const itemLine = (key: number, value: string): string => `item ${key}: ${value}`
const personLine = ({ id, team, badge }: Person): string => `person ${id}: team ${team}, ${badge}`
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The content that a database must have after so many transactions. */
export class Model {
  readonly #items = new Map<number, string>()
  readonly #people = new Map<number, Person>()
  #committed = 0

  /** Runs the transactions up to `committed`. */
  advanceTo(committed: number): void {
    while (this.#committed < committed) this.#run(++this.#committed)
  }

  #run(n: number): void {
    runTransaction(n, {
      putItem: (key, value) => this.#items.set(key, value),
      deleteItem: key => this.#items.delete(key),
      deleteItems: (from, end) => {
        for (let key = from; key < end; key++) this.#items.delete(key)
      },
      putPerson: (id, team, badge) => this.#people.set(id, { id, team, badge }),
      deletePerson: id => this.#people.delete(id),
    })
  }

  /** The same text as {@link contentOf} makes of a right state. */
  content(): string {
    const itemKeys = [...this.#items.keys()].sort((a, b) => a - b)
    const everybody = [...this.#people.values()].sort((a, b) => a.id - b.id)
    const byTeam = everybody.toSorted((a, b) => a.team - b.team || a.id - b.id)
    const byBadge = everybody.toSorted((a, b) => compareText(a.badge, b.badge))
    return [
      ...itemKeys.map(key => itemLine(key, this.#items.get(key)!)),
      ...everybody.map(personLine),
      ...byTeam.map(({ id, team }) => `team ${team} has ${id}`),
      ...byBadge.map(({ id, badge }) => `${badge} is worn by ${id}`),
    ].join('\n')
  }
}
