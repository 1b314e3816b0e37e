/** LISTEN and NOTIFY: who hears what, and when. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { query, rawClient } from './raw-client.ts'
import { connect, startServer } from './support.ts'

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
    const said = `notify news, '${'x'.repeat(7900)}';`
    for (let i = 0; i < 20; i++) await speaker.query(said.repeat(100))
    deaf.socket.resume()
    await deaf.closed()
    expect((await speaker.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})
