/** The dialect for Kysely, in process. */

import { type Generated, Kysely, type Migration, Migrator, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type Database, openSync, t, table } from '../../src/index.ts'
import { CoppiceDialect, type KyselyTables } from '../../src/integrations/kysely.ts'

const users = table('users', {
  columns: { id: t.i32, email: t.text, age: t.i32.nullable(), since: t.date, visits: t.i64 },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true } },
})

interface Tables extends KyselyTables<{ users: typeof users }> {
  readonly orders: { readonly id: Generated<number>; readonly user_id: number; readonly total: string }
}

let database: Database
let db: Kysely<Tables>
beforeEach(() => {
  database = openSync(':memory:')
  db = new Kysely<Tables>({ dialect: new CoppiceDialect({ database }) })
  database.write(tx => {
    const since = new Date('2026-01-02T03:04:05.006Z')
    tx.table(users).put({ id: 1, email: 'ada@x.io', age: 36, since, visits: 2n ** 60n })
    tx.table(users).put({ id: 2, email: 'bob@x.io', age: null, since, visits: 7n })
  })
  database.exec(`create table orders (id int generated always as identity primary key,
    user_id int not null references users (id), total numeric(10, 2) not null)`)
})
afterEach(async () => {
  await db.destroy()
  database.close()
})

describe('the dialect', () => {
  test('queries tables of both doors, with their types', async () => {
    await db
      .insertInto('orders')
      .values([
        { user_id: 1, total: '12.50' },
        { user_id: 1, total: '0.10' },
      ])
      .execute()
    const rows = await db
      .selectFrom('users')
      .leftJoin('orders', 'orders.user_id', 'users.id')
      .select(eb => ['email', 'age', 'since', 'visits', eb.fn.sum<string>('total').as('total')])
      .groupBy(['users.id', 'email', 'age', 'since', 'visits'])
      .orderBy('email')
      .execute()
    expect(rows).toEqual([
      {
        email: 'ada@x.io',
        age: 36,
        since: new Date('2026-01-02T03:04:05.006Z'),
        visits: 2n ** 60n,
        total: '12.60',
      },
      { email: 'bob@x.io', age: null, since: new Date('2026-01-02T03:04:05.006Z'), visits: 7, total: null },
    ])
    expectTypeOf(rows[0].email).toEqualTypeOf<string>()
    expectTypeOf(rows[0].age).toEqualTypeOf<number | null>()
    expectTypeOf(rows[0].since).toEqualTypeOf<Date>()
  })

  test('says how many rows a change has changed, and returns what RETURNING asks for', async () => {
    const update = await db.updateTable('users').set({ age: 40 }).where('id', '>', 0).executeTakeFirst()
    expect(update.numUpdatedRows).toBe(2n)
    const inserted = await db
      .insertInto('users')
      .values({ id: 3, email: 'c@x.io', since: new Date(0), visits: 1 })
      .returning(['id', 'age'])
      .executeTakeFirstOrThrow()
    expect(inserted).toEqual({ id: 3, age: null })
    const deleted = await db.deleteFrom('users').where('id', '=', 3).executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(1n)
    expect(await db.selectFrom('users').select('id').where('id', '=', 3).executeTakeFirst()).toBeUndefined()
  })

  test('commits and rolls back; savepoints go back part of the way', async () => {
    await expect(
      db.transaction().execute(async trx => {
        await trx.updateTable('users').set({ age: 1 }).execute()
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    const trx = await db.startTransaction().execute()
    await trx.updateTable('users').set({ age: 50 }).where('id', '=', 1).execute()
    const after = await trx.savepoint('half "way"').execute()
    await after.updateTable('users').set({ age: 99 }).execute()
    await after.rollbackToSavepoint('half "way"').execute()
    await trx.commit().execute()
    const ages = await db.selectFrom('users').select('age').orderBy('id').execute()
    expect(ages).toEqual([{ age: 50 }, { age: null }])
  })

  test('lets writers wait for each other, and readers for nobody', async () => {
    const order: string[] = []
    const trx = await db.startTransaction().execute()
    await trx.updateTable('users').set({ age: 1 }).where('id', '=', 1).execute()
    const second = db.transaction().execute(async own => {
      order.push('second')
      await own
        .updateTable('users')
        .set(eb => ({ age: eb('age', '+', 1) }))
        .where('id', '=', 1)
        .execute()
    })
    const single = db
      .updateTable('users')
      .set(eb => ({ age: eb('age', '*', 10) }))
      .where('id', '=', 1)
      .execute()
      .then(() => order.push('single'))
    const reading = await db
      .transaction()
      .setAccessMode('read only')
      .execute(own => own.selectFrom('users').select('age').where('id', '=', 1).executeTakeFirst())
    expect(reading).toEqual({ age: 36 })
    order.push('first')
    await trx.commit().execute()
    await Promise.all([second, single])
    expect(order).toEqual(['first', 'second', 'single'])
    expect(await db.selectFrom('users').select('age').where('id', '=', 1).executeTakeFirst()).toEqual({
      age: 20,
    })
  })

  test('takes the text of JSON for JSON, as PostgreSQL does', async () => {
    database.exec('create table documents (id int primary key, body jsonb, raw json)')
    const documents = db.withTables<{ documents: { id: number; body: unknown; raw: unknown } }>()
    const body = { city: 'London' }
    await documents
      .insertInto('documents')
      .values([
        { id: 1, body: JSON.stringify(body), raw: JSON.stringify([1]) },
        { id: 2, body, raw: [1] },
      ])
      .execute()
    const found = documents.selectFrom('documents').select(['body', 'raw', sql`body->>'city'`.as('city')])
    expect(await found.execute()).toEqual(Array(2).fill({ body, raw: [1], city: 'London' }))
    await expect(
      documents.insertInto('documents').values({ id: 3, body: 'no JSON', raw: null }).execute(),
    ).rejects.toMatchObject({ sqlstate: '22P02' })
  })

  test('streams', async () => {
    const ids: number[] = []
    const numbers = sql<{ n: number }>`select n from generate_series(1, 250) n`.compile(db)
    const rows = db.getExecutor().stream<{ n: number }>(numbers, 100)
    const sizes: number[] = []
    for await (const { rows: chunk } of rows) {
      sizes.push(chunk.length)
      ids.push(...chunk.map(({ n }) => n))
    }
    expect(sizes).toEqual([100, 100, 50])
    expect(ids.at(-1)).toBe(250)
  })

  test('runs the schema builder and migrations', async () => {
    const migrations: Record<string, Migration> = {
      '1': {
        up: async own => {
          await own.schema
            .createTable('notes')
            .addColumn('id', 'integer', column => column.primaryKey().generatedAlwaysAsIdentity())
            .addColumn('body', 'text', column => column.notNull())
            .execute()
        },
        down: async own => {
          await own.schema.dropTable('notes').execute()
        },
      },
      '2': {
        up: async own => {
          await own.schema.createIndex('notes_body').on('notes').column('body').execute()
        },
      },
    }
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error, results } = await migrator.migrateToLatest()
    expect(error).toBeUndefined()
    expect(results?.map(({ status }) => status)).toEqual(['Success', 'Success'])
    expect(database.query('select * from notes')).toEqual([])
    expect((await migrator.migrateToLatest()).results).toEqual([])
  })

  test('introspects', async () => {
    const tables = await db.introspection.getTables()
    const orders = tables.find(({ name }) => name === 'orders')
    expect(
      orders?.columns.map(({ name, dataType, isNullable, isAutoIncrementing }) => [
        name,
        dataType,
        isNullable,
        isAutoIncrementing,
      ]),
    ).toEqual([
      ['id', 'int4', false, true],
      ['user_id', 'int4', false, false],
      ['total', 'numeric', false, false],
    ])
  })
})
