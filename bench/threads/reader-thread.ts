/** A worker thread that reads what the main thread of its process shares. */

import { parentPort, workerData } from 'node:worker_threads'
import { Dataset } from '../dataset.ts'
import { Reading } from './reading.ts'
import { coppiceSource, loadBuild } from './source.ts'
import type { ReaderData, ReaderTurn } from './turn.ts'

/** Others that do not come to the start have failed. */
const START_WAIT_MS = 10_000

const { share, build: directory, count, number, startLine } = workerData as ReaderData
const build = await loadBuild(directory)
const reading = new Reading(
  coppiceSource(build.worker.attach(share), build),
  new Dataset({ count, laterCount: 0 }),
  number,
)

/** Returns when as many threads have come as make the line say `startAt`. */
function awaitOthers(startAt: number): void {
  const words = new Int32Array(startLine)
  const arrived = Atomics.add(words, 0, 1) + 1
  if (arrived === startAt) Atomics.notify(words, 0)
  const deadline = performance.now() + START_WAIT_MS
  for (let present = arrived; present < startAt; present = Atomics.load(words, 0)) {
    if (performance.now() > deadline) throw new Error('the other threads do not come to the start')
    Atomics.wait(words, 0, present, 1)
  }
}

parentPort!.on('message', (turn: ReaderTurn) => {
  if (turn.kind === 'prepare') {
    reading.prepare(turn.pattern)
    reading.run(turn.milliseconds)
    parentPort!.postMessage(0)
  } else {
    awaitOthers(turn.startAt)
    parentPort!.postMessage(reading.run(turn.milliseconds).nsPerOperation)
  }
})
parentPort!.postMessage(0)
