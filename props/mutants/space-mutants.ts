/** Mistakes with pages: used again too early, forgotten, believed without being checked. */

import type { Mutant } from './mutant.ts'

const SPACE_MAP = 'src/space/space-map.ts'
const DEAD_LISTS = 'src/space/dead-lists.ts'
const TRANSACTION_SPACE = 'src/space/transaction-space.ts'
const SAVEPOINTS = 'src/store/persistent-savepoints.ts'
const SNAPSHOT = 'src/store/snapshot.ts'
const OPENING = 'src/store/opening.ts'
const HEADER = 'src/page/header.ts'
const EXTENT = 'src/btree/extent.ts'

export const SPACE_MUTANTS: readonly Mutant[] = [
  {
    name: 'dropped-page-reused-at-once',
    law: 'a page is free when no live root needs it',
    edits: [
      {
        file: SPACE_MAP,
        text: 'if (!this.#lists.add(pageId, count, birth)) this.#freed',
        replacement: 'if (count > 0) this.#freed',
      },
    ],
  },
  {
    name: 'older-slot-not-kept',
    law: 'the state of the older header slot is kept until its header is overwritten',
    edits: [
      { file: SPACE_MAP, text: 'const HEADER_SLOT_COUNT = 2', replacement: 'const HEADER_SLOT_COUNT = 1' },
    ],
  },
  {
    name: 'map-page-reused-early',
    law: 'a replaced page of the space map waits for the header slots that need it',
    edits: [
      {
        file: DEAD_LISTS,
        text: 'newest.slotPages.push(pageId, 1, birth)\n    return true',
        replacement: 'return birth < 0',
      },
      {
        file: SPACE_MAP,
        text: "assert(isNeeded, 'a replaced map page belongs to a header slot')",
        replacement: 'if (!isNeeded) this.#freed.push(retired.pageIdAt(at), 1, retired.birthAt(at))',
      },
    ],
  },
  {
    name: 'snapshot-not-kept',
    law: "a snapshot's pages are not used again while it is open",
    edits: [
      { file: SNAPSHOT, text: 'this.#core.space.retain(snapshot.txnId)', replacement: '' },
      {
        file: SNAPSHOT,
        text: 'this.#core.space.unretain(this.txnId)',
        replacement: '',
      },
    ],
  },
  {
    name: 'persistent-savepoint-not-kept-in-the-durable-map',
    law: 'a page that a persistent savepoint needs is in use in the file',
    edits: [
      {
        file: DEAD_LISTS,
        text: 'return this.#persistentRoots[index] >= birth',
        replacement: 'return this.#persistentRoots[index] < 0 && birth < 0',
      },
    ],
  },
  {
    name: 'persistent-savepoint-not-kept-after-opening',
    law: 'a persistent savepoint is a live root from the opening on',
    edits: [{ file: OPENING, text: 'space.adoptHeld(txnId, runs)', replacement: 'void [txnId, runs]' }],
  },
  {
    name: 'deleted-savepoint-not-kept-until-it-is-durable',
    law: 'the savepoints of the state in a header slot are live as long as the slot, and as long as their deletion takes',
    edits: [
      {
        file: SPACE_MAP,
        text: 'roots: [txn, ...this.#lists.persistentRoots] }',
        replacement: 'roots: [txn] }',
      },
      {
        file: SAVEPOINTS,
        text: 'core.space.retain(record.txnId)\n    core.space.unpersist(record.txnId)\n    this.#commit(transaction)\n    core.space.unretain(record.txnId)',
        replacement: 'core.space.unpersist(record.txnId)\n    this.#commit(transaction)',
      },
    ],
  },
  {
    name: 'restored-savepoint-not-secured',
    law: 'the pages of a restored state are in use again',
    edits: [{ file: SAVEPOINTS, text: 'core.space.resurrect(record.txnId)', replacement: '' }],
  },
  {
    name: 'savepoint-tree-kept-by-nobody',
    law: 'a page of the tree of savepoints waits for the header slots that need it',
    edits: [
      {
        file: SPACE_MAP,
        text: 'if (!this.#lists.addSlotPage(pageId, birth, txn)) this.#freed',
        replacement: 'if (txn > 0) this.#freed',
      },
    ],
  },
  {
    name: 'rollback-forgets-what-was-dropped',
    law: 'a page dropped after a savepoint is in use again when it is rolled back',
    edits: [{ file: TRANSACTION_SPACE, text: 'this.#dropped.truncate(live.droppedLength)', replacement: '' }],
  },
  {
    name: 'released-savepoint-hands-nothing-on',
    law: 'what a released savepoint held is held by the one before it, if that one needs it',
    edits: [
      {
        file: TRANSACTION_SPACE,
        text: 'if (older !== undefined && older.root >= birth) older.held',
        replacement: 'if (older !== undefined && birth < 0) older.held',
      },
    ],
  },
  {
    name: 'spilled-page-keeps-its-birth',
    law: '(page id, birth) names one image for all time: what was written is changed under a new birth only',
    edits: [
      {
        file: TRANSACTION_SPACE,
        text: 'if (youngest >= this.birth &&',
        replacement: 'if (youngest < 0 &&',
      },
    ],
  },
  {
    name: 'checksum-not-checked',
    law: 'a page that rotted is not believed',
    edits: [
      {
        file: HEADER,
        text: "pageChecksum(memory, base, seed, pageId)) return 'checksum'",
        replacement: "pageChecksum(memory, base, seed, pageId) && pageId < 0) return 'checksum'",
      },
    ],
  },
  {
    name: 'birth-not-checked',
    law: 'a page that a lost write left behind is not believed',
    edits: [
      {
        file: HEADER,
        text: "if (birthOf(memory, base) !== birth) return 'birth'",
        replacement: "if (birthOf(memory, base) !== birth && birth < 0) return 'birth'",
      },
    ],
  },
  {
    name: 'large-value-not-checked',
    law: 'a large value that rotted is not believed',
    edits: [
      {
        file: EXTENT,
        text: 'if (crc32(target) !== reference.crc) refuse(file, reference)',
        replacement: 'if (crc32(target) < 0) refuse(file, reference)',
      },
    ],
  },
  {
    name: 'abandoned-checkpoint-keeps-its-map',
    law: 'an abandoned checkpoint leaves the space map of the newest header in use',
    edits: [
      {
        file: SPACE_MAP,
        text: 'const found = this.#lists.takeBackSlotPages(pageIds)',
        replacement: 'const found = pageIds.size',
      },
    ],
  },
]
