/** Chapter four: a process is killed in the middle of its commits, with no chance to say goodbye. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Database, open } from '../../src/index.ts'
import { journeys, STOPS } from './journeys.ts'
import { duration, faint, number, tell } from './screen.ts'

const ROUNDS = 3
const traveller = fileURLToPath(new URL('./traveller.ts', import.meta.url))

/** Starts the traveller, kills it somewhere in its journeys, and returns the last one that it acknowledged. */
async function killTraveller(path: string): Promise<number> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), traveller, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledgements = text(child.stdout)
  await once(child.stdout, 'readable')
  await sleep(100 + Math.random() * 400)
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
  return Number((await acknowledgements).trimEnd().split('\n').at(-1))
}

/** How many journeys there are, all of them whole and without a gap. */
function countJourneys(db: Database): number {
  using snap = db.read()
  const table = snap.table(journeys)
  const count = table.last()?.[0][0] ?? 0
  for (let journey = 1; journey <= count; journey++) {
    if (table.count({ prefix: [journey] }) !== STOPS) throw new Error(`journey ${journey} is not whole`)
  }
  return count
}

export async function crash(path: string): Promise<void> {
  const lines: string[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const acknowledged = await killTraveller(path)
    const started = performance.now()
    using db = await open(path)
    const replayed = db.openReport.recovered?.transactionCount ?? 0
    const took = faint(`${number(replayed)} replayed in ${duration(performance.now() - started)}`)
    const found = countJourneys(db)
    // The kill may have come between a commit and its acknowledgement: that one journey is there, whole, too.
    if (found !== acknowledged && found !== acknowledged + 1) {
      throw new Error(`${acknowledged} journeys were acknowledged, but ${found} are there`)
    }
    const onTheWay = found > acknowledged ? faint(' (one acknowledgement was on its way)') : ''
    lines.push(`${number(acknowledged)} acknowledged, ${number(found)} there${onTheWay}  ${took}`)
  }
  tell(`A process that commits is killed with SIGKILL, ${ROUNDS} times`, ...lines)
}
