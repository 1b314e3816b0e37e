/** What statements are counted as. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StatementFigures } from '../../../src/sql/session/statement-figures.ts'

/** FNV-1a of 64 bits, as its authors write it; over units of UTF-16. */
function fnv(text: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100_0000_01b3n)
  }
  return BigInt.asIntN(64, hash)
}

test('the number of a statement is the same in every process: the hash of its text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'Zz_', 'ö', '語', '😀'), { minLength: 1, maxLength: 30 }),
      parts => {
        const text = `select ${parts.join('')}`
        const figures = new StatementFigures(0)
        figures.note('ann', text, 1, 1, 0)
        const [entry] = figures.all()
        expect([entry.query, BigInt(entry.queryId)]).toEqual([text, fnv(text)])
      },
    ),
  )
})
