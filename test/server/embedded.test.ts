/** A server in a program that uses the database itself: who writes when. */

import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { CoppiceDialect } from '../../src/integrations/kysely.ts'
import { connect, failure, memoryDatabase, startServer } from './support.ts'

test('query builders and clients wait for each other in one queue, in the order in which they came', async () => {
  const database = memoryDatabase()
  database.exec('create table t (who text)')
  const { port } = await startServer({ database })
  const client = await connect(port)
  const db = new Kysely<{ t: { who: string } }>({ dialect: new CoppiceDialect({ database }) })
  let hasEnded = false
  const write = (who: string) => db.insertInto('t').values({ who }).execute()
  let release = () => {}
  const first = db.transaction().execute(async tx => {
    await tx.insertInto('t').values({ who: 'first' }).execute()
    await new Promise<void>(resolve => {
      release = resolve
    })
    hasEnded = true
  })
  await new Promise(resolve => setTimeout(resolve, 10))
  const second = client.query("insert into t values ('second')")
  await new Promise(resolve => setTimeout(resolve, 30))
  const third = write('third')
  const waiting = await connect(port)
  await waiting.query('set lock_timeout = 20')
  expect((await failure(waiting.query("insert into t values ('never')"))).code).toBe('55P03')
  expect(hasEnded).toBe(false)
  release()
  await Promise.all([first, second, third])
  // What a client holds a query builder waits for, rather than be told BUSY.
  await client.query('begin')
  await client.query("insert into t values ('fourth')")
  const fifth = write('fifth')
  await client.query('commit')
  await fifth
  expect(database.query('select who from t').map(row => row.who)).toEqual([
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
  ])
})
