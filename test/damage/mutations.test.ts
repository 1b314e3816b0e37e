/**
 * Ten thousand damaged files. Law: a damaged database gives exactly the right data, or says with an error that it
 * cannot; it never gives wrong data, never fails in any other way, and `check` never overlooks what reading meets.
 * (A log may end early without a word where the damage looks like the torn tail of a crash: then an earlier
 * committed state is the right one.)
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { mutate, placesOf } from './mutations.ts'
import { buildRichDatabase, type RichOptions } from './rich-database.ts'
import { Fault, judge } from './verdict.ts'

const MUTATIONS_EACH = 850
const SIZES = [
  { pageSizeBytes: 512, scale: 1 },
  { pageSizeBytes: 1024, scale: 2 },
  { pageSizeBytes: 4096, scale: 2 },
]
const ENDINGS = ['closed', 'crashed', 'crashed early', 'bulk loaded'] as const
const DATABASES = SIZES.flatMap(size => ENDINGS.map((ending): RichOptions => ({ ...size, ending })))

describe.each(DATABASES)('pages of $pageSizeBytes bytes, $ending', options => {
  const rich = buildRichDatabase(options)
  const places = placesOf(rich.image, rich.pageSizeBytes)
  const hasLog = options.ending.startsWith('crashed')

  test('there is a page of each kind to be damaged', () => {
    const expected = ['header', 'leaf', 'branch', 'large value', 'space leaf']
    if (hasLog) expected.push('log header', 'log batch', 'log filling')
    expect([...places.keys()]).toEqual(expect.arrayContaining(expected))
  })

  test('undamaged, it is right', async () => {
    expect(await judge(rich.image, rich)).toBe('right')
  })

  test(`${MUTATIONS_EACH} kinds of damage: right data or an error`, async () => {
    const verdicts = new Map<string, number>()
    for (let seed = 0; seed < MUTATIONS_EACH; seed++) {
      const { image, description } = mutate(
        rich.image,
        rich.earlier,
        places,
        rich.pageSizeBytes,
        new SeededRandom(seed),
      )
      try {
        const verdict = await judge(image, rich, seed % 3 === 0)
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      } catch (error) {
        const reason = error instanceof Fault ? error.message : String(error)
        throw new Error(`seed ${seed}, ${description}: ${reason}`, { cause: error })
      }
    }
    // The damage must really have been met in each of these ways, or the test says little.
    const met = hasLog ? ['open: CORRUPT', 'open: WAL_CORRUPT'] : ['open: CORRUPT']
    expect([...verdicts.keys()]).toEqual(
      expect.arrayContaining(['right', 'right, but check found damage', 'read: CORRUPT', ...met]),
    )
  })
})
