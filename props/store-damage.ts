/**
 * What a damaged database may show: right data, or a clear error, never wrong data. Everything is read that
 * can be read, and there must be one version that all of it fits.
 */

import { isCoppiceError } from '../src/base/errors.ts'
import type { Snapshot } from '../src/store/snapshot.ts'
import type { Store } from '../src/store/store.ts'
import type { Content, Version } from './store-history.ts'

/** Codes by which damage is reported. */
export const DAMAGE_CODES = ['CORRUPT', 'WAL_CORRUPT', 'NOT_A_DATABASE'] as const

/** The part of a tree that could be read, from its first key on. */
interface ReadPart {
  readonly entries: [string, string][]
  readonly isWhole: boolean
}

/** Rethrows anything but a report of damage. */
export function expectDamage(error: unknown): void {
  if (!DAMAGE_CODES.some(code => isCoppiceError(error, code))) throw error
}

/** Reads what can be read; undefined: not even the list of trees. */
export function readAll(store: Store, snapshot: Snapshot): Map<number, ReadPart> | undefined {
  const parts = new Map<number, ReadPart>()
  let treeIds: number[]
  try {
    treeIds = store.listTrees(snapshot).map(({ treeId }) => treeId)
  } catch (error) {
    expectDamage(error)
    return undefined
  }
  for (const treeId of treeIds) parts.set(treeId, readTree(snapshot, treeId))
  return parts
}

function readTree(snapshot: Snapshot, treeId: number): ReadPart {
  const entries: [string, string][] = []
  try {
    const cursor = snapshot.tree(treeId)!.cursor()
    for (let more = cursor.first(); more; more = cursor.next()) {
      const keyLength = cursor.loadKey()
      const key = cursor.keyBytes.toString('latin1', 0, keyLength)
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      entries.push([key, valueBytes.toString('latin1', valueOffset, valueOffset + valueLength)])
    }
  } catch (error) {
    expectDamage(error)
    return { entries, isWhole: false }
  }
  return { entries, isWhole: true }
}

export function isWhole(parts: ReadonlyMap<number, ReadPart> | undefined): boolean {
  return parts !== undefined && [...parts.values()].every(part => part.isWhole)
}

/** The newest version that all that was read fits. */
export function fittingVersion(
  parts: ReadonlyMap<number, ReadPart>,
  versions: readonly Version[],
): Version | undefined {
  return versions.find(({ content }) => fits(parts, content))
}

function fits(parts: ReadonlyMap<number, ReadPart>, content: Content): boolean {
  for (const [treeId, entries] of content) {
    const part = parts.get(treeId)
    // An empty catalog has no entry in the directory before its first change.
    if (part === undefined ? entries.size > 0 : !fitsTree(part, entries)) return false
  }
  return [...parts.keys()].every(treeId => content.has(treeId))
}

function fitsTree({ entries, isWhole }: ReadPart, expected: ReadonlyMap<string, string>): boolean {
  const sorted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1))
  if (isWhole && sorted.length !== entries.length) return false
  return entries.every(([key, value], index) => sorted[index]?.[0] === key && sorted[index][1] === value)
}
