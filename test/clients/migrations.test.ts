/** Migrations of other tools, up and down, and drizzle-kit's introspection beside PostgreSQL's (PGlite). */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, connect, memoryDatabase, startServer } from '../server/support.ts'
import { connectionOf, hasPackage, load } from './support.ts'

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

async function tablesOf(port: number): Promise<string[]> {
  const client = await connect(port)
  const { rows } = await client.query(
    "select tablename::text from pg_tables where schemaname = 'public' order by 1",
  )
  return rows.map(row => row.tablename)
}

describe.skipIf(!hasPackage('knex'))('Knex', () => {
  test('migrates up, tells what is pending, and down again', async () => {
    const { port } = await startServer()
    const { default: knex } = await load('knex')
    const db = knex({ client: 'pg', connection: connectionOf(port) })
    atEnd(() => db.destroy())
    const steps: Record<string, { up: (k: typeof db) => unknown; down: (k: typeof db) => unknown }> = {
      '1_users': {
        up: k =>
          k.schema.createTable('users', (t: typeof db) => {
            t.increments('id')
            t.string('email').notNullable().unique()
          }),
        down: k => k.schema.dropTable('users'),
      },
      '2_posts': {
        up: k =>
          k.schema
            .createTable('posts', (t: typeof db) => {
              t.uuid('id').primary().defaultTo(k.fn.uuid())
              t.integer('user_id').references('users.id').onDelete('cascade')
              t.enu('state', ['draft', 'public'], { useNative: true, enumName: 'post_state' })
            })
            .alterTable('users', (t: typeof db) => {
              t.timestamp('seen_at')
              t.renameColumn('email', 'mail')
              t.index(['seen_at'])
            }),
        down: k =>
          k.schema
            .dropTable('posts')
            .raw('drop type post_state')
            .alterTable('users', (t: typeof db) => {
              t.dropColumn('seen_at')
              t.renameColumn('mail', 'email')
            }),
      },
    }
    const migrationSource = {
      getMigrations: async () => Object.keys(steps),
      getMigrationName: (name: string) => name,
      getMigration: async (name: string) => steps[name],
    }
    expect((await db.migrate.latest({ migrationSource }))[1]).toEqual(['1_users', '2_posts'])
    expect(Object.keys(await db('users').columnInfo())).toEqual(['id', 'mail', 'seen_at'])
    expect((await db.migrate.latest({ migrationSource }))[1]).toEqual([])
    await db.migrate.down({ migrationSource })
    expect(Object.keys(await db('users').columnInfo())).toEqual(['id', 'email'])
    expect((await db.migrate.rollback({ migrationSource }, true))[1]).toEqual(['1_users'])
    expect(await tablesOf(port)).toEqual(['knex_migrations', 'knex_migrations_lock'])
  })
})

describe.skipIf(!hasPackage('typeorm'))('TypeORM', () => {
  test('runs migrations in a transaction and reverts them', async () => {
    const { port } = await startServer()
    const { DataSource, Table, TableColumn, TableForeignKey } = await load('typeorm')
    // biome-ignore lint/suspicious/noExplicitAny: TypeORM's types are not installed here
    type Runner = any
    class Users1700000000000 {
      async up(runner: Runner) {
        await runner.createTable(
          new Table({
            name: 'users',
            columns: [
              {
                name: 'id',
                type: 'int',
                isPrimary: true,
                isGenerated: true,
                generationStrategy: 'increment',
              },
              { name: 'email', type: 'varchar', isUnique: true },
            ],
          }),
        )
      }
      async down(runner: Runner) {
        await runner.dropTable('users')
      }
    }
    class Posts1700000000001 {
      async up(runner: Runner) {
        await runner.query('create table posts (id int primary key, user_id int)')
        await runner.createForeignKey(
          'posts',
          new TableForeignKey({
            columnNames: ['user_id'],
            referencedColumnNames: ['id'],
            referencedTableName: 'users',
          }),
        )
        await runner.addColumn('users', new TableColumn({ name: 'age', type: 'int', isNullable: true }))
      }
      async down(runner: Runner) {
        await runner.dropTable('posts')
        await runner.dropColumn('users', 'age')
      }
    }
    class Broken1700000000002 {
      async up(runner: Runner) {
        await runner.query('create table half (id int)')
        await runner.query('select nonsense')
      }
      async down() {}
    }
    const { user: username, ...rest } = connectionOf(port)
    const options = { type: 'postgres', ...rest, username, installExtensions: false }
    const source = await new DataSource({
      ...options,
      migrations: [Users1700000000000, Posts1700000000001],
    }).initialize()
    atEnd(() => source.destroy())
    expect((await source.runMigrations({ transaction: 'each' })).length).toBe(2)
    expect(await source.showMigrations()).toBe(false)
    expect(await tablesOf(port)).toEqual(['migrations', 'posts', 'users'])
    const broken = await new DataSource({
      ...options,
      migrations: [Users1700000000000, Posts1700000000001, Broken1700000000002],
    }).initialize()
    atEnd(() => broken.destroy())
    await expect(broken.runMigrations({ transaction: 'each' })).rejects.toThrow('nonsense')
    expect(await tablesOf(port)).toEqual(['migrations', 'posts', 'users'])
    await source.undoLastMigration()
    await source.undoLastMigration()
    expect(await tablesOf(port)).toEqual(['migrations'])
  })
})

describe.skipIf(!hasPackage('umzug') || !hasPackage('sequelize'))('Sequelize with Umzug', () => {
  test('migrates up and down by its query interface', async () => {
    const { port } = await startServer()
    const { DataTypes, Sequelize } = await load('sequelize')
    const { SequelizeStorage, Umzug } = await load('umzug')
    const { user: username, ...rest } = connectionOf(port)
    const sequelize = new Sequelize({ dialect: 'postgres', logging: false, ...rest, username })
    atEnd(() => sequelize.close())
    type Interface = { context: ReturnType<typeof sequelize.getQueryInterface> }
    const umzug = new Umzug({
      migrations: [
        {
          name: '1-users',
          up: ({ context: schema }: Interface) =>
            schema.createTable('users', {
              id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
              role: { type: DataTypes.STRING(10), defaultValue: 'guest' },
            }),
          down: ({ context: schema }: Interface) => schema.dropTable('users'),
        },
        {
          name: '2-name',
          up: async ({ context: schema }: Interface) => {
            await schema.addColumn('users', 'name', { type: DataTypes.STRING(50), allowNull: true })
            await schema.addIndex('users', ['name'], { unique: true })
            await schema.changeColumn('users', 'name', { type: DataTypes.TEXT, allowNull: false })
          },
          down: async ({ context: schema }: Interface) => {
            await schema.removeColumn('users', 'name')
          },
        },
      ],
      context: sequelize.getQueryInterface(),
      storage: new SequelizeStorage({ sequelize }),
      logger: undefined,
    })
    expect((await umzug.up()).length).toBe(2)
    const description = await sequelize.getQueryInterface().describeTable('users')
    expect(description.name).toMatchObject({ type: 'TEXT', allowNull: false })
    expect(description.role.defaultValue).toBe('guest')
    expect(await umzug.pending()).toEqual([])
    await umzug.down({ to: 0 })
    expect(await tablesOf(port)).toEqual(['SequelizeMeta'])
    // Its enums are made by a block of PL/pgSQL, which is refused by name.
    const Ranked = sequelize.define('ranked', { rank: DataTypes.ENUM('a', 'b') })
    await expect(Ranked.sync()).rejects.toThrow('DO is not supported')
  })
})

describe.skipIf(!hasPackage('drizzle-kit'))('drizzle-kit', () => {
  const program = fileURLToPath(new URL('./node_modules/drizzle-kit/bin.cjs', import.meta.url))
  const SCHEMA = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8')

  /** In a process of its own: the server answers in this one. */
  function run(
    command: string,
    config: Readonly<Record<string, unknown>>,
    options: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const file = directory.file(`${command}-${config.out ?? 'none'}.config.json`.replaceAll('/', '_'))
    writeFileSync(
      file,
      JSON.stringify({ dialect: 'postgresql', schemaFilter: ['public', 'shop'], ...config }),
    )
    const child = spawn(process.execPath, [program, command, `--config=${file}`, ...options], {
      cwd: directory.path,
      env: { ...process.env, SCHEMA: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output += chunk
      })
    }
    return new Promise((resolve, reject) =>
      child.on('close', status => (status === 0 ? resolve(output) : reject(new Error(output.slice(-3000))))),
    )
  }

  /** What was found, by name: in which order catalogs give their rows is nobody's business. */
  function found(out: string): unknown {
    const snapshot = JSON.parse(readFileSync(`${directory.path}/${out}/meta/0000_snapshot.json`, 'utf8'))
    const { tables, enums, schemas, sequences, views } = snapshot
    for (const table of Object.values(tables) as Record<string, never>[]) {
      // Nor in which order a constraint has its columns.
      for (const unique of Object.values(table.uniqueConstraints) as { columns: string[] }[]) {
        unique.columns.sort()
      }
      for (const index of Object.values(table.indexes) as { columns: { opclass?: string }[] }[]) {
        // drizzle-kit asks for operator classes without saying of which column.
        for (const column of index.columns) delete column.opclass
      }
    }
    return { tables, enums, schemas, sequences, views }
  }

  test('finds in a schema what it finds in PostgreSQL', async () => {
    const database = memoryDatabase()
    database.exec(SCHEMA)
    const { port } = await startServer({ database })
    const data = directory.file('pgdata')
    const pg = await PGlite.create(data)
    await pg.exec(SCHEMA)
    await pg.close()
    await run('pull', { out: './ours', dbCredentials: { ...connectionOf(port), ssl: false } })
    await run('pull', { out: './theirs', driver: 'pglite', dbCredentials: { url: data } })
    expect(found('ours')).toEqual(found('theirs'))
  })

  test('pushes a schema, and what has changed in it, with the statements that it has for PostgreSQL', async () => {
    const database = memoryDatabase()
    const { port } = await startServer({ database })
    const schema = fileURLToPath(new URL('./drizzle-schema.ts', import.meta.url))
    const ours = { schema, dbCredentials: { ...connectionOf(port), ssl: false } }
    const theirs = { schema, driver: 'pglite', dbCredentials: { url: directory.file('pgdata') } }
    const statementsFor = async (config: Readonly<Record<string, unknown>>, version: string) => {
      const output = await run('push', config, ['--force', '--verbose'], { SCHEMA: version })
      expect(output).toContain('Changes applied')
      return output
        .slice(output.indexOf('Warning'))
        .split('\n')
        .filter(line => !line.includes('Changes'))
    }
    for (const version of ['first', 'first', 'next', 'next']) {
      expect(await statementsFor(ours, version)).toEqual(await statementsFor(theirs, version))
    }
    database.exec("insert into users (email, age, is_active) values ('a@x.io', 40, true)")
    expect(database.query('select id, mood, nick, age, initial from users')).toEqual([
      { id: 1, mood: 'fair', nick: 'none', age: 40, initial: 'a' },
    ])
  })
})
