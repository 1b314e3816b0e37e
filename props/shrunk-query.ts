/**
 * Makes a query that was made at random smaller, as long as it goes on failing. What is shrunk, by fast-check, is the list of
 * choices that the generator made: fewer of them, and smaller numbers. So the query's tree gets smaller, and what comes
 * out is right SQL at each step, which no shortening of the text would be.
 */

import fc from 'fast-check'
import { SeededRandom } from './seeded-random.ts'
import { queryOf as anyQuery } from './sql-queries.ts'

const CHOICES = 2 ** 32
/** Beyond it the smallest so far has to do. */
const TIME_LIMIT_MS = 60_000

/** The numbers of a seed, noted as choices: the smaller one is, the simpler. */
class NotedRandom extends SeededRandom {
  /** Undefined while the seed is prepared. */
  readonly choices: number[] | undefined = []

  override next(): number {
    const number = super.next()
    this.choices?.push(Math.floor(number * CHOICES))
    return number
  }

  override option(probability: number): boolean {
    const number = super.next()
    this.choices!.push(CHOICES - 1 - Math.floor(number * CHOICES))
    return number < probability
  }
}

/** Numbers that were noted; the simplest choices when there are no more. */
class ReplayedRandom extends SeededRandom {
  private readonly choices: readonly number[] | undefined
  private at = 0

  constructor(choices: readonly number[]) {
    super(0)
    this.choices = choices
  }

  override next(): number {
    return this.choices === undefined ? super.next() : this.choice() / CHOICES
  }

  override option(probability: number): boolean {
    return (CHOICES - 1 - this.choice()) / CHOICES < probability
  }

  private choice(): number {
    return this.choices?.[this.at++] ?? 0
  }
}

/** @param fails true of the query of `seed` */
export async function shrunkQuery(
  seed: number,
  fails: (text: string) => Promise<boolean>,
  queryOf: (source: SeededRandom) => string = anyQuery,
): Promise<string> {
  const noted = new NotedRandom(seed)
  queryOf(noted)
  const given = noted.choices!
  const choices = fc.array(fc.integer({ min: 0, max: CHOICES - 1 }), { maxLength: given.length })
  const holds = fc.asyncProperty(choices, async list => !(await fails(queryOf(new ReplayedRandom(list)))))
  const { counterexample } = await fc.check(holds, {
    examples: [[given]],
    numRuns: 1,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
  })
  return queryOf(new ReplayedRandom(counterexample?.[0] ?? given))
}
