/** What the workers of worker-pool.test.ts run. Plain JavaScript, which starts at once. */

import { threadId } from 'node:worker_threads'

const jobs = {
  tell: ({ said }, send) => send(said),
  async wait({ ms }) {
    await new Promise(resolve => setTimeout(resolve, ms))
  },
  awaitNothing: () => new Promise(() => {}),
  leaveTimer: () => void setInterval(() => {}, 1000),
  /** It is at rest then, for a moment; `words[0]` says when it has ended. */
  dieAfterwards({ words }) {
    process.once('exit', () => {
      Atomics.store(words, 0, 1)
      Atomics.notify(words, 0)
    })
    setTimeout(() => process.exit(7), 20).unref()
  },
  throwAfterwards({ words }) {
    jobs.dieAfterwards({ words })
    setTimeout(() => {
      throw new Error('much later')
    }, 5).unref()
  },
  print({ text }, send) {
    console.log(text)
    send('printed')
  },
}

/** Says in which thread it is, and does what it is told. */
export default async function run(job, send) {
  send(threadId)
  await jobs[job.do](job, send)
}
