/** Clients that try to fill the server's memory, or its list of clients: what each may have it keep is bounded. */

import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Channel } from '../../src/server/channel.ts'
import { Outbox } from '../../src/server/outbox.ts'
import { heapBytes } from '../support/heap.ts'
import {
  bind,
  describe,
  flush,
  int32,
  message,
  parse,
  query,
  RawClient,
  rawClient,
  startupMessage,
  sync,
} from './raw-client.ts'
import { atEnd, connect, startServer } from './support.ts'

const MiB = 1024 * 1024

test('descriptions that nobody reads wait in the socket, and not in memory', async () => {
  const { port } = await startServer()
  const client = await rawClient(port)
  const columns = Array.from({ length: 1000 }, (_, i) => `${i} as a_column_of_that_number_${i}`)
  client.send(parse('', `select ${columns.join(', ')}`), sync)
  expect(await client.answers()).toEqual(['1', 'Z(I)'])
  const { socket } = client
  socket.removeAllListeners('data')
  socket.pause()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }, 1)
  // Seven bytes that ask for forty thousand.
  socket.write(Buffer.concat([...Array.from({ length: 9000 }, () => describe('S', '')), sync]))
  const other = await connect(port)
  for (let i = 0; i < 20; i++) await other.query('select 1')
  let bytes = 0
  let last = Buffer.alloc(0)
  await new Promise<void>(resolve => {
    socket.on('data', chunk => {
      bytes += chunk.length
      last = Buffer.concat([last, chunk.subarray(-6)]).subarray(-6)
      if (last.equals(Buffer.from('Z\0\0\0\x05I'))) resolve()
    })
    socket.resume()
  })
  clearInterval(timer)
  expect(bytes).toBeGreaterThan(9000 * 30_000)
  expect(most).toBeLessThan(100 * MiB)
})

test('prepared statements are bounded in number and in size, however they are made', async () => {
  const client = await connect((await startServer()).port)
  const text = 'x'.repeat(20 * MiB)
  for (const name of ['a', 'b', 'c']) await client.query(`prepare ${name} as select /* ${text} */ 1`)
  await expect(client.query(`prepare d as select /* ${text} */ 1`)).rejects.toMatchObject({ code: '53400' })
  await client.query('deallocate b')
  await client.query(`prepare d as select /* ${text} */ 1`)
  await client.query('deallocate all')
  await client.query(Array.from({ length: 10_000 }, (_, i) => `prepare p${i} as select 1`).join(';'))
  await expect(client.query('prepare more as select 1')).rejects.toMatchObject({ code: '53400' })
})

test('what portals have as parameters is bounded', async () => {
  const { port } = await startServer({ limits: { messageBytes: 100_000 } })
  const client = await rawClient(port)
  client.send(parse('s', 'select $1::text'), sync)
  await client.answers()
  const value = 'x'.repeat(90_000)
  const binds = (count: number) => Array.from({ length: count }, (_, i) => bind(`p${i}`, 's', [value]))
  client.send(...binds(5), sync)
  expect(await client.answers()).toEqual(['2', '2', '2', '2', 'E(53400)', 'Z(I)'])
  // They went with their transaction; and one that is closed, or unnamed and bound again, counts no more.
  const close = message('C', Buffer.from('P'), 'p0')
  const unnamed = bind('', 's', [value])
  client.send(...binds(3), close, unnamed, unnamed, unnamed, flush, sync)
  expect(await client.answers()).toEqual(['2', '2', '2', '3', '2', '2', '2', 'Z(I)'])
})

test('a row of COPY that does not end is ended', async () => {
  const { port } = await startServer()
  const client = await rawClient(port)
  client.send(query('create table t (a text)'))
  await client.answers()
  client.send(query('copy t from stdin'))
  const piece = message('d', Buffer.alloc(60 * MiB, 'x'))
  for (let i = 0; i < 5; i++) client.socket.write(piece)
  expect(await client.answers()).toEqual(['G', 'E(54000)', 'Z(I)'])
})

test('who asks for a cancellation and does not go is sent away, and counts until he is gone', async () => {
  const { port } = await startServer({ limits: { unauthenticated: 5, writeTimeoutMs: 86_400_000 } })
  const crowd = Array.from({ length: 5 }, () => {
    const socket = new Socket({ allowHalfOpen: true })
    socket.on('error', () => {})
    socket.connect(port, '127.0.0.1', () => socket.write(message('', int32(80_877_102), int32(1), int32(2))))
    return socket
  })
  // Each was answered: the server has closed its side.
  await Promise.all(crowd.map(socket => new Promise(resolve => socket.once('end', resolve).resume())))
  // Until the other side is closed too, it takes a place.
  const late = new RawClient(port)
  await late.closed()
  const isLetIn = () =>
    connect(port).then(
      client => client.end().then(() => true),
      () => false,
    )
  await expect.poll(isLetIn, { timeout: 100_000 }).toBe(true)
  for (const socket of crowd) socket.destroy()
})

test('a crowd that says nothing gives way to who comes after it', async () => {
  const { port } = await startServer({ limits: { unauthenticated: 5, authenticationMs: 86_400_000 } })
  for (let i = 0; i < 5; i++) new RawClient(port)
  const isLetIn = () =>
    connect(port).then(
      () => true,
      () => false,
    )
  await expect.poll(isLetIn, { timeout: 30_000 }).toBe(true)
})

test('whose session was ended and who does not go is put out', async () => {
  const { port } = await startServer({ limits: { unauthenticated: 3, writeTimeoutMs: 86_400_000 } })
  const sockets = Array.from({ length: 6 }, () => {
    const socket = new Socket({ allowHalfOpen: true })
    atEnd(() => socket.destroy())
    socket.on('error', () => {})
    // It does not close its side when the server has closed the other one.
    socket.connect(port, '127.0.0.1', () => socket.write(Buffer.concat([startupMessage(), message('!')])))
    return socket
  })
  await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('end', resolve).resume())))
  // A line that nobody holds any more at the other end is reset when something is sent over it.
  const areGone = () => {
    for (const socket of sockets) if (!socket.destroyed) socket.write('x')
    return sockets.filter(socket => socket.destroyed).length
  }
  await expect.poll(areGone, { timeout: 30_000 }).toBe(6)
})

test('of a long text little is left when its statement has ended', async () => {
  const { port } = await startServer()
  const clients = await Promise.all(Array.from({ length: 8 }, () => rawClient(port)))
  const before = heapBytes()
  for (const client of clients) {
    client.send(query(`select 1 /* ${'x'.repeat(16 * MiB)} */`))
    expect(await client.answers()).toContain('D(1)')
  }
  for (const client of clients) {
    client.send(query(`select 1 / 0 /* ${'x'.repeat(16 * MiB)} */`))
    expect(await client.answers()).toContain('E(22012)')
  }
  expect(heapBytes() - before).toBeLessThan(32 * MiB)
  const admin = await connect(port)
  const { rows } = await admin.query('select max(length(query)) as n from pg_stat_activity')
  expect(rows).toEqual([{ n: 10_000 }])
})

test('a line is asked whether there is still somebody at its end', () => {
  const socket = new Socket()
  const asked = vi.spyOn(socket, 'setKeepAlive')
  new Channel(socket, { firstMessageBytesMax: 1000, writeTimeoutMs: 1000 }, new Outbox())
  expect(asked).toHaveBeenCalledWith(true, expect.any(Number))
})

test('cursors are bounded in number', async () => {
  const client = await connect((await startServer()).port)
  const declare = (name: string) => client.query(`declare ${name} cursor with hold for select 1 as one`)
  for (let i = 0; i < 1000; i++) await declare(`c${i}`)
  await expect(declare('more')).rejects.toMatchObject({ code: '53400' })
  await client.query('close c7')
  await declare('more')
  expect((await client.query('fetch all from more')).rows).toEqual([{ one: 1 }])
})
