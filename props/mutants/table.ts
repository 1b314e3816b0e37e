/** The mutants that the campaign finds, and any mutant by its name. */

import { LOG_MUTANTS } from './log-mutants.ts'
import type { Mutant } from './mutant.ts'
import { SPACE_MUTANTS } from './space-mutants.ts'
import { SQL_MUTANTS } from './sql-mutants.ts'
import { STORE_MUTANTS } from './store-mutants.ts'
import { THREAD_MUTANTS } from './thread-mutants.ts'

export const MUTANTS: readonly Mutant[] = [...LOG_MUTANTS, ...STORE_MUTANTS, ...SPACE_MUTANTS, ...SQL_MUTANTS]

/** @throws Error when there is none of this name */
export function findMutant(name: string): Mutant {
  const found = [...MUTANTS, ...THREAD_MUTANTS].find(mutant => mutant.name === name)
  if (found === undefined) throw new Error(`there is no mutant '${name}'`)
  return found
}
