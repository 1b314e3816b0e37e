/** pg_advisory_lock and its like, and the hash functions that make numbers of names for them. */

import { canonicalInteger } from '../types/numeric.ts'
import { BOOL, INT4, INT8, type SqlType, TEXT, VOID } from '../types/type.ts'
import { scalar } from './definitions.ts'
import { hashBytes, hashBytesExtended } from './hash-bytes.ts'
import type { AdvisoryKey, LockMode, LockSpan } from './lock-access.ts'
import type { EvaluationContext, Implementation, ScalarFunction, Value } from './registry.ts'

type Int8 = number | bigint

function keyOfOne(key: Int8): AdvisoryKey {
  const bits = BigInt.asUintN(64, BigInt(key))
  return { classId: Number(bits >> 32n), objectId: Number(bits & 0xffff_ffffn), subId: 1 }
}

function keyOfTwo(first: number, second: number): AdvisoryKey {
  return { classId: first >>> 0, objectId: second >>> 0, subId: 2 }
}

type Act = (key: AdvisoryKey, context: EvaluationContext) => Value

/** For a number, and for two. */
function forKeys(
  name: string,
  result: SqlType,
  act: Act,
  more: { readonly mayWait?: boolean } = {},
): ScalarFunction[] {
  const one: Implementation = (key: Int8, context: EvaluationContext) => act(keyOfOne(key), context)
  const two: Implementation = (first: number, second: number, context: EvaluationContext) =>
    act(keyOfTwo(first, second), context)
  const all = { volatility: 'volatile', keepsLocks: true, ...more } as const
  return [scalar(name, [INT8], result, one, all), scalar(name, [INT4, INT4], result, two, all)]
}

const DONE = ''

function lockFunctions(span: LockSpan, mode: LockMode): ScalarFunction[] {
  const infix = span === 'transaction' ? 'advisory_xact_lock' : 'advisory_lock'
  const suffix = mode === 'shared' ? '_shared' : ''
  const lock: Act = (key, { advisoryLocks }) => advisoryLocks.lock(key, mode, span) ?? DONE
  const tryLock: Act = (key, { advisoryLocks }) => advisoryLocks.tryLock(key, mode, span)
  return [
    ...forKeys(`pg_${infix}${suffix}`, VOID, lock, { mayWait: true }),
    ...forKeys(`pg_try_${infix}${suffix}`, BOOL, tryLock),
  ]
}

function unlockFunctions(mode: LockMode): ScalarFunction[] {
  const name = mode === 'shared' ? 'pg_advisory_unlock_shared' : 'pg_advisory_unlock'
  return forKeys(name, BOOL, (key, { advisoryLocks }) => advisoryLocks.unlock(key, mode))
}

export const ADVISORY_LOCK_FUNCTIONS: readonly ScalarFunction[] = [
  ...lockFunctions('session', 'exclusive'),
  ...lockFunctions('session', 'shared'),
  ...lockFunctions('transaction', 'exclusive'),
  ...lockFunctions('transaction', 'shared'),
  ...unlockFunctions('exclusive'),
  ...unlockFunctions('shared'),
  scalar(
    'pg_advisory_unlock_all',
    [],
    VOID,
    ({ advisoryLocks }: EvaluationContext) => {
      advisoryLocks.unlockAll()
      return DONE
    },
    { volatility: 'volatile', keepsLocks: true },
  ),
  scalar('hashtext', [TEXT], INT4, (text: string) => hashBytes(Buffer.from(text)) | 0),
  scalar('hashtextextended', [TEXT, INT8], INT8, (text: string, seed: Int8) => {
    const hash = BigInt.asIntN(64, hashBytesExtended(Buffer.from(text), BigInt.asUintN(64, BigInt(seed))))
    return canonicalInteger(hash)
  }),
]
