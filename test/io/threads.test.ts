/** What the system says of threads, where a runtime cannot be believed when it says that one has ended. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { hasCertainlyEnded } from '../../src/io/threads.ts'

describe.runIf(process.platform === 'linux')('a thread', () => {
  it('has not ended as long as the system has it, and has ended then', async () => {
    const program = `
      const { parentPort } = require('node:worker_threads')
      parentPort.on('message', () => {})
      parentPort.postMessage(require('node:fs').readlinkSync('/proc/thread-self'))`
    const worker = new Worker(program, { eval: true })
    const [path] = await once(worker, 'message')
    const number = Number(path.split('/').at(-1))
    expect(hasCertainlyEnded(number)).toBe(false)
    await worker.terminate()
    while (!hasCertainlyEnded(number)) await new Promise(resolve => setTimeout(resolve, 1))
  })

  it('that the process began with has not ended', () => {
    expect(hasCertainlyEnded(process.pid)).toBe(false)
  })
})

it('a thread whose number is not known is not taken for one that has ended', () => {
  expect([0, -1].map(hasCertainlyEnded)).toEqual([false, false])
})
