/**
 * Where every row of an intact database stands: its leaf, and the pages of its value if that is a large one. A walk of its
 * own, by the layout of docs/file-format.md, that shares no way with what it is to judge.
 */

import { extentAt, extentPages } from '../../src/btree/extent.ts'
import { decodeRoot, TREE_ROOT_BYTES, type TreeRoot } from '../../src/btree/root.ts'
import { PageMemory } from '../../src/page/memory.ts'
import * as node from '../../src/page/node.ts'
import { readFileHeaders } from '../../src/store/file-header.ts'
import { Store } from '../../src/store/store.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { type FileImage, PATH, storageFrom } from './files.ts'

const SMALL = { cacheSizeBytes: 128 * 1024, maxSizeBytes: 64 << 20 }

/** By table, by encoded key as hex: page ids. */
export type RowPages = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>

/** For a database that was closed: what is in the log is on no page. */
export function rowPagesOf(image: FileImage): RowPages {
  const storage = storageFrom(image)
  const file = storage.open(PATH, 'read')
  const { newest } = readFileHeaders(file)
  file.close()
  const pages = new Pages(image.get(PATH)!, newest.pageSize)
  const roots = new Map<number, TreeRoot>()
  pages.walk(newest.directory, (_, m, i, key) => {
    roots.set(key.readUInt32BE(0), decodeRoot(m.bytes, node.valueOffsetOf(m, 0, i), TREE_ROOT_BYTES, ''))
  })
  const store = Store.open(storage, PATH, SMALL, true)
  const snapshot = store.read()
  const catalog = new Catalog()
  const found = new Map<string, ReadonlyMap<string, readonly number[]>>()
  for (const { name } of catalog.list(snapshot)) {
    const rows = new Map<string, readonly number[]>()
    pages.walk(roots.get(catalog.read(snapshot, name)!.tree)!, (pageId, m, i, key) => {
      rows.set(key.toString('hex'), [pageId, ...extentPagesAt(m, i)])
    })
    found.set(name, rows)
  }
  snapshot.close()
  store.close()
  return found
}

function extentPagesAt(m: PageMemory, index: number): number[] {
  if (!node.hasExtent(m, 0, index)) return []
  const { pageId, length } = extentAt(m, 0, index)
  return Array.from({ length: extentPages(length, m.pageSize) }, (_, i) => pageId + i)
}

type VisitEntry = (pageId: number, m: PageMemory, index: number, key: Buffer) => void

class Pages {
  readonly #file: Buffer
  readonly #pageSize: number

  constructor(file: Buffer, pageSize: number) {
    this.#file = file
    this.#pageSize = pageSize
  }

  walk({ pageId, height }: TreeRoot, visit: VisitEntry): void {
    if (height > 0) this.#walk(pageId, visit)
  }

  #walk(pageId: number, visit: VisitEntry): void {
    const m = new PageMemory(new ArrayBuffer(this.#pageSize), this.#pageSize)
    m.u8.set(this.#file.subarray(pageId * this.#pageSize, (pageId + 1) * this.#pageSize))
    const key = Buffer.alloc(this.#pageSize)
    for (let i = 0; i < node.countOf(m, 0); i++) {
      if (node.isLeaf(m, 0)) visit(pageId, m, i, key.subarray(0, node.loadKey(m, 0, i, key)))
      else this.#walk(node.childOf(m, 0, i), visit)
    }
  }
}
