/** Counts and sums by name: what the functions in the workers give, and what the main thread adds up. */

export interface Count {
  count: number
  sum: number
}

export type Tally = Map<string, Count>

/** The sums are of integers, so that they are the same in whatever order they are added. */
export function add(tally: Tally, name: string, value: number): void {
  const present = tally.get(name)
  if (present === undefined) {
    tally.set(name, { count: 1, sum: value })
  } else {
    present.count++
    present.sum += value
  }
}

/** Adds `more` to `tally`, and returns it: for `combine`. */
export function merge(tally: Tally, more: Tally): Tally {
  for (const [name, { count, sum }] of more) {
    const present = tally.get(name)
    if (present === undefined) {
      tally.set(name, { count, sum })
    } else {
      present.count += count
      present.sum += sum
    }
  }
  return tally
}

export function areEqual(a: Tally, b: Tally): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, { count, sum }]) => b.get(name)?.count === count && b.get(name)?.sum === sum)
  )
}
