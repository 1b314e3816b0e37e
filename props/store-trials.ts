/**
 * Trials of a store on a simulated disk, each from one seed: lives with crashes, with failing syncs, on full disks,
 * on devices that lie. A trial that fails throws an error that tells the law, the seed and what was done.
 */

import { debugChecks } from '../src/base/assert.ts'
import { type ErrorCode, isCoppiceError } from '../src/base/errors.ts'
import { Broken } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import type { DiskOperation, Fault } from './simulated-disk.ts'
import type { FaultKind } from './simulated-faults.ts'
import { DAMAGE_CODES, expectDamage, fittingVersion, isWhole, readAll } from './store-damage.ts'
import type { Version } from './store-history.ts'
import { DATABASE, Life, MOMENTS } from './store-life.ts'
import { loseNewestHeader } from './store-lost-header.ts'
import { mixMoments, mixPasts } from './store-mixed-files.ts'

/** What is shown of a failed life: its last steps. */
const STEPS_SHOWN = 16
/** Commits of a busy life that are enough for a checkpoint to begin. */
const WRITES_MAX = 60

/** Runs `trial` on seeds `first`, `first + 1`, and so on. */
export async function tryMany(
  count: number,
  first: number,
  trial: (seed: number) => Promise<void>,
): Promise<void> {
  const { stackTraceLimit } = Error
  // Crashes and files that are not there are errors, thousands of them, and all are caught: a fifth of the time.
  Error.stackTraceLimit = 0
  try {
    for (let seed = first; seed < first + count; seed++) await tryOne(seed, trial)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The same for one seed, with the stacks of all errors. */
export async function tryOne(seed: number, trial: (seed: number) => Promise<void>): Promise<void> {
  const wasChecking = debugChecks.enabled
  debugChecks.enabled = seed % 4 === 0
  try {
    await trial(seed)
  } finally {
    debugChecks.enabled = wasChecking
  }
}

/** Runs `live`; what it throws gets the seed and the last steps. The store's memory is given back in any case. */
export async function liveThrough(life: Life, seed: number, live: () => Promise<void>): Promise<void> {
  try {
    await live()
  } catch (error) {
    const steps = life.log.slice(-STEPS_SHOWN).join(' | ')
    throw new Broken(`seed ${seed}: ${error}\n  after ${steps}`, error)
  } finally {
    life.disk.clearFaults()
    await life.die()
  }
}

/** Steps until the machine dies or `count` are done. */
export async function stepUntilDeath(life: Life, count: number): Promise<void> {
  try {
    for (let i = 0; i < count; i++) await life.step()
  } catch (error) {
    if (!life.disk.isCrashed) throw error
  }
}

/** Three lives, each ended by a crash, with crashes inside of their recoveries. */
export async function crashTrial(seed: number): Promise<void> {
  await crashThrice(new Life(seed), seed)
}

/** The same with keys and entries about as long as any that lie in a page, of every size. */
export async function limitsTrial(seed: number): Promise<void> {
  const random = new SeededRandom(seed ^ 0x11417)
  const pageSizeBytes = random.pick([512, 512, 1024, 4096, 4096, 8192, 16_384, 32_768, 65_536])
  const storeOptions = {
    pageSizeBytes,
    cacheSizeBytes: random.pick([16, 24, 128, 256]) * pageSizeBytes,
    maxSizeBytes: 16_384 * pageSizeBytes,
  }
  await crashThrice(new Life(seed, { storeOptions, isNearLimits: true }), seed)
}

async function crashThrice(life: Life, seed: number): Promise<void> {
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = 0; lives < 3; lives++) {
      disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      await stepUntilDeath(life, 40)
      await life.reboot()
      await recoverTwice(life, seed)
      await life.checkStore()
    }
  })
}

/**
 * The same with commits only, that leave a checkpoint little time: most crashes meet one half done, and the log in two
 * epochs.
 */
export async function busyTrial(seed: number): Promise<void> {
  const life = busyLife(seed)
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = 0; lives < 2; lives++) {
      disk.crashAt(20 + random.below(random.pick([60, 150])), random.pick(MOMENTS))
      await stepUntilDeath(life, 60)
      await life.reboot()
      await life.checkStore()
    }
  })
}

export function busyLife(seed: number, allowedErrors: readonly ErrorCode[] = []): Life {
  const random = new SeededRandom(seed ^ 0xb057)
  const pageSizeBytes = random.pick([512, 1024])
  return new Life(seed, {
    allowedErrors,
    isBusy: true,
    storeOptions: {
      pageSizeBytes,
      // Small ones spill: pages are written before their transaction commits.
      cacheSizeBytes: random.pick([16, 24, 256, 1024]) * pageSizeBytes,
      transactionLogBytes: 200_000,
      maxLogBytes: random.pick([64, 128, 512]) * 1024,
      checkpointPagesPerCommit: random.pick([1, 4, 16]),
    },
  })
}

/** What a recovery has found, the next one finds too, on the same disk. */
async function recoverTwice(life: Life, seed: number): Promise<void> {
  if (!life.random.chance(0.2)) return
  await life.reboot(false)
  life.log.push(`recovered twice, seed ${seed}`)
}

/** One to three steps, crashed at operation `at`; false when there was no such operation. */
export async function shortTrial(
  seed: number,
  at: number,
  moment: (typeof MOMENTS)[number],
): Promise<boolean> {
  const life = new Life(seed)
  let isOver = false
  await liveThrough(life, seed, async () => {
    life.log.push(`crash ${moment} operation ${at}`)
    life.disk.crashAt(at, moment)
    try {
      await life.open()
      for (let left = 1 + life.random.below(3); left > 0; left--) await life.step()
      await life.closeAndOpen()
      isOver = true
    } catch (error) {
      if (!life.disk.isCrashed) throw error
    }
    life.disk.cancelCrash()
    await life.reboot(false)
    await life.checkStore()
    for (let left = 2; left > 0; left--) await life.step()
    await life.reboot(false)
    await life.checkStore()
  })
  return !isOver
}

/** One of the crash points of a short life, at random. */
export async function randomShortTrial(seed: number): Promise<void> {
  const random = new SeededRandom(seed ^ 0x5407)
  await shortTrial(seed, 1 + random.below(random.pick([12, 30, 80])), random.pick(MOMENTS))
}

export interface FaultPlan {
  readonly allowedErrors: readonly ErrorCode[]
  /** None: the disk is healthy. */
  readonly operations: readonly Fault['operation'][]
  readonly kind: FaultKind
  /** Only files whose path ends so. */
  readonly pathEnd?: string
  /** How often in a row, one of these. Default: up to forever. */
  readonly times?: readonly number[]
  /** Whether the store may give up and want to be opened again. */
  readonly mayPoison: boolean
  /** The most that the file may grow to. */
  readonly maxSizeBytes?: number
}

const ANY_OPERATION: readonly DiskOperation[] = ['write', 'syncDirectory', 'truncate', 'create', 'unlink']

/** Anything may fail with EIO, syncs most of all. */
export const FAILING_DISK: FaultPlan = {
  allowedErrors: ['OUTCOME_UNKNOWN', 'POISONED', 'IO_ERROR'],
  operations: ['sync', 'sync', 'sync', 'sync', 'read', ...ANY_OPERATION],
  kind: 'ioError',
  mayPoison: true,
}

/** One sync of the database fails, and is told once: most of them run beside the commits, where nobody waits for them. */
export const FAILING_CHECKPOINTS: FaultPlan = {
  ...FAILING_DISK,
  operations: ['sync'],
  pathEnd: DATABASE,
  times: [1],
}

/** Reads bring less than there is, now and then: an error, if it is noticed at all, and nothing is lost. */
export const SHORT_READS: FaultPlan = {
  allowedErrors: [...DAMAGE_CODES, 'IO_ERROR', 'TRANSACTION_FAILED', 'OUTCOME_UNKNOWN', 'POISONED'],
  operations: ['read'],
  kind: 'short',
  mayPoison: true,
}

/** Reads of the database bring the bytes of another place, once or more often. (In the log that looks like its end, and no log can tell.) */
export const MISDIRECTED_READS: FaultPlan = {
  ...SHORT_READS,
  kind: 'misdirected',
  pathEnd: DATABASE,
  times: [1, 1, 4, Number.POSITIVE_INFINITY],
}

/** Files cannot grow any more: no reason to give up. */
export const FULL_DISK: FaultPlan = {
  allowedErrors: ['NO_SPACE', 'TRANSACTION_FAILED'],
  operations: ['growth'],
  kind: 'noSpace',
  mayPoison: false,
}

/** A disk that finds no room even for what is there already (a copy-on-write file system). */
export const CROWDED_DISK: FaultPlan = {
  allowedErrors: ['NO_SPACE', 'IO_ERROR', 'OUTCOME_UNKNOWN', 'POISONED', 'TRANSACTION_FAILED'],
  operations: ['write', 'write', 'write', 'truncate', 'create'],
  kind: 'noSpace',
  mayPoison: true,
}

/** The file has reached its limit. */
export const FULL_DATABASE: FaultPlan = {
  allowedErrors: ['DATABASE_FULL', 'TRANSACTION_FAILED'],
  operations: [],
  kind: 'noSpace',
  mayPoison: false,
  maxSizeBytes: 64 * 1024,
}

/** Lives in which operations fail now and then; each ends when the store is poisoned, or after its steps. */
export async function faultTrial(seed: number, plan: FaultPlan): Promise<void> {
  const { allowedErrors, maxSizeBytes } = plan
  const isBusy = maxSizeBytes === undefined && seed % 3 === 0
  const life = isBusy
    ? busyLife(seed, allowedErrors)
    : new Life(seed, { allowedErrors, ...(maxSizeBytes && { storeOptions: { maxSizeBytes } }) })
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = 0; lives < 3; lives++) {
      if (random.chance(0.5)) disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      try {
        for (let steps = 0; steps < 40 && !life.isPoisoned; steps++) {
          if (plan.operations.length > 0 && random.chance(0.1)) arm(life, plan)
          await life.step()
          if (life.isPoisoned && plan.mayPoison && random.chance(0.4)) await life.closeAndOpen()
        }
      } catch (error) {
        if (!disk.isCrashed) throw error
      }
      if (!disk.isCrashed) disk.cancelCrash()
      if (life.isPoisoned && !disk.isCrashed && !plan.mayPoison)
        throw new Broken('a full disk poisons nothing')
      // A poisoned store takes no more, and shows what it showed before.
      if (life.isPoisoned && !disk.isCrashed) life.writes.write('sync')
      if (life.isPoisoned && !disk.isCrashed) life.snapshots.take()
      disk.clearFaults()
      await life.reboot()
      await life.checkStore()
    }
  })
}

function arm({ random, disk, log }: Life, plan: FaultPlan): void {
  const { operations, kind, pathEnd, times = [1, 1, 4, Number.POSITIVE_INFINITY] } = plan
  disk.clearFaults()
  const fault = {
    operation: random.pick(operations),
    kind,
    ...(pathEnd !== undefined && { pathEnd }),
    skip: random.below(12),
    times: random.pick(times),
  }
  log.push(`${fault.operation} fails after ${fault.skip}, ${fault.times} times`)
  disk.fail(fault)
}

/**
 * A healthy life, maybe with crashes, except that the device loses or misdirects one write, brings the wrong bytes of
 * one read, or bits rot; then all is read.
 */
export async function damageTrial(seed: number): Promise<void> {
  const life = seed % 2 === 0 ? new Life(seed) : busyLife(seed)
  const { random, disk, witness } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    const inLog = random.chance(0.5)
    const kind = random.pick(['lost', 'misdirected', 'rot'] as const)
    if (random.chance(0.5)) disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
    await stepUntilDeath(life, random.below(25))
    if (disk.isCrashed) await life.reboot()
    disk.cancelCrash()
    if (kind !== 'rot') {
      const where = inLog ? { pathPart: '-wal' } : { pathEnd: DATABASE }
      disk.fail({ operation: 'write', kind, skip: random.below(random.pick([4, 40])), ...where })
    }
    life.log.push(`${kind} in the ${inLog ? 'log' : 'database'}`)
    for (let steps = random.below(15); steps > 0; steps--) await life.step()
    disk.clearFaults()
    await life.die()
    const losesPower = random.chance(0.5)
    if (losesPower) disk.losePower()
    else disk.forgetClean()
    const bits = kind === 'rot' ? random.pick([1, 1, 3, 20]) : 0
    rot(life, inLog, bits)
    // One damage to the log takes away the end of it at most (StoreWitness, W2); more of them may take more.
    const floor = bits > 1 ? undefined : witness.floor(losesPower)
    await judgeDamaged(life, inLog ? life.history.since(floor) : life.history.candidates())
  })
}

/**
 * The log has just begun an epoch, and of it there is nothing but the header; then a bit rots, half of the time near the
 * end of the epoch before. Law: that header vouches for all that had been acknowledged, so none of it is missing in silence.
 */
export async function newEpochTrial(seed: number): Promise<void> {
  const life = busyLife(seed)
  const { random, disk, witness } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let steps = random.below(15); steps > 0; steps--) await life.step()
    for (let writes = WRITES_MAX; writes > 0 && !witness.isAtStartOfEpoch; writes--) {
      life.writes.write(random.pick(['sync', 'sync', 'none']))
    }
    await life.die()
    const losesPower = random.chance(0.5)
    if (losesPower) disk.losePower()
    else disk.forgetClean()
    rot(life, true, 1)
    const floor = witness.floor(losesPower)
    await judgeDamaged(life, life.history.since(floor))
  })
}

/**
 * One sync reports success and has failed; the next one of the file says so, if there is one before the machine dies.
 * What was acknowledged before it stays. What that sync and later ones acknowledged may be missing, for no program can
 * know; but then all from some commit on, or there is an error.
 */
export async function lateSyncTrial(seed: number): Promise<void> {
  const allowedErrors: readonly ErrorCode[] = [...FAILING_DISK.allowedErrors, 'TRANSACTION_FAILED']
  const life = seed % 2 === 0 ? new Life(seed, { allowedErrors }) : busyLife(seed, allowedErrors)
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let steps = random.below(15); steps > 0; steps--) await life.step()
    let floor: Version | undefined
    disk.fail({
      operation: 'sync',
      kind: 'late',
      skip: random.below(random.pick([4, 20])),
      whenStruck: () => {
        floor = life.history.durable
        life.log.push('a sync fails and does not say so')
      },
    })
    if (random.chance(0.5)) disk.crashAt(1 + random.below(random.pick([20, 80])), random.pick(MOMENTS))
    await stepUntilDeathOrPoison(life, random.below(25))
    await life.die()
    disk.clearFaults()
    if (random.chance(0.7)) disk.losePower()
    else if (random.chance(0.5)) disk.forgetClean()
    if (floor === undefined) {
      await judgeDamaged(life, life.history.candidates(), false)
      return
    }
    await judgeDamaged(life, life.history.since(floor))
  })
}

/** The same, but to the end of a poisoned store's life, too. */
async function stepUntilDeathOrPoison(life: Life, count: number): Promise<void> {
  try {
    for (let left = count; left > 0 && !life.isPoisoned; left--) await life.step()
    if (life.isPoisoned && !life.disk.isCrashed) life.writes.write('sync')
  } catch (error) {
    if (!life.disk.isCrashed) throw error
  }
}

/**
 * A life, maybe with a crash; while it is opened again, reads of the log or of the database bring too little, a few
 * times or always. Law: opening says so, or finds everything; and what could not be read for a while was not given up.
 */
export async function shortOpeningTrial(seed: number): Promise<void> {
  const life = seed % 2 === 0 ? new Life(seed) : busyLife(seed)
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = 0; lives < 3; lives++) {
      if (random.chance(0.5)) disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      await stepUntilDeath(life, random.below(25))
      await life.die()
      if (random.chance(0.5)) disk.losePower()
      const where = random.chance(0.6) ? { pathPart: '-wal' } : { pathEnd: DATABASE }
      const times = random.pick([1, 3, Number.POSITIVE_INFINITY])
      disk.fail({ operation: 'read', kind: 'short', skip: random.below(6), times, ...where })
      life.log.push(`${times} short reads while it is opened`)
      try {
        await life.open()
      } catch (error) {
        // A page of which a part is missing looks damaged.
        if (!isCoppiceError(error, 'IO_ERROR') && !isCoppiceError(error, 'CORRUPT')) throw error
        disk.clearFaults()
        await life.open()
      }
      disk.clearFaults()
      life.findVersion()
      await life.checkStore()
    }
  })
}

/**
 * Every commit is a checkpoint, so that both headers are of whole states and no log tells which is the newest. While the
 * database is opened, reads of it bring something else, or too little, once or for a while. Law: opening says so, or
 * finds everything; and what could not be read for a while was neither given up nor written over.
 */
export async function hiddenHeaderTrial(seed: number, kind: 'misdirected' | 'short'): Promise<void> {
  const pageSizeBytes = seed % 4 === 0 ? 1024 : 512
  const life = new Life(seed, { storeOptions: { pageSizeBytes, transactionLogBytes: 0 } })
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    // A small file: a read that goes astray meets a header often.
    for (let steps = random.below(4); steps > 0; steps--) await life.step()
    for (let openings = 16; openings > 0; openings--) {
      for (let writes = random.below(3); writes > 0; writes--) life.writes.write('sync')
      await life.die()
      if (random.chance(0.3)) disk.losePower()
      const times = random.pick([1, 2, 3, 4, 8, Number.POSITIVE_INFINITY])
      disk.fail({ operation: 'read', kind, pathEnd: DATABASE, skip: random.below(6), times })
      life.log.push(`${times} ${kind} reads while it is opened`)
      try {
        await life.open()
      } catch (error) {
        if (!isCoppiceError(error, 'IO_ERROR')) expectDamage(error)
      }
      disk.clearFaults()
      if (life.store === undefined) await life.open()
      life.findVersion()
    }
    await life.checkStore()
  })
}

/** A life, maybe with crashes; then the newest header is lost in both copies (store-lost-header.ts). */
export async function lostHeaderTrial(seed: number): Promise<void> {
  const life = seed % 2 === 0 ? new Life(seed) : busyLife(seed)
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = random.below(3); lives > 0; lives--) {
      disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      await stepUntilDeath(life, 40)
      await life.reboot()
    }
    for (let steps = random.below(25); steps > 0; steps--) await life.step()
    if (random.chance(0.7)) {
      // Until the next one begins, the log before this checkpoint is still there.
      await life.checkpoint()
      for (let writes = random.below(5); writes > 0; writes--)
        life.writes.write(random.pick(['sync', 'none']))
    }
    await life.die()
    if (random.chance(0.5)) disk.losePower()
    else disk.forgetClean()
    const lost = loseNewestHeader(disk)
    if (lost === undefined) return
    life.log.push(`the newest header is lost${lost.mustOpen ? ', and not needed' : ''}`)
    await judgeDamaged(life, life.history.candidates(), !lost.mustOpen)
  })
}

/** Files of two moments, or of two pasts, side by side (store-mixed-files.ts). */
export async function mixedFilesTrial(seed: number): Promise<void> {
  const life = busyLife(seed)
  // An old file that was put back makes pages that there were before: nothing for the witness.
  life.disk.observe = undefined
  await liveThrough(life, seed, async () => {
    await life.open()
    const versions = await (seed % 2 === 0 ? mixMoments(life, seed) : mixPasts(life, seed))
    await judgeDamaged(life, versions)
  })
}

/** Bits change, but not in both copies of a file header: what the lost header alone knew cannot be missed. */
function rot({ random, disk, options }: Life, inLog: boolean, bitCount: number): void {
  const path = random.pick(disk.paths().filter(path => path.includes('-wal') === inLog))
  const size = path === undefined ? 0 : disk.contents(path).length
  const headersEnd = 4 * (options.pageSizeBytes ?? 4096)
  // Most of a log is empty; what is in it lies at its start.
  const limit = inLog ? Math.min(size, 64 * 1024) : size
  let from = 0
  for (let bits = bitCount; bits > 0 && from < limit; bits--) {
    const at =
      inLog && random.chance(0.5) ? endOfLog(disk.contents(path), random) : random.below(limit - from)
    disk.flipBit(path, from + at, random.below(8))
    if (!inLog) from = headersEnd
  }
}

/** A byte near the last one that is not zero: the end is where a log has the least to vouch for it. */
function endOfLog(bytes: Buffer, random: SeededRandom): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return Math.max(0, end - 1 - random.below(random.pick([64, 4096])))
}

/** `versions`: what may be found, if nothing is reported. `mayReport`: whether damage may be, too. */
export async function judgeDamaged(
  life: Life,
  versions: readonly Version[],
  mayReport = true,
): Promise<void> {
  try {
    await life.open()
  } catch (error) {
    expectDamage(error)
    if (!mayReport) throw new Broken('what is redundant may be lost', error)
    return
  }
  const store = life.opened
  const snapshot = store.read()
  const parts = readAll(store, snapshot)
  snapshot.close()
  const version = parts && fittingVersion(parts, versions)
  if (parts !== undefined && version === undefined) throw new Broken('what is read is what was written')
  life.allowedErrors = new Set([...DAMAGE_CODES, 'TRANSACTION_FAILED', 'OUTCOME_UNKNOWN', 'POISONED'])
  const faults = await life.faults()
  if (!mayReport && faults > 0) throw new Broken('what is redundant may be lost')
  if (!isWhole(parts) && faults === 0) throw new Broken('a check finds what reading stumbles over')
  // What was read in part may fit several versions.
  if (version === undefined || !isWhole(parts)) return
  life.history.settleOn(version)
  for (let writes = 4; writes > 0 && !life.isPoisoned; writes--) life.writes.write('sync')
  judgeAgain(life)
  await life.die()
  try {
    await life.open()
  } catch (error) {
    expectDamage(error)
    return
  }
  judgeAgain(life)
}

/** What was written on top of damage, and met or did not meet it, is there, as far as it can be read. */
function judgeAgain({ opened, history }: Life): void {
  const snapshot = opened.read()
  const parts = readAll(opened, snapshot)
  snapshot.close()
  if (parts === undefined || fittingVersion(parts, history.candidates()) !== undefined) return
  throw new Broken('what is read is what was written, on top of damage, too')
}
