/** What the processes do that meet the faults: each scenario lays stress on one protocol of the engine. */

import type { OpenOptions } from '../../src/index.ts'
import type { Session } from './session.ts'

export interface Scenario {
  readonly name: string
  /** What it finds: nothing, a database that was closed, or one whose process died in that scenario. */
  readonly finds: 'nothing' | 'closed' | `died in ${string}`
  readonly options: OpenOptions
  run(session: Session): void | Promise<void>
}

/** No checkpoint before the end. */
const LOGGING: OpenOptions = { cacheSizeBytes: 1 << 20 }
/** Every transaction is larger than what may be logged. */
const PAST_THE_LOG: OpenOptions = { cacheSizeBytes: 1 << 20, transactionLogBytes: 0 }
/** A checkpoint begins after sixteen commits and takes many more to end, if the event loop does nothing for it. */
const CHECKPOINTING: OpenOptions = {
  cacheSizeBytes: 1 << 20,
  checkpointLogBytes: 64 * 1024,
  maxLogBytes: 256 * 1024,
  checkpointPagesPerCommit: 2,
}
/** Pages of a transaction are written before it is committed. */
const SPILLING: OpenOptions = { cacheSizeBytes: 128 * 1024 }

const turnOfLoop = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

async function recoverAndGoOn(session: Session): Promise<void> {
  session.commit()
  await session.commitHandle()
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'creation',
    finds: 'nothing',
    options: LOGGING,
    run(session) {
      session.commit()
      session.commit()
    },
  },
  {
    name: 'commits by log',
    finds: 'closed',
    options: LOGGING,
    async run(session) {
      for (let i = 0; i < 6; i++) session.commit()
      for (let i = 0; i < 3; i++) await session.commitHandle()
    },
  },
  {
    name: 'commits by checkpoint',
    finds: 'closed',
    options: PAST_THE_LOG,
    async run(session) {
      session.commit()
      session.commit(5)
      await session.commitHandle()
      await session.commitGroup(3)
    },
  },
  {
    name: 'group commits',
    finds: 'closed',
    options: LOGGING,
    async run(session) {
      await session.commitGroup(4)
      await Promise.all([session.commitGroup(6)])
      session.commit()
      await session.commitGroup(3)
    },
  },
  {
    name: 'unsynced commits',
    finds: 'closed',
    options: CHECKPOINTING,
    async run(session) {
      // The log comes to lie in two epochs before anything of it must be durable.
      session.commitUnsynced(20)
      session.flush()
      session.commitUnsynced(18)
      await turnOfLoop()
      session.commitUnsynced(2)
    },
  },
  {
    name: 'checkpoints beside blocking commits',
    finds: 'closed',
    options: CHECKPOINTING,
    run(session) {
      for (let i = 0; i < 40; i++) session.commit()
      session.attempt('checkpoint', () => session.db.checkpoint())
      session.commit()
    },
  },
  {
    name: 'checkpoints beside waiting commits',
    finds: 'closed',
    options: CHECKPOINTING,
    async run(session) {
      for (let i = 0; i < 10; i++) {
        await session.commitGroup(2)
        await session.commitHandle()
        await turnOfLoop()
      }
      for (let i = 0; i < 10; i++) await session.commitHandle()
    },
  },
  {
    name: 'a transaction larger than the cache',
    finds: 'closed',
    options: SPILLING,
    run(session) {
      session.commit()
      session.commit(80)
      session.commit()
    },
  },
  {
    name: 'savepoints',
    finds: 'closed',
    options: CHECKPOINTING,
    run(session) {
      const { savepoints } = session.db
      session.attempt('savepoint', () => {
        for (const { name } of savepoints.list()) savepoints.delete(name)
      })
      session.attempt('savepoint', () => savepoints.create('first'))
      session.commit()
      session.attempt('savepoint', () => savepoints.create('second'))
      session.commit(10)
      session.attempt('savepoint', () => {
        for (const { name } of savepoints.list()) if (name === 'first') savepoints.delete(name)
      })
      session.commit()
    },
  },
  {
    name: 'compaction',
    finds: 'closed',
    options: CHECKPOINTING,
    async run(session) {
      session.commit(20)
      await session.attemptAsync('compact', () => session.db.compact())
      session.commit()
    },
  },
  {
    name: 'backup',
    finds: 'closed',
    options: LOGGING,
    async run(session) {
      await session.backUp()
      session.commit()
      await session.backUp()
    },
  },
  {
    name: 'recovery of a log',
    finds: 'died in commits by log',
    options: LOGGING,
    run: recoverAndGoOn,
  },
  {
    name: 'recovery of two logs',
    finds: 'died in checkpoints beside blocking commits',
    options: CHECKPOINTING,
    run: recoverAndGoOn,
  },
  {
    name: 'recovery with a small cache',
    finds: 'died in checkpoints beside waiting commits',
    options: SPILLING,
    run: recoverAndGoOn,
  },
]

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find(scenario => scenario.name === name)
  if (found === undefined) throw new RangeError(`there is no scenario '${name}'`)
  return found
}
