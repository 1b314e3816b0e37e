/**
 * The process on a full disk: `full-disk.ts <directory> fill|reopen`, where the directory is the root of a small file system.
 * It speaks like `worker.ts`.
 *
 * `fill` commits until nothing more has room, in all ways, while everything stays readable; makes room, goes on, fills
 * the disk again and closes on it. `reopen` opens what is left, as far as a full disk lets it, and again with room.
 */

import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CoppiceError, type OpenOptions } from '../../src/index.ts'
import { committedIn, contentOf, Model } from '../kill/ledger.ts'
import { demand, Session, say } from './session.ts'

/** Left for the database at first: enough for its log, and for some growth. */
const ROOM_BYTES = 2 * 1024 * 1024
/** Given back when the disk is full. */
const RELIEF_BYTES = 1024 * 1024
const BLOCK_BYTES = 64 * 1024
const ROUNDS_MAX = 400
/** So many rounds in which nothing was acknowledged: the disk is full. */
const FRUITLESS_ROUNDS = 3
const OPTIONS: OpenOptions = {
  cacheSizeBytes: 256 * 1024,
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 256 * 1024,
  checkpointPagesPerCommit: 4,
}

const [directory, phase] = process.argv.slice(2)
const path = join(directory, 'app.db')
const reliefs = ['relief0', 'relief1'].map(name => join(directory, name))

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/** Takes all space but what the database is to have. */
function takeSpace(): void {
  for (const relief of reliefs) writeFileSync(relief, Buffer.alloc(RELIEF_BYTES, 1))
  for (let i = 0; freeBytes() > ROOM_BYTES + BLOCK_BYTES; i++) {
    writeFileSync(join(directory, `ballast${i}`), Buffer.alloc(BLOCK_BYTES, 1))
  }
}

/** Commits in turns of all ways, until none of them has room. */
async function fill(session: Session): Promise<void> {
  let fruitless = 0
  for (let round = 0; fruitless < FRUITLESS_ROUNDS; round++) {
    demand(round < ROUNDS_MAX, 'the disk becomes full')
    const before = session.newest
    session.commit()
    await session.commitGroup(5)
    session.commit(40)
    await session.commitHandle()
    session.attempt('checkpoint', () => session.db.checkpoint())
    session.attempt('savepoint', () =>
      session.db.savepoints.create(`after ${session.newest} in round ${round}`),
    )
    demand(!session.db.isPoisoned, 'a full disk does not poison')
    fruitless = session.newest > before ? 0 : fruitless + 1
  }
}

async function whileFull(session: Session): Promise<void> {
  await session.attemptAsync('compact', () => session.db.compact())
  await session.backUp()
  const { faults } = await session.db.check().catch(error => {
    if (error instanceof CoppiceError) return { faults: [] }
    throw error
  })
  demand(faults.length === 0, `check finds nothing, not ${JSON.stringify(faults)}`)
  demand(!session.db.isPoisoned, 'a full disk does not poison')
}

function letSavepointsGo(session: Session): void {
  session.attempt('savepoint', () => {
    for (const { name } of session.db.savepoints.list()) session.db.savepoints.delete(name)
  })
}

async function fillAndClose(): Promise<void> {
  takeSpace()
  const session = new Session(path, OPTIONS)
  await fill(session)
  await whileFull(session)

  rmSync(reliefs[0])
  const before = session.newest
  session.commit()
  demand(session.newest > before, 'with room, the next commit goes through')
  letSavepointsGo(session)
  await fill(session)
  await whileFull(session)
  session.close()
}

async function reopen(): Promise<void> {
  try {
    const session = new Session(path, OPTIONS)
    session.commit()
    session.close()
  } catch (error) {
    demand(
      error instanceof CoppiceError && error.code === 'NO_SPACE',
      `opening on a full disk fails with ${error}`,
    )
    say('told NO_SPACE open')
  }

  rmSync(reliefs[1])
  const session = new Session(path, OPTIONS)
  const model = new Model()
  model.advanceTo(session.db.read(committedIn))
  demand(session.db.read(contentOf) === model.content(), 'the content is as it must be')
  demand((await session.db.check()).faults.length === 0, 'check finds nothing')
  const before = session.newest
  session.commit()
  demand(session.newest > before, 'with room, the next commit goes through')
  session.close()
}

const work = phase === 'fill' ? fillAndClose() : reopen()
work.then(
  () => say('end'),
  error => {
    say(`failed ${error.stack}`)
    process.exitCode = 1
  },
)
