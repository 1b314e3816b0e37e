/**
 * The table of mutants must not rot: each one's text occurs exactly once in the engine as it is. That the trials find
 * each of them takes minutes: `npm run mutants`, `npm run mutants:threads`.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mutate } from './mutant.ts'
import { MUTANTS } from './table.ts'
import { THREAD_MUTANTS } from './thread-mutants.ts'

const ALL = [...MUTANTS, ...THREAD_MUTANTS]

describe('a mutant', () => {
  test('has a name of its own', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length)
  })

  test.each(ALL.map(mutant => [mutant.name, mutant] as const))(
    '%s changes the engine as it is',
    (_, mutant) => {
      for (const file of new Set(mutant.edits.map(edit => edit.file))) {
        const source = readFileSync(file, 'utf8')
        expect(mutate(mutant, file, source)).not.toBe(source)
      }
    },
  )
})
