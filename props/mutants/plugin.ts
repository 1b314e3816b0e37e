/**
 * The seam for mutants: a plugin of the test runner that changes the engine's source on its way in. Nothing of it is in
 * `src/`, and nothing of it ships. `COPPICE_MUTANT=name npx vitest run ...` runs any test on a mutant.
 */

import { relative, sep } from 'node:path'
import type { Plugin } from 'vitest/config'
import { mutate } from './mutant.ts'
import { findMutant } from './table.ts'

/** `name` undefined: the engine as it is. @throws Error when there is no such mutant */
export function mutantPlugin(name = process.env.COPPICE_MUTANT): Plugin {
  const mutant = name === undefined ? undefined : findMutant(name)
  const root = process.cwd()
  return {
    name: 'coppice-mutant',
    enforce: 'pre',
    transform(code, id) {
      if (mutant === undefined) return undefined
      const file = relative(root, id).split(sep).join('/')
      return mutant.edits.some(edit => edit.file === file) ? mutate(mutant, file, code) : undefined
    },
  }
}
