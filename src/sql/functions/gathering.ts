/**
 * How much statements gather in lists and texts that must lie in memory as a whole: what array_agg, string_agg, json_agg and
 * their kind have of a group, an array of a subquery's rows. V8 does not throw but ends the process when its heap is full, so
 * this is counted, roughly, and refused before.
 */

import { SqlError } from '../errors.ts'
import type { EvaluationContext } from './registry.ts'

/** Of all statements of a thread together: its heap is one. */
export class GatheringSpace {
  readonly bytesMax: number
  taken = 0
  /** Of statements that nobody ends, and nobody can go on with. */
  private readonly forgotten = new FinalizationRegistry<Taken>(({ bytes }) => {
    this.taken -= bytes
  })

  /** @param heapBytes what the heap may grow to */
  constructor(heapBytes: number) {
    this.bytesMax = Math.floor(Math.min(heapBytes * SHARE, BYTES_MAX))
  }

  /** What a statement has taken is given back when it is collected, if it was not before. */
  watch(gathering: Gathering, taken: Taken): void {
    this.forgotten.register(gathering, taken)
  }
}

interface Taken {
  bytes: number
}

/** A list that grows is there twice and a half at times, then its result, and what is made of that for the client. */
const SHARE = 1 / 6
/** With the elements that are counted least: V8 ends the process, too, when a list that grows has 113 million elements. */
const BYTES_MAX = 100_000_000 * 24
/** Of the space: beyond it, what can wait in a file does. */
const LARGE = 1 / 4

/** One statement's. */
export class Gathering {
  private readonly space: GatheringSpace
  private readonly taken: Taken = { bytes: 0 }

  constructor(space: GatheringSpace) {
    this.space = space
    space.watch(this, this.taken)
  }

  /** @throws SqlError 53200 it is too much */
  take(bytes: number): void {
    this.taken.bytes += bytes
    this.space.taken += bytes
    if (this.space.taken > this.space.bytesMax) this.refuse()
  }

  private refuse(): never {
    const { space } = this
    const taken = this.taken.bytes
    const others = space.taken - taken
    throw new SqlError('53200', 'out of memory', {
      detail:
        `Lists and texts that this statement gathers take ${taken} bytes` +
        `${others > 0 ? `, those of others ${others}` : ''}; all together may take ${space.bytesMax}.`,
      hint: 'Gather less at a time, or give the process a larger heap (--max-old-space-size).',
    })
  }

  /** What was taken is not there any more. */
  give(bytes: number): void {
    const given = Math.min(bytes, this.taken.bytes)
    this.taken.bytes -= given
    this.space.taken -= given
  }

  /** The statement has ended. */
  end(): void {
    this.give(this.taken.bytes)
  }

  get isLarge(): boolean {
    return this.taken.bytes > this.space.bytesMax * LARGE
  }
}

/** What an aggregate gathers of a group. */
export interface Gathered {
  /** What it takes in memory, roughly. */
  bytes: number
}

/** @throws SqlError 53200 it is too much */
export function gather(state: Gathered, bytes: number, context: EvaluationContext): void {
  state.bytes += bytes
  context.gathering.take(bytes)
}

/** For `AggregateImplementation.bytesOf`. */
export const bytesOfGathered = (state: Gathered): number => state.bytes

/** An element of a list, besides what it refers to: its place, and what the list has grown for ahead. */
export const ELEMENT_BYTES = 16
/** A part of a text that grows, besides its characters. */
export const PART_BYTES = 64
