/**
 * A process that takes a lock and keeps it: `lock-holder.ts <path> <shared|exclusive> [with-child]`.
 * It prints one line: `held`, `held <pid of its child>`, or the code of the error. It goes on until it is killed.
 */

import { spawn } from 'node:child_process'
import { isCoppiceError } from '../../src/base/errors.ts'
import { nodeStorage } from '../../src/io/node-storage.ts'

const [path, mode, withChild] = process.argv.slice(2)
const storage = nodeStorage()
try {
  storage.lock(storage.open(path, 'write'), mode === 'shared' ? 'shared' : 'exclusive')
  if (withChild === undefined) {
    console.log('held')
  } else {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
    })
    console.log(`held ${child.pid}`)
  }
} catch (error) {
  console.log(isCoppiceError(error) ? error.code : String(error))
}
setInterval(() => {}, 1000)
