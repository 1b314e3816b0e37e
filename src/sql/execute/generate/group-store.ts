/** The groups of one execution and the states of their aggregates, as generated code keeps them. */

import type { BoundExpression } from '../../bind/bound.ts'
import type { Gathering } from '../../functions/gathering.ts'
import type { Value } from '../../functions/registry.ts'
import { GroupIndex, type KeyNumbers } from '../group-index.ts'
import { type CodeAggregate, isSourced, numberingOf } from './aggregate-code.ts'

const FIRST_GROUPS = 64

/**
 * Kept, as an object of each shape is: when a full garbage collection finds none, V8 drops the code that was compiled for it, and the
 * next scan begins in the interpreter (a filtered sum of a million rows took 31 ms after each collection, 10 without).
 */
const shapes = new WeakMap<object, Record<string, Float64Array>>()

function arraysOf(fields: Readonly<Record<string, number>>, groups: number): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, first]) => [field, new Float64Array(groups).fill(first)]),
  )
}

export class GroupStore {
  /** See `shapes`. */
  static readonly kept = new GroupStore([], [], Number.POSITIVE_INFINITY, { gathering: undefined })
  readonly index: GroupIndex
  /** The key at hand, where it has several parts. */
  readonly keyParts: Int32Array
  /** By part of the key: integers for its values. */
  readonly numbers: readonly KeyNumbers[]
  /** By call, by field of its state, by group. */
  readonly fields: readonly Record<string, Float64Array>[]
  /** By call and group: states that are no numbers. */
  readonly states: readonly Value[][]
  /** By part of the key and group. */
  readonly keyValues: readonly Value[][]
  private readonly calls: readonly CodeAggregate[]
  private readonly groupsMax: number
  /** Undefined: no call gathers what it is given. */
  private readonly gathering: Gathering | undefined
  private capacity = FIRST_GROUPS

  /**
   * Without keys there is one group from the beginning.
   * @param groupsMax infinite: they cannot go elsewhere
   */
  constructor(
    keys: readonly BoundExpression[],
    calls: readonly CodeAggregate[],
    groupsMax: number,
    { gathering }: { readonly gathering: Gathering | undefined },
  ) {
    this.groupsMax = groupsMax
    this.gathering = calls.some(call => call.implementation.bytesOf !== undefined) ? gathering : undefined
    this.calls = calls
    this.index = new GroupIndex(keys.length)
    this.keyParts = new Int32Array(keys.length)
    this.numbers = keys.map(({ type }) => numberingOf(type))
    this.keyValues = keys.map(() => [])
    this.fields = calls.map(({ implementation: { source } }) => {
      if (source !== undefined && !shapes.has(source)) shapes.set(source, arraysOf(source.fields, 0))
      return arraysOf(source?.fields ?? {}, FIRST_GROUPS)
    })
    this.states = calls.map(() => [])
    if (keys.length === 0) {
      this.index.count = 1
      this.start()
    }
  }

  get count(): number {
    return this.index.count
  }

  /** Generated code gives up beyond `groupsMax`: the groups do not fit into memory. */
  get isTooLarge(): boolean {
    return this.index.count > this.groupsMax || (this.gathering !== undefined && this.gathersMuch)
  }

  /** Together the groups that there are may be too much, where each by itself is not. */
  private get gathersMuch(): boolean {
    return this.groupsMax < Number.POSITIVE_INFINITY && this.count > 1 && this.gathering!.isLarge
  }

  /** The group's results were given. */
  letGo(group: number): void {
    if (this.gathering === undefined) return
    for (const [i, { implementation }] of this.calls.entries()) {
      const state = this.states[i][group]
      if (implementation.bytesOf === undefined || state === undefined) continue
      this.gathering.give(implementation.bytesOf(state))
      this.states[i][group] = undefined
    }
  }

  letGoOfAll(): void {
    if (this.gathering !== undefined) for (let group = 0; group < this.count; group++) this.letGo(group)
  }

  /** The group that was found last is a new one, with these values of its key. */
  add(...values: Value[]): void {
    this.index.settle()
    for (let i = 0; i < values.length; i++) this.keyValues[i].push(values[i])
    if (this.count > this.capacity) this.grow()
    this.start()
  }

  private start(): void {
    for (let i = 0; i < this.calls.length; i++) {
      const call = this.calls[i]
      if (!isSourced(call)) this.states[i].push(call.implementation.start())
    }
  }

  private grow(): void {
    const { calls, fields } = this
    this.capacity *= 2
    for (let i = 0; i < calls.length; i++) {
      for (const [field, first] of Object.entries(calls[i].implementation.source?.fields ?? {})) {
        const larger = new Float64Array(this.capacity).fill(first)
        larger.set(fields[i][field])
        fields[i][field] = larger
      }
    }
  }

  /** The state of a call's aggregate, as `finish` takes it. */
  stateOf(call: number, group: number): Value {
    if (!isSourced(this.calls[call])) return this.states[call][group]
    const { source } = this.calls[call].implementation
    const fields: Record<string, number> = {}
    for (const field in this.fields[call]) fields[field] = this.fields[call][field][group]
    return source!.state(fields)
  }
}
