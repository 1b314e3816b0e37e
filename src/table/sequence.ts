/**
 * Lazy sequences: what `range()` and its like give, and what their `map`, `filter`, `take`, … give in turn. They have
 * the methods of JavaScript's iterator helpers, which Node has from version 22 on, and differ in one thing: a
 * sequence starts anew for each loop over it.
 *
 * Nothing is read before somebody asks, and no more than is asked for.
 */

import { CoppiceError } from '../base/errors.ts'
import { preview } from './place.ts'

/** Something to loop over, as often as you like; each loop reads it anew. */
export abstract class Sequence<T> implements Iterable<T> {
  abstract [Symbol.iterator](): IterableIterator<T>

  /**
   * What `change` makes of each.
   * @example const emails = tx.table(users).range({ limit: 10 }).map(user => user.email).toArray()
   */
  map<U>(change: (value: T, index: number) => U): Sequence<U> {
    return new Derived(() => mapped(this, change))
  }

  /**
   * Those that `isWanted` says true of. The others are read all the same; what a range can say, say it there.
   * @example for (const user of tx.table(users).range().filter(user => user.age === null)) …
   */
  filter<U extends T>(isWanted: (value: T, index: number) => value is U): Sequence<U>
  filter(isWanted: (value: T, index: number) => unknown): Sequence<T>
  filter(isWanted: (value: T, index: number) => unknown): Sequence<T> {
    return new Derived(() => filtered(this, isWanted))
  }

  /**
   * All that `expand` makes of each, one after the other.
   * @example const roles = tx.table(users).range().flatMap(user => tx.table(rolesOf).get(user.id))
   */
  flatMap<U>(expand: (value: T, index: number) => Iterable<U>): Sequence<U> {
    return new Derived(() => expanded(this, expand))
  }

  /**
   * The first `count`; no more is read. @throws CoppiceError INVALID_RANGE
   * @example const firstMinors = tx.table(users).range().filter(user => user.age < 18).take(10)
   */
  take(count: number): Sequence<T> {
    checkCount('take', count)
    return new Derived(() => taken(this, count))
  }

  /** All but the first `count`, which are read all the same; `offset` of a range skips for nothing. @throws CoppiceError INVALID_RANGE */
  drop(count: number): Sequence<T> {
    checkCount('drop', count)
    return new Derived(() => dropped(this, count))
  }

  /** The first that `isWanted` says true of; undefined when there is none. */
  find<U extends T>(isWanted: (value: T, index: number) => value is U): U | undefined
  find(isWanted: (value: T, index: number) => unknown): T | undefined
  find(isWanted: (value: T, index: number) => unknown): T | undefined {
    let index = 0
    for (const value of this) if (isWanted(value, index++)) return value
    return undefined
  }

  /** Whether `isSo` says true of any. */
  some(isSo: (value: T, index: number) => unknown): boolean {
    let index = 0
    for (const value of this) if (isSo(value, index++)) return true
    return false
  }

  /** Whether `isSo` says true of all. */
  every(isSo: (value: T, index: number) => unknown): boolean {
    let index = 0
    for (const value of this) if (!isSo(value, index++)) return false
    return true
  }

  /**
   * Folds all of them into one value, beginning with `start`.
   * @example const total = tx.table(prices).values({ prefix: ['ACME'] }).reduce((sum, price) => sum + price, 0)
   */
  reduce<U>(fold: (folded: U, value: T, index: number) => U, start: U): U {
    let folded = start
    let index = 0
    for (const value of this) folded = fold(folded, value, index++)
    return folded
  }

  /** Calls `visit` for each. */
  forEach(visit: (value: T, index: number) => void): void {
    let index = 0
    for (const value of this) visit(value, index++)
  }

  /**
   * All of them in an array.
   * @example const latest = table.values({ reverse: true, limit: 10 }).toArray()
   */
  toArray(): T[] {
    const values: T[] = []
    for (const value of this) values.push(value)
    return values
  }

  /** The first of them; undefined when there is none. */
  first(): T | undefined {
    for (const value of this) return value
    return undefined
  }
}

/** A sequence that a function begins. */
export class Derived<T> extends Sequence<T> {
  private readonly begin: () => IterableIterator<T>

  constructor(begin: () => IterableIterator<T>) {
    super()
    this.begin = begin
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.begin()
  }
}

function* mapped<T, U>(values: Iterable<T>, change: (value: T, index: number) => U): IterableIterator<U> {
  let index = 0
  for (const value of values) yield change(value, index++)
}

function* filtered<T>(
  values: Iterable<T>,
  isWanted: (value: T, index: number) => unknown,
): IterableIterator<T> {
  let index = 0
  for (const value of values) if (isWanted(value, index++)) yield value
}

function* expanded<T, U>(
  values: Iterable<T>,
  expand: (value: T, index: number) => Iterable<U>,
): IterableIterator<U> {
  let index = 0
  for (const value of values) yield* expand(value, index++)
}

function* taken<T>(values: Iterable<T>, count: number): IterableIterator<T> {
  let remaining = count
  if (remaining === 0) return
  for (const value of values) {
    yield value
    // Before the next one is read.
    if (--remaining === 0) return
  }
}

function* dropped<T>(values: Iterable<T>, count: number): IterableIterator<T> {
  let remaining = count
  for (const value of values) {
    if (remaining > 0) remaining--
    else yield value
  }
}

function checkCount(method: string, count: number): void {
  if (count === Infinity || (Number.isSafeInteger(count) && count >= 0)) return
  throw new CoppiceError(
    'INVALID_RANGE',
    `${method}: expected an integer of 0 or more, given ${preview(count)}`,
    {
      expected: 'an integer of 0 or more',
      given: preview(count),
    },
  )
}
