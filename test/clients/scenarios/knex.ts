/** Knex: migrations up and back, the schema builder, upserts, JSON, transactions inside of transactions, streams. */

import { load } from '../support.ts'
import { type Scenario, Telling } from './telling.ts'

export const knexScenario: Scenario = async where => {
  const { default: knex } = await load('knex')
  const telling = new Telling()
  const { steps } = telling
  const tell = telling.tell.bind(telling)
  const db = knex({ client: 'pg', connection: where, pool: { min: 0, max: 2 } })
  // biome-ignore lint/suspicious/noExplicitAny: Knex's types are not installed here
  type Any = any
  try {
    const migrations: Record<string, { up(k: Any): unknown; down(k: Any): unknown }> = {
      '001_people': {
        up: k =>
          k.schema.createTable('people', (t: Any) => {
            t.increments('id')
            t.string('name', 80).notNullable().comment('how they are called')
            t.string('email').unique()
            t.enu('mood', ['sad', 'ok', 'happy']).defaultTo('ok')
            t.jsonb('doc').defaultTo('{}')
            t.specificType('tags', 'text[]')
            t.decimal('owed', 10, 2).defaultTo(0)
            t.timestamps(true, true)
          }),
        down: k => k.schema.dropTable('people'),
      },
      '002_pets': {
        up: async k => {
          await k.schema.createTable('pets', (t: Any) => {
            t.bigIncrements('id')
            t.integer('owner')
              .unsigned()
              .references('id')
              .inTable('people')
              .onDelete('SET NULL')
              .onUpdate('CASCADE')
            t.string('name')
            t.date('born')
            t.index(['owner', 'name'], 'pets_by_owner')
            t.unique(['name', 'born'])
          })
          await k.schema.alterTable('people', (t: Any) => {
            t.dropColumn('owed')
            t.renameColumn('mood', 'feeling')
            t.text('name').notNullable().alter()
            t.boolean('active').notNullable().defaultTo(true)
          })
          await k.schema.raw('create view grown as select id, name from people where active')
        },
        down: async k => {
          await k.schema.dropView('grown')
          await k.schema.dropTable('pets')
          await k.schema.alterTable('people', (t: Any) => {
            t.dropColumn('active')
            t.renameColumn('feeling', 'mood')
            t.decimal('owed', 10, 2)
          })
        },
      },
      '003_broken': {
        up: async k => {
          await k.schema.createTable('half', (t: Any) => t.increments())
          await k('nowhere').insert({ a: 1 })
        },
        down: () => {},
      },
    }
    const source = (names: readonly string[]) => ({
      getMigrations: async () => names,
      getMigrationName: (name: string) => name,
      getMigration: async (name: string) => migrations[name],
    })
    const two = { migrationSource: source(['001_people', '002_pets']) }
    const three = { migrationSource: source(['001_people', '002_pets', '003_broken']) }
    await tell('latest', () => db.migrate.latest(two))
    await tell('a broken one', () => db.migrate.latest(three))
    await tell('nothing is left of it', () => db.schema.hasTable('half'))
    await tell('version', () => db.migrate.currentVersion(two))
    await tell('columns', () => db('people').columnInfo())
    await tell('status', () => db.migrate.status(three))
    await tell('insert many', () =>
      db('people')
        .insert([
          { name: 'Ann', email: 'ann@x.io', doc: { age: 36, likes: ['tea'] }, tags: ['a', 'b'] },
          { name: 'Bob', email: 'bob@x.io', feeling: 'sad' },
        ])
        .returning(['id', 'name', 'feeling', 'doc', 'tags', 'active']),
    )
    await tell('not one of them', () => db('people').insert({ name: 'Eve', feeling: 'odd' }))
    await tell('upsert by merge', () =>
      db('people')
        .insert({ name: 'Anna', email: 'ann@x.io' })
        .onConflict('email')
        .merge(['name'])
        .returning(['id', 'name']),
    )
    await tell('upsert where', () =>
      db('people')
        .insert({ name: 'Bobby', email: 'bob@x.io' })
        .onConflict('email')
        .merge({ name: db.raw("excluded.name || '!'") })
        .where('people.feeling', 'sad')
        .returning('name'),
    )
    await tell('json', () =>
      db('people')
        .select('name', db.jsonExtract('doc', '$.age', 'age'))
        .whereJsonPath('doc', '$.age', '>', 30)
        .orWhereJsonSupersetOf('doc', { none: 1 })
        .orderBy('id'),
    )
    await tell('json changed', () =>
      db('people')
        .where('id', 1)
        .update({ doc: db.jsonSet('doc', '$.age', '37') })
        .returning('doc'),
    )
    await tell('json insert and remove', () =>
      db('people')
        .select(db.jsonInsert('doc', '$.likes[0]', '"milk"', 'more'), db.jsonRemove('doc', '$.age', 'less'))
        .where('id', 1),
    )
    await tell('pets', () =>
      db('pets')
        .insert([
          { owner: 1, name: 'Rex', born: '2020-01-02' },
          { owner: 1, name: 'Tom', born: '2021-03-04' },
          { owner: 2, name: 'Ada', born: null },
        ])
        .then(({ rowCount }: Any) => rowCount),
    )
    await tell('joined and grouped', () =>
      db('people as p')
        .leftJoin('pets as q', 'q.owner', 'p.id')
        .groupBy('p.id')
        .havingRaw('count(q.id) > 0')
        .select('p.name')
        .count({ n: 'q.id' })
        .max({ youngest: db.raw("to_char(q.born, 'YYYY')") })
        .orderBy('p.name'),
    )
    await tell('with, union, window', () =>
      db
        .with('numbered', (qb: Any) =>
          qb
            .from('pets')
            .select('name')
            .rowNumber('place', (w: Any) => w.orderBy('name', 'desc')),
        )
        .select('*')
        .from('numbered')
        .where('place', '<', 3)
        .unionAll([db.select(db.raw("'none'"), db.raw('0::bigint'))])
        .orderBy('place'),
    )
    await tell('recursive', () =>
      db
        .withRecursive('up', ['n'], (qb: Any) =>
          qb
            .select(db.raw('1'))
            .unionAll((inner: Any) => inner.select(db.raw('n + 1')).from('up').where('n', '<', 4)),
        )
        .from('up')
        .sum('n'),
    )
    await tell('subquery and exists', () =>
      db('people')
        .whereExists(
          db('pets').select(db.raw(1)).whereRaw('pets.owner = people.id').andWhereLike('name', 'R%'),
        )
        .orWhereIn('id', db('pets').select('owner').where('name', 'Ada'))
        .orderBy('name')
        .pluck('name'),
    )
    await tell('insert from select', () =>
      db(db.raw('?? (??, ??)', ['pets', 'owner', 'name']))
        .insert(db('people').select('id', db.raw("name || '''s'")).orderBy('id'))
        .then(({ rowCount }: Any) => rowCount),
    )
    await tell('update from', () =>
      db('pets')
        .updateFrom('people')
        .update({ name: db.raw('people.name || pets.name') })
        .whereRaw('people.id = pets.owner')
        .where('pets.name', 'Rex')
        .returning('pets.name'),
    )
    await tell('foreign key', () => db('pets').insert({ owner: 99, name: 'x' }))
    await tell('set null', async () => {
      await db('people').where({ id: 2 }).delete()
      return db('pets').whereNull('owner').count()
    })
    await tell('transactions in transactions', async () => {
      await db.transaction(async (outer: Any) => {
        await outer('pets').insert({ name: 'outer' })
        await outer
          .transaction(async (inner: Any) => {
            await inner('pets').insert({ name: 'inner' })
            throw new Error('back')
          })
          .catch(() => {})
        await outer.transaction((inner: Any) => inner('pets').insert({ name: 'second' }))
      })
      return db('pets').whereIn('name', ['outer', 'inner', 'second']).orderBy('id').pluck('name')
    })
    await tell('levels', () =>
      db.transaction(async (trx: Any) => (await trx.raw('show transaction_isolation')).rows, {
        isolationLevel: 'repeatable read',
        readOnly: true,
      }),
    )
    await tell('a lock', () =>
      db.transaction((trx: Any) => trx('people').where('id', 1).forUpdate().skipLocked().pluck('name')),
    )
    await tell('a stream', async () => {
      const names: string[] = []
      for await (const { name } of db('pets').select('name').orderBy('id').stream()) names.push(name)
      return names
    })
    await tell('batch', () =>
      db
        .batchInsert(
          'pets',
          Array.from({ length: 50 }, (_, n) => ({ name: `pet ${n}` })),
          20,
        )
        .returning('id')
        .then((ids: Any[]) => ids.length),
    )
    await tell('paged', () => db('pets').select('name').orderBy('id').limit(2).offset(3))
    await tell('distinct on', () =>
      db('pets')
        .distinctOn('owner')
        .select('owner', 'name')
        .orderBy(['owner', { column: 'name', order: 'desc' }]),
    )
    await tell('truncate', async () => {
      await db('pets').truncate()
      return db('pets').insert({ name: 'first' }).returning('id')
    })
    await tell('changed schema', async () => {
      await db.schema.alterTable('pets', (t: Any) => {
        t.dropUnique(['name', 'born'])
        t.dropIndex([], 'pets_by_owner')
        t.setNullable('name')
        t.string('chip', 15).nullable().index()
        t.check("chip ~ '^[0-9]+$'", [], 'chip_is_digits')
      })
      await db.schema.renameTable('pets', 'animals')
      return Object.keys(await db('animals').columnInfo())
    })
    await tell('the check holds', () => db('animals').insert({ name: 'x', chip: '12a' }))
    await tell('back', async () => {
      await db.schema.renameTable('animals', 'pets')
      return db.migrate.rollback(two, true)
    })
    await tell(
      'tables',
      async () =>
        (
          await db.raw(
            "select table_name from information_schema.tables where table_schema = 'public' order by 1",
          )
        ).rows,
    )
    return steps
  } finally {
    await db.destroy()
  }
}
