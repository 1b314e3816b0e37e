/**
 * Small benchmarks by tinybench, whose unit is one operation although each call that it times does many:
 * reading the clock costs as much as some of the operations.
 */

import { Bench } from 'tinybench'

export interface MicroCase {
  readonly name: string
  /** Operations that one `run` does. */
  readonly operations: number
  run(): unknown
  /** Outside the clock, before each `run`. */
  prepare?(): void
}

/** Time for each case, unless its runs are longer. */
const TIME_MS = 300
const ITERATIONS = 3

/** Runs the cases one after another and prints the median of each, in nanoseconds an operation. */
export async function runSuite(name: string, cases: readonly MicroCase[]): Promise<void> {
  const bench = new Bench({
    name,
    time: TIME_MS,
    iterations: ITERATIONS,
    warmupIterations: 1,
    warmupTime: TIME_MS / 3,
  })
  for (const each of cases) {
    const { prepare } = each
    bench.add(each.name, () => void each.run(), prepare === undefined ? {} : { beforeEach: () => prepare() })
  }
  await bench.run()
  console.log(`\n${name}`)
  for (const [i, { result }] of bench.tasks.entries()) {
    const { name: caseName, operations } = cases[i]!
    if (!('latency' in result))
      throw new Error(`${caseName}: ${result.state}`, { cause: 'error' in result && result.error })
    const nanoseconds = (result.latency.p50 * 1e6) / operations
    console.log(`  ${caseName.padEnd(40)} ${nanoseconds.toFixed(nanoseconds < 100 ? 1 : 0).padStart(8)} ns`)
  }
}
