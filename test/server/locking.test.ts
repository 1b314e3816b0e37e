/** FOR UPDATE with NOWAIT and SKIP LOCKED between the sessions of a server: there is one writer, and no locks of single rows. */

import { beforeEach, describe, expect, test } from 'vitest'
import { connect, failure, memoryDatabase, startServer } from './support.ts'

let port: number
beforeEach(async () => {
  const database = memoryDatabase()
  database.exec('create table t (a int primary key, b int); insert into t values (1, 0), (2, 0)')
  port = (await startServer({ database })).port
})

describe('those who lock rows', () => {
  test('do not wait with NOWAIT, whatever waits before them', async () => {
    const [one, two, three] = [await connect(port), await connect(port), await connect(port)]
    await one.query('begin; select * from t where a = 1 for update nowait')
    const waiting = two.query('update t set b = 1')
    expect((await failure(three.query('select * from t where a = 2 for update nowait'))).code).toBe('55P03')
    await three.query('begin')
    expect((await failure(three.query('lock table t nowait'))).code).toBe('55P03')
    await three.query('rollback')
    await one.query('commit')
    await waiting
    expect((await three.query('select b from t where a = 2 for update nowait')).rows).toEqual([{ b: 1 }])
  })
  test('with SKIP LOCKED wait for the writer, and then find what he has left: each job is taken once', async () => {
    const workers = await Promise.all(Array.from({ length: 4 }, () => connect(port)))
    await workers[0].query('insert into t select i, 0 from generate_series(3, 20) i')
    const taken: number[] = []
    await Promise.all(
      workers.map(async worker => {
        for (;;) {
          await worker.query('begin')
          const { rows } = await worker.query(
            'select a from t where b = 0 order by a limit 1 for update skip locked',
          )
          if (rows.length > 0) await worker.query('update t set b = 1 where a = $1', [rows[0].a])
          await worker.query('commit')
          if (rows.length === 0) return
          taken.push(rows[0].a)
        }
      }),
    )
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})
