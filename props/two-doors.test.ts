/**
 * The law: a table with constraints keeps the same promises through both doors. The same changes, made by typed calls in one
 * database and by the statements that mean the same in another, are allowed or refused alike, by SQLSTATE and constraint, and
 * leave the same rows: after each call, after going back to a savepoint, and when the transaction commits or is refused.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CoppiceError, type Database, openSync, t, table, type WriteHandle } from '../src/index.ts'
import { runs } from './scale.ts'

const owners = table('owners', {
  columns: { id: t.i32, name: t.text.nullable(), shout: t.text.nullable() },
  primaryKey: ['id'],
})
const items = table('items', {
  columns: {
    id: t.i32,
    owner: t.i32.nullable(),
    price: t.i32.nullable(),
    size: t.i32.nullable(),
    twice: t.i32.nullable(),
    label: t.text.nullable(),
    up: t.i32.nullable(),
  },
  primaryKey: ['id'],
})

const ACTIONS = ['no action', 'restrict', 'cascade', 'set null', 'set default']
const WHEN = ['', 'deferrable', 'deferrable initially deferred']

interface Schema {
  readonly onDelete: string
  readonly onUpdate: string
  readonly upOnDelete: string
  readonly when: string
  readonly upWhen: string
  readonly nameWhen: string
}
const schemas: fc.Arbitrary<Schema> = fc.record({
  onDelete: fc.constantFrom(...ACTIONS),
  onUpdate: fc.constantFrom(...ACTIONS),
  upOnDelete: fc.constantFrom(...ACTIONS),
  when: fc.constantFrom(...WHEN),
  upWhen: fc.constantFrom(...WHEN),
  nameWhen: fc.constantFrom(...WHEN),
})

function open(schema: Schema): Database {
  const db = openSync(':memory:')
  db.exec(`
    create domain small as int check (value < 4);
    create table owners (
      id int primary key,
      name varchar(2) unique ${schema.nameWhen},
      shout text generated always as (upper(name)) stored
    );
    create table items (
      id int primary key,
      owner int default 1 references owners on delete ${schema.onDelete} on update ${schema.onUpdate} ${schema.when},
      price int check (price > 0),
      size small default 2,
      twice int generated always as (price * 2) stored,
      label text default 'none' check (label <> 'bad'),
      up int references items on delete ${schema.upOnDelete} ${schema.upWhen},
      check (twice < 8 or size > 1)
    );
    insert into owners values (1, 'a'), (2, 'b'), (3, null);
    insert into items (id, owner, up) values (1, 1, null), (2, 2, 1), (3, 2, 1);
  `)
  return db
}

// ----------------------------------------------------------------------------------------------- changes

type Values = Readonly<Record<string, number | string | null | undefined>>
type Change =
  | { readonly kind: 'put' | 'insert'; readonly table: TableName; readonly record: Values }
  | { readonly kind: 'putMany'; readonly table: TableName; readonly records: readonly Values[] }
  | { readonly kind: 'update'; readonly table: TableName; readonly id: number; readonly change: Values }
  | { readonly kind: 'delete'; readonly table: TableName; readonly id: number }
  | { readonly kind: 'deleteRange'; readonly table: TableName; readonly below: number }
  | { readonly kind: 'retain'; readonly table: TableName; readonly from: number }
  | { readonly kind: 'clear'; readonly table: TableName }
type TableName = 'owners' | 'items'
type Step =
  | { readonly kind: 'change'; readonly isTyped: boolean; readonly change: Change }
  | { readonly kind: 'undo'; readonly changes: readonly (Step & { readonly kind: 'change' })[] }
  | { readonly kind: 'commit' }

const ids = fc.integer({ min: 1, max: 4 })
const few = fc.option(ids, { nil: null })
/** Mostly what is allowed: a row is refused often enough for one of its many columns. */
const mostly = <T, U>(good: fc.Arbitrary<T>, bad: U): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: fc.constant(bad) })
const ownerValues: fc.Arbitrary<Values> = fc.record(
  { name: mostly(fc.constantFrom('a', 'b', 'cc', 'd', null), 'ddd') },
  { requiredKeys: [] },
)
const itemValues: fc.Arbitrary<Values> = fc.record(
  {
    owner: mostly(fc.integer({ min: 1, max: 3 }), null),
    price: mostly(fc.integer({ min: 1, max: 4 }), 0),
    size: mostly(fc.integer({ min: 1, max: 3 }), 4),
    label: mostly(fc.constantFrom('good', null), 'bad'),
    up: few,
  },
  { requiredKeys: [] },
)
const changesOf = (name: TableName, values: fc.Arbitrary<Values>): fc.Arbitrary<Change> => {
  const record = fc.tuple(ids, values).map(([id, more]): Values => ({ id, ...more }))
  const named = { table: fc.constant(name) }
  const patch = fc
    .tuple(values, fc.option(ids, { nil: undefined }))
    .map(([some, id]): Values => (id === undefined ? some : { ...some, id }))
    .filter(some => Object.keys(some).length > 0)
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ ...named, kind: fc.constant('put' as const), record }) },
    { weight: 2, arbitrary: fc.record({ ...named, kind: fc.constant('insert' as const), record }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...named,
        kind: fc.constant('putMany' as const),
        records: fc.uniqueArray(record, { selector: one => one.id, minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ ...named, kind: fc.constant('update' as const), id: ids, change: patch }),
    },
    { weight: 1, arbitrary: fc.record({ ...named, kind: fc.constant('delete' as const), id: ids }) },
    { weight: 1, arbitrary: fc.record({ ...named, kind: fc.constant('deleteRange' as const), below: ids }) },
    { weight: 1, arbitrary: fc.record({ ...named, kind: fc.constant('retain' as const), from: ids }) },
    { weight: 1, arbitrary: fc.record({ ...named, kind: fc.constant('clear' as const) }) },
  )
}
const change = fc.record({
  kind: fc.constant('change' as const),
  isTyped: fc.boolean(),
  change: fc.oneof(changesOf('owners', ownerValues), changesOf('items', itemValues)),
})
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: change },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('undo' as const),
        changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'commit' as const }) },
  ),
  { minLength: 8, maxLength: 40 },
)

// ---------------------------------------------------------------------------------------------- both doors

interface AnyTable {
  put(record: object): unknown
  insert(record: object): unknown
  putMany(records: readonly object[]): number
  update(id: number, change: object): boolean
  delete(id: number): boolean
  deleteRange(bounds: object): number
  retain(keep: (record: { id: number }) => boolean): number
  clear(): number
}

function byCall(tx: WriteHandle, made: Change): void {
  const rows = tx.table((made.table === 'owners' ? owners : items) as never) as unknown as AnyTable
  switch (made.kind) {
    case 'put':
      rows.put(made.record)
      return
    case 'insert':
      rows.insert(made.record)
      return
    case 'putMany':
      rows.putMany(made.records)
      return
    case 'update':
      rows.update(made.id, made.change)
      return
    case 'delete':
      rows.delete(made.id)
      return
    case 'deleteRange':
      rows.deleteRange({ lt: made.below })
      return
    case 'retain':
      rows.retain(({ id }) => id >= made.from)
      return
    case 'clear':
      rows.clear()
  }
}

const COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  owners: ['id', 'name'],
  items: ['id', 'owner', 'price', 'size', 'label', 'up'],
}

function statementOf(made: Change): string {
  const name = made.table
  const columns = COLUMNS[name]
  const literal = (value: Values[string]) =>
    value === undefined ? 'default' : typeof value === 'string' ? `'${value}'` : String(value)
  const inserting = (records: readonly Values[]) => {
    const rows = records.map(record => `(${columns.map(column => literal(record[column])).join(', ')})`)
    return `insert into ${name} (${columns.join(', ')}) values ${rows.join(', ')}`
  }
  const replacing = `on conflict (id) do update set ${columns.map(one => `${one} = excluded.${one}`).join(', ')}`
  switch (made.kind) {
    case 'put':
      return `${inserting([made.record])} ${replacing}`
    case 'insert':
      return inserting([made.record])
    case 'putMany':
      return `${inserting(made.records)} ${replacing}`
    case 'update': {
      const set = Object.entries(made.change).map(([column, value]) => `${column} = ${literal(value)}`)
      return `update ${name} set ${set.join(', ')} where id = ${made.id}`
    }
    case 'delete':
      return `delete from ${name} where id = ${made.id}`
    case 'deleteRange':
      return `delete from ${name} where id < ${made.below}`
    case 'retain':
      return `delete from ${name} where id < ${made.from}`
    case 'clear':
      return `delete from ${name}`
  }
}

/** What a change or a commit is refused for; undefined: it is not. */
function refusal(run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    const { code, details } = error as CoppiceError
    if (code === 'KEY_EXISTS') return `23505 ${details.table}_pkey`
    if (code === 'UNIQUE_VIOLATION') return `23505 ${details.index}`
    if (details?.sqlstate === undefined) throw error
    return `${details.sqlstate} ${details.constraint ?? ''}`
  }
}

/** A statement takes all of its values before it stores the first, so another of several violations may come first. */
function isManifold({ kind }: Change): boolean {
  return kind === 'putMany'
}

class Trial {
  private readonly typed: Database
  private readonly stated: Database
  private a: WriteHandle
  private b: WriteHandle

  constructor(schema: Schema) {
    this.typed = open(schema)
    this.stated = open(schema)
    this.a = this.typed.begin()
    this.b = this.stated.begin()
  }

  private compare(): void {
    for (const name of ['owners', 'items']) {
      const text = `select * from ${name} order by id`
      expect(this.a.query(text)).toEqual(this.b.query(text))
    }
  }

  private change({ isTyped, change: made }: Step & { readonly kind: 'change' }): void {
    const text = statementOf(made)
    const called = refusal(() => (isTyped ? byCall(this.a, made) : void this.a.query(text)))
    const stated = refusal(() => void this.b.query(text))
    if (isManifold(made)) expect(called === undefined, text).toBe(stated === undefined)
    else expect(called, text).toBe(stated)
    this.compare()
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'change':
        this.change(step)
        return
      case 'undo': {
        const savepoints = [this.a.savepoint(), this.b.savepoint()]
        for (const one of step.changes) this.change(one)
        for (const savepoint of savepoints) savepoint.rollback()
        this.compare()
        return
      }
      case 'commit':
        this.commit()
        this.a = this.typed.begin()
        this.b = this.stated.begin()
        this.compare()
    }
  }

  private commit(): void {
    expect(refusal(() => this.a.commit())).toBe(refusal(() => this.b.commit()))
  }

  end(): void {
    this.commit()
    this.typed.close()
    this.stated.close()
  }
}

test('both doors keep the same promises', () => {
  fc.assert(
    fc.property(schemas, steps, (schema, all) => {
      const trial = new Trial(schema)
      for (const step of all) trial.run(step)
      trial.end()
    }),
    { numRuns: runs(60) },
  )
})
