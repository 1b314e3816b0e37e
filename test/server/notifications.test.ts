/** LISTEN and NOTIFY: who hears what, and when. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { query, rawClient } from './raw-client.ts'
import { connect, failure, startServer } from './support.ts'

let port: number
beforeEach(async () => {
  port = (await startServer()).port
})

function heard(client: pg.Client): string[] {
  const list: string[] = []
  client.on('notification', ({ channel, payload }) => list.push(`${channel}: ${payload}`))
  return list
}
const aMoment = () => new Promise(resolve => setTimeout(resolve, 20))

describe('a notification', () => {
  test('reaches those who listen, also when they do nothing, and nobody else', async () => {
    const [one, two, three] = [await connect(port), await connect(port), await connect(port)]
    const [first, second, third] = [heard(one), heard(two), heard(three)]
    await one.query('listen news')
    await two.query('listen news')
    await three.query('listen other')
    await two.query("notify news, 'hello'")
    await aMoment()
    expect([first, second, third]).toEqual([['news: hello'], ['news: hello'], []])
    await one.query('unlisten *')
    await two.query('notify news')
    await aMoment()
    expect([first, second]).toEqual([['news: hello'], ['news: hello', 'news: ']])
  })
  test('is told when its transaction is committed, and not when it is rolled back', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    const messages = heard(one)
    await one.query('listen news')
    await two.query("begin; notify news, 'kept'; savepoint s; notify news, 'lost'; rollback to s")
    await aMoment()
    expect(messages).toEqual([])
    await two.query('commit')
    await two.query("begin; notify news, 'lost'; rollback")
    await aMoment()
    expect(messages).toEqual(['news: kept'])
  })
  test('waits for the end of the transaction of who listens', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    const messages = heard(one)
    await one.query('listen news')
    await one.query('begin')
    await two.query("notify news, 'now'")
    await one.query('select 1')
    await aMoment()
    expect(messages).toEqual([])
    await one.query('commit')
    expect(messages).toEqual(['news: now'])
  })
  test('that nobody reads is kept within bounds: who listens and does not read is let go', async () => {
    const deaf = await rawClient(port)
    deaf.send(query('listen news'))
    await deaf.answers()
    deaf.socket.pause()
    const speaker = await connect(port)
    // Others each time: the same is told once in a transaction.
    const said = Array.from({ length: 100 }, (_, n) => `notify news, '${n}${'x'.repeat(7900)}';`).join('')
    for (let i = 0; i < 20; i++) await speaker.query(said)
    deaf.socket.resume()
    await deaf.closed()
    expect((await speaker.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
  test('is told once, however often a transaction says it', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    const messages = heard(one)
    await one.query('listen news')
    await two.query("begin; notify news, 'a'; savepoint s; notify news, 'a'; notify news, 'b'; rollback to s")
    await two.query("notify news, 'b'; select pg_notify('news', 'a'); notify news, 'b'; notify news; commit")
    await two.query("notify news, 'a'")
    await aMoment()
    expect(messages).toEqual(['news: a', 'news: b', 'news: ', 'news: a'])
  })
  test('is kept for the end of its transaction within bounds', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    const messages = heard(one)
    await one.query('listen news')
    const many = (from: number) =>
      `select pg_notify('news', rpad(g::text, 7999, 'x')) from generate_series(${from}, ${from + 999}) as g`
    await two.query('begin; savepoint s')
    await two.query(many(0))
    await two.query(many(1000))
    const refused = await failure(two.query(many(2000)))
    expect([refused.code, refused.message]).toEqual(['54000', 'too many notifications in one transaction'])
    expect((await failure(two.query('select 1'))).code).toBe('25P02')
    await two.query("rollback to s; notify news, 'room again'; commit")
    await aMoment()
    expect(messages).toEqual(['news: room again'])
    // A statement by itself, too.
    const alone = `select count(pg_notify('news', rpad(g::text, 7999, 'x'))) from generate_series(1, 3000) as g`
    expect((await failure(two.query(alone))).code).toBe('54000')
    await two.query("notify news, 'still there'")
    await aMoment()
    expect(messages).toEqual(['news: room again', 'news: still there'])
  })
})

describe('a session', () => {
  const listens = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `listen c${from + i};`).join('')

  test('listens to 4096 channels at most, and to others when it has let go of some', async () => {
    const [one, two] = [await connect(port), await connect(port)]
    const messages = heard(one)
    await one.query(listens(0, 4000))
    await one.query(`begin; ${listens(4000, 4096)} listen c0; listen c4095`)
    const refused = await failure(one.query('listen more'))
    expect([refused.code, refused.message]).toEqual([
      '53400',
      'more than 4096 channels that a session listens to',
    ])
    await one.query('rollback')
    await one.query(listens(4000, 4096))
    expect((await failure(one.query('listen more'))).code).toBe('53400')
    await one.query('begin; unlisten c7; savepoint s; listen more; rollback to s; listen other; commit')
    expect((await failure(one.query('begin; unlisten *; listen more; rollback; listen more'))).code).toBe(
      '53400',
    )
    for (const channel of ['c7', 'more', 'c4095', 'other']) await two.query(`notify ${channel}`)
    await aMoment()
    expect(messages).toEqual(['c4095: ', 'other: '])
    await one.query('begin; unlisten *; listen more; commit')
    for (const channel of ['more', 'other']) await two.query(`notify ${channel}`)
    await aMoment()
    expect(messages).toEqual(['c4095: ', 'other: ', 'more: '])
  })
})
