/** /metrics has no password: who asks for it by the thousand, or holds its lines, gets little and keeps nobody out. */

import { connect as connectSocket, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type EndpointLimits, MetricsEndpoint } from '../../src/server/metrics-endpoint.ts'
import { atEnd, startServer } from './support.ts'

const REQUEST = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'

/** Figures that are told when they are asked for, and how often that was. */
function slowFigures() {
  const waiting: (() => void)[] = []
  const figures = {
    contentType: 'text/plain',
    count: 0,
    text: () => {
      figures.count++
      return new Promise<string>(resolve => waiting.push(() => resolve('some 1\n')))
    },
    tell: () => {
      for (const tell of waiting.splice(0)) tell()
    },
  }
  return figures
}

async function endpointOf(figures: ReturnType<typeof slowFigures>, limits: Partial<EndpointLimits> = {}) {
  const endpoint = new MetricsEndpoint(figures, limits)
  const port = await endpoint.listen('127.0.0.1', 0)
  atEnd(() => endpoint.close())
  return port
}

interface Line {
  readonly socket: Socket
  received: string
  isClosed: boolean
}

function lineTo(port: number): Line {
  const socket = connectSocket(port, '127.0.0.1')
  atEnd(() => socket.destroy())
  const line: Line = { socket, received: '', isClosed: false }
  socket.on('data', chunk => {
    line.received += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    line.isClosed = true
  })
  return line
}

test('a line is for one request, however many it sends', async () => {
  const figures = slowFigures()
  const line = lineTo(await endpointOf(figures))
  line.socket.write(REQUEST.repeat(1000))
  await expect.poll(() => figures.count, { timeout: 60_000 }).toBe(1)
  figures.tell()
  await expect.poll(() => line.isClosed, { timeout: 60_000 }).toBe(true)
  expect(line.received.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
  expect(line.received).toMatch(/connection: close/i)
  expect(figures.count).toBe(1)
})

test('those who ask while figures are collected get the same', async () => {
  const figures = slowFigures()
  const port = await endpointOf(figures, { connections: 10 })
  const first = lineTo(port)
  first.socket.write(REQUEST)
  await expect.poll(() => figures.count, { timeout: 60_000 }).toBe(1)
  // Who asks for something else is answered at once: what was asked for before him has arrived by then.
  const others = Array.from({ length: 5 }, () => lineTo(port))
  for (const { socket } of others) socket.write(REQUEST)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  const lines = [first, ...others]
  const areAnswered = () => {
    figures.tell()
    return lines.every(line => line.received.includes('some 1'))
  }
  await expect.poll(areAnswered, { timeout: 60_000 }).toBe(true)
  expect(figures.count).toBeLessThan(lines.length)
})

test('a crowd that says nothing is bounded, and gives way to who comes after it', async () => {
  const { metricsPort } = await startServer({ metrics: { port: 0 } })
  const crowd = Array.from({ length: 40 }, () => lineTo(metricsPort!))
  await expect
    .poll(() => crowd.filter(line => line.isClosed).length, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(24)
  const isAnswered = () =>
    fetch(`http://127.0.0.1:${metricsPort}/metrics`).then(
      response => response.ok,
      () => false,
    )
  await expect.poll(isAnswered, { timeout: 60_000 }).toBe(true)
})

test('who has been there too long is put out, whatever he says', async () => {
  const port = await endpointOf(slowFigures(), { lineMs: 300 })
  const silent = lineTo(port)
  const slow = lineTo(port)
  slow.socket.write('GET /metrics HTTP/1.1\r\nX: ')
  const timer = setInterval(() => slow.socket.write('x'), 20)
  const waiting = lineTo(port)
  waiting.socket.write(REQUEST)
  await expect
    .poll(() => [silent, slow, waiting].map(line => line.isClosed), { timeout: 60_000 })
    .toEqual([true, true, true])
  clearInterval(timer)
})
