/** What functions ask about advisory locks, and what they wait for. */

import type { SqlError } from '../errors.ts'

export type LockMode = 'exclusive' | 'shared'
/** How long an advisory lock is kept, if it is not unlocked before. */
export type LockSpan = 'session' | 'transaction'

/** What an advisory lock is known by, as pg_locks has it. */
export interface AdvisoryKey {
  /** 32 bits without sign, as the next: the two halves of one number, or two numbers. */
  readonly classId: number
  readonly objectId: number
  /** 1: one number of 64 bits; 2: two of 32. */
  readonly subId: 1 | 2
}
export interface AdvisoryLockRow {
  readonly key: AdvisoryKey
  readonly processId: number
  readonly mode: LockMode
  /** False: it is waited for. */
  readonly isGranted: boolean
}

/** Advisory locks, for the session of the statement. @throws SqlError 0A000 it can have none; 53200 it has too many */
export interface AdvisoryLockAccess {
  /** Takes it. @returns undefined, or what is to be waited for */
  lock(key: AdvisoryKey, mode: LockMode, span: LockSpan): Waiting | undefined
  tryLock(key: AdvisoryKey, mode: LockMode, span: LockSpan): boolean
  /** Once, of those that the session keeps. @returns false: it has none, and is told so */
  unlock(key: AdvisoryKey, mode: LockMode): boolean
  unlockAll(): void
  /** Of all sessions. */
  all(): Iterable<AdvisoryLockRow>
}

/** What a function waits for that `mayWait`; given in the place of its value. */
export interface Waiting {
  /** Begins to wait. @throws SqlError 40P01 */
  begin(): void
  /** When it is there, or somebody has given up. */
  readonly over: Promise<void>
  /** Takes it, if it is there. The function has given '' then. */
  take(): boolean
  /** Gives up, if it was not taken. */
  withdraw(): void
  /** Where nobody can wait. */
  refusal(): SqlError
}
