/**
 * Advisory locks: numbers that sessions of one database agree about. The table of a database has them all; a session has its
 * part in it (`SessionLocks`), which knows what is to be let go of at the end of the transaction, and of the session.
 *
 * A lock is had shared or exclusively. Who cannot have it waits in a queue, and gets it when those before him have let go of it;
 * who has it already, in whatever way, does not queue behind those who wait for him.
 *
 * Invariants:
 * 1. A session that holds a lock may have it again at once, if nobody else's holding stands against it.
 * 2. Nobody overtakes: a lock is refused to who comes later than one that waits for it, unless both want it shared.
 * 3. What a transaction has locked before a savepoint outlives going back to it; what it locked since does not.
 */

import { LateMap } from '../../base/late-map.ts'
import { notSupported, SqlError } from '../errors.ts'
import type {
  AdvisoryKey,
  AdvisoryLockAccess,
  AdvisoryLockRow,
  LockMode,
  LockSpan,
  Waiting,
} from '../functions/lock-access.ts'
import type { SessionHost } from './unit.ts'
import { WaitParty } from './wait-party.ts'

/** Of one session, different ones: PostgreSQL's table, which all sessions share, has room for some 10,000 by default. */
const LOCKS_MAX = 10_000

/** How often somebody holds a lock, in each way. */
interface Holding {
  exclusive: number
  shared: number
}

interface Lock {
  readonly key: AdvisoryKey
  readonly holdings: Map<SessionLocks, Holding>
  readonly queue: LockRequest[]
}

function nameOf({ classId, objectId, subId }: AdvisoryKey): string {
  return `${classId}.${objectId}.${subId}`
}

function isAgainst(mode: LockMode, { exclusive, shared }: Holding): boolean {
  return exclusive > 0 || (mode === 'exclusive' && shared > 0)
}

/** All advisory locks of a database. */
export class AdvisoryLocks {
  private readonly locks = new Map<string, Lock>()

  /** @internal */
  find(key: AdvisoryKey): Lock {
    const name = nameOf(key)
    let lock = this.locks.get(name)
    if (lock === undefined) {
      lock = { key, holdings: new Map(), queue: [] }
      this.locks.set(name, lock)
    }
    return lock
  }

  /** @internal Whether nothing is in the way. @param asked one in the queue: only those before it count */
  isFree(lock: Lock, session: SessionLocks, mode: LockMode, asked?: LockRequest): boolean {
    for (const [other, holding] of lock.holdings) {
      if (other !== session && isAgainst(mode, holding)) return false
    }
    if (lock.holdings.has(session)) return true
    for (const waiting of lock.queue) {
      if (waiting === asked) break
      if (mode === 'exclusive' || waiting.mode === 'exclusive') return false
    }
    return true
  }

  /** @internal */
  hold(lock: Lock, session: SessionLocks, mode: LockMode): void {
    let holding = lock.holdings.get(session)
    if (holding === undefined) {
      holding = { exclusive: 0, shared: 0 }
      lock.holdings.set(session, holding)
    }
    holding[mode]++
  }

  /** @internal */
  letGo(lock: Lock, session: SessionLocks, mode: LockMode): void {
    const holding = lock.holdings.get(session)!
    holding[mode]--
    if (holding.exclusive === 0 && holding.shared === 0) lock.holdings.delete(session)
    this.grant(lock)
  }

  /** @internal Gives it to those in the queue that may have it now. */
  grant(lock: Lock): void {
    for (const request of [...lock.queue]) {
      if (!this.isFree(lock, request.session, request.mode, request)) continue
      lock.queue.splice(lock.queue.indexOf(request), 1)
      request.granted()
    }
    if (lock.holdings.size === 0 && lock.queue.length === 0) this.locks.delete(nameOf(lock.key))
  }

  /** Those that are held, and those that are waited for. */
  *all(): Generator<AdvisoryLockRow> {
    for (const { key, holdings, queue } of this.locks.values()) {
      for (const [{ processId }, holding] of holdings) {
        for (const mode of MODES) if (holding[mode] > 0) yield { key, processId, mode, isGranted: true }
      }
      for (const { session, mode } of queue) {
        yield { key, processId: session.processId, mode, isGranted: false }
      }
    }
  }
}

const MODES: readonly LockMode[] = ['exclusive', 'shared']

/** A lock that a session wants and cannot have yet. */
class LockRequest implements Waiting {
  readonly session: SessionLocks
  readonly mode: LockMode
  private readonly table: AdvisoryLocks
  private readonly lock: Lock
  private readonly span: LockSpan
  private state: 'new' | 'queued' | 'granted' | 'taken' | 'withdrawn' = 'new'
  private resolve: () => void = () => {}
  readonly over = new Promise<void>(resolve => {
    this.resolve = resolve
  })

  constructor(table: AdvisoryLocks, lock: Lock, session: SessionLocks, mode: LockMode, span: LockSpan) {
    this.table = table
    this.lock = lock
    this.session = session
    this.mode = mode
    this.span = span
  }

  begin(): void {
    const { lock, session } = this
    const { queue, holdings } = lock
    // Those who hold it already come first: who waits behind them could wait for ever else.
    const at = holdings.has(session) ? queue.findIndex(one => !holdings.has(one.session)) : -1
    queue.splice(at < 0 ? queue.length : at, 0, this)
    this.state = 'queued'
    try {
      session.party.waitFor(() => this.blockers())
    } catch (error) {
      this.withdraw()
      throw error
    }
  }

  private *blockers(): Generator<WaitParty> {
    const { session, mode, lock } = this
    for (const [other, holding] of lock.holdings) {
      if (other !== session && isAgainst(mode, holding)) yield other.party
    }
    for (const before of lock.queue) {
      if (before === this) return
      if (mode === 'exclusive' || before.mode === 'exclusive') yield before.session.party
    }
  }

  /** @internal By the table: it is out of the queue. */
  granted(): void {
    this.state = 'granted'
    this.session.party.stopWaiting()
    // Held from now on: whoever has asked hears of it only later.
    this.table.hold(this.lock, this.session, this.mode)
    this.resolve()
  }

  take(): boolean {
    if (this.state !== 'granted') return false
    this.state = 'taken'
    this.session.note(this.lock, this.mode, this.span)
    // The session's own count of it is what holds it from here on.
    this.table.letGo(this.lock, this.session, this.mode)
    return true
  }

  withdraw(): void {
    const { state, lock, table, session } = this
    this.state = 'withdrawn'
    if (state === 'granted') table.letGo(lock, session, this.mode)
    else if (state === 'queued') {
      lock.queue.splice(lock.queue.indexOf(this), 1)
      session.party.stopWaiting()
      table.grant(lock)
    }
  }

  refusal(): SqlError {
    const { classId, objectId, subId } = this.lock.key
    return new SqlError('55P03', 'could not obtain advisory lock', {
      detail: `Another session has the lock [${classId},${objectId},${subId}], and the statement cannot wait for it here.`,
      hint: 'Statements of a server\'s clients wait, and those that are read by "iterateAsync"; pg_try_advisory_lock asks without waiting.',
    })
  }
}

/** A lock of a transaction, to be let go of. */
interface Held {
  readonly lock: Lock
  readonly mode: LockMode
}

/** The locks of one session. */
export class SessionLocks implements AdvisoryLockAccess {
  readonly party: WaitParty
  readonly processId: number
  private readonly table: AdvisoryLocks
  private readonly notice: SessionHost['notice']
  private readonly canHold: boolean
  /** Until they are unlocked as often as they were locked, or the session ends; by lock, how often in each way. */
  private readonly ofSession = new LateMap<Lock, Holding>()
  /** Until the transaction ends, in the order in which they were taken; and in which ways it has a lock. */
  private ofTransaction: Held[] = []
  private readonly modesOfTransaction = new LateMap<Lock, Set<LockMode>>()

  /** @param canHold the session ends by being closed: one inside of a transaction or snapshot of others does not */
  constructor(table: AdvisoryLocks, host: SessionHost, canHold: boolean) {
    this.table = table
    this.party = host.party ?? new WaitParty()
    this.processId = host.processId ?? 1
    this.notice = host.notice
    this.canHold = canHold
  }

  private find(key: AdvisoryKey): Lock {
    if (!this.canHold) throw notSupported('advisory locks in a transaction or snapshot of TypeScript')
    const lock = this.table.find(key)
    if (!lock.holdings.has(this) && this.ofSession.size + this.ofTransaction.length >= LOCKS_MAX) {
      this.table.grant(lock)
      throw new SqlError('53200', 'out of shared memory', {
        detail: `A session has at most ${LOCKS_MAX} advisory locks.`,
      })
    }
    return lock
  }

  lock(key: AdvisoryKey, mode: LockMode, span: LockSpan): Waiting | undefined {
    const lock = this.find(key)
    if (!this.table.isFree(lock, this, mode)) return new LockRequest(this.table, lock, this, mode, span)
    this.note(lock, mode, span)
    return undefined
  }

  tryLock(key: AdvisoryKey, mode: LockMode, span: LockSpan): boolean {
    const lock = this.find(key)
    if (!this.table.isFree(lock, this, mode)) return false
    this.note(lock, mode, span)
    return true
  }

  /** @internal It is this session's. */
  note(lock: Lock, mode: LockMode, span: LockSpan): void {
    if (span === 'transaction') {
      const modes = this.modesOfTransaction.get(lock) ?? new Set()
      // What it has already it keeps at least as long.
      if (modes.has(mode)) return
      this.modesOfTransaction.set(lock, modes.add(mode))
      this.ofTransaction.push({ lock, mode })
      this.table.hold(lock, this, mode)
      return
    }
    let holding = this.ofSession.get(lock)
    if (holding === undefined) {
      holding = { exclusive: 0, shared: 0 }
      this.ofSession.set(lock, holding)
    }
    if (holding[mode]++ === 0) this.table.hold(lock, this, mode)
  }

  unlock(key: AdvisoryKey, mode: LockMode): boolean {
    const lock = this.find(key)
    const holding = this.ofSession.get(lock)
    if (holding === undefined || holding[mode] === 0) {
      // Nobody may have it, and it was found all the same.
      this.table.grant(lock)
      const name = mode === 'exclusive' ? 'ExclusiveLock' : 'ShareLock'
      this.notice?.({
        severity: 'WARNING',
        sqlstate: '01000',
        message: `you don't own a lock of type ${name}`,
      })
      return false
    }
    if (--holding[mode] > 0) return true
    if (holding.exclusive === 0 && holding.shared === 0) this.ofSession.delete(lock)
    this.table.letGo(lock, this, mode)
    return true
  }

  unlockAll(): void {
    const all = [...this.ofSession]
    this.ofSession.clear()
    for (const [lock, holding] of all) {
      for (const mode of MODES) if (holding[mode] > 0) this.table.letGo(lock, this, mode)
    }
  }

  all(): Iterable<AdvisoryLockRow> {
    return this.table.all()
  }

  /** How many the transaction has: for `takeFromTransaction`. */
  get transactionCount(): number {
    return this.ofTransaction.length
  }

  /** Those that the transaction has taken after its first `count`; they are its no more. @returns what lets go of them */
  takeFromTransaction(count: number): () => void {
    const taken = this.ofTransaction.slice(count)
    this.ofTransaction = this.ofTransaction.slice(0, count)
    for (const { lock, mode } of taken) {
      const modes = this.modesOfTransaction.get(lock)!
      modes.delete(mode)
      if (modes.size === 0) this.modesOfTransaction.delete(lock)
    }
    return () => {
      for (const { lock, mode } of taken) this.table.letGo(lock, this, mode)
    }
  }
}
