/** Answers of several clients that are written together. */

import { expect, test } from 'vitest'
import type { Channel } from '../../src/server/channel.ts'
import { Outbox } from '../../src/server/outbox.ts'

function ready(outbox: Outbox, count: number): { readonly sent: number[]; more(): void } {
  const sent: number[] = []
  let number = 0
  const more = () => {
    const own = number++
    outbox.add({ sendWaiting: () => sent.push(own) } as unknown as Channel)
  }
  for (let i = 0; i < count; i++) more()
  return { sent, more }
}
const turn = () => new Promise(resolve => setImmediate(resolve))

test('answers wait for those that come in the same turn of the event loop', async () => {
  const { sent, more } = ready(new Outbox(), 3)
  expect(sent).toEqual([])
  await turn()
  expect(sent).toEqual([0, 1, 2])
  more()
  await turn()
  expect(sent).toEqual([0, 1, 2, 3])
})

test('of many the first do not wait for the last', async () => {
  const { sent } = ready(new Outbox(), 20)
  expect(sent).toHaveLength(16)
  await turn()
  expect(sent).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

test('none waits for what will take its time', async () => {
  const outbox = new Outbox()
  const { sent, more } = ready(outbox, 2)
  outbox.send()
  expect(sent).toEqual([0, 1])
  more()
  await turn()
  expect(sent).toEqual([0, 1, 2])
})
