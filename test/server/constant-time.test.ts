/** Secrets are compared in a time that does not tell how much of a guess was right: all of them, and by nothing else. */

import { timingSafeEqual } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { int32, message, RawClient, rawClient } from './raw-client.ts'
import { connect, failure, startServer } from './support.ts'

vi.mock('node:crypto', async original => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})

const compared = vi.mocked(timingSafeEqual)

test.each(['scram-sha-256', 'md5'] as const)(
  'a proof by %s, of a name that is known and of one that is not',
  async authentication => {
    const { port } = await startServer({ users: { ann: 'x' }, authentication })
    for (const user of ['ann', 'nobody']) {
      compared.mockClear()
      expect((await failure(connect(port, { user, password: 'wrong' }))).code).toBe('28P01')
      expect([user, compared.mock.results.map(({ value }) => value)]).toEqual([user, [false]])
    }
    compared.mockClear()
    await connect(port, { password: 'x' })
    expect(compared.mock.results.map(({ value }) => value)).toEqual([true])
  },
)

test('the secret of a cancel request', async () => {
  const { port } = await startServer()
  const { key } = await rawClient(port)
  compared.mockClear()
  const canceller = new RawClient(port)
  canceller.send(message('', int32(80_877_102), key.subarray(0, 4), int32(key.readInt32BE(4) ^ 1)))
  await canceller.closed()
  expect(compared.mock.results.map(({ value }) => value)).toEqual([false])
})
