/** The driver for Drizzle, in process. */

import { and, count, eq, gt, relations, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  date,
  integer,
  interval,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  serial,
  text,
  time,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import { type CoppiceDatabase, drizzle } from '../../src/integrations/drizzle.ts'

const mood = pgEnum('mood', ['low', 'fair', 'high'])
const users = pgTable('users', {
  id: serial('id').primaryKey(),
  email: text('email').notNull().unique(),
  age: integer('age'),
  mood: mood('mood').notNull().default('fair'),
  profile: jsonb('profile').$type<{ readonly city: string }>(),
  tags: text('tags').array(),
  since: timestamp('since', { withTimezone: true }).notNull(),
})
const orders = pgTable('orders', {
  id: serial('id').primaryKey(),
  userId: integer('user_id')
    .notNull()
    .references(() => users.id),
  total: numeric('total', { precision: 10, scale: 2 }).notNull(),
})
const usersRelations = relations(users, ({ many }) => ({ orders: many(orders) }))
const ordersRelations = relations(orders, ({ one }) => ({
  user: one(users, { fields: [orders.userId], references: [users.id] }),
}))
const schema = { users, orders, usersRelations, ordersRelations }

let database: Database
let db: CoppiceDatabase<typeof schema>
const since = new Date('2026-01-02T03:04:05.006Z')

beforeEach(async () => {
  database = openSync(':memory:')
  database.exec(`
    create type mood as enum ('low', 'fair', 'high');
    create table users (id serial primary key, email text not null unique, age int, mood mood not null default 'fair',
      profile jsonb, tags text[], since timestamptz not null);
    create table orders (id serial primary key, user_id int not null references users (id), total numeric(10, 2) not null);
  `)
  db = drizzle(database, { schema })
  await db.insert(users).values([
    { email: 'ada@x.io', age: 36, profile: { city: 'London' }, tags: ['a', 'b,"c'], since },
    { email: 'bob@x.io', mood: 'high', since },
  ])
  await db.insert(orders).values([
    { userId: 1, total: '12.50' },
    { userId: 1, total: '0.10' },
  ])
})
afterEach(() => database.close())

describe('the driver', () => {
  test('reads what it has written, as its types say', async () => {
    const rows = await db.select().from(users).orderBy(users.id)
    expectTypeOf(rows[0].mood).toEqualTypeOf<'low' | 'fair' | 'high'>()
    expect(rows).toEqual([
      {
        id: 1,
        email: 'ada@x.io',
        age: 36,
        mood: 'fair',
        profile: { city: 'London' },
        tags: ['a', 'b,"c'],
        since,
      },
      { id: 2, email: 'bob@x.io', age: null, mood: 'high', profile: null, tags: null, since },
    ])
    const joined = await db
      .select({ email: users.email, orders: count(orders.id), total: sql<string>`sum(${orders.total})` })
      .from(users)
      .leftJoin(orders, eq(orders.userId, users.id))
      .groupBy(users.id)
      .orderBy(users.id)
    expect(joined).toEqual([
      { email: 'ada@x.io', orders: 2, total: '12.60' },
      { email: 'bob@x.io', orders: 0, total: null },
    ])
  })

  test('answers relational queries', async () => {
    const found = await db.query.users.findMany({
      columns: { email: true },
      with: { orders: { columns: { total: true }, where: gt(orders.total, '1'), with: { user: true } } },
      orderBy: users.id,
    })
    expect(found).toMatchObject([
      { email: 'ada@x.io', orders: [{ total: '12.5', user: { email: 'ada@x.io' } }] },
      { email: 'bob@x.io', orders: [] },
    ])
    expect(await db.query.users.findFirst({ where: eq(users.email, 'nobody') })).toBeUndefined()
  })

  test('changes, upserts, counts and prepares', async () => {
    const [changed] = await db
      .update(users)
      .set({ age: 40 })
      .where(eq(users.id, 2))
      .returning({ age: users.age })
    expect(changed).toEqual({ age: 40 })
    await db
      .insert(users)
      .values({ email: 'bob@x.io', since })
      .onConflictDoUpdate({ target: users.email, set: { age: sql`excluded.id + 100` } })
    expect(await db.$count(users, gt(users.age, 100))).toBe(1)
    const byMail = db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.email, sql.placeholder('email'))))
      .prepare('by mail')
    expect(await byMail.execute({ email: 'ada@x.io' })).toEqual([{ id: 1 }])
    const result = await db.delete(orders)
    expect(result).toMatchObject({ rowCount: 2, command: 'DELETE 2' })
    const raw = await db.execute<{ n: number }>(sql`select count(*)::int as n from ${users}`)
    expect(raw.rows).toEqual([{ n: 2 }])
  })

  test('commits, rolls back, and goes back part of the way', async () => {
    await expect(
      db.transaction(async tx => {
        await tx.update(users).set({ age: 1 })
        tx.rollback()
      }),
    ).rejects.toThrow('Rollback')
    await db.transaction(async tx => {
      await tx.update(users).set({ age: 50 }).where(eq(users.id, 1))
      await expect(
        tx.transaction(async inner => {
          await inner.update(users).set({ age: 99 })
          await inner.insert(orders).values({ userId: 77, total: '1' })
        }),
      ).rejects.toMatchObject({ cause: { sqlstate: '23503' } })
    })
    const ages = await db.select({ age: users.age }).from(users).orderBy(users.id)
    expect(ages).toEqual([{ age: 50 }, { age: null }])
  })

  test('lets writers wait for each other, and readers for nobody', async () => {
    const order: string[] = []
    let goOn!: () => void
    const wait = new Promise<void>(resolve => {
      goOn = resolve
    })
    const first = db.transaction(async tx => {
      await tx.update(users).set({ age: 1 })
      await wait
      order.push('first')
    })
    const second = db.transaction(async tx => {
      order.push('second')
      await tx.update(users).set({ age: sql`${users.age} + 1` })
    })
    await new Promise(resolve => setImmediate(resolve))
    const single = db
      .update(users)
      .set({ age: sql`${users.age} * 10` })
      .then(() => order.push('single'))
    const seen = await db.transaction(tx => tx.select({ age: users.age }).from(users).orderBy(users.id), {
      accessMode: 'read only',
    })
    expect(seen).toEqual([{ age: 36 }, { age: null }])
    goOn()
    await Promise.all([first, second, single])
    expect(order).toEqual(['first', 'second', 'single'])
    expect(await db.select({ age: users.age }).from(users)).toEqual([{ age: 20 }, { age: 20 }])
  })

  test('passes every type through', async () => {
    const all = pgTable('all_types', {
      big: bigint('big', { mode: 'bigint' }),
      small: bigint('small', { mode: 'number' }),
      yes: boolean('yes'),
      day: date('day'),
      dayDate: date('day_date', { mode: 'date' }),
      at: time('at'),
      plain: timestamp('plain'),
      text: timestamp('text', { mode: 'string' }),
      span: interval('span'),
      id: uuid('id'),
      numbers: numeric('numbers').array(),
    })
    database.exec(`create table all_types (big bigint, small bigint, yes boolean, day date, day_date date, at time,
      plain timestamp, text timestamp, span interval, id uuid, numbers numeric[])`)
    const row = {
      big: 2n ** 62n,
      small: 7,
      yes: true,
      day: '2026-02-03',
      dayDate: new Date('2026-02-03'),
      at: '04:05:06.789',
      plain: since,
      text: '2026-02-03 04:05:06.789',
      span: '1 mon 02:03:04',
      id: '01234567-89ab-4def-8123-456789abcdef',
      numbers: ['1.50', '2'],
    }
    await db.insert(all).values(row)
    expect(await db.select().from(all)).toEqual([row])
  })
})
