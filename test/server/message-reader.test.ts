/** Bytes from a client become messages, however they are cut, and take no more memory than the messages have bytes. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageReader } from '../../src/server/wire/message-reader.ts'
import { int32, message } from './raw-client.ts'

const MiB = 1024 * 1024

function reader(bytesMax = 64 * MiB): MessageReader {
  const one = new MessageReader(bytesMax)
  one.isFirst = false
  return one
}

function all(from: MessageReader): [string, string][] {
  const messages: [string, string][] = []
  for (let one = from.next(); one !== undefined; one = from.next())
    messages.push([one.type, one.body.toString('latin1')])
  return messages
}

test('messages are the same wherever their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'd'), fc.uint8Array({ maxLength: 3000 })), {
        maxLength: 12,
      }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (messages, cuts, takesAtOnce) => {
        const bytes = Buffer.concat(messages.map(([type, body]) => message(type, Buffer.from(body))))
        const pieces = reader()
        const taken: [string, string][] = []
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const end = at + cuts[n % cuts.length]
          pieces.push(Buffer.from(bytes.subarray(at, end)))
          at = end
          if (takesAtOnce) taken.push(...all(pieces))
        }
        taken.push(...all(pieces))
        expect(taken).toEqual(messages.map(([type, body]) => [type, Buffer.from(body).toString('latin1')]))
        expect([pieces.pendingBytes, pieces.keptBytes]).toEqual([0, 0])
      },
    ),
  )
})

test('a message stays as it was taken, whatever comes behind it', () => {
  const one = reader()
  const bytes = Buffer.concat([message('Q', 'first'), message('Q', 'second')])
  one.push(Buffer.from(bytes.subarray(0, 3)))
  one.push(Buffer.from(bytes.subarray(3, 20)))
  const first = one.next()!
  for (let i = 0; i < 100; i++) one.push(message('Q', 'more and more and more'))
  expect(first.body.toString()).toBe('first\0')
})

describe('what is kept', () => {
  test('of a message that comes byte by byte is not more than it has', () => {
    const one = reader()
    const bytes = message('Q', Buffer.alloc(MiB, 'x'))
    let most = 0
    for (const byte of bytes) {
      one.push(Buffer.of(byte))
      most = Math.max(most, one.keptBytes)
    }
    expect(most).toBeLessThanOrEqual(bytes.length)
    expect(one.next()!.body.length).toBe(MiB)
    expect(one.keptBytes).toBe(0)
  })
  test('is what was received, and not what the message says that it will have', () => {
    const one = reader()
    one.push(Buffer.concat([Buffer.from('Q'), int32(60 * MiB)]))
    one.push(Buffer.from('abc'))
    expect(one.next()).toBeUndefined()
    expect(one.keptBytes).toBeLessThan(2000)
  })
  test('behind a large message is not the large message', () => {
    const one = reader()
    one.push(Buffer.concat([message('Q', Buffer.alloc(10 * MiB, 'x')), Buffer.from('Q')]))
    expect(one.next()!.body.length).toBe(10 * MiB)
    expect([one.pendingBytes, one.keptBytes]).toEqual([1, 1])
    one.push(message('', 'select 1'))
    expect(all(one)).toEqual([['Q', 'select 1\0']])
  })
})

test.each([
  ['too small', 3],
  ['negative', -1],
  ['too large', 1001],
])('a length that is %s is refused before anything of its message is there', (_, length) => {
  const one = reader(1000)
  one.push(Buffer.concat([Buffer.from('Q'), int32(length)]))
  expect(() => one.next()).toThrow(expect.objectContaining({ sqlstate: '08P01' }))
})
