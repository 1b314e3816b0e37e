/** What SQL says of a table holds for rows that are written from TypeScript: constraints, defaults, generated columns. */

import { describe, expect, test } from 'vitest'
import { type CoppiceError, type Database, openSync, type Transaction, t, table } from '../../../src/index.ts'

const SCHEMA = `
  create domain percent as int check (value between 0 and 100);
  create domain word as text not null;
  create table owners (id int primary key, name text unique);
  insert into owners values (1, 'ada'), (2, 'bob');
  create table items (
    id int primary key,
    price int constraint price_is_positive check (price > 0),
    discount percent,
    owner int references owners,
    code varchar(3),
    cost numeric(5, 2),
    label text default 'none',
    name word default 'item',
    shout text generated always as (upper(code)) stored,
    check (discount < 50 or price > 100)
  );
  insert into items (id, price, owner, code) values (1, 10, 1, 'abc');
`

const items = table('items', {
  columns: {
    id: t.i32,
    price: t.i32.nullable(),
    discount: t.i32.nullable(),
    owner: t.i32.nullable(),
    code: t.text.nullable(),
    cost: t.decimal.nullable(),
    label: t.text.nullable(),
    name: t.text.nullable(),
    shout: t.text.nullable(),
  },
  primaryKey: ['id'],
  indexes: { byPrice: { on: ['price'] } },
})
const owners = table('owners', { columns: { id: t.i32, name: t.text.nullable() }, primaryKey: ['id'] })

type Items = ReturnType<Transaction['table']> extends never ? never : ReturnType<typeof itemsOf>
const itemsOf = (tx: Transaction) => tx.table(items)
type Change = Partial<{
  id: number
  price: number | null
  discount: number | null
  owner: number | null
  code: string | null
  cost: string | null
  label: string | null
  name: string | null
  shout: string | null
}>

function open(more = ''): Database {
  const db = openSync(':memory:')
  db.exec(SCHEMA + more)
  return db
}

/** What a call throws, as far as programs look at it. */
function failure(run: () => unknown): { code: string; sqlstate?: string; constraint?: string } {
  try {
    run()
  } catch (error) {
    const { code, details } = error as CoppiceError
    const { sqlstate, constraint } = details
    return {
      code,
      ...(sqlstate === undefined ? {} : { sqlstate }),
      ...(constraint === undefined ? {} : { constraint }),
    }
  }
  throw new Error('nothing was thrown')
}

/** Every way to store a row: as a new one, or in the place of number 1. */
const STORES: Readonly<Record<string, (rows: Items, change: Change) => unknown>> = {
  'put, new': (rows, change) => rows.put({ id: 2, price: 1, ...change }),
  'put, replacing': (rows, change) => rows.put({ ...rows.get(1)!, ...change }),
  insert: (rows, change) => rows.insert({ id: 2, price: 1, ...change }),
  'update by an object': (rows, change) => rows.update(1, change),
  'update by a function': (rows, change) => rows.update(1, () => change),
  'update that moves': (rows, change) => rows.update(1, { ...change, id: 7 }),
  'putMany, new': (rows, change) => rows.putMany([{ id: 2 }, { id: 3, price: 1, ...change }]),
  'putMany, replacing': (rows, change) => rows.putMany([{ id: 2 }, { ...rows.get(1)!, ...change }]),
  'compareAndSet, new': (rows, change) => rows.compareAndSet(2, undefined, { id: 2, price: 1, ...change }),
  'compareAndSet, replacing': (rows, change) =>
    rows.compareAndSet(1, rows.get(1)!, { ...rows.get(1)!, ...change }),
}

const VIOLATION = { code: 'CONSTRAINT_VIOLATION' }
const VIOLATIONS: readonly [string, Change, object][] = [
  ['a check of a column', { price: 0 }, { ...VIOLATION, sqlstate: '23514', constraint: 'price_is_positive' }],
  [
    'a check of the table',
    { price: 60, discount: 60 },
    { ...VIOLATION, sqlstate: '23514', constraint: 'items_check' },
  ],
  [
    'a check of a domain',
    { discount: 101 },
    { ...VIOLATION, sqlstate: '23514', constraint: 'percent_check' },
  ],
  ['NOT NULL of a domain', { name: null }, { ...VIOLATION, sqlstate: '23502' }],
  ['a foreign key', { owner: 3 }, { ...VIOLATION, sqlstate: '23503', constraint: 'items_owner_fkey' }],
  ['a length', { code: 'abcd' }, { code: 'SQL_ERROR', sqlstate: '22001' }],
  ['a precision', { cost: '1000' }, { code: 'SQL_ERROR', sqlstate: '22003' }],
  ['a value for a generated column', { shout: 'no' }, { code: 'SQL_ERROR', sqlstate: '428C9' }],
]

describe('a row that violates', () => {
  for (const [what, change, expected] of VIOLATIONS) {
    test.each(Object.keys(STORES))(`${what} is refused by %s, and nothing has happened`, name => {
      using db = open()
      const before = db.query('select * from items')
      db.write(tx => {
        const rows = tx.table(items)
        expect(failure(() => STORES[name](rows, change))).toEqual(expected)
        expect(tx.query('select * from items')).toEqual(before)
        // The transaction goes on.
        rows.put({ id: 9, owner: 2 })
      })
      expect(db.query('select id from items order by id')).toEqual([{ id: 1 }, { id: 9 }])
    })
  }

  test('is refused in a queued transaction, in a handle, and in a nested one', async () => {
    using db = open()
    await expect(db.writeAsync(tx => tx.table(items).put({ id: 2, price: 0 }))).rejects.toMatchObject(
      VIOLATION,
    )
    using tx = db.begin()
    expect(failure(() => tx.table(items).put({ id: 2, price: 0 }))).toMatchObject(VIOLATION)
    expect(failure(() => tx.nested(() => tx.table(items).put({ id: 2, price: 0 })))).toMatchObject(VIOLATION)
    tx.table(items).put({ id: 3, price: 1 })
    await tx.commitAsync()
    expect(db.query('select id from items order by id')).toEqual([{ id: 1 }, { id: 3 }])
  })

  test('among many that are put leaves none of them, and none that a replaced one has given up', () => {
    using db = open()
    db.write(tx => {
      const rows = tx.table(items)
      const many = Array.from({ length: 500 }, (_, i) => ({ id: i, price: i === 499 ? 0 : 5, owner: 1 }))
      expect(failure(() => rows.putMany(many))).toMatchObject({ sqlstate: '23514' })
      expect(rows.count()).toBe(1)
      expect(rows.by('byPrice').count()).toBe(1)
    })
  })

  test('says what the statement would say, as the cause', () => {
    using db = open()
    const thrown = (run: () => unknown) => {
      try {
        run()
      } catch (error) {
        return error as CoppiceError
      }
      throw new Error('nothing was thrown')
    }
    const typed = thrown(() => db.write(tx => tx.table(items).put({ id: 2, price: 0 })))
    const stated = thrown(() => db.exec('insert into items (id, price) values (2, 0)'))
    expect(typed.message).toContain("table 'items'")
    expect(typed.details.table).toBe('items')
    expect(typed.cause).toMatchObject({ primary: (stated as { primary?: string }).primary })
  })
})

describe('a row that is good', () => {
  test.each(Object.keys(STORES))('is stored by %s as the statement would store it', name => {
    using db = open()
    db.write(tx =>
      STORES[name](tx.table(items), { price: 120, discount: 60, code: 'xyz', cost: '1.005', owner: 2 }),
    )
    const [row] = db.query<Record<string, unknown>>('select * from items where price = 120')
    expect(row).toMatchObject({
      code: 'xyz',
      shout: 'XYZ',
      cost: '1.01',
      discount: 60,
      owner: 2,
      name: 'item',
    })
    expect(row.label).toBe('none')
    // The index agrees.
    expect(db.read(snap => snap.table(items).by('byPrice').get(120))).toMatchObject({ shout: 'XYZ' })
  })

  test('may have the generated value that it was read with, or the right one', () => {
    using db = open()
    db.write(tx => {
      const rows = tx.table(items)
      rows.put({ ...rows.get(1)!, code: 'new' })
      expect(rows.get(1)!.shout).toBe('NEW')
      rows.put({ id: 2, code: 'b', shout: 'B' })
      expect(failure(() => rows.put({ id: 2, code: 'b', shout: 'b' }))).toMatchObject({ sqlstate: '428C9' })
      expect(failure(() => rows.put({ id: 3, code: 'c', shout: 'B' }))).toMatchObject({ sqlstate: '428C9' })
    })
  })

  test('has the default of the definition where that has one, and null where null is given', () => {
    using db = open()
    const own = table('items', {
      columns: { ...items.columnTypes, label: t.text.nullable().default('from TypeScript') },
      primaryKey: ['id'],
    })
    db.write(tx => {
      tx.table(own).put({ id: 2 })
      tx.table(own).put({ id: 3, label: null })
    })
    expect(db.query('select label from items where id > 1 order by id')).toEqual([
      { label: 'from TypeScript' },
      { label: null },
    ])
  })
})

describe('what is left out is not compared', () => {
  test('by compareAndSet, where SQL fills it', () => {
    using db = open()
    const seen = { id: 1, price: 10, owner: 1, code: 'abc' }
    expect(db.write(tx => tx.table(items).compareAndSet(1, seen, { ...seen, code: 'new' }))).toBe(true)
    expect(db.write(tx => tx.table(items).compareAndSet(1, seen, { ...seen, price: 11 }))).toBe(false)
    expect(db.write(tx => tx.table(items).compareAndSet(5, seen, { ...seen, id: 5 }))).toBe(false)
    expect(db.query('select price, code, shout from items')).toEqual([
      { price: 10, code: 'new', shout: 'NEW' },
    ])
  })
})

describe('identity columns', () => {
  const SEQUENCES = `
    create table always (id int generated always as identity primary key, a int check (a > 0));
    create table given (id int generated by default as identity primary key, a int);
    create table serials (id serial primary key, a int);
  `
  const numbered = (name: string) =>
    table(name, { columns: { id: t.i32.autoIncrement(), a: t.i32.nullable() }, primaryKey: ['id'] })

  test.each(['always', 'given', 'serials'])('%s: both doors take numbers from one sequence', name => {
    using db = open(SEQUENCES)
    const rows = numbered(name)
    db.exec(`insert into ${name} (a) values (1)`)
    expect(db.write(tx => [tx.table(rows).insert({ a: 2 }), tx.table(rows).put({ a: 3 })])).toEqual([2, 3])
    expect(db.write(tx => tx.table(rows).putMany([{ a: 4 }, { a: 5 }]))).toBe(2)
    db.exec(`insert into ${name} (a) values (6)`)
    expect(db.query(`select id, a from ${name} order by id`)).toEqual(
      [1, 2, 3, 4, 5, 6].map(i => ({ id: i, a: i })),
    )
  })

  test('a number of GENERATED ALWAYS can be loaded and kept, but not given', () => {
    using db = open(SEQUENCES)
    const rows = numbered('always')
    db.write(tx => {
      const always = tx.table(rows)
      expect(failure(() => always.insert({ id: 5, a: 1 }))).toMatchObject({ sqlstate: '428C9' })
      expect(failure(() => always.put({ id: 5, a: 1 }))).toMatchObject({ sqlstate: '428C9' })
      always.putMany([{ id: 5, a: 1 }])
      always.put({ id: 5, a: 2 })
      expect(always.update(5, { a: 3 })).toBe(true)
      expect(failure(() => always.update(5, { id: 6 }))).toMatchObject({ sqlstate: '428C9' })
      expect(always.range().toArray()).toEqual([{ id: 5, a: 3 }])
    })
  })

  test('a number that a refused row took is not given again, as after ROLLBACK TO SAVEPOINT', () => {
    using db = open(SEQUENCES)
    db.write(tx => {
      const always = tx.table(numbered('always'))
      expect(failure(() => always.insert({ a: 0 }))).toMatchObject({ sqlstate: '23514' })
      expect(always.insert({ a: 1 })).toBe(2)
    })
  })

  test('a number that is taken does not replace a row', () => {
    using db = open(SEQUENCES)
    db.write(tx => {
      const given = tx.table(numbered('given'))
      given.put({ id: 1, a: 7 })
      expect(failure(() => given.put({ a: 8 })).code).toBe('KEY_EXISTS')
      expect(given.get(1)).toEqual({ id: 1, a: 7 })
    })
  })

  test.each(['always', 'given', 'serials'])('%s: nor does it in putMany, among new ones neither', name => {
    using db = open(SEQUENCES)
    const rows = numbered(name)
    db.write(tx => {
      const numbers = tx.table(rows)
      numbers.putMany([{ id: 1, a: 7 }])
      expect(failure(() => numbers.putMany([{ a: 8 }])).code).toBe('KEY_EXISTS')
      expect(failure(() => numbers.putMany([{ id: 3, a: 8 }, { a: 9 }, { a: 10 }])).code).toBe('KEY_EXISTS')
      expect(numbers.range().toArray()).toEqual([{ id: 1, a: 7 }])
    })
  })
})

/** Every way to remove owner 1. */
const REMOVALS: Readonly<Record<string, (tx: Transaction) => unknown>> = {
  delete: tx => tx.table(owners).delete(1),
  popFirst: tx => tx.table(owners).popFirst(),
  popLast: tx => tx.table(owners).popLast({ lte: 1 }),
  retain: tx => tx.table(owners).retain(owner => owner.id !== 1),
  deleteRange: tx => tx.table(owners).deleteRange({ lt: 2 }),
  clear: tx => tx.table(owners).clear(),
  compareAndSet: tx => tx.table(owners).compareAndSet(1, { id: 1, name: 'ada' }, undefined),
  'an index: deleteAll': tx => byName(tx).deleteAll('ada'),
  'an index: deleteRange': tx => byName(tx).deleteRange({ lt: 'b' }),
  'an index: popFirst': tx => byName(tx).popFirst(),
}
const indexedOwners = table('owners', {
  columns: owners.columnTypes,
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'] } },
})
const byName = (tx: Transaction) => tx.table(indexedOwners).by('byName')

function openReferring(action: string): Database {
  const db = openSync(':memory:')
  db.exec(`
    create table owners (id int primary key, name text unique);
    insert into owners values (1, 'ada'), (2, 'bob');
    create table items (id int primary key, owner int default 2 references owners ${action});
    insert into items values (1, 1), (2, 1), (3, null);
  `)
  return db
}
const referring = (db: Database) =>
  db.query<{ owner: number | null }>('select owner from items order by id').map(row => row.owner)

describe('a row that is removed', () => {
  const gone = (name: string) => (name === 'clear' ? [] : [2])
  const remaining = (db: Database) => db.query<{ id: number }>('select id from owners').map(row => row.id)

  test.each(Object.keys(REMOVALS))('ON DELETE CASCADE takes those that refer to it, by %s', name => {
    using db = openReferring('on delete cascade')
    db.write(REMOVALS[name])
    expect(remaining(db)).toEqual(gone(name))
    expect(referring(db)).toEqual([null])
  })

  test.each(Object.keys(REMOVALS))('ON DELETE SET NULL, by %s', name => {
    using db = openReferring('on delete set null')
    db.write(REMOVALS[name])
    expect(remaining(db)).toEqual(gone(name))
    expect(referring(db)).toEqual([null, null, null])
  })

  test.each(Object.keys(REMOVALS).filter(name => name !== 'clear'))('ON DELETE SET DEFAULT, by %s', name => {
    using db = openReferring('on delete set default')
    db.write(REMOVALS[name])
    expect(referring(db)).toEqual([2, 2, null])
  })

  test.each(Object.keys(REMOVALS))(
    'RESTRICT and NO ACTION refuse it, by %s, and nothing has happened',
    name => {
      for (const [action, sqlstate] of [
        ['on delete restrict', '23001'],
        ['', '23503'],
        ['deferrable', '23503'],
      ]) {
        using db = openReferring(action)
        db.write(tx => {
          expect(failure(() => REMOVALS[name](tx))).toEqual({
            ...VIOLATION,
            sqlstate,
            constraint: 'items_owner_fkey',
          })
          expect(tx.table(owners).count()).toBe(2)
        })
        expect(remaining(db)).toEqual([1, 2])
        expect(referring(db)).toEqual([1, 1, null])
      }
    },
  )

  test.each(Object.keys(REMOVALS))('INITIALLY DEFERRED waits for the commit, by %s', name => {
    using db = openReferring('deferrable initially deferred')
    expect(failure(() => db.write(REMOVALS[name]))).toMatchObject({
      sqlstate: '23503',
      constraint: 'items_owner_fkey',
    })
    expect(remaining(db)).toEqual([1, 2])
    db.write(tx => {
      REMOVALS[name](tx)
      tx.table(owners).put({ id: 1, name: 'again' })
    })
    expect(referring(db)).toEqual([1, 1, null])
  })

  test('goes with rows that refer to each other, in one call', () => {
    using db = openSync(':memory:')
    db.exec('create table nodes (id int primary key, up int references nodes)')
    const nodes = table('nodes', { columns: { id: t.i32, up: t.i32.nullable() }, primaryKey: ['id'] })
    db.write(tx => {
      tx.table(nodes).putMany([1, 2, 3].map(id => ({ id, up: id === 3 ? 1 : id + 1 })))
      expect(failure(() => tx.table(nodes).delete(1))).toMatchObject({ sqlstate: '23503' })
      expect(failure(() => tx.table(nodes).deleteRange({ lt: 3 }))).toMatchObject({ sqlstate: '23503' })
      expect(tx.table(nodes).count()).toBe(3)
      expect(tx.table(nodes).clear()).toBe(3)
    })
  })
})

describe('a key that changes', () => {
  const move = (db: Database) => db.write(tx => tx.table(owners).update(1, { id: 5 }))

  test('is followed by ON UPDATE CASCADE, SET NULL and SET DEFAULT', () => {
    for (const [action, expected] of [
      ['cascade', [5, 5, null]],
      ['set null', [null, null, null]],
      ['set default', [2, 2, null]],
    ] as const) {
      using db = openReferring(`on update ${action}`)
      expect(move(db)).toBe(true)
      expect(referring(db)).toEqual(expected)
    }
  })

  test('is refused by RESTRICT and NO ACTION', () => {
    for (const [action, sqlstate] of [
      ['on update restrict', '23001'],
      ['', '23503'],
    ]) {
      using db = openReferring(action)
      expect(failure(() => move(db))).toMatchObject({ sqlstate })
      expect(db.query('select id from owners')).toEqual([{ id: 1 }, { id: 2 }])
    }
  })

  test('by put, too, where what is referred to is not the primary key', () => {
    using db = openSync(':memory:')
    db.exec(`
      create table owners (id int primary key, name text unique);
      create table items (id int primary key, owner text references owners (name) on update cascade);
      insert into owners values (1, 'ada'); insert into items values (1, 'ada');
    `)
    db.write(tx => tx.table(owners).put({ id: 1, name: 'eve' }))
    expect(db.query('select owner from items')).toEqual([{ owner: 'eve' }])
  })
})

describe('deferrable keys', () => {
  test('are looked at when the call ends, or the transaction', () => {
    for (const [when, isEarly] of [
      ['deferrable', true],
      ['deferrable initially deferred', false],
    ] as const) {
      using db = openSync(':memory:')
      db.exec(`create table places (id int primary key, place int unique ${when})`)
      const places = table('places', { columns: { id: t.i32, place: t.i32.nullable() }, primaryKey: ['id'] })
      db.write(tx => {
        tx.table(places).putMany([
          { id: 1, place: 1 },
          { id: 2, place: 2 },
        ])
        // They change places, in one call.
        tx.table(places).putMany([
          { id: 1, place: 2 },
          { id: 2, place: 1 },
        ])
        const clash = () => tx.table(places).put({ id: 3, place: 1 })
        if (isEarly)
          expect(failure(clash)).toEqual({ ...VIOLATION, sqlstate: '23505', constraint: 'places_place_key' })
        else {
          clash()
          tx.table(places).delete(3)
        }
      })
      expect(failure(() => db.write(tx => tx.table(places).put({ id: 3, place: 1 })))).toMatchObject({
        sqlstate: '23505',
      })
      expect(db.query('select place from places order by id')).toEqual([{ place: 2 }, { place: 1 }])
    }
  })

  test('SET CONSTRAINTS holds for both doors', () => {
    using db = openReferring('deferrable')
    const rows = table('items', { columns: { id: t.i32, owner: t.i32.nullable() }, primaryKey: ['id'] })
    db.write(tx => {
      tx.exec('set constraints all deferred')
      tx.table(rows).put({ id: 4, owner: 3 })
      expect(failure(() => tx.exec('set constraints all immediate'))).toMatchObject({ sqlstate: '23503' })
      tx.table(owners).put({ id: 3, name: 'eve' })
      tx.exec('set constraints all immediate')
      expect(failure(() => tx.table(rows).put({ id: 5, owner: 9 }))).toMatchObject({ sqlstate: '23503' })
    })
    expect(referring(db)).toEqual([1, 1, null, 3])
  })

  test('what a savepoint took back is not waited for', () => {
    using db = openReferring('deferrable initially deferred')
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.exec(
        'create table late (id int primary key, owner int references owners deferrable initially deferred)',
      )
      tx.exec('insert into late values (1, 77)')
      tx.table(owners).delete(1)
      savepoint.rollback()
    })
    expect(referring(db)).toEqual([1, 1, null])
  })
})

describe('definitions that change in the transaction', () => {
  test('hold from then on, for handles that are open, too', () => {
    using db = open()
    db.write(tx => {
      const rows = tx.table(items)
      rows.put({ id: 2, price: 7 })
      tx.exec('alter table items add constraint cheap check (price < 20)')
      expect(failure(() => rows.put({ id: 3, price: 30 }))).toMatchObject({ constraint: 'cheap' })
      const savepoint = tx.savepoint()
      tx.exec('alter table items drop constraint cheap')
      rows.put({ id: 3, price: 30 })
      savepoint.rollback()
      expect(failure(() => rows.put({ id: 3, price: 30 }))).toMatchObject({ constraint: 'cheap' })
    })
    expect(failure(() => db.write(tx => tx.table(items).put({ id: 3, price: 30 })))).toMatchObject({
      constraint: 'cheap',
    })
  })

  test('a handle of a table that had no rules refuses all work once it has some', () => {
    using db = openSync(':memory:')
    const plain = table('plain', { columns: { id: t.i32, a: t.i32.nullable() }, primaryKey: ['id'] })
    db.exec('create table plain (id int primary key, a int)')
    db.write(tx => {
      const rows = tx.table(plain)
      rows.put({ id: 1, a: 0 })
      tx.exec('create table referring (id int primary key, plain int references plain)')
      tx.exec('insert into referring values (1, 1)')
      expect(failure(() => rows.delete(1)).code).toBe('TABLE_NOT_FOUND')
      expect(failure(() => tx.table(plain).delete(1))).toMatchObject({ sqlstate: '23503' })
    })
  })

  test('of a transaction that was rolled back are forgotten', () => {
    using db = open()
    using tx = db.begin()
    tx.exec('alter table items add constraint cheap check (price < 20)')
    expect(failure(() => tx.table(items).put({ id: 3, price: 30 }))).toMatchObject({ constraint: 'cheap' })
    tx.rollback()
    db.write(tx => tx.table(items).put({ id: 3, price: 30 }))
    db.exec('delete from items where id = 3; alter table items add constraint dear check (price > 5)')
    expect(failure(() => db.write(tx => tx.table(items).put({ id: 3, price: 3 })))).toMatchObject({
      constraint: 'dear',
    })
  })
})

describe('a table that TypeScript made', () => {
  test('is held to references of tables of SQL to it', () => {
    using db = openSync(':memory:')
    db.write(tx => tx.table(owners).put({ id: 1, name: 'ada' }))
    db.exec(
      'create table items (id int primary key, owner int references owners); insert into items values (1, 1)',
    )
    expect(failure(() => db.write(tx => tx.table(owners).delete(1)))).toMatchObject({ sqlstate: '23503' })
    db.exec('delete from items')
    expect(db.write(tx => tx.table(owners).delete(1))).toBe(true)
  })
})

describe('while a call changes a table, what it asks of the caller', () => {
  const pairs = table('pairs', { columns: { id: t.i32, a: t.i32 }, primaryKey: ['id'] })
  test.each([
    'alter table pairs add foreign key (a) references owners',
    'alter table pairs add check (a < 10)',
    'create unique index on pairs (a)',
    'truncate pairs',
  ])('does not %s', ddl => {
    using db = open('create table pairs (id int primary key, a int not null check (a > 0))')
    db.write(tx => {
      const rows = tx.table(pairs)
      rows.put({ id: 1, a: 20 })
      const input = function* () {
        yield { id: 2, a: 20 }
        tx.exec(ddl)
      }
      expect(failure(() => rows.putMany(input()))).toMatchObject({ sqlstate: '55006' })
      const change = () => {
        tx.exec(ddl)
        return { a: 21 }
      }
      expect(failure(() => rows.update(1, change))).toMatchObject({ sqlstate: '55006' })
      expect(rows.range().toArray()).toEqual([{ id: 1, a: 20 }])
      tx.exec('alter table pairs add check (a > 1)')
    })
  })
})

test('an array of a domain has values of the domain', () => {
  using db = open('create table shares (id int primary key, of percent[])')
  const shares = table('shares', {
    columns: { id: t.i32, of: t.array(t.i32.nullable()).nullable() },
    primaryKey: ['id'],
  })
  db.write(tx => {
    const rows = tx.table(shares)
    rows.putMany([
      { id: 1, of: [1, null, 100] },
      { id: 2, of: null },
      { id: 3, of: [] },
    ])
    expect(failure(() => rows.put({ id: 4, of: [1, 101] }))).toMatchObject({ sqlstate: '23514' })
    expect(failure(() => rows.putMany([{ id: 4, of: [-1] }]))).toMatchObject({ sqlstate: '23514' })
  })
  expect(db.query('select * from shares order by id')).toEqual([
    { id: 1, of: [1, null, 100] },
    { id: 2, of: null },
    { id: 3, of: [] },
  ])
})

test('a table that was made in TypeScript has arrays of one dimension, from 1 on, by each door', () => {
  const lists = table('lists', {
    columns: { id: t.i32, of: t.array(t.i32) },
    primaryKey: ['id'],
    indexes: { byList: { on: ['of'] } },
  })
  const copied = table('own', {
    columns: { id: t.i32, of: t.array(t.i32.nullable()).nullable() },
    primaryKey: ['id'],
  })
  using db = open(`create table own (id int primary key, "of" int[]); create index on own ("of");
    insert into own select g, array[g, g + 1] from generate_series(1, 1000) g; analyze`)
  db.write(tx =>
    tx.table(lists).putMany(Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, of: [i + 1, i + 2] }))),
  )
  for (const [at, text] of ['[0:1]={1,2}', '{{1,2},{3,4}}'].entries()) {
    const id = 2000 + at
    expect(failure(() => db.exec(`insert into lists values (${id}, '${text}')`))).toMatchObject({
      sqlstate: '0A000',
    })
    db.exec(`insert into own values (${id}, '${text}')`)
    const { of } = db.read(tx => tx.table(copied).get(id))!
    const codes = db.write(tx => {
      const list = { id, of: of as readonly number[] }
      return [
        failure(() => tx.table(lists).put(list)).code,
        failure(() => tx.table(lists).putMany([list])).code,
        failure(() => tx.table(lists).update(1, { of: list.of })).code,
      ]
    })
    expect(codes).toEqual(['INVALID_VALUE', 'INVALID_VALUE', 'INVALID_VALUE'])
    expect(db.query(`select id from lists where "of" = '${text}'`)).toEqual([])
    expect(db.query(`select id from lists where "of" in ('${text}', '{5,6}')`)).toEqual([{ id: 5 }])
    expect(db.query(`select id from own where "of" = '${text}'`)).toEqual([{ id }])
  }
  expect(db.query('select count(*) as n from lists')).toEqual([{ n: 1000 }])
})

test('arrays of several dimensions are read as nested arrays, and written back as they were', () => {
  const grids = table('grids', {
    columns: { id: t.i32, of: t.array(t.i32.nullable()).nullable(), note: t.text.nullable() },
    primaryKey: ['id'],
  })
  for (const check of ['', ', check (cardinality("of") > 0)']) {
    using db = open(`create table grids (id int primary key, "of" int[], note text${check});
      insert into grids values (1, '{{1,2},{3,null}}'), (2, '[0:1]={5,6}'), (3, '[2:2][-1:0]={{7,8}}'), (4, '{9}')`)
    expect(
      db.read(tx =>
        tx
          .table(grids)
          .values()
          .map(({ of }) => of)
          .toArray(),
      ),
    ).toEqual([
      [
        [1, 2],
        [3, null],
      ],
      [5, 6],
      [[7, 8]],
      [9],
    ])
    db.write(tx => {
      const rows = tx.table(grids)
      for (const row of [...rows]) rows.put({ ...row, note: 'put' })
      rows.update(3, { note: 'updated' })
      // Given anew it is an array like any other, and those have elements for elements.
      const nested = [[1, 2]] as unknown as number[]
      expect(failure(() => rows.put({ id: 5, of: nested, note: null }))).toEqual({ code: 'INVALID_VALUE' })
      const seen = rows.get(1)!
      expect(rows.compareAndSet(1, { ...seen, note: 'put' }, { ...seen, note: 'compared' })).toBe(true)
    })
    expect(db.query('select id, "of"::text as text, "of", note from grids order by id')).toEqual([
      {
        id: 1,
        text: '{{1,2},{3,NULL}}',
        of: [
          [1, 2],
          [3, null],
        ],
        note: 'compared',
      },
      { id: 2, text: '[0:1]={5,6}', of: [5, 6], note: 'put' },
      { id: 3, text: '[2:2][-1:0]={{7,8}}', of: [[7, 8]], note: 'updated' },
      { id: 4, text: '{9}', of: [9], note: 'put' },
    ])
  }
})

describe("names of Coppice's own tables", () => {
  test.each([
    ['create schema coppice', 'unacceptable schema name "coppice"'],
    ['create schema if not exists "coppice.more"', 'unacceptable schema name "coppice.more"'],
    ['create schema others; alter schema others rename to coppice', 'unacceptable schema name "coppice"'],
    ['create table "coppice.history" (key int primary key)', 'unacceptable table name "coppice.history"'],
    ['create table "coppice.some" as select 1 as id', 'unacceptable table name "coppice.some"'],
    ['create materialized view "coppice.some" as select 1 as id', 'unacceptable table name "coppice.some"'],
    ['alter table owners rename to "coppice.statistics"', 'unacceptable table name "coppice.statistics"'],
  ])('are refused: %s', (text, message) => {
    using db = open()
    expect(() => db.exec(text)).toThrow(expect.objectContaining({ sqlstate: '42939', primary: message }))
  })

  test('are names of other schemas, and of columns', () => {
    using db = open('create schema app; create table app."coppice.some" ("coppice.some" int primary key)')
    db.exec('insert into app."coppice.some" values (1)')
    expect(db.query('table app."coppice.some"')).toEqual([{ 'coppice.some': 1 }])
  })

  test('are not opened, renamed, dropped or indexed from TypeScript, but read', () => {
    using db = open('create table rows (id int primary key)')
    const own = db.read(snap => snap.definitionOf('coppice.sql')) as never
    const refused = expect.objectContaining({
      code: 'INVALID_DEFINITION',
      message: expect.stringContaining("table 'coppice.sql'"),
    })
    const users = table('users', { key: t.u32, value: t.u32 })
    expect(() => table('coppice.sql', { key: t.u32, value: t.u32 })).toThrow(refused)
    db.write(tx => {
      tx.table(users).put(1, 1)
      expect(() => tx.table(own)).toThrow(refused)
      expect(() => tx.dropTable(own)).toThrow(refused)
      expect(() => tx.dropTable('coppice.sql')).toThrow(refused)
      expect(() => tx.renameTable('coppice.sql', 'sql')).toThrow(refused)
      expect(() => tx.renameTable(users, 'coppice.sql')).toThrow(refused)
      expect(() => tx.createIndex('coppice.sql', 'i', { on: ['id'] })).toThrow(refused)
      expect(() => tx.dropIndex('coppice.sql', 'i')).toThrow(refused)
      // What SQL has made is changed by SQL, which has the same names to keep free.
      expect(failure(() => tx.renameTable('rows', 'coppice.rows'))).toMatchObject({
        code: 'INVALID_DEFINITION',
      })
    })
    expect(db.read(snap => snap.table(own as never as typeof users).count())).toBeGreaterThan(0)
    expect(db.query('select id from rows')).toEqual([])
  })
})

test('a materialized view is not changed', () => {
  using db = open('create materialized view dear as select id, price from items')
  db.write(tx => {
    const view = tx.table(tx.definitionOf('dear') as never) as unknown as {
      put(row: object): void
      clear(): number
    }
    expect(failure(() => view.put({ id: 1, price: 1 }))).toMatchObject({ sqlstate: '42809' })
    expect(failure(() => view.clear())).toMatchObject({ sqlstate: '42809' })
  })
})

test('a check that calls a function of the caller needs the function', () => {
  using db = openSync(':memory:')
  db.function('is_even', { args: ['int'], returns: 'boolean', volatility: 'immutable' }, n => n % 2 === 0)
  db.exec('create table evens (id int primary key check (is_even(id)))')
  const evens = table('evens', { columns: { id: t.i32 }, primaryKey: ['id'] })
  db.write(tx => {
    tx.table(evens).put({ id: 2 })
    expect(failure(() => tx.table(evens).put({ id: 3 }))).toMatchObject({ constraint: 'evens_id_check' })
  })
})

describe('a table that SQL made is changed as SQL changes it', () => {
  const dependent = `
    create view cheap as select id from items where price < 5;
    create unique index items_cost on items (cost);
    alter table items add constraint codes unique (code);
  `
  test('dropTable is refused while something depends on it', () => {
    using db = open(dependent)
    db.write(tx => {
      expect(failure(() => tx.dropTable(owners))).toMatchObject({ sqlstate: '2BP01' })
      expect(failure(() => tx.dropTable('items'))).toMatchObject({ sqlstate: '2BP01' })
      tx.exec('drop view cheap')
      expect(tx.dropTable('items')).toBe(true)
      expect(tx.dropTable('items')).toBe(false)
      expect(tx.dropTable(owners)).toBe(true)
    })
    expect(failure(() => db.query('select * from items'))).toMatchObject({ sqlstate: '42P01' })
    db.exec('create table items (id int)')
    expect(db.query('select * from items')).toEqual([])
  })

  test('a typed table that SQL refers to is not dropped either', () => {
    using db = openSync(':memory:')
    db.write(tx => tx.table(owners).put({ id: 1, name: 'ada' }))
    db.exec('create table items (id int primary key, owner int references owners)')
    expect(failure(() => db.write(tx => tx.dropTable(owners)))).toMatchObject({ sqlstate: '2BP01' })
    db.exec('drop table items')
    expect(db.write(tx => tx.dropTable(owners))).toBe(true)
  })

  test('renameTable is ALTER TABLE RENAME', () => {
    using db = open(dependent)
    db.exec('create schema other; create table other.things (id int primary key check (id > 0))')
    db.write(tx => {
      expect(failure(() => tx.renameTable('items', 'owners')).code).toBe('TABLE_EXISTS')
      tx.renameTable('items', 'goods')
      expect(failure(() => tx.renameTable('other.things', 'things')).code).toBe('INVALID_DEFINITION')
      tx.renameTable('other.things', 'other.stuff')
      const stuff = table('other.stuff', { columns: { id: t.i32 }, primaryKey: ['id'] })
      expect(failure(() => tx.table(stuff).put({ id: 0 }))).toMatchObject({ sqlstate: '23514' })
    })
    expect(db.query('select count(*) from goods')).toEqual([{ count: 1 }])
    expect(db.query('select * from cheap')).toEqual([])
    expect(db.query('select count(*) from other.stuff')).toEqual([{ count: 0 }])
    const goods = table('goods', { columns: items.columnTypes, primaryKey: ['id'] })
    expect(failure(() => db.write(tx => tx.table(goods).put({ id: 2, price: 0 })))).toMatchObject({
      sqlstate: '23514',
    })
  })

  test('dropIndex leaves constraints theirs', () => {
    using db = open(dependent)
    db.write(tx => {
      const [codes, cost] = ['codes', 'items_cost']
      expect(failure(() => tx.dropIndex('items', codes))).toMatchObject({ sqlstate: '2BP01' })
      expect(tx.dropIndex('items', cost)).toBe(true)
      expect(tx.dropIndex('items', cost)).toBe(false)
      tx.createIndex('items', 'ours', { on: ['price'] })
      expect(tx.dropIndex('items', 'ours')).toBe(true)
    })
    db.exec('create index items_cost on items (cost)')
  })

  test('a definition that says otherwise does not take its constraints or columns away', () => {
    using db = open(dependent)
    const opening = (columns: object, indexes = {}) =>
      failure(() =>
        db.write(tx => tx.table(table('items', { columns, primaryKey: ['id'], indexes } as never))),
      )
    const columns = items.columnTypes
    expect(opening(columns, { codes: { on: ['code'] } }).code).toBe('TABLE_TYPE_MISMATCH')
    expect(opening({ ...columns, more: t.text.nullable() }).code).toBe('TABLE_TYPE_MISMATCH')
    const { price: _, ...fewer } = columns
    expect(opening(fewer).code).toBe('TABLE_TYPE_MISMATCH')
    expect(opening({ ...columns, price: t.i64.nullable() }).code).toBe('TABLE_TYPE_MISMATCH')
    expect(failure(() => db.exec("insert into items (id, code) values (5, 'abc')"))).toMatchObject({
      constraint: 'codes',
    })
  })
})

describe('char(n)', () => {
  const padded = table('padded', {
    columns: { id: t.i32, code: t.text, codes: t.array(t.text.nullable()).nullable() },
    primaryKey: ['code'],
    indexes: { byId: { on: ['id'] } },
  })
  const DEFINITION = 'create table padded (id int not null, code char(4) primary key, codes char(3)[])'

  test('has no trailing blanks in the typed table, and has them in SQL', () => {
    using db = open(DEFINITION)
    db.exec("insert into padded values (1, 'ab', '{a,bcd}')")
    db.write(tx => tx.table(padded).put({ id: 2, code: 'c  ', codes: ['x ', null] }))
    expect([...db.read(snap => [...snap.table(padded).range()])]).toEqual([
      { id: 1, code: 'ab', codes: ['a', 'bcd'] },
      { id: 2, code: 'c', codes: ['x', null] },
    ])
    expect(db.query('select code, codes, octet_length(code) as bytes from padded order by code')).toEqual([
      { code: 'ab  ', codes: ['a  ', 'bcd'], bytes: 4 },
      { code: 'c   ', codes: ['x  ', null], bytes: 4 },
    ])
  })

  test('is one key with and without them, through both doors', () => {
    using db = open(DEFINITION)
    db.exec("insert into padded values (1, 'ab ')")
    expect(failure(() => db.exec("insert into padded values (2, 'ab')"))).toMatchObject({ sqlstate: '23505' })
    expect(
      failure(() => db.write(tx => tx.table(padded).insert({ id: 2, code: 'ab   ', codes: null }))),
    ).toMatchObject({ code: 'KEY_EXISTS' })
    expect(db.query("select id from padded where code = 'ab'")).toEqual([{ id: 1 }])
    expect(db.query('select id from padded where code = $1', ['ab  '])).toEqual([{ id: 1 }])
  })
})

describe('a virtual generated column', () => {
  test('is read through both doors, whoever wrote the row', () => {
    using db = open(
      'create table areas (id int primary key, a int not null, b int generated always as (a * a))',
    )
    const areas = table('areas', {
      columns: { id: t.i32, a: t.i32, b: t.i32.nullable() },
      primaryKey: ['id'],
    })
    db.exec('insert into areas values (1, 3)')
    db.write(tx => tx.table(areas).put({ id: 2, a: 5 } as never))
    expect(db.query('select b from areas order by id')).toEqual([{ b: 9 }, { b: 25 }])
    expect(db.read(snap => snap.table(areas).get(2))).toEqual({ id: 2, a: 5, b: 25 })
    expect(failure(() => db.write(tx => tx.table(areas).put({ id: 3, a: 5, b: 1 })))).toMatchObject({
      sqlstate: '428C9',
    })
  })

  test('fails the write where its expression fails', () => {
    using db = open('create table halves (id int primary key, b int generated always as (10 / id))')
    expect(failure(() => db.exec('insert into halves values (0)'))).toMatchObject({ sqlstate: '22012' })
    expect(db.query('select * from halves')).toEqual([])
  })
})

test('values of an enum that came between others are what they were in the typed table, too', () => {
  using db = open(`create type size as enum ('s', 'l');
    create table sizes (id int primary key, size size);
    insert into sizes values (1, 's'), (2, 'l')`)
  db.exec("alter type size add value 'm' before 'l'")
  const sizes = table('sizes', {
    columns: { id: t.i32, size: t.enum('s', 'm', 'l').nullable() },
    primaryKey: ['id'],
  })
  db.write(tx => tx.table(sizes).put({ id: 3, size: 'm' }))
  expect(db.query("select id, size from sizes where size > 's' order by size")).toEqual([
    { id: 3, size: 'm' },
    { id: 2, size: 'l' },
  ])
  expect(db.read(snap => snap.table(sizes).get(2))).toEqual({ id: 2, size: 'l' })
})
