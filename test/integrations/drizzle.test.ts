/** The driver for Drizzle, in process. */

import { mkdirSync, writeFileSync } from 'node:fs'
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
import { type Database, openSync, t, table } from '../../src/index.ts'
import { type CoppiceDatabase, drizzle, drizzleTable, migrate } from '../../src/integrations/drizzle.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'

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

  test('stores JSON as JSON, which SQL reads', async () => {
    await db
      .update(users)
      .set({ profile: { city: 'Paris' } })
      .where(eq(users.id, 2))
    const byPlaceholder = db
      .insert(users)
      .values({ email: 'c@x.io', since, profile: sql.placeholder('profile') })
      .prepare('insert')
    await byPlaceholder.execute({ profile: { city: 'Rome' } })
    await db.execute(sql`update users set profile = ${'{"city": "Oslo"}'}::jsonb where id = 1`)
    const found = await db
      .select({ type: sql`jsonb_typeof(${users.profile})`, city: sql`${users.profile}->>'city'` })
      .from(users)
      .orderBy(users.id)
    expect(found).toEqual(['Oslo', 'Paris', 'Rome'].map(city => ({ type: 'object', city })))
    expect(
      await db
        .select({ id: users.id })
        .from(users)
        .where(eq(users.profile, { city: 'Rome' })),
    ).toEqual([{ id: 3 }])
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

describe('migrations of drizzle-kit', () => {
  const FILES = {
    '0000_first': `CREATE TYPE "public"."size" AS ENUM('s', 'm');--> statement-breakpoint
CREATE TABLE "shirts" ("id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "shirts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1), "size" "size" DEFAULT 's' NOT NULL);`,
    '0001_second': `CREATE INDEX "shirts_size" ON "shirts" USING btree ("size");--> statement-breakpoint
ALTER TABLE "shirts" ADD COLUMN "user_id" integer;--> statement-breakpoint
ALTER TABLE "shirts" ADD CONSTRAINT "shirts_user_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;`,
  }

  test('are applied once, all of them or none', async () => {
    const directory = temporaryDirectory()
    const write = (files: Readonly<Record<string, string>>) => {
      mkdirSync(directory.file('meta'), { recursive: true })
      const entries = Object.keys(files).map((tag, idx) => ({
        idx,
        tag,
        version: '7',
        when: 1_700_000_000_000 + idx,
        breakpoints: true,
      }))
      const journal = { version: '7', dialect: 'postgresql', entries }
      writeFileSync(directory.file('meta/_journal.json'), JSON.stringify(journal))
      for (const [tag, text] of Object.entries(files)) writeFileSync(directory.file(`${tag}.sql`), text)
    }
    const config = { migrationsFolder: directory.path }
    try {
      write({ ...FILES, '0002_broken': 'CREATE TABLE half ();--> statement-breakpoint\nSELECT 1/0;' })
      await expect(migrate(db, config)).rejects.toThrow('Failed query: \nSELECT 1/0')
      expect(database.query("select to_regclass('shirts') as there, to_regclass('half') as half")).toEqual([
        { there: null, half: null },
      ])
      write(FILES)
      await migrate(db, config)
      await migrate(db, config)
      await db.execute(sql`insert into shirts (user_id) values (1)`)
      expect((await db.execute(sql`select id, size, user_id from shirts`)).rows).toEqual([
        { id: 1, size: 's', user_id: 1 },
      ])
      expect((await db.execute(sql`select count(*) as n from drizzle.__drizzle_migrations`)).rows).toEqual([
        { n: 2 },
      ])
    } finally {
      directory.remove()
    }
  })
})

describe('a table of Coppice', () => {
  const cities = table('cities', {
    columns: {
      id: t.i64,
      name: t.text,
      size: t.enum('small', 'large').default('small'),
      founded: t.date.nullable(),
      people: t.u64.default(0n),
      seal: t.bytes.nullable(),
      numbers: t.array(t.i64).default([]),
      days: t.array(t.date).nullable(),
      place: t.struct({ at: t.tuple(t.f64, t.f64), code: t.i64 }).nullable(),
      notes: t.json<{ mayor: string }>().nullable(),
      age: t.interval.default({ months: 1, days: -2, microseconds: 3n }),
      parts: t.struct({ code: t.i64 }).default({ code: 5n }),
    },
    primaryKey: ['id'],
    indexes: { byName: { on: ['name'], unique: true } },
  })
  const citiesTable = drizzleTable('cities', cities)
  const city = {
    id: 2n ** 61n,
    name: 'Ur',
    size: 'large' as const,
    founded: new Date('2026-01-02T03:04:05.006Z'),
    people: 2n ** 64n - 1n,
    seal: new Uint8Array([0, 255]),
    numbers: [1n, 2n ** 60n],
    days: [new Date(5)],
    notes: { mayor: 'Enki' },
  }

  test('is read and written with the types and values of its definition', async () => {
    database.write(tx => void tx.table(cities))
    const place = { at: [30.9, 46.1] as [number, number], code: 7 }
    await db.insert(citiesTable).values({ ...city, place, age: '1 mon', parts: { code: 6 } })
    await db.insert(citiesTable).values({ id: 2n, name: 'Uruk' })
    database.read(snap => {
      expect(snap.table(cities).get(city.id)).toEqual({
        ...city,
        place: { at: [30.9, 46.1], code: 7n },
        age: { months: 1, days: 0, microseconds: 0n },
        parts: { code: 6n },
      })
      expect(snap.table(cities).get(2n)).toMatchObject({
        size: 'small',
        people: 0n,
        numbers: [],
        notes: null,
      })
    })
    const [found, other] = await db.select().from(citiesTable).orderBy(sql`id desc`)
    expect(found).toEqual({ ...city, place, age: '1 mon', parts: { code: 6 } })
    expect(other.people).toBe(0n)
    expectTypeOf(found).toEqualTypeOf<{
      id: bigint
      name: string
      size: 'small' | 'large'
      founded: Date | null
      people: bigint
      seal: Uint8Array | null
      numbers: bigint[]
      days: Date[] | null
      place: { at: readonly [number, number]; code: number } | null
      notes: { mayor: string } | null
      age: string
      parts: { code: number }
    }>()
    expectTypeOf<typeof citiesTable.$inferInsert>().toExtend<{ id: bigint; name: string; people?: unknown }>()
    // @ts-expect-error a name is text
    const wrong: typeof citiesTable.$inferInsert = { id: 1n, name: 7 }
    expect(wrong.name).toBe(7)
  })

  test('joins with others, is updated and asked by its values', async () => {
    database.write(tx => tx.table(cities).put(city))
    await db
      .update(citiesTable)
      .set({ people: 2n ** 63n })
      .where(eq(citiesTable.id, city.id))
    const rows = await db
      .select({ email: users.email, people: citiesTable.people })
      .from(citiesTable)
      .innerJoin(users, gt(citiesTable.people, sql`${users.age}::numeric`))
      .where(and(eq(citiesTable.people, 2n ** 63n), eq(citiesTable.founded, city.founded)))
    expect(rows).toEqual([{ email: 'ada@x.io', people: 2n ** 63n }])
    expect((await db.select().from(citiesTable).innerJoin(users, eq(users.id, 1)))[0].cities.name).toBe('Ur')
  })

  test('must have the name that is said', () => {
    expect(() => drizzleTable('towns', cities)).toThrow(
      "drizzleTable('towns'): expected the definition of the records 'towns', given records 'cities'",
    )
  })
})
