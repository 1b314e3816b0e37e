/**
 * A process, or a thread, that takes a lock and keeps it: `lock-holder.ts <path> <shared|exclusive> [with-child]`.
 * It says one thing, as a line or a message: `held`, `held <pid of its child>`, or the code of the error. It goes on until it is killed.
 */

import { spawn } from 'node:child_process'
import { parentPort } from 'node:worker_threads'
import { isCoppiceError } from '../../src/base/errors.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'

const [path, mode, withChild] = process.argv.slice(2)
const storage = nodeStorage()
const say = (answer: string) => (parentPort === null ? console.log(answer) : parentPort.postMessage(answer))
try {
  storage.lock(storage.open(path, 'write'), mode === 'shared' ? 'shared' : 'exclusive')
  if (withChild === undefined) {
    say('held')
  } else {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
    })
    say(`held ${child.pid}`)
  }
} catch (error) {
  say(isCoppiceError(error) ? error.code : String(error))
}
setInterval(() => {}, 1000)
