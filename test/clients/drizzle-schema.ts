/** What drizzle-kit pushes to the server; with SCHEMA=next, what it becomes later. */

import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgSchema,
  pgTable,
  pgView,
  primaryKey,
  serial,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core'

const isNext = process.env.SCHEMA === 'next'

export const mood = pgEnum('mood', ['low', 'fair', 'high'])

export const users = pgTable(
  'users',
  {
    id: serial().primaryKey(),
    uid: uuid().defaultRandom().notNull(),
    email: varchar({ length: 100 }).notNull().unique(),
    age: isNext ? bigint({ mode: 'number' }) : integer(),
    mood: mood().default('fair').notNull(),
    profile: jsonb().default({}),
    tags: text().array().default([]),
    balance: numeric({ precision: 12, scale: 2 }).default('0').notNull(),
    isActive: isNext ? boolean('is_active').notNull() : boolean('is_active').default(true),
    since: timestamp({ withTimezone: true }).defaultNow(),
    ...((isNext ? { nick: text().unique().default('none') } : {}) as Record<never, never>),
    initial: text().generatedAlwaysAs(sql`substr(email, 1, 1)`),
  },
  table => [
    index('users_age').on(table.age.desc(), table.email),
    ...(isNext ? [index('users_since').on(table.since)] : []),
    uniqueIndex('users_mail_lower').on(sql`lower(${table.email})`),
    check('adult', sql`${table.age} > 17`),
  ],
)

export const shop = pgSchema('shop')
export const orders = shop.table(
  'orders',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: isNext ? 'restrict' : 'cascade' }),
    number: integer().generatedAlwaysAsIdentity(),
    note: text(),
  },
  table => [primaryKey({ columns: [table.userId, table.number] }), unique('one_note').on(table.note)],
)

export const adults = pgView('adults').as(query => query.select({ id: users.id }).from(users))
