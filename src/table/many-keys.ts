/**
 * Several keys looked up together, in the order in which they are given: where the tree does not change, their values are
 * copied some hundred at a time, and they wait for memory side by side.
 */

import { GATHERED_ABSENT, type ReadTree } from '../btree/api.ts'
import type { TreeSource } from '../store/api.ts'
import { ByteWriter } from './bytes.ts'
import { EntryChunk } from './entry-chunk.ts'
import { paceAfter } from './gathered-rows.ts'

/** Keys that are encoded ahead of being looked up, and about how many bytes of them. */
const BATCH = 128
const BATCH_BYTES = 1 << 16

/** How a table looks its keys up. */
export interface KeyLookup<Key, Found> {
  /** Encodes a key; the bytes are copied before the next call. */
  encode(key: Key): ByteWriter
  /** What lies under a key, from the copied value; the key is in `keys` from `start` to `end`. */
  decode(copy: EntryChunk, keys: Buffer, start: number, end: number): Found
  /** One key by itself. */
  get(key: Key): Found | undefined
}

export function lookUpMany<Key, Found>(
  keys: Iterable<Key>,
  source: TreeSource,
  tree: ReadTree,
  lookup: KeyLookup<Key, Found>,
): (Found | undefined)[] {
  const found: (Found | undefined)[] = []
  if (tree.canGather !== true) {
    for (const key of keys) found.push(lookup.get(key))
    return found
  }
  const batch = new KeyBatch(source, tree, lookup, found)
  for (const key of keys) batch.add(key)
  batch.flush()
  return found
}

class KeyBatch<Key, Found> {
  private readonly source: TreeSource
  private readonly tree: ReadTree
  private readonly lookup: KeyLookup<Key, Found>
  private readonly found: (Found | undefined)[]
  private readonly keys: Key[] = []
  private readonly writer = new ByteWriter()
  private readonly places = new Uint32Array(2 * BATCH)
  private readonly copies = new EntryChunk(Number.POSITIVE_INFINITY)
  private wanted = BATCH

  constructor(
    source: TreeSource,
    tree: ReadTree,
    lookup: KeyLookup<Key, Found>,
    found: (Found | undefined)[],
  ) {
    this.source = source
    this.tree = tree
    this.lookup = lookup
    this.found = found
  }

  add(key: Key): void {
    const { keys, writer, places } = this
    const { bytes, at } = this.lookup.encode(key)
    places[2 * keys.length] = writer.at
    writer.writeBytes(bytes, 0, at)
    places[2 * keys.length + 1] = writer.at
    keys.push(key)
    if (keys.length === BATCH || writer.at >= BATCH_BYTES) this.flush()
  }

  flush(): void {
    const { keys, lookup, found, writer } = this
    let done = 0
    while (done < keys.length) {
      done += this.gather(done)
      if (done < keys.length) found.push(lookup.get(keys[done++]))
    }
    keys.length = 0
    writer.begin()
  }

  /** Takes keys from place `from` on together; returns how many. */
  private gather(from: number): number {
    const { source, tree, lookup, copies, found } = this
    const { bytes } = this.writer
    const places = this.places.subarray(2 * from)
    const count = Math.min(this.keys.length - from, this.wanted)
    source.assertReadable()
    const taken = tree.gather!(bytes, places, count)
    this.wanted = paceAfter(taken, count)
    if (taken > 0) copies.load(tree.gathered!, taken)
    source.endReading()
    for (let i = 0; i < taken; i++) {
      copies.advance()
      const isThere = copies.keyLength !== GATHERED_ABSENT
      found.push(isThere ? lookup.decode(copies, bytes, places[2 * i], places[2 * i + 1]) : undefined)
    }
    return taken
  }
}
