/** Options that are misspelt are refused, where types do not see them: in JavaScript, or behind an `any`. */

import { CoppiceError } from './errors.ts'

/** @throws CoppiceError INVALID_OPTION, with the names that there are */
export function checkOptionNames(owner: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new CoppiceError(
      'INVALID_OPTION',
      `option ${name}: ${owner} does not have it (known: ${known.join(', ')})`,
    )
  }
}
