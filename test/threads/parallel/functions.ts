/** What the tests run in worker threads: each function for one behaviour. */

import { setTimeout as pause } from 'node:timers/promises'
import { type ResourceLimits, resourceLimits, threadId } from 'node:worker_threads'
import { CoppiceError, type ParallelPart } from '../../../src/index.ts'
import { numbers, people, tags } from './tables.ts'

type Numbers = ParallelPart<typeof numbers>

/** Which part it is, and the keys in it. */
export default function keysOf({ snapshot, range, index, count, entries }: Numbers) {
  return { index, count, entries, keys: snapshot.table(numbers).keys(range).toArray() }
}

export function sum({ snapshot, range }: Numbers): number {
  return snapshot
    .table(numbers)
    .values(range)
    .reduce((total, value) => total + value, 0)
}

export function times({ snapshot, range }: Numbers, factor: number): number[] {
  return snapshot
    .table(numbers)
    .keys(range)
    .map(key => key * factor)
    .toArray()
}

/** The earlier the part, the longer it takes. */
export async function slowFirst({ index, count }: Numbers): Promise<number> {
  await pause((count - index) * 10)
  return index
}

export function ageRange({ snapshot, range }: ParallelPart<typeof people, 'byAge'>): string[] {
  return snapshot
    .table(people)
    .by('byAge')
    .range(range)
    .map(person => person.name)
    .toArray()
}

export function pairs({ snapshot, range }: ParallelPart<typeof tags>): (readonly [number, string])[] {
  return snapshot.table(tags).range(range).toArray()
}

/** Says `words[0]` that it has begun, waits until `words[1]` lets it go, and reads then. */
export async function whenTold(part: Numbers, words: Int32Array): Promise<number> {
  Atomics.add(words, 0, 1)
  while (Atomics.load(words, 1) === 0) await pause(5)
  return sum(part)
}

/** Is at it for ever, without a pause. */
export function busy({ snapshot }: Numbers, words: Int32Array): never {
  Atomics.add(words, 0, 1)
  for (;;) for (const _ of snapshot.table(numbers).range()) Atomics.load(words, 0)
}

/** The first part never pauses; the second one fails as soon as the first one has begun. */
export function busyOrFails(part: Numbers, words: Int32Array): never {
  if (part.index === 0) busy(part, words)
  while (Atomics.load(words, 0) === 0) part.report(0)
  throw new Error('the other one has begun')
}

export async function reporting({ entries, report }: Numbers): Promise<void> {
  report(Math.floor(entries / 2))
  await pause(150)
}

export function thread(_: Numbers): number {
  return threadId
}

let calls = 0

/** How many parts this thread has had of it. */
export function countsCalls(_: Numbers): number {
  return ++calls
}

export function limits(_: Numbers): ResourceLimits {
  return resourceLimits
}

/** Makes objects and keeps them all. */
export function keepsEverything(_: Numbers): never {
  const kept: unknown[] = []
  // Not `new Array(1000).fill(…)`: V8 of Node 24 and 26 does not end such a loop, neither at the limit nor by `terminate`.
  for (;;) {
    const rows: unknown[] = []
    for (let id = 0; id < 1000; id++) rows.push({ id, name: `name ${kept.length}` })
    kept.push(rows)
  }
}

export function refusesPart({ index }: Numbers, part: number): number {
  if (index === part) throw new RangeError(`not part ${part}`, { cause: 'it is not liked' })
  return index
}

export function refusesKey({ snapshot }: Numbers): never {
  snapshot.table(numbers).get('one' as never)
  throw new Error('it took it')
}

export function refusesOddly(_: Numbers): never {
  const details = { table: 'numbers', cause: () => {} }
  throw new CoppiceError('INVALID_VALUE', 'with a cause that cannot be sent', details)
}

export function throwsNoError(_: Numbers): never {
  throw 'a word'
}

export function givesFunction(_: Numbers): () => void {
  return () => {}
}

export function exits(_: Numbers): void {
  process.exit(3)
}

export async function awaitsNothing(_: Numbers): Promise<void> {
  await new Promise(() => {})
}

export async function throwsLater(_: Numbers): Promise<void> {
  setTimeout(() => {
    throw Object.assign(new Error('in a timer'), { code: 'E_TIMER' })
  })
  await pause(10_000)
}

/** The first part is done at once, and leaves something behind that fails; the second one takes long. */
export async function failsAfterwards({ index }: Numbers): Promise<void> {
  if (index === 1) return pause(10_000)
  setTimeout(() => {
    throw new Error('afterwards')
  }, 20)
}

/** Leaves a timer behind that would keep its thread alive. */
export function keepsThreadAlive(_: Numbers): number {
  setInterval(() => {}, 1000)
  return 1
}

export const noFunction = 7
