/**
 * A table of which each value, in each state, follows from the number of the state: commit `n` writes the stamp `n` and
 * the entry under `n % KEYS`. So whoever has read the stamp knows what every other entry of the same snapshot must be, and
 * a torn, stale or mixed read does not go unnoticed.
 */

import { type Snapshot, t, table } from '../../src/index.ts'

export const KEYS = 12_000
export const entries = table('entries', { key: t.u32, value: t.bytes })
export const STAMP = 1_000_000

/** Longer than a page for some. */
function lengthOf(n: number): number {
  return n % 97 === 0 ? 5000 + (n % 3000) : 20 + ((n * 7919) % 240)
}

export function contentOf(n: number): Buffer {
  const bytes = Buffer.alloc(lengthOf(n), n & 0xff)
  bytes.writeUInt32LE(n, 0)
  bytes.writeUInt32LE(~n >>> 0, bytes.length - 4)
  return bytes
}

/** What is wrong with a value that should be that of commit `n`; undefined: nothing. */
export function faultIn(value: Uint8Array | undefined, n: number): string | undefined {
  if (value === undefined) return `nothing instead of ${n}`
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length)
  const found = bytes.length >= 8 ? bytes.readUInt32LE(0) : -1
  if (found !== n) return `${found} instead of ${n}`
  if (bytes.length !== lengthOf(n)) return `${bytes.length} bytes of ${n} instead of ${lengthOf(n)}`
  if (bytes.readUInt32LE(bytes.length - 4) !== ~n >>> 0) return `a torn end of ${n}`
  for (let i = 4; i < bytes.length - 4; i++) if (bytes[i] !== (n & 0xff)) return `byte ${i} of ${n} is torn`
  return undefined
}

/** The commit that wrote entry `key` last in the state with this stamp: commits 0 to KEYS - 1 are the first load. */
export function writerOf(key: number, stamp: number): number {
  return stamp - ((((stamp - key) % KEYS) + KEYS) % KEYS)
}

/** The number of the state that a snapshot is of. */
export function stampIn(snapshot: Snapshot): number {
  const value = snapshot.table(entries).get(STAMP)
  if (value === undefined || value.length < 8) throw new Error('a state without a stamp')
  const stamp = Buffer.from(value.buffer, value.byteOffset, value.length).readUInt32LE(0)
  const fault = faultIn(value, stamp)
  if (fault !== undefined) throw new Error(`the stamp of ${stamp}: ${fault}`)
  return stamp
}
