/** Helpers of the review's tests. */
import { CoppiceError } from '../../src/base/errors.ts'
import { PutMode, type ReadTree, type WriteTree } from '../../src/btree/api.ts'
import type { Storage } from '../../src/io/storage.ts'
import { Store } from '../../src/store/store.ts'
import { keyUnder } from '../support/cursor-key.ts'

export const PATH = '/app.db'
export const SMALL = { pageSizeBytes: 512, cacheSizeBytes: 8192 } as const

export function openStore(storage: Storage, options: object = {}): Store {
  return Store.open(storage, PATH, { ...SMALL, ...options }, true)
}

export function put(tree: WriteTree | undefined, key: string, value: string | Buffer): void {
  const k = Buffer.from(key)
  const v = Buffer.from(value as string)
  tree!.put(k, k.length, v, 0, v.length, PutMode.upsert)
}

export function remove(tree: WriteTree | undefined, key: string): boolean {
  const k = Buffer.from(key)
  return tree!.remove(k, k.length)
}

export const name = (n: number) => `key:${String(n).padStart(6, '0')}`

export function contents(tree: ReadTree | undefined): Map<string, string> {
  const found = new Map<string, string>()
  if (tree === undefined) return found
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const key = keyUnder(cursor).toString('latin1')
    const own = keyUnder(cursor).toString('latin1')
    cursor.loadValue()
    found.set(
      own,
      cursor.valueBytes.toString('latin1', cursor.valueOffset, cursor.valueOffset + cursor.valueLength),
    )
    void key
  }
  return found
}

export function codeOf(run: () => unknown): string {
  try {
    run()
    return 'no error'
  } catch (error) {
    return error instanceof CoppiceError
      ? error.code
      : `${(error as Error).name}: ${(error as Error).message}`
  }
}

export async function codeOfAsync(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    return error instanceof CoppiceError
      ? error.code
      : `${(error as Error).name}: ${(error as Error).message}`
  }
}

/** The same storage with a clock that goes on by a second at each look, so that long operations pause at each step. */
export function hurried(storage: Storage): Storage & { ms: number; stepMs: number } {
  const copy = Object.create(storage)
  copy.ms = 0
  copy.stepMs = 1000
  Object.defineProperty(copy, 'clock', {
    value: { monotonicMs: () => (copy.ms += copy.stepMs), wallMs: () => 0 },
  })
  return copy
}
