/** How options are read from the command line. */

import { InvalidArgumentError } from 'commander'

/** An option that may be said several times. */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is expected.')
  return Number(text)
}
