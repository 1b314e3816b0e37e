/**
 * What a damaged database is allowed to do: give the right data, or say with a {@link CoppiceError} that it
 * cannot. Wrong data, any other exception, and a check that finds nothing although reading failed are faults
 * of Coppice.
 */

import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import type { Database } from '../../src/database/database.ts'
import { type FileImage, openSmall, storageFrom } from './files.ts'
import { change, type Digests, PART_NAMES, type RichDatabase, readAll } from './rich-database.ts'

const OPEN_CODES: readonly ErrorCode[] = [
  'CORRUPT',
  'WAL_CORRUPT',
  'NOT_A_DATABASE',
  'UNSUPPORTED_VERSION',
  'NOT_FOUND',
]
const READ_CODES: readonly ErrorCode[] = ['CORRUPT']
const WRITE_CODES: readonly ErrorCode[] = ['CORRUPT', 'TRANSACTION_FAILED']
/** More than the steps that the history had. */
const NEXT_STEP = 9

/** How it went: which step met an error first, and with which code. */
export type Verdict = 'right' | 'right, but check found damage' | `${'open' | 'read' | 'write'}: ${ErrorCode}`

/** Thrown for anything that must not happen. */
export class Fault extends Error {}

/** Opens, reads and checks the database in `image`, whose truth is that of `rich`; with `writes`, changes it too. */
export async function judge(
  image: FileImage,
  rich: Pick<RichDatabase, 'states' | 'pageSizeBytes'>,
  writes = true,
): Promise<Verdict> {
  const storage = storageFrom(image)
  let db: Database
  try {
    db = openSmall(storage)
  } catch (error) {
    return `open: ${allowed(error, OPEN_CODES, 'opening')}`
  }
  try {
    const failed = judgeReading(db, rich.states)
    const report = await db.check()
    if (failed !== undefined && report.ok) throw new Fault(`check found nothing, but reading gave ${failed}`)
    const writing = writes ? attemptWrite(db, rich) : undefined
    if (failed !== undefined) return `read: ${failed}`
    if (writing !== undefined) return `write: ${writing}`
    return report.ok ? 'right' : 'right, but check found damage'
  } finally {
    closeDamaged(db)
  }
}

/** The first error's code. What could be read must belong to one state. */
function judgeReading(db: Database, states: readonly Digests[]): ErrorCode | undefined {
  const reading = readAll(db)
  let failed: ErrorCode | undefined
  for (const [part, found] of reading.entries()) {
    if (typeof found === 'string') continue
    if (!READ_CODES.includes(found.code)) throw new Fault(`reading ${PART_NAMES[part]} gave ${found.code}`)
    failed ??= found.code
  }
  const fits = states.some(state =>
    reading.every((found, part) => typeof found !== 'string' || found === state[part]),
  )
  if (fits) return failed
  const newest = states[states.length - 1]
  const wrong = PART_NAMES.filter(
    (_, part) => typeof reading[part] === 'string' && reading[part] !== newest[part],
  )
  throw new Fault(`wrong data without an error: ${wrong.join(', ')}`)
}

function attemptWrite(
  db: Database,
  { pageSizeBytes }: Pick<RichDatabase, 'pageSizeBytes'>,
): ErrorCode | undefined {
  try {
    db.write(tx => change(tx, NEXT_STEP, 1))
    if (pageSizeBytes > 512) db.checkpoint()
    return undefined
  } catch (error) {
    return allowed(error, WRITE_CODES, 'writing')
  }
}

function closeDamaged(db: Database): void {
  try {
    db.close()
  } catch (error) {
    allowed(error, WRITE_CODES, 'closing')
  }
}

function allowed(error: unknown, codes: readonly ErrorCode[], doing: string): ErrorCode {
  if (isCoppiceError(error) && codes.includes(error.code)) return error.code
  const shown = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  throw new Fault(`${doing} gave ${isCoppiceError(error) ? error.code : ''} ${shown}`, { cause: error })
}
