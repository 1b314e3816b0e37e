/**
 * The laws of the log:
 * 1. Whatever crashes, fails and loses power, recovery finds a prefix of what was appended, and everything
 *    that was acknowledged. It never calls an honest crash damage.
 * 2. Whatever happens to the part that nobody was told about, the part that was acknowledged is found.
 * 3. Damage to what a later batch shows to have been acknowledged is never silent: all is found, or WAL_CORRUPT.
 * 4. No file makes recovery hang, fall over, or hand out what was not written.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CoppiceError, isCoppiceError } from '../src/base/errors.ts'
import { memoryStorage } from '../src/io/memory-storage.ts'
import type { Storage } from '../src/io/storage.ts'
import { LogBatch } from '../src/wal/batch.ts'
import { Log } from '../src/wal/log.ts'
import type { LogLimits } from '../src/wal/log-file.ts'
import { type LogPlace, type LogRecovery, readLog } from '../src/wal/recovery.ts'
import { runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { SimulatedCrash, SimulatedDisk } from './simulated-disk.ts'

const DATABASE = '/disk/app.db'
const WAL1 = `${DATABASE}-wal1`
const DATABASE_ID = Uint8Array.from({ length: 16 }, (_, i) => i)
const LIMITS: LogLimits = { stepBytesMin: 16 * 1024, stepBytesMax: 64 * 1024, retainedBytes: 32 * 1024 }
const SECTOR = 512
const FIRST_BATCH = 8192

/** A transaction's bytes say which one it is, and in which life of the process it was made. */
function payloadOf(lsn: number, life: number, length: number): Buffer {
  const bytes = Buffer.alloc(16 + length, (lsn * 31 + life) & 0xff)
  bytes.writeDoubleLE(lsn, 0)
  bytes.writeDoubleLE(life, 8)
  return bytes
}

interface Found extends LogRecovery {
  readonly payloads: Buffer[]
}

function recover(storage: Storage, epoch: number, salt: Uint8Array, nextLsn: number): Found {
  const payloads: Buffer[] = []
  let expected = nextLsn
  const recovery = readLog(storage, DATABASE, DATABASE_ID, { epoch, salt, nextLsn }, (lsn, bytes) => {
    expect(lsn).toBe(expected++)
    payloads.push(Buffer.from(bytes))
  })
  return { ...recovery, payloads }
}

/**
 * A store without data: it keeps what a database header would say in a variable that is always durable, and
 * everything acknowledged in an array, and goes through commits, checkpoints and recoveries as the store does.
 */
class Life {
  readonly #disk: SimulatedDisk
  readonly #random: SeededRandom
  readonly #batch = new LogBatch()
  #header: LogPlace & { isOpen: boolean } = {
    epoch: 0,
    salt: new Uint8Array(8),
    nextLsn: 1,
    isOpen: false,
  }
  /** Every transaction appended so far, from LSN 1. */
  #appended: Buffer[] = []
  #acknowledgedLsn = 0
  #life = 0
  #log: Log | undefined = undefined
  #background: Promise<unknown>[] = []

  constructor(disk: SimulatedDisk, random: SeededRandom) {
    this.#disk = disk
    this.#random = random
  }

  /** Opens: recovers if the header says so, and starts a new log. May crash anywhere. */
  open(): void {
    this.#life++
    if (this.#header.isOpen) this.#recover()
    const { epoch, salt, nextLsn } = this.#header
    const start = { epoch: epoch + 1, baseLsn: nextLsn, previousSalt: salt }
    const log = Log.create(this.#disk, DATABASE, DATABASE_ID, start, LIMITS)
    this.#log = log
    this.#header = { epoch: log.epoch, salt: log.salt, nextLsn, isOpen: true }
    log.recycle(epoch)
  }

  #recover(): void {
    const { epoch, salt, nextLsn } = this.#header
    const found = recover(this.#disk, epoch, salt, nextLsn)
    expect(found.lastLsn).toBeGreaterThanOrEqual(this.#acknowledgedLsn)
    expect(found.lastLsn).toBeLessThanOrEqual(this.#appended.length)
    for (let i = 0; i < found.payloads.length; i++) {
      expect(found.payloads[i].equals(this.#appended[nextLsn - 1 + i])).toBe(true)
    }
    // A crash may come before the recovering checkpoint is durable: then all this is done again.
    if (this.#random.chance(0.2)) throw new SimulatedCrash('while recovering')
    this.#appended.length = found.lastLsn
    this.#acknowledgedLsn = found.lastLsn
    this.#header = { epoch: found.epoch, salt: found.salt, nextLsn: found.lastLsn + 1, isOpen: true }
    if (this.#random.chance(0.2)) throw new SimulatedCrash('after the recovering checkpoint')
  }

  /** One random thing that a store does. */
  async step(): Promise<void> {
    const log = this.#log!
    const { preparedEpoch, retainedEpoch } = log
    const choice = this.#random.below(10)
    if (choice < 4) this.#append(log)
    else if (choice < 6) this.#acknowledgeAfter(log, () => log.sync())
    else if (choice === 6) this.#syncInBackground(log)
    else if (choice === 7) await this.#disk.settle()
    else if (preparedEpoch !== undefined) log.switchTo(preparedEpoch)
    else if (retainedEpoch === undefined) log.prepare(log.epoch + 1, log.durableLsn + 1)
    else this.#checkpoint(log)
    this.#acknowledge(log)
  }

  #append(log: Log): void {
    this.#batch.clear()
    const firstLsn = log.appendedLsn + 1
    const added: Buffer[] = []
    for (let count = this.#random.below(3); count >= 0; count--) {
      const length = this.#random.chance(0.2) ? this.#random.below(20_000) : this.#random.below(100)
      const payload = payloadOf(firstLsn + added.length, this.#life, length)
      added.push(payload)
      this.#batch.add(payload, 0, payload.length)
    }
    if (this.#random.chance(0.5)) log.reserve(this.#batch.fileBytes)
    // A write that fails, for whatever reason, may have reached the disk, so it counts as appended.
    this.#appended.length = firstLsn - 1
    this.#appended.push(...added)
    log.append(firstLsn, this.#batch)
  }

  #acknowledgeAfter(log: Log, sync: () => void): void {
    const target = log.appendedLsn
    sync()
    expect(log.durableLsn).toBe(target)
  }

  #syncInBackground(log: Log): void {
    const target = log.appendedLsn
    const done = () => {
      expect(log.durableLsn).toBeGreaterThanOrEqual(target)
    }
    this.#background.push(log.syncAsync().then(done, endsWithTheProcess))
  }

  #acknowledge(log: Log): void {
    this.#acknowledgedLsn = Math.max(this.#acknowledgedLsn, log.durableLsn)
  }

  /** A database header becomes durable that names the present epoch and everything durable so far. */
  #checkpoint(log: Log): void {
    this.#header = { epoch: log.epoch, salt: log.salt, nextLsn: log.durableLsn + 1, isOpen: true }
    log.recycle(log.epoch - 1)
  }

  closeCleanly(): void {
    const log = this.#log!
    log.sync()
    this.#acknowledge(log)
    this.#header = { epoch: log.epoch, salt: log.salt, nextLsn: log.durableLsn + 1, isOpen: false }
    log.close(true)
  }

  async end(): Promise<void> {
    // Durable is durable, even when nobody came to tell: the log knew it.
    if (this.#log !== undefined) this.#acknowledge(this.#log)
    this.#log = undefined
    await Promise.all(this.#background)
    this.#background = []
  }
}

/** The ends that an honest run may have: the process died, or the log poisoned itself. */
function endsWithTheProcess(error: unknown): void {
  if (error instanceof SimulatedCrash) return
  if (isCoppiceError(error, 'IO_ERROR') || isCoppiceError(error, 'POISONED')) return
  if (isCoppiceError(error, 'NO_SPACE')) return
  throw error
}

async function liveAndDie(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const disk = new SimulatedDisk({
    seed: seed ^ 0x5eed,
    sectorBytes: random.pick([512, 4096]),
    tearsSectors: random.chance(0.3),
  })
  const life = new Life(disk, random)
  const mayFail = random.chance(0.5)
  for (let round = 0; round < 8; round++) {
    if (random.chance(0.8)) disk.crashAt(1 + random.below(60), random.pick(['before', 'within', 'after']))
    if (mayFail && random.chance(0.5)) {
      disk.fail({
        operation: random.pick(['sync', 'sync', 'write', 'syncDirectory']),
        kind: random.pick(['ioError', 'ioError', 'noSpace']),
        skip: random.below(20),
      })
    }
    try {
      life.open()
      for (let steps = random.below(40); steps > 0; steps--) await life.step()
      if (random.chance(0.2)) life.closeCleanly()
    } catch (error) {
      endsWithTheProcess(error)
    }
    disk.clearFaults()
    if (random.chance(0.6)) disk.losePower()
    else disk.killProcess()
    await life.end()
    if (random.chance(0.2)) disk.forgetClean()
  }
}

describe('law 1: crashes', () => {
  test('recovery finds a prefix with everything acknowledged, through many lives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(0x7fff_ffff), async seed => liveAndDie(seed)),
      { numRuns: runs(600) },
    )
  })
})

/** A log of one epoch in memory, batch by batch. */
interface Written {
  readonly storage: Storage
  readonly salt: Uint8Array
  readonly payloads: Buffer[]
  readonly batches: { start: number; end: number; payloadEnd: number; lastLsn: number; durableLsn: number }[]
  readonly durableLsn: number
}

const batchShape = fc.record({
  lengths: fc.array(fc.oneof(fc.nat(60), fc.nat(9_000)), { minLength: 1, maxLength: 4 }),
  isSynced: fc.boolean(),
})

function writeLog(shapes: readonly { lengths: number[]; isSynced: boolean }[]): Written {
  const storage = memoryStorage({ volatile: false })
  const start = { epoch: 1, baseLsn: 1, previousSalt: new Uint8Array(8) }
  const log = Log.create(storage, DATABASE, DATABASE_ID, start, LIMITS)
  const payloads: Buffer[] = []
  const batches: Written['batches'] = []
  for (const { lengths, isSynced } of shapes) {
    const batch = new LogBatch()
    for (const length of lengths) {
      const payload = payloadOf(payloads.length + 1, 1, length)
      payloads.push(payload)
      batch.add(payload, 0, payload.length)
    }
    const start = log.sizeBytes
    const payloadEnd = start + 64 + batch.payloadBytes
    const durableLsn = log.durableLsn
    log.append(log.appendedLsn + 1, batch)
    batches.push({ start, end: log.sizeBytes, payloadEnd, lastLsn: log.appendedLsn, durableLsn })
    if (isSynced) log.sync()
  }
  const { salt, durableLsn } = log
  log.close(false)
  return { storage, salt, payloads, batches, durableLsn }
}

const harm = fc.record({
  kind: fc.constantFrom('flip', 'zero', 'noise', 'duplicate', 'swap', 'cut' as const),
  first: fc.nat(),
  second: fc.nat(),
  bit: fc.nat(7),
})
type Harm = typeof harm extends fc.Arbitrary<infer Value> ? Value : never

/** Changes sectors in [from, to) of the log file only. */
function applyHarm(storage: Storage, harms: readonly Harm[], from: number, to: number): void {
  const file = storage.open(WAL1, 'write')
  const sectorCount = (to - from) / SECTOR
  const place = (n: number) => from + (n % sectorCount) * SECTOR
  for (const { kind, first, second, bit } of harms) {
    const a = Buffer.alloc(SECTOR)
    const b = Buffer.alloc(SECTOR)
    file.read(a, 0, SECTOR, place(first))
    file.read(b, 0, SECTOR, place(second))
    if (kind === 'flip') a[second % SECTOR] ^= 1 << bit
    if (kind === 'zero') a.fill(0)
    if (kind === 'noise') a.set(new SeededRandom(second).bytes(SECTOR))
    if (kind === 'swap') file.write(a, 0, SECTOR, place(second))
    if (kind === 'swap' || kind === 'duplicate') file.write(b, 0, SECTOR, place(first))
    else if (kind === 'cut') file.truncate(place(first) + (second % SECTOR))
    else file.write(a, 0, SECTOR, place(first))
  }
  file.close()
}

function expectPrefix(found: Found, payloads: readonly Buffer[]): void {
  expect(found.payloads.length).toBeLessThanOrEqual(payloads.length)
  for (let i = 0; i < found.payloads.length; i++) expect(found.payloads[i].equals(payloads[i])).toBe(true)
}

describe('law 2: the unacknowledged tail', () => {
  test('may be cut, flipped, zeroed, doubled and shuffled: what was acknowledged is found', () => {
    fc.assert(
      fc.property(
        fc.array(batchShape, { minLength: 1, maxLength: 12 }),
        fc.array(harm, { minLength: 1, maxLength: 8 }),
        (shapes, harms) => {
          const written = writeLog(shapes)
          const tail = written.batches.find(batch => batch.lastLsn > written.durableLsn)
          const from = tail?.start ?? written.batches.at(-1)!.end
          applyHarm(written.storage, harms, from, from + 64 * 1024)
          const found = recover(written.storage, 1, written.salt, 1)
          expectPrefix(found, written.payloads)
          expect(found.lastLsn).toBeGreaterThanOrEqual(written.durableLsn)
        },
      ),
      { numRuns: runs(500) },
    )
  })
})

describe('law 3: damage to what was acknowledged', () => {
  test('is refused when a batch behind it shows that it was, and never silent', () => {
    fc.assert(
      fc.property(
        fc.array(batchShape, { minLength: 2, maxLength: 12 }),
        fc.array(harm, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        (shapes, harms, choice, nextChoice) => {
          const written = writeLog(shapes)
          // The witness is a batch that says something; it and what comes behind it stay as they are.
          const witnesses = written.batches.filter(batch => batch.durableLsn > 0)
          fc.pre(witnesses.length > 0)
          const witness = witnesses[choice % witnesses.length]
          const onlyChanges = harms.filter(({ kind }) => kind !== 'cut')
          fc.pre(onlyChanges.length > 0)
          applyHarm(written.storage, onlyChanges, FIRST_BATCH, witness.start)
          const nextLsn = 1 + (nextChoice % witness.durableLsn)
          let found: Found
          try {
            found = recover(written.storage, 1, written.salt, nextLsn)
          } catch (error) {
            if (isCoppiceError(error, 'WAL_CORRUPT')) return
            throw error
          }
          expectPrefix(found, written.payloads.slice(nextLsn - 1))
          expect(found.lastLsn).toBeGreaterThanOrEqual(witness.durableLsn)
        },
      ),
      { numRuns: runs(500) },
    )
  })

  test('is nothing to the padding', () => {
    fc.assert(
      fc.property(
        fc.array(batchShape, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        (shapes, which, at) => {
          const written = writeLog(shapes)
          const batch = written.batches[which % written.batches.length]
          fc.pre(batch.end > batch.payloadEnd)
          const file = written.storage.open(WAL1, 'write')
          file.write(Buffer.of(0xff), 0, 1, batch.payloadEnd + (at % (batch.end - batch.payloadEnd)))
          file.close()
          expect(recover(written.storage, 1, written.salt, 1).lastLsn).toBe(written.payloads.length)
        },
      ),
      { numRuns: runs(100) },
    )
  })
})

describe('law 4: any file', () => {
  test('is read to an end, and yields a prefix or an error with a code', () => {
    fc.assert(
      fc.property(
        fc.array(batchShape, { minLength: 1, maxLength: 6 }),
        fc.array(harm, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (shapes, harms, nextLsn) => {
          const written = writeLog(shapes)
          applyHarm(written.storage, harms, 0, written.batches.at(-1)!.end)
          try {
            expectPrefix(
              recover(written.storage, 1, written.salt, nextLsn),
              written.payloads.slice(nextLsn - 1),
            )
          } catch (error) {
            if (!(error instanceof CoppiceError)) throw error
            expect(error.code).toBe('WAL_CORRUPT')
          }
        },
      ),
      { numRuns: runs(500) },
    )
  })
})
