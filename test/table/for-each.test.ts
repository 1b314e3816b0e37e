import { expect, test } from 'vitest'
import { openSync, t, table } from '../../src/index.ts'

const ages = table('ages', { key: t.text, value: t.u32 })

function filled() {
  const db = openSync(':memory:')
  db.write(tx => {
    const rows = tx.table(ages)
    for (let i = 0; i < 500; i++) rows.put(`p${String(i).padStart(3, '0')}`, i)
  })
  return db
}

test('forEach visits what range yields, in the same order', () => {
  using db = filled()
  const options = [
    undefined,
    { gte: 'p100', lt: 'p200' },
    { reverse: true, limit: 7, offset: 3 },
    { startsWith: 'p4' },
  ]
  db.read(snap => {
    const rows = snap.table(ages)
    for (const option of options) {
      const visited: [string, number][] = []
      rows.forEach((value, key) => {
        visited.push([key, value])
      }, option)
      expect(visited).toEqual([...rows.range(option)])
    }
  })
})

test('forEach ends with what the visitor throws, and with its snapshot', () => {
  using db = filled()
  const snap = db.read()
  let visited = 0
  const stop = () => {
    if (++visited === 3) throw new Error('enough')
  }
  expect(() => snap.table(ages).forEach(stop)).toThrow('enough')
  expect(visited).toBe(3)
  const closing = () => snap.close()
  expect(() => snap.table(ages).forEach(closing)).toThrow(
    expect.objectContaining({ code: 'TRANSACTION_CLOSED' }),
  )
})

test('values handed out share no bytes, and keep theirs when the rows change', () => {
  const blobs = table('blobs', { key: t.u32, value: t.bytes })
  using db = openSync(':memory:')
  const sizes = [1, 24, 25, 64, 65, 150, 1000, 2048, 2049, 5000]
  db.write(tx => {
    const rows = tx.table(blobs)
    for (const size of sizes) rows.put(size, new Uint8Array(size).fill(size))
  })
  const values = db.read(snap => [...snap.table(blobs).values()])
  for (const value of values) value.fill(0)
  db.write(tx => tx.table(blobs).clear())
  const again = db.read(snap => [...snap.table(blobs).values()])
  expect(again).toEqual([])
  expect(values.map(value => value.length)).toEqual(sizes)
  values[5].fill(9)
  expect(values.filter(value => value.includes(9))).toEqual([values[5]])
})

test('a value too large for a page is in memory of its own each time', () => {
  const blobs = table('blobs', { key: t.u32, value: t.bytes })
  using db = openSync(':memory:')
  db.write(tx => tx.table(blobs).put(1, new Uint8Array(100_000).fill(7)))
  db.read(snap => {
    const rows = snap.table(blobs)
    const first = rows.get(1)!
    first.fill(0)
    for (const value of [rows.get(1)!, ...rows.values()]) {
      expect(value.every(byte => byte === 7)).toBe(true)
      expect(value.buffer.byteLength).toBe(100_000)
    }
  })
})
