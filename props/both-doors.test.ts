/**
 * Two doors to one table: rows that are written from TypeScript or by SQL, at random, into tables of random columns, keys and
 * indexes, read the same through both: whole rows, by key, by index, by range, in order, counted. In a transaction before it
 * commits, and in a snapshot after.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { desc, openSync, type Snapshot, type SqlDoor, type Type, t, table } from '../src/index.ts'
import { runs } from './scale.ts'

const TABLES = runs(24)

interface Kind {
  readonly type: () => Type<unknown>
  /** What SQL calls it, where such a table can be made by SQL as well. */
  readonly sql?: string
  readonly values: readonly unknown[]
  /** It has no order, or another one in SQL (an enum of TypeScript is text there). */
  readonly isKey?: false
  /** SQL takes its text: a string among parameters is text already. */
  readonly isJson?: true
  /** Equal values of it may be written in two ways: SQL keeps such a key in an index, beside a number of the row. */
  readonly isManyfold?: true
  /** From what SQL gives to what the table gives. */
  readonly typed?: (value: unknown) => unknown
}

const bigint = (value: unknown) => BigInt(value as number | bigint)
const bytes = (value: unknown) => Uint8Array.from(value as Uint8Array)

const KINDS: Readonly<Record<string, Kind>> = {
  bool: { type: () => t.bool, sql: 'boolean', values: [false, true] },
  u8: { type: () => t.u8, values: [0, 1, 127, 128, 255] },
  i16: { type: () => t.i16, sql: 'smallint', values: [-32768, -1, 0, 1, 32767] },
  i32: { type: () => t.i32, sql: 'integer', values: [-(2 ** 31), -7, 0, 3, 2 ** 31 - 1] },
  u32: { type: () => t.u32, values: [0, 5, 2 ** 32 - 1] },
  i64: {
    type: () => t.i64,
    sql: 'bigint',
    values: [-(2n ** 63n), -1n, 0n, 9007199254740993n, 2n ** 63n - 1n],
    typed: bigint,
  },
  f64: {
    type: () => t.f64,
    sql: 'double precision',
    isManyfold: true,
    values: [Number.NEGATIVE_INFINITY, -1.5, 0, 0.1, 1e300, Number.POSITIVE_INFINITY, Number.NaN],
  },
  text: { type: () => t.text, sql: 'text', values: ['', 'a', 'ab', 'B', 'é', '\u{1F600}', 'a\u0001'] },
  bytes: {
    type: () => t.bytes,
    sql: 'bytea',
    values: [[], [0], [0, 1], [255], [1, 0]].map(one => Uint8Array.from(one)),
    typed: bytes,
  },
  decimal: {
    type: () => t.decimal,
    sql: 'numeric',
    isManyfold: true,
    values: ['-10.5', '-0.001', '0', '2', '10', '12345678901234567890.5', 'NaN'],
  },
  uuid: {
    type: () => t.uuid,
    sql: 'uuid',
    values: ['00000000-0000-0000-0000-000000000001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  },
  date: { type: () => t.date, values: [new Date(0), new Date(-1), new Date('2024-02-29T12:34:56.789Z')] },
  enum: { type: () => t.enum('z', 'a', 'm'), values: ['z', 'a', 'm'], isKey: false },
  json: {
    type: () => t.json<unknown>(),
    sql: 'jsonb',
    values: [{}, { a: [1, null] }, [true], 'x', 1.5],
    isKey: false,
    isJson: true,
  },
}

// ------------------------------------------------------------------------------------------------- drafts

interface ColumnDraft {
  readonly kind: string
  readonly isNullable: boolean
}
interface TableDraft {
  readonly isMadeBySql: boolean
  readonly columns: readonly ColumnDraft[]
  readonly keyLength: number
  readonly isKeyDescending: boolean
  /** Column and direction of each index. */
  readonly indexes: readonly { readonly columns: readonly number[]; readonly isDescending: boolean }[]
}
interface Change {
  readonly door: 'typed' | 'sql'
  readonly kind: 'put' | 'put' | 'update' | 'delete'
  /** A choice of value for each column. */
  readonly choices: readonly number[]
  readonly commits: boolean
}

const column = fc.record({ kind: fc.constantFrom(...Object.keys(KINDS)), isNullable: fc.boolean() })
const tableDraft: fc.Arbitrary<TableDraft> = fc.record({
  isMadeBySql: fc.boolean(),
  columns: fc.array(column, { minLength: 2, maxLength: 6 }),
  keyLength: fc.integer({ min: 1, max: 2 }),
  isKeyDescending: fc.boolean(),
  indexes: fc.array(
    fc.record({
      columns: fc.uniqueArray(fc.nat({ max: 5 }), { minLength: 1, maxLength: 2 }),
      isDescending: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
})
const changes = fc.array(
  fc.record({
    door: fc.constantFrom('typed' as const, 'sql' as const),
    kind: fc.constantFrom('put' as const, 'put' as const, 'update' as const, 'delete' as const),
    choices: fc.array(fc.nat({ max: 20 }), { minLength: 6, maxLength: 6 }),
    commits: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
)

/** The draft as it can be: keys are of kinds that have an order, and never null. */
class Drafted {
  readonly names: readonly string[]
  readonly kinds: readonly Kind[]
  readonly isNullable: readonly boolean[]
  readonly keys: readonly string[]
  readonly indexes: readonly {
    readonly name: string
    readonly on: readonly string[]
    readonly isDescending: boolean
  }[]
  readonly draft: TableDraft

  constructor(draft: TableDraft) {
    this.draft = draft
    const isSql = draft.isMadeBySql
    const fits = (kind: Kind, place: number) =>
      (place >= draft.keyLength || (kind.isKey !== false && !(isSql && kind.isManyfold))) &&
      (!isSql || kind.sql !== undefined)
    this.kinds = draft.columns.map(({ kind }, i) => (fits(KINDS[kind]!, i) ? KINDS[kind]! : KINDS.i32!))
    this.names = this.kinds.map((_, i) => `c${i}`)
    this.isNullable = draft.columns.map(({ isNullable }, i) => isNullable && i >= draft.keyLength)
    this.keys = this.names.slice(0, draft.keyLength)
    this.indexes = draft.indexes.flatMap(({ columns, isDescending }, i) => {
      const on = columns.filter(at => at < this.kinds.length && this.kinds[at]!.isKey !== false)
      return on.length === 0 ? [] : [{ name: `i${i}`, on: on.map(at => this.names[at]!), isDescending }]
    })
  }

  definition() {
    const columns = this.kinds.map((kind, i) => {
      const type = kind.type()
      return [this.names[i]!, this.isNullable[i] ? type.nullable() : type]
    })
    const { isKeyDescending, isMadeBySql } = this.draft
    const [first, ...rest] = this.keys
    return table('rows', {
      columns: Object.fromEntries(columns) as Record<string, Type<unknown>>,
      primaryKey: isKeyDescending && !isMadeBySql ? [desc(first!), ...rest] : [...this.keys],
      indexes: isMadeBySql
        ? {}
        : Object.fromEntries(
            this.indexes.map(({ name, on, isDescending }) => [
              name,
              { on: isDescending ? [desc(on[0]!), ...on.slice(1)] : on },
            ]),
          ),
    } as never)
  }

  script(): string {
    const columns = this.kinds.map(
      (kind, i) => `${this.names[i]} ${kind.sql}${this.isNullable[i] ? '' : ' not null'}`,
    )
    const indexes = this.indexes
      .filter(({ on }) => on.every(name => this.kinds[this.names.indexOf(name)]!.sql !== 'jsonb'))
      .map(
        ({ name, on, isDescending }) =>
          `create index ${name} on rows (${on.join(', ')}${isDescending ? ' desc' : ''});`,
      )
    return `create table rows (${columns.join(', ')}, primary key (${this.keys.join(', ')})); ${indexes.join(' ')}`
  }

  /** Rows in the order of the primary key. */
  get keyOrder(): string {
    const { isKeyDescending, isMadeBySql } = this.draft
    return this.keys
      .map((name, i) => (i === 0 && isKeyDescending && !isMadeBySql ? `${name} desc` : name))
      .join(', ')
  }

  row(choices: readonly number[]): Row {
    return Object.fromEntries(
      this.kinds.map((kind, i) => {
        const choice = choices[i]!
        return [
          this.names[i]!,
          this.isNullable[i] && choice < 5 ? null : kind.values[choice % kind.values.length],
        ]
      }),
    )
  }

  /** A row of SQL as the table gives it. */
  typed(row: Row): Row {
    return Object.fromEntries(
      this.kinds.map((kind, i) => {
        const name = this.names[i]!
        const value = row[name]
        return [name, value === null || kind.typed === undefined ? value : kind.typed(value)]
      }),
    )
  }
}
type Row = Record<string, unknown>

function parameter(kind: Kind, value: unknown): unknown {
  return kind.isJson && value !== null ? JSON.stringify(value) : value
}

// ------------------------------------------------------------------------------------------------ the law

// biome-ignore lint/suspicious/noExplicitAny: the definition is made at random, so its types say nothing
type AnyTable = any

function apply(change: Change, drafted: Drafted, records: AnyTable, sql: SqlDoor): void {
  const row = drafted.row(change.choices)
  const { names, kinds, keys } = drafted
  const others = names.filter(name => !keys.includes(name))
  const key = keys.length === 1 ? row[keys[0]!] : keys.map(name => row[name])
  const value = (name: string) => parameter(kinds[names.indexOf(name)]!, row[name])
  const isKey = (from: number) => keys.map((name, i) => `${name} = $${from + i}`).join(' and ')
  if (change.door === 'typed') {
    if (change.kind === 'put') records.put(row)
    else if (change.kind === 'delete') records.delete(key)
    else records.update(key, Object.fromEntries(others.map(name => [name, row[name]])))
  } else if (change.kind === 'put') {
    const places = names.map((_, i) => `$${i + 1}`).join(', ')
    const action =
      others.length === 0
        ? 'nothing'
        : `update set ${others.map(name => `${name} = excluded.${name}`).join(', ')}`
    sql.query(
      `insert into rows (${names.join(', ')}) values (${places}) on conflict (${keys.join(', ')}) do ${action}`,
      names.map(value),
    )
  } else if (change.kind === 'delete') sql.query(`delete from rows where ${isKey(1)}`, keys.map(value))
  else if (others.length > 0) {
    const sets = others.map((name, i) => `${name} = $${i + 1}`).join(', ')
    sql.query(`update rows set ${sets} where ${isKey(others.length + 1)}`, [...others, ...keys].map(value))
  }
}

function compare(drafted: Drafted, records: AnyTable, sql: SqlDoor): void {
  const { keys, names, kinds, keyOrder } = drafted
  const ask = (rest: string, parameters: readonly unknown[] = []) =>
    (sql.query(`select * from rows ${rest}`, parameters) as Row[]).map(row => drafted.typed(row))
  const count = (rest: string, parameters: readonly unknown[] = []) =>
    (sql.query(`select count(*) as n from rows ${rest}`, parameters) as { n: number }[])[0]!.n

  const all: Row[] = records.range().toArray()
  expect(ask(`order by ${keyOrder}`)).toEqual(all)
  expect(count('')).toBe(all.length)
  expect(records.count()).toBe(all.length)
  const backwards: Row[] = records.range({ reverse: true, limit: 2 }).toArray()
  expect(backwards).toEqual(all.slice(-2).reverse())
  const isKey = keys.map((name, i) => `${name} = $${i + 1}`).join(' and ')
  for (const row of all.slice(0, 5)) {
    const values = keys.map(name => row[name])
    expect(ask(`where ${isKey}`, values)).toEqual([records.get(values.length === 1 ? values[0] : values)])
  }

  for (const { name, on, isDescending } of drafted.draft.isMadeBySql ? [] : drafted.indexes) {
    const index = records.by(name)
    // In an index null is less than every value.
    const direction = (i: number) => (isDescending && i === 0 ? 'desc nulls last' : 'asc nulls first')
    const order = [...on.map((one, i) => `${one} ${direction(i)}`), keyOrder].join(', ')
    const ordered: Row[] = index.range().toArray()
    expect(ask(`order by ${order}`), `by ${name}`).toEqual(ordered)
    const isEqual = on.map((one, i) => `${one} is not distinct from $${i + 1}`).join(' and ')
    for (const row of all.slice(0, 4)) {
      const values = on.map(one => row[one])
      const found: Row[] = [...index.getAll(values.length === 1 ? values[0] : values)]
      expect(ask(`where ${isEqual} order by ${keyOrder}`, values), `get by ${name}`).toEqual(found)
    }
    if (on.length > 1 || isDescending) continue
    const kind = kinds[names.indexOf(on[0]!)]!
    for (const [gte, lt] of [kind.values, [...kind.values].reverse()].map(list => [list[0], list.at(-1)])) {
      const found: Row[] = index.range({ gte, lt }).toArray()
      const where = `where ${on[0]} >= $1 and ${on[0]} < $2`
      expect(ask(`${where} order by ${order}`, [gte, lt]), `range of ${name}`).toEqual(found)
      expect(count(where, [gte, lt])).toBe(index.count({ gte, lt }))
    }
  }
}

test(`${TABLES} tables, written and read through both doors`, async () => {
  await fc.assert(
    fc.asyncProperty(tableDraft, changes, async (draft, list) => {
      const drafted = new Drafted(draft)
      const definition = drafted.definition()
      const db = openSync(':memory:')
      try {
        if (draft.isMadeBySql) db.exec(drafted.script())
        const committed = { rows: [] as Row[] }
        for (let at = 0; at < list.length; ) {
          const end = list.findIndex((change, i) => i >= at && change.commits)
          const part = list.slice(at, end < 0 ? list.length : end + 1)
          at += part.length
          db.write(tx => {
            const records = tx.table(definition) as AnyTable
            for (const change of part) {
              apply(change, drafted, records, tx)
              compare(drafted, records, tx)
            }
            committed.rows = records.range().toArray()
          })
          db.read((snapshot: Snapshot) => {
            const records = snapshot.table(definition) as AnyTable
            expect(records.range().toArray()).toEqual(committed.rows)
            compare(drafted, records, snapshot)
          })
        }
        expect((await db.check()).faults).toEqual([])
      } finally {
        db.close()
      }
    }),
    { numRuns: TABLES },
  )
}, 600_000)
