/** Options that are misspelt are refused, where types do not see them: in JavaScript, or behind an `any`. */

import { CoppiceError } from './errors.ts'

/** @throws CoppiceError INVALID_OPTION, with the names that there are */
export function checkOptionNames(owner: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new CoppiceError(
      'INVALID_OPTION',
      `option ${name}: ${owner} does not have it${didYouMean(name, known)} (known: ${known.join(', ')})`,
    )
  }
}

/** `; did you mean port?`, when one of the names is like the one that was given; else nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const alike = mostAlike(name, known)
  return alike === undefined ? '' : `; did you mean ${alike}?`
}

/** Of so many characters one may be wrong. */
const CHARACTERS_AN_EDIT = 3

/** The name that takes the fewest edits, as long as these are few for its length; or that begins with what was given. */
export function mostAlike(name: string, known: Iterable<string>): string | undefined {
  const given = plain(name)
  let best: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const wanted = plain(candidate)
    const isBeginning = given.length >= CHARACTERS_AN_EDIT && wanted.startsWith(given)
    const edits = isBeginning ? 1 : editsBetween(given, wanted)
    const most = Math.max(1, Math.floor(Math.max(given.length, wanted.length) / CHARACTERS_AN_EDIT))
    if (edits > most || edits >= fewest) continue
    best = candidate
    fewest = edits
  }
  return best
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Insertions, deletions, replacements and exchanges of neighbours (optimal string alignment distance). */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchange) row[j] = Math.min(row[j], beforeLast[j - 2] + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}
