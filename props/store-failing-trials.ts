/**
 * Trials in which everything may fail at once: while a database is made, opened, recovered or closed, while a backup gets its
 * name; several kinds of failures together, some of which have happened all the same. A trial's seed says everything about it.
 *
 * Law: whatever failed said so (IO_ERROR, NO_SPACE, or one of the codes of a poisoned store); nothing that was acknowledged is
 * missing when the disk is well again; nothing is left open or locked.
 */

import { type ErrorCode, isCoppiceError } from '../src/base/errors.ts'
import { check } from './law.ts'
import type { Fault } from './simulated-disk.ts'
import type { FaultKind } from './simulated-faults.ts'
import { DATABASE, Life, MOMENTS } from './store-life.ts'
import { busyLife, judgeDamaged, liveThrough, stepUntilDeath } from './store-trials.ts'
import { tally } from './tally.ts'

/** What may be said. */
const CODES: readonly ErrorCode[] = [
  'IO_ERROR',
  'NO_SPACE',
  'OUTCOME_UNKNOWN',
  'POISONED',
  'TRANSACTION_FAILED',
]

type Failing = readonly [operation: Fault['operation'], kind: FaultKind]

/** Of names and handles. */
const AROUND_FILES: readonly Failing[] = [
  ['open', 'ioError'],
  ['close', 'ioError'],
  ['size', 'ioError'],
  ['create', 'ioError'],
  ['create', 'noSpace'],
  ['create', 'ioErrorAfterwards'],
  ['rename', 'ioError'],
  ['rename', 'noSpace'],
  ['rename', 'ioErrorAfterwards'],
  ['unlink', 'ioError'],
  ['unlink', 'ioErrorAfterwards'],
  ['truncate', 'ioError'],
  ['truncate', 'ioErrorAfterwards'],
  ['syncDirectory', 'ioError'],
  ['syncDirectory', 'ioError'],
]

const ANYWHERE: readonly Failing[] = [
  ...AROUND_FILES,
  ['read', 'ioError'],
  ['write', 'ioError'],
  ['write', 'ioErrorAfterwards'],
  ['write', 'noSpace'],
  ['growth', 'noSpace'],
  ['growth', 'noSpace'],
  ['sync', 'ioError'],
  ['sync', 'ioError'],
  ['sync', 'ioError'],
  ['sync', 'ioErrorAfterwards'],
]

/** One or two of them begin to fail, once, some times or for good. */
function armSome({ random, disk, log }: Life, choices: readonly Failing[]): void {
  disk.clearFaults()
  for (let faults = random.pick([1, 1, 2]); faults > 0; faults--) {
    const [operation, kind] = random.pick(choices)
    const skip = random.below(random.pick([2, 8, 30]))
    const times = random.pick([1, 1, 4, Number.POSITIVE_INFINITY])
    log.push(`${operation} fails after ${skip}, ${times} times (${kind})`)
    disk.fail({ operation, kind, skip, times })
  }
}

/** What becomes of the machine when a process is dead. */
function befall({ random, disk, log }: Life): void {
  const fate = random.pick(['power loss', 'power loss', 'the cache forgets', 'death'])
  log.push(fate)
  tally.states++
  if (fate === 'power loss') disk.losePower()
  else if (fate === 'the cache forgets') disk.forgetClean()
}

/** From its making on a database is opened, lived with for a while, and opened again while something fails. */
export async function failingOpeningTrial(seed: number): Promise<void> {
  const life = seed % 2 === 0 ? new Life(seed, { allowedErrors: CODES }) : busyLife(seed, CODES)
  const { random, disk } = life
  await liveThrough(life, seed, async () => {
    await openAtLast(life)
    for (let lives = 0; lives < 3; lives++) {
      if (random.chance(0.6)) disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      await stepUntilDeath(life, random.below(20))
      await life.die()
      befall(life)
      await openAtLast(life)
      await life.checkStore()
    }
  })
}

/** Some attempts while something fails, some of them ended by a crash; then one on a disk that is well. */
async function openAtLast(life: Life): Promise<void> {
  const { random, disk } = life
  for (let attempts = random.below(4); attempts > 0; attempts--) {
    armSome(life, ANYWHERE)
    if (random.chance(0.2)) disk.crashAt(1 + random.below(random.pick([3, 12, 40])), random.pick(MOMENTS))
    await openOrFail(life)
    disk.clearFaults()
    disk.cancelCrash()
    // What it shows has been shown.
    if (life.store !== undefined) life.findVersion()
    // A process that was told may try again, or end.
    else if (!disk.isCrashed && random.chance(0.4)) continue
    if (life.store === undefined) tally.insideRecovery++
    await life.die()
    befall(life)
  }
  await life.open()
  life.findVersion()
}

async function openOrFail(life: Life): Promise<void> {
  const { disk } = life
  try {
    await life.open()
  } catch (error) {
    if (disk.isCrashed) return
    if (!isCoppiceError(error, 'IO_ERROR') && !isCoppiceError(error, 'NO_SPACE')) throw error
    life.log.push(`  failed: ${error.code}`)
    check(disk.openHandleCount === 0, 'what could not be opened is not open, nor locked')
  }
}

/** Databases and backups are made, closed and opened, and names and handles fail; now and then the machine dies. */
export async function failingNamesTrial(seed: number): Promise<void> {
  const life = new Life(seed, { allowedErrors: CODES })
  const { random, disk } = life
  const steps: readonly (() => Promise<void> | void)[] = [
    () => life.closeAndOpen(),
    () => life.closeAndOpen(),
    () => life.backUp(),
    () => life.backUp(),
    () => life.compact(),
    () => life.checkpoint(),
    () => life.writes.group(),
    () => life.writes.write('none'),
    () => life.writes.write('sync'),
  ]
  await liveThrough(life, seed, async () => {
    await life.open()
    for (let lives = 0; lives < 3; lives++) {
      if (random.chance(0.5)) disk.crashAt(1 + random.below(random.pick([20, 80, 300])), random.pick(MOMENTS))
      try {
        for (let left = 15; left > 0 && !life.isPoisoned; left--) {
          if (random.chance(0.4)) armSome(life, random.pick([AROUND_FILES, AROUND_FILES, ANYWHERE]))
          await life.take(random.pick(steps))
          if (life.isPoisoned && random.chance(0.4)) await life.take(() => life.closeAndOpen())
        }
      } catch (error) {
        if (!disk.isCrashed) throw error
      }
      disk.clearFaults()
      await life.reboot()
      await life.checkStore()
    }
  })
}

/**
 * From some moment on every write of a page gets lost, or some do; the file headers and the log arrive. Law: right data or an
 * error, for nothing else than the reference from above tells that a page is an old one.
 */
export async function lostPagesTrial(seed: number): Promise<void> {
  const life = seed % 2 === 0 ? new Life(seed) : busyLife(seed)
  const { random, disk, options } = life
  await liveThrough(life, seed, async () => {
    await life.open()
    await stepUntilDeath(life, random.below(20))
    const times = random.pick([1, 3, Number.POSITIVE_INFINITY])
    const fromByte = 4 * (options.pageSizeBytes ?? 4096)
    const skip = random.below(random.pick([4, 40]))
    disk.fail({ operation: 'write', kind: 'lost', pathEnd: DATABASE, fromByte, skip, times })
    life.log.push(`${times} pages lost after ${skip}`)
    for (let left = random.below(15); left > 0; left--) await life.step()
    disk.clearFaults()
    await life.die()
    if (random.chance(0.5)) disk.losePower()
    else disk.forgetClean()
    await judgeDamaged(life, life.history.candidates())
  })
}
