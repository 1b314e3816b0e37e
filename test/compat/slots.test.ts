/** `npm run compat` runs two folders at a time, and not the same one twice. */

import { expect, test } from 'vitest'
import { inSlots } from './slots.ts'

/** Jobs that end when they are told to, and which of them run. */
function jobs() {
  const ends = new Map<string, (error?: Error) => void>()
  const run = (job: string) =>
    new Promise<void>((resolve, reject) => {
      ends.set(job, error => {
        ends.delete(job)
        if (error === undefined) resolve()
        else reject(error)
      })
    })
  const end = async (job: string, error?: Error) => {
    ends.get(job)!(error)
    await new Promise(resolve => setImmediate(resolve))
    return [...ends.keys()]
  }
  return { run, end, running: () => [...ends.keys()] }
}

const kindOf = (job: string) => job[0]

test('as many as there are slots run, and none of a kind that runs', async () => {
  const { run, end, running } = jobs()
  const all = inSlots(['a1', 'a2', 'b1', 'a3'], 2, kindOf, run)
  expect(running()).toEqual(['a1', 'b1'])
  expect(await end('b1')).toEqual(['a1'])
  expect(await end('a1')).toEqual(['a2'])
  expect(await end('a2')).toEqual(['a3'])
  await end('a3')
  await all
})

test('after an error nothing begins, and what runs is waited for', async () => {
  const { run, end, running } = jobs()
  let hasEnded = false
  const all = inSlots(['a1', 'b1', 'c1'], 2, kindOf, run).finally(() => {
    hasEnded = true
  })
  all.catch(() => {})
  expect(await end('a1', new Error('no'))).toEqual(['b1'])
  expect(hasEnded).toBe(false)
  await end('b1')
  await expect(all).rejects.toThrow('no')
  expect(running()).toEqual([])
})
