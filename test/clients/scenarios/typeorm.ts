/** TypeORM: entities with relations of every kind, QueryBuilder, transactions, a schema that follows its entities, migrations. */

import { load } from '../support.ts'
import { type Scenario, Telling } from './telling.ts'

export const typeormScenario: Scenario = async where => {
  const { DataSource, EntitySchema, In, IsNull, LessThan, Like, MoreThan, Not, Raw } = await load('typeorm')
  const telling = new Telling()
  const { steps } = telling
  const tell = telling.tell.bind(telling)
  // biome-ignore lint/suspicious/noExplicitAny: TypeORM's types are not installed here
  type Any = any
  const author = (columns: Any = {}) =>
    new EntitySchema({
      name: 'author',
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        name: { type: 'varchar', length: 50 },
        kind: { type: 'enum', enum: ['poet', 'critic'], default: 'poet' },
        born: { type: 'date', nullable: true },
        meta: { type: 'jsonb', default: {} },
        version: { type: 'int', version: true },
        gone: { type: 'timestamptz', deleteDate: true, nullable: true },
        ...columns,
      },
      indices: [{ name: 'author_name', columns: ['name'], unique: true }],
      relations: {
        books: { type: 'one-to-many', target: 'book', inverseSide: 'author' },
        profile: { type: 'one-to-one', target: 'profile', joinColumn: true, nullable: true, cascade: true },
      },
    })
  const book = new EntitySchema({
    name: 'book',
    columns: {
      id: { type: 'int', primary: true, generated: 'identity' },
      title: { type: 'text' },
      price: { type: 'numeric', precision: 8, scale: 2, default: 0 },
      tags: { type: 'text', array: true, default: [] },
    },
    checks: [{ name: 'book_price', expression: '"price" >= 0' }],
    relations: {
      author: {
        type: 'many-to-one',
        target: 'author',
        inverseSide: 'books',
        onDelete: 'CASCADE',
        joinColumn: true,
      },
      shops: {
        type: 'many-to-many',
        target: 'shop',
        inverseSide: 'books',
        joinTable: { name: 'book_shops' },
      },
    },
  })
  const profile = new EntitySchema({
    name: 'profile',
    columns: { id: { type: 'int', primary: true, generated: 'increment' }, motto: { type: 'text' } },
  })
  const shop = new EntitySchema({
    name: 'shop',
    columns: { city: { type: 'text', primary: true }, street: { type: 'text', primary: true } },
    relations: { books: { type: 'many-to-many', target: 'book', inverseSide: 'shops' } },
  })
  const { user: username, ...rest } = where
  const options = { type: 'postgres', ...rest, username, installExtensions: false }
  const open = (entities: readonly Any[], more: Any = {}) =>
    new DataSource({ ...options, entities, ...more }).initialize()

  let source: Any = await open([author(), book, profile, shop])
  const repository = (name: string) => source.getRepository(name)
  const differences = async () =>
    (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }: Any) => query)
  try {
    await tell('synchronize', () => source.synchronize())
    await tell('no difference then', differences)
    await tell('save with relations', async () => {
      const shops = await repository('shop').save([
        { city: 'London', street: 'A' },
        { city: 'Paris', street: 'B' },
      ])
      const ada = await repository('author').save({
        name: 'Ada',
        born: '1815-12-10',
        profile: { motto: 'poetical science' },
      })
      await repository('author').save([
        { name: 'Bob', kind: 'critic' },
        { name: 'Eve', meta: { likes: ['tea'] } },
      ])
      await repository('book').save([
        { title: 'Notes', price: '12.50', author: ada, shops, tags: ['engine', 'a "b"'] },
        { title: 'Letters', author: ada, shops: [shops[0]] },
      ])
      return repository('author').findOne({
        where: { id: ada.id },
        relations: { books: { shops: true }, profile: true },
        order: { books: { id: 'ASC', shops: { city: 'ASC' } } },
      })
    })
    await tell('find', () =>
      repository('author').find({
        where: [{ name: Like('A%') }, { kind: Not('poet'), born: IsNull() }, { id: In([77]) }],
        select: { id: true, name: true },
        order: { name: 'DESC' },
        take: 5,
      }),
    )
    await tell('find by operators', () =>
      repository('book').find({
        where: {
          price: MoreThan(1),
          id: LessThan(100),
          title: Raw((alias: string) => `upper(${alias}) = 'NOTES'`),
        },
        relations: { author: true },
      }),
    )
    await tell('find and count, paged', () =>
      repository('author').findAndCount({
        order: { id: 'ASC' },
        skip: 1,
        take: 1,
        relations: { books: true },
      }),
    )
    await tell('a query builder', () =>
      source
        .createQueryBuilder('author', 'a')
        .leftJoin('a.books', 'b')
        .select('a.name', 'name')
        .addSelect('count(b.id)', 'books')
        .addSelect('coalesce(sum(b.price), 0)', 'worth')
        .groupBy('a.id')
        .having('count(b.id) >= :n', { n: 0 })
        .orderBy('books', 'DESC')
        .addOrderBy('a.name')
        .getRawMany(),
    )
    await tell('a subquery', () =>
      source
        .createQueryBuilder('author', 'a')
        .where(
          (qb: Any) =>
            `exists ${qb.subQuery().select('1').from('book', 'b').where('b.authorId = a.id').getQuery()}`,
        )
        .andWhere('a.name = ANY(:names)', { names: ['Ada', 'Bob'] })
        .getMany(),
    )
    await tell('joined and paged', () =>
      source
        .createQueryBuilder('book', 'b')
        .leftJoinAndSelect('b.shops', 's')
        .leftJoinAndSelect('b.author', 'a')
        .orderBy('b.id')
        .addOrderBy('s.city')
        .skip(0)
        .take(1)
        .getManyAndCount(),
    )
    await tell('insert or update', () =>
      source
        .createQueryBuilder()
        .insert()
        .into('author')
        .values({ name: 'Ada', kind: 'critic' })
        .orUpdate(['kind'], ['name'])
        .returning(['id', 'kind'])
        .execute()
        .then(({ raw }: Any) => raw),
    )
    await tell('upsert', async () => {
      await repository('author').upsert([{ name: 'Bob', born: '1900-01-01' }, { name: 'Zoe' }], ['name'])
      return repository('author').find({ select: { name: true, born: true }, order: { name: 'ASC' } })
    })
    await tell('update and increment', async () => {
      await repository('book').increment({ title: 'Notes' }, 'price', 2)
      await source
        .createQueryBuilder()
        .update('book')
        .set({ tags: () => "array_append(tags, 'x')" })
        .where('title like :t', { t: 'N%' })
        .execute()
      return repository('book').findOneBy({ title: 'Notes' })
    })
    await tell('optimistic version', async () => {
      const one = await repository('author').findOneBy({ name: 'Eve' })
      one.meta = { likes: [] }
      const saved = await repository('author').save(one)
      return [saved.version, saved.meta]
    })
    await tell('soft delete', async () => {
      await repository('author').softDelete({ name: 'Zoe' })
      const left = await repository('author').countBy({ name: 'Zoe' })
      const all = await repository('author').count({ where: { name: 'Zoe' }, withDeleted: true })
      await repository('author').restore({ name: 'Zoe' })
      return [left, all, await repository('author').countBy({ name: 'Zoe' })]
    })
    await tell('unique violation', () => repository('author').insert({ name: 'Ada' }))
    await tell('not one of the enum', () => repository('author').insert({ name: 'Odd', kind: 'painter' }))
    await tell('check violation', () => repository('book').insert({ title: 'Debt', price: -1 }))
    await tell('a transaction, and one inside', async () => {
      await source.transaction(async (manager: Any) => {
        await manager.insert('author', { name: 'Outer' })
        await manager
          .transaction(async (inner: Any) => {
            await inner.insert('author', { name: 'Inner' })
            throw new Error('back')
          })
          .catch(() => {})
      })
      return repository('author').find({ where: { name: In(['Outer', 'Inner']) }, select: { name: true } })
    })
    await tell('a serializable one that fails', () =>
      source.transaction('SERIALIZABLE', async (manager: Any) => {
        await manager.delete('author', { name: 'Outer' })
        await manager.query('select 1 / 0')
      }),
    )
    await tell('pessimistic lock', () =>
      source.transaction((manager: Any) =>
        manager.findOne('author', {
          where: { name: 'Outer' },
          lock: { mode: 'pessimistic_write' },
          select: { name: true },
        }),
      ),
    )
    await tell('cascade', async () => {
      await repository('author').delete({ name: 'Ada' })
      return [await repository('book').count(), await source.query('select count(*) from book_shops')]
    })
    await tell('a stream', async () => {
      const names: string[] = []
      const stream = await repository('author').createQueryBuilder('a').orderBy('a.name').stream()
      for await (const row of stream) names.push(row.a_name)
      return names
    })
    await source.destroy()
    // The entities have changed: the schema follows.
    source = await open([
      author({
        kind: { type: 'enum', enum: ['poet', 'critic', 'painter'], default: 'critic' },
        country: { type: 'varchar', length: 2, default: 'GB' },
        born: { type: 'timestamp', nullable: true },
      }),
      book,
      profile,
      shop,
    ])
    await tell('what has changed', differences)
    await tell('synchronize again', () => source.synchronize())
    await tell('no difference then, too', differences)
    await tell('what is there', () =>
      repository('author').find({
        select: { name: true, kind: true, country: true, version: true },
        order: { id: 'ASC' },
      }),
    )
    await tell('a painter', () =>
      repository('author')
        .insert({ name: 'Pablo', kind: 'painter' })
        .then(({ identifiers }: Any) => identifiers.length),
    )
    await tell('drop', async () => {
      await source.dropDatabase()
      return source.query("select table_name from information_schema.tables where table_schema = 'public'")
    })
    return steps
  } finally {
    if (source.isInitialized) await source.destroy()
  }
}
