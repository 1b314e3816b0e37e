/** What tells rows apart where rows with equal keys are one: groups, DISTINCT, UNION, INTERSECT and EXCEPT. */

import type { Value } from '../functions/registry.ts'
import { hashKey, type Key } from '../types/compare.ts'
import { weightOf } from '../types/value-weight.ts'
import type { RegisterFile } from './registers.ts'

/** One value for a row's keys, as a Map tells them apart; nulls are equal to each other. */
export type GroupingKey = (registers: RegisterFile) => unknown

/** Keys that are equal have equal ones. */
export function hashOfGroup(key: unknown): number {
  return key === null ? 0 : hashKey(key as Key)
}

/** Whether two keys are one, as a Map tells them apart: NaN is NaN, and 0 is -0. */
export function isSameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

/** An entry of a Map or a Set, besides its key. */
const ENTRY_BYTES = 48

/** What a key takes in a Map or a Set, roughly. */
export function weightOfGroup(key: unknown): number {
  return ENTRY_BYTES + weightOf(key as Value)
}
