/** Who tries passwords has to wait, whatever he does between his tries; and nobody else. */

import { describe, expect, test } from 'vitest'
import { LoginLimiter, networkOf } from '../../src/server/login-limiter.ts'

function limiter(failuresMax = 3) {
  const clock = { ms: 0 }
  return { clock, logins: new LoginLimiter(failuresMax, 60_000, () => clock.ms) }
}

function fail(logins: LoginLimiter, address: string, names: readonly string[]): void {
  for (const name of names) logins.noteFailure(address, name)
}

test('an address waits after too many failures, whatever names they are of, and then may try again', () => {
  const { clock, logins } = limiter()
  fail(logins, '10.0.0.1', ['ann', 'bob'])
  expect(logins.isBlocked('10.0.0.1')).toBe(false)
  fail(logins, '10.0.0.1', ['eve'])
  expect(logins.isBlocked('10.0.0.1')).toBe(true)
  expect(logins.isBlocked('10.0.0.2')).toBe(false)
  clock.ms = 60_000
  expect(logins.isBlocked('10.0.0.1')).toBe(false)
})

describe('who gets in', () => {
  test('is forgiven what failed under his own name', () => {
    const { logins } = limiter()
    fail(logins, '10.0.0.1', ['ann', 'ann'])
    logins.noteSuccess('10.0.0.1', 'ann')
    fail(logins, '10.0.0.1', ['ann', 'ann'])
    expect(logins.isBlocked('10.0.0.1')).toBe(false)
  })
  test('goes on being counted for what he tries under others', () => {
    const { logins } = limiter()
    for (let i = 0; i < 3; i++) {
      fail(logins, '10.0.0.1', ['root'])
      logins.noteSuccess('10.0.0.1', 'ann')
    }
    expect(logins.isBlocked('10.0.0.1')).toBe(true)
  })
})

test('who has a network of IPv6 has one place in the list, however many addresses he takes', () => {
  const { logins } = limiter()
  for (const end of ['::1', ':1:2:3:4', '::ffff']) logins.noteFailure(`2001:db8:0:7${end}`, 'root')
  expect(logins.isBlocked('2001:db8:0:7:9::')).toBe(true)
  expect(logins.isBlocked('2001:db8:0:8::1')).toBe(false)
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['2001:0db8::7:0:0:1', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['', ''],
])('the network of %j is %j', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('the list of addresses does not grow for ever', () => {
  const { logins } = limiter(1)
  for (let i = 0; i <= 10_000; i++) logins.noteFailure(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 'root')
  // The one that came first was forgotten for the last.
  expect(logins.isBlocked('10.0.0.0')).toBe(false)
  expect(logins.isBlocked('10.0.0.1')).toBe(true)
})
