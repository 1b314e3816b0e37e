/** Query builders and object mappers over `pg`, against the server: schemas, queries, transactions, introspection. */

import { drizzle } from 'drizzle-orm/node-postgres'
import { pgTable, serial, text } from 'drizzle-orm/pg-core'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { atEnd, startServer } from '../server/support.ts'
import { connectionOf, hasPackage, load } from './support.ts'

describe.skipIf(!hasPackage('knex'))('Knex', () => {
  test('makes tables, queries, and rolls back', async () => {
    const { port } = await startServer()
    const { default: knex } = await load('knex')
    const db = knex({ client: 'pg', connection: connectionOf(port) })
    atEnd(() => db.destroy())
    await db.schema.createTable('users', (table: never) => {
      const t = table as unknown as Record<string, (...given: unknown[]) => Record<string, () => unknown>>
      t.increments('id')
      t.string('email').notNullable()
      t.jsonb('profile')
      t.timestamps(true, true)
      t.unique(['email'])
    })
    expect(await db.schema.hasTable('users')).toBe(true)
    expect(await db.schema.hasColumn('users', 'profile')).toBe(true)
    const [{ id }] = await db('users')
      .insert({ email: 'a@x.io', profile: { city: 'London' } })
      .returning('id')
    expect(id).toBe(1)
    await expect(
      db.transaction(async (trx: typeof db) => {
        await trx('users').insert({ email: 'b@x.io' })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await db('users').select('email', 'profile').whereRaw("profile->>'city' = ?", ['London'])).toEqual(
      [{ email: 'a@x.io', profile: { city: 'London' } }],
    )
    expect(Object.keys(await db('users').columnInfo())).toEqual([
      'id',
      'email',
      'profile',
      'created_at',
      'updated_at',
    ])
    await db('users').insert({ email: 'a@x.io' }).onConflict('email').ignore()
    expect(await db('users').count('* as n').first()).toEqual({ n: '1' })
  })
})

describe.skipIf(!hasPackage('typeorm'))('TypeORM', () => {
  test('makes its schema, finds no difference then, and works with entities', async () => {
    const { port } = await startServer()
    const { DataSource, EntitySchema } = await load('typeorm')
    const User = new EntitySchema({
      name: 'user',
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        email: { type: 'varchar', length: 100, unique: true },
        tags: { type: 'text', array: true, nullable: true },
        joined: { type: 'timestamptz', createDate: true },
      },
      relations: { posts: { type: 'one-to-many', target: 'post', inverseSide: 'author' } },
    })
    const Post = new EntitySchema({
      name: 'post',
      columns: {
        id: { type: 'uuid', primary: true, generated: 'uuid' },
        title: { type: 'text' },
        score: { type: 'numeric', precision: 6, scale: 2, default: 0 },
      },
      indices: [{ columns: ['title'] }],
      relations: {
        author: { type: 'many-to-one', target: 'user', inverseSide: 'posts', onDelete: 'CASCADE' },
      },
    })
    const { user: username, ...rest } = connectionOf(port)
    const options = {
      type: 'postgres',
      ...rest,
      username,
      entities: [User, Post],
      synchronize: true,
      installExtensions: false,
      uuidExtension: 'pgcrypto',
    }
    const source = await new DataSource(options).initialize()
    atEnd(() => source.destroy())
    const users = source.getRepository('user')
    const ada = await users.save({ email: 'ada@x.io', tags: ['a', 'b'] })
    await source.getRepository('post').save({ title: 'On engines', author: ada, score: '1.50' })
    const found = await users.findOne({ where: { email: 'ada@x.io' }, relations: { posts: true } })
    expect(found).toMatchObject({ id: 1, tags: ['a', 'b'], posts: [{ title: 'On engines', score: '1.50' }] })
    const { upQueries } = await source.driver.createSchemaBuilder().log()
    expect(upQueries.map(({ query }: { query: string }) => query)).toEqual([])
    await users.delete({ id: ada.id })
    expect(await source.getRepository('post').count()).toBe(0)
  })
})

describe.skipIf(!hasPackage('sequelize'))('Sequelize', () => {
  test('makes its schema, alters it, and works with models', async () => {
    const { port } = await startServer()
    const { DataTypes, Sequelize } = await load('sequelize')
    const { user: username, ...rest } = connectionOf(port)
    const sequelize = new Sequelize({ dialect: 'postgres', logging: false, ...rest, username })
    atEnd(() => sequelize.close())
    const User = sequelize.define('user', {
      email: { type: DataTypes.STRING, unique: true, allowNull: false },
      settings: DataTypes.JSONB,
      level: DataTypes.INTEGER,
    })
    await sequelize.sync()
    await User.bulkCreate([
      { email: 'a@x.io', settings: { theme: 'dark' }, level: 3 },
      { email: 'b@x.io', level: 5 },
    ])
    expect(await User.sum('level')).toBe(8)
    const dark = await User.findOne({ where: { 'settings.theme': 'dark' } })
    expect(dark.email).toBe('a@x.io')
    const description = await sequelize.getQueryInterface().describeTable('users')
    expect(description.email).toMatchObject({ type: 'CHARACTER VARYING(255)', allowNull: false })
    await expect(
      sequelize.transaction(async (transaction: unknown) => {
        await User.update({ level: 0 }, { where: {}, transaction })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await User.count({ where: { level: 5 } })).toBe(1)
    expect((await sequelize.getQueryInterface().showIndex('users')).length).toBe(2)
  })
})

describe('Drizzle and Kysely over pg', () => {
  test('read and write through a pool', async () => {
    const { port } = await startServer()
    const pool = new pg.Pool({ ...connectionOf(port), max: 4 })
    pool.on('error', () => {})
    atEnd(() => pool.end())
    await pool.query('create table notes (id serial primary key, body text not null)')
    const notes = pgTable('notes', { id: serial('id').primaryKey(), body: text('body').notNull() })
    const orm = drizzle(pool)
    await orm.insert(notes).values([{ body: 'a' }, { body: 'b' }])
    await expect(
      orm.transaction(async tx => {
        await tx.delete(notes)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await orm.select().from(notes).orderBy(notes.id)).toEqual([
      { id: 1, body: 'a' },
      { id: 2, body: 'b' },
    ])
    const kysely = new Kysely<{ notes: { id: number; body: string } }>({
      dialect: new PostgresDialect({ pool }),
    })
    const tables = await kysely.introspection.getTables()
    expect(tables.map(({ name }) => name)).toEqual(['notes'])
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        kysely
          .insertInto('notes')
          .values({ id: n + 10, body: `${n}` })
          .execute(),
      ),
    )
    const { n } = await kysely
      .selectFrom('notes')
      .select(eb => eb.fn.countAll<string>().as('n'))
      .executeTakeFirstOrThrow()
    expect(n).toBe('22')
  })
})
