/**
 * Files damaged by somebody who knows the format: a sample of what `npm run fuzz` runs by the hundred thousand. The law is
 * that of fuzz-case.ts.
 */

import { describe, expect, test } from 'vitest'
import { fuzzCase } from './fuzz-case.ts'

const CASES = 1_000
/** Others than the first ones, which everybody who changes something runs. */
const FIRST = 5_000_000

describe('a database that is damaged by its structure', () => {
  test(`${CASES} cases: right data or an error, and salvage of what is left`, async () => {
    const kinds = new Set<string>()
    const opened = new Set<string>()
    const salvaged = new Set<string>()
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      const outcome = await fuzzCase(seed)
      for (const kind of outcome.kinds) kinds.add(kind)
      opened.add(outcome.opened)
      salvaged.add(outcome.salvaged)
    }
    // The damage must have been met in each of these ways, or the test says little.
    const all = [
      'header',
      'leaf',
      'branch',
      'space leaf',
      'space branch',
      'large value',
      'log header',
      'log batch',
    ]
    expect([...kinds]).toEqual(expect.arrayContaining(all))
    expect([...opened]).toEqual(
      expect.arrayContaining([
        'right',
        'open: CORRUPT',
        'open: WAL_CORRUPT',
        'read: CORRUPT',
        'forged, read: CORRUPT',
      ]),
    )
    expect([...salvaged]).toEqual(expect.arrayContaining(['whole', 'with losses', 'with losses, from pages']))
  })

  test.each([1_001_504, 1_005_444, 1_051_934])('case %d, which found something once', async seed => {
    await fuzzCase(seed)
  })
})
