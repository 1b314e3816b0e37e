/** Options: each wrong value is refused by name, with what was expected and what was given. */

import { describe, expect, test } from 'vitest'
import { type CoppiceError, isCoppiceError } from '../../src/base/errors.ts'
import { openSync } from '../../src/index.ts'
import { resolveOptions, type StoreOptions } from '../../src/store/options.ts'

const WRONG: Record<keyof StoreOptions, readonly unknown[]> = {
  pageSizeBytes: [0, 512, 4095, 5000, 131_072, -4096, '4096', Number.NaN, null, 4096n],
  cacheSizeBytes: [0, 1000, 2 ** 32, 1.5, '1', Number.NaN, Number.POSITIVE_INFINITY, null],
  maxSizeBytes: [0, 1000, 2 ** 45, 65_536.5, 'large', Number.NaN, null],
  durability: ['fsync', '', true, 1, null],
  transactionLogBytes: [-1, 0.5, 2 ** 31, '8', null],
  checkpointLogBytes: [0, 1000, 2 ** 31, 70_000.5, '16', null],
  maxLogBytes: [0, 65_536, 2 ** 33, 'x', null],
  checkpointPagesPerCommit: [0, -1, 65_537, 1.5, '32', null],
  maxSnapshotAgeMs: [0, -1, Number.NaN, '1000', null],
  readOnly: [1, 'yes', null],
  create: [0, 'no', null],
  acceptOldState: [0, 'yes', null],
  unsafeLock: [1, 'yes', null],
}

const cases = Object.entries(WRONG).flatMap(([name, values]) =>
  values.map(value => [name, typeof value === 'string' ? `'${value}'` : String(value), value] as const),
)

function errorOf(action: () => unknown): CoppiceError {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a wrong value is INVALID_OPTION and named', () => {
  test.each(cases)('%s: %s', (name, shown, value) => {
    const error = errorOf(() => resolveOptions({ [name]: value } as StoreOptions))
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toContain(name)
    expect(error.message).toContain(shown)
    expect(error.details.expected).toBeDefined()
  })

  test('unknown options are named too, with those that there are', () => {
    const error = errorOf(() => resolveOptions({ pageSize: 4096 } as StoreOptions))
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', expect.stringContaining('pageSize')])
    expect(error.message).toContain('pageSizeBytes')
  })

  test.each([[null], [7], ['app.db']])('options that are no object: %s', options => {
    expect(errorOf(() => resolveOptions(options as unknown as StoreOptions)).code).toBe('INVALID_OPTION')
  })

  test.each([[''], [7], [undefined], [null]])('a path that is none: %s', path => {
    expect(errorOf(() => openSync(path as unknown as string)).code).toBe('INVALID_OPTION')
  })

  test('options that are null', () => {
    expect(errorOf(() => openSync(':memory:', null as unknown as StoreOptions)).code).toBe('INVALID_OPTION')
  })
})

test('undefined is as good as left out', () => {
  const names = Object.keys(WRONG)
  const blank = Object.fromEntries(names.map(name => [name, undefined])) as StoreOptions
  expect(resolveOptions(blank)).toEqual(resolveOptions({}))
})

test('the limit of the log grows with the size at which a checkpoint starts', () => {
  const { maxLogBytes, checkpointLogBytes } = resolveOptions({ checkpointLogBytes: 2 ** 28 })
  expect(maxLogBytes).toBeGreaterThan(checkpointLogBytes)
})
