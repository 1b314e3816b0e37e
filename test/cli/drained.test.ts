/** Waiting for a stream that has enough: as often as there are pieces, and also when it breaks meanwhile. */

import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { drained } from '../../src/cli/output/drained.ts'

const listeners = (stream: Writable) => ['drain', 'error', 'close'].map(event => stream.listenerCount(event))

test('leaves no listeners behind', async () => {
  const stream = new Writable({ highWaterMark: 1, write: (_piece, _encoding, done) => setImmediate(done) })
  const before = listeners(stream)
  for (let i = 0; i < 50; i++) {
    expect(stream.write('piece')).toBe(false)
    await drained(stream)
    expect(listeners(stream)).toEqual(before)
  }
})

test.each([
  ['while it is waited for', false],
  ['before', true],
])('ends when the stream is closed %s', async (_, isBefore) => {
  const stream = new Writable({ highWaterMark: 1, write: () => {} })
  stream.on('error', () => {})
  stream.write('piece')
  if (isBefore) stream.destroy()
  const waiting = drained(stream)
  stream.destroy(new Error('gone'))
  await waiting
})
