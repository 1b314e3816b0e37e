/**
 * One case of the fuzzer: a database, damaged by its structure, is opened, read in every way, checked and salvaged.
 *
 * Law. Where checksums were left as the damage left them: right data or an error, and both laws of salvage. Where they were
 * made right, what is read may be wrong; but nothing hangs or takes more memory than a small multiple of the file, only
 * errors of Coppice are thrown, and what was salvaged is an intact database.
 */

import { SeededRandom } from '../../props/seeded-random.ts'
import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import { salvageInto } from '../../src/database/salvage.ts'
import { openSmall, PATH, storageFrom } from './files.ts'
import { type Places, placesOf } from './mutations.ts'
import { buildRichDatabase, type RichDatabase, type RichOptions, readAll } from './rich-database.ts'
import { type Contents, contentsOf, findBreach, findMixture, type Salvaged, TARGET } from './salvaging.ts'
import { damageStructure, type StructuredDamage } from './structured.ts'
import { judge } from './verdict.ts'

/** Of the processor's time: others may be working on the same machine. */
const CASE_MS_MAX = 2_000
/** More than a process had before the case. */
const CASE_BYTES_MAX = 256 << 20
const KIB = 1024
const SALVAGE_CODES: readonly ErrorCode[] = ['NOT_A_DATABASE', 'CORRUPT', 'UNSUPPORTED_VERSION', 'NOT_FOUND']
const CACHE = { cacheSizeBytes: 128 * 1024 }

const ENDINGS = ['closed', 'crashed', 'crashed early', 'bulk loaded'] as const
const OPTIONS: readonly RichOptions[] = [
  ...[512, 1024, 4096].flatMap(pageSizeBytes =>
    ENDINGS.map((ending): RichOptions => ({ pageSizeBytes, scale: pageSizeBytes > 512 ? 2 : 1, ending })),
  ),
  // Its space map has a branch.
  { pageSizeBytes: 512, scale: 1, ending: 'closed', extraBytes: 2_000_000 },
]

interface Subject {
  readonly rich: Omit<RichDatabase, 'stateImages'>
  readonly places: Places
  /** Of each state that may be found, the newest last. */
  readonly truths: readonly Contents[]
  readonly isClosed: boolean
}

const subjects = new Map<number, Subject>()

function subjectOf(index: number): Subject {
  let subject = subjects.get(index)
  if (subject === undefined) {
    const options = OPTIONS[index]
    // What was made of them is kept; they would take a good part of the memory that a case may have.
    const { stateImages, ...rich } = buildRichDatabase(options)
    const places = placesOf(rich.image, rich.pageSizeBytes)
    const isClosed = !options.ending.startsWith('crashed')
    const truths = stateImages.map(image => contentsOf(storageFrom(image), PATH))
    subject = { rich, places, truths, isClosed }
    subjects.set(index, subject)
  }
  return subject
}

/** How a case went. */
export interface FuzzOutcome {
  readonly kinds: readonly string[]
  /** What opening, reading or checking said. */
  readonly opened: string
  readonly salvaged: string
  readonly elapsedMs: number
}

/** The damaged files of a case, the same for all time and everywhere. */
export function fuzzInput(seed: number): StructuredDamage & { readonly database: string } {
  const { rich, places } = subjectOf(seed % OPTIONS.length)
  const random = new SeededRandom(seed)
  return { ...damageStructure(rich.image, places, rich.pageSizeBytes, random), database: rich.name }
}

/** Runs one case. @throws whatever must not be, with the case's description */
export async function fuzzCase(seed: number): Promise<FuzzOutcome> {
  const subject = subjectOf(seed % OPTIONS.length)
  const damage = fuzzInput(seed)
  const started = process.cpuUsage()
  const bytesBefore = Math.max(process.memoryUsage.rss(), process.resourceUsage().maxRSS * KIB)
  try {
    const opened = damage.isSealed
      ? await readForged(damage)
      : await judge(damage.image, subject.rich, seed % 3 === 0)
    const salvaged = await salvageCase(damage, subject)
    const { user, system } = process.cpuUsage(started)
    const elapsedMs = (user + system) / 1000
    const grownBytes = process.resourceUsage().maxRSS * KIB - bytesBefore
    if (grownBytes > CASE_BYTES_MAX)
      throw new Error(`it took ${Math.round(grownBytes / KIB / KIB)} MiB of memory`)
    if (elapsedMs > CASE_MS_MAX) throw new Error(`it took ${Math.round(elapsedMs)} ms`)
    return { kinds: damage.kinds, opened, salvaged, elapsedMs }
  } catch (error) {
    throw new Error(`case ${seed}, ${damage.database}, ${damage.description}`, { cause: error })
  }
}

/** Only an error of Coppice may stop it. */
async function readForged({ image }: StructuredDamage): Promise<string> {
  try {
    using db = openSmall(storageFrom(image), undefined, { readOnly: false })
    const failed = readAll(db).find(part => typeof part !== 'string')
    const { ok } = await db.check()
    if (typeof failed === 'object') return `forged, read: ${failed.code}`
    return ok ? 'forged, nothing noticed' : 'forged, check found it'
  } catch (error) {
    if (!isCoppiceError(error)) throw error
    return `forged, open: ${error.code}`
  }
}

async function salvageCase(
  { image, isSealed }: StructuredDamage,
  { truths, isClosed }: Subject,
): Promise<string> {
  const storage = storageFrom(image)
  let report: Salvaged['report']
  try {
    report = await salvageInto(storage, PATH, TARGET, CACHE)
  } catch (error) {
    if (!isCoppiceError(error) || !SALVAGE_CODES.includes(error.code)) throw error
    return error.code
  }
  const db = openSmall(storage, undefined, {}, TARGET)
  const { faults } = await db.check()
  db.close()
  if (faults.length > 0) throw new Error(`what was salvaged is not intact: ${JSON.stringify(faults)}`)
  if (!isSealed && !report.basis.startsWith('older')) {
    const salvaged = { report, storage, contents: contentsOf(storage, TARGET) }
    const breach = isClosed ? findBreach(salvaged, truths.at(-1)!) : findMixture(salvaged, truths)
    if (breach !== undefined) throw new Error(`salvage: ${breach}`)
  }
  if (report.ok) return 'whole'
  return report.basis === 'newest header' ? 'with losses' : `with losses, from ${report.basis}`
}
