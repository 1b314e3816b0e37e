/**
 * The space map against a model that takes the definitions literally: a page born at b and dropped at d is
 * needed by each live root s with b <= s < d. After every step of a random history the law must hold:
 *
 * - a page is allocated exactly when the running transaction has it, the newest state has it, a live root needs it,
 *   or it belongs to the durable map of a header slot, or to that of a checkpoint of the newest state that was given up;
 * - a page is in the durable map exactly when the newest state has it, a persistent root needs it, or the map
 *   itself consists of it;
 * - a page that stops being allocated was reported free, once;
 * - a checkpoint writes to no page that either header slot's state needs;
 * - what is written for the state of a checkpoint that was given up is, byte for byte, what was written before;
 * - what a restart loads is the state that was written.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import { Runs } from '../src/space/runs.ts'
import { type SpaceCheckpoint, type SpaceImage, SpaceMap, type SpaceOptions } from '../src/space/space-map.ts'
import { type Mark, TransactionSpace } from '../src/space/transaction-space.ts'
import { allocatedPages, CHECKSUM_SEED, durablePages, MapDisk } from '../test/space/disk.ts'
import { runs } from './scale.ts'

/** A page that the newest state has no longer. */
interface Dropped {
  readonly page: number
  readonly birth: number
  readonly death: number
  /** Not part of any tree's state: savepoints do not want it. */
  readonly isSlotPage: boolean
}

/** What a header slot says, and what its state consists of. */
interface Slot {
  readonly image: SpaceImage
  readonly inUse: ReadonlyMap<number, number>
  readonly durable: ReadonlySet<number>
  readonly persistent: readonly number[]
  readonly dropped: readonly Dropped[]
  readonly mapPages: ReadonlyMap<number, number>
}

/** A checkpoint of the newest state that was given up. */
interface GivenUp {
  readonly checkpoint: SpaceCheckpoint
  /** Until a savepoint came or went: then the state is not written again without a transaction. */
  readonly mayTryAgain: boolean
}

interface ModelMark {
  readonly mark: Mark
  readonly owned: Map<number, number>
  readonly dropped: Map<number, number>
}

class World {
  readonly disk: MapDisk
  readonly options: SpaceOptions
  space: SpaceMap
  // The model
  inUse = new Map<number, number>()
  mapPages = new Map<number, number>()
  dropped: Dropped[] = []
  snapshots: number[] = []
  persistent: number[] = []
  slots: Slot[] = []
  newest = 0
  nextTxn = 1
  givenUp: GivenUp | undefined
  /** Pages that were given out and not reported free since. */
  handedOut = new Set<number>([0, 1, 2, 3])
  /** Pages that were reported unread in this step. */
  unread: number[] = []
  // The running transaction
  transaction: TransactionSpace | undefined
  owned = new Map<number, number>()
  ownedDropped = new Map<number, number>()
  /** Pages born in the transaction and dropped, that a mark still needs. */
  markHeld: { page: number; birth: number; death: number }[] = []
  marks: ModelMark[] = []

  constructor(pageSize: number, maxPageCount: number) {
    this.disk = new MapDisk(pageSize)
    this.options = {
      pageSize,
      maxPageCount,
      checksumSeed: CHECKSUM_SEED,
      onFree: (pageId, count) => {
        for (let page = pageId; page < pageId + count; page++) {
          expect(this.handedOut.delete(page), `page ${page} is freed once`).toBe(true)
        }
      },
      onUnread: (pageId, count) => {
        for (let page = pageId; page < pageId + count; page++) this.unread.push(page)
      },
    }
    this.space = SpaceMap.create(this.options)
    this.space.retain(0)
    this.checkpoint()
  }

  liveRoots(): number[] {
    const slotRoots = this.slots.flatMap(slot => [slot.image.txn, ...slot.persistent])
    return [this.newest, ...this.snapshots, ...this.persistent, ...slotRoots]
  }

  begin(): TransactionSpace {
    this.transaction ??= new TransactionSpace(this.space, this.nextTxn)
    return this.transaction
  }

  allocate(count: number): void {
    const transaction = this.begin()
    const first = unlessFull(() => (count === 1 ? transaction.allocate() : transaction.allocateRun(count)))
    if (first === undefined) return
    for (let page = first; page < first + count; page++) {
      expect(this.isNeeded(page), `page ${page} handed out while needed`).toBe(false)
      this.owned.set(page, transaction.birth)
      this.handedOut.add(page)
    }
  }

  /** By definition, for a page that is about to be handed out. */
  isNeeded(page: number): boolean {
    return this.expectedAllocated().has(page)
  }

  drop(choice: number, count: number): void {
    const transaction = this.begin()
    const all = [...this.owned, ...this.inUse].filter(([page]) => !this.ownedDropped.has(page))
    if (all.length === 0) return
    const [page, birth] = all[choice % all.length]
    let length = 1
    const birthOf = (at: number) => this.owned.get(at) ?? this.inUse.get(at)
    while (length < count && birthOf(page + length) === birth && !this.ownedDropped.has(page + length))
      length++
    if (length === 1) transaction.drop(page, birth)
    else transaction.dropRun(page, length, birth)
    for (let at = page; at < page + length; at++) {
      if (this.owned.delete(at)) {
        if (this.marks.some(({ mark }) => birth <= mark.root)) {
          this.markHeld.push({ page: at, birth, death: transaction.birth })
        }
      } else {
        this.ownedDropped.set(at, birth)
      }
    }
  }

  mark(): void {
    const transaction = this.begin()
    this.marks.push({
      mark: transaction.mark(),
      owned: new Map(this.owned),
      dropped: new Map(this.ownedDropped),
    })
  }

  rollbackTo(choice: number): void {
    if (this.transaction === undefined || this.marks.length === 0) return
    const index = choice % this.marks.length
    this.marks.length = index + 1
    const { mark, owned, dropped } = this.marks[index]
    this.transaction.rollbackTo(mark)
    this.owned = new Map(owned)
    this.ownedDropped = new Map(dropped)
    this.markHeld = this.markHeld.filter(held => held.death <= mark.root)
  }

  releaseMark(choice: number): void {
    if (this.transaction === undefined || this.marks.length === 0) return
    const index = choice % this.marks.length
    this.transaction.release(this.marks[index].mark)
    this.marks.length = index
    this.pruneMarkHeld()
  }

  pruneMarkHeld(): void {
    this.markHeld = this.markHeld.filter(held =>
      this.marks.some(({ mark }) => held.birth <= mark.root && mark.root < held.death),
    )
  }

  endTransaction(): void {
    if (this.transaction !== undefined) this.nextTxn = this.transaction.birth + 1
    this.transaction = undefined
    this.owned = new Map()
    this.ownedDropped = new Map()
    this.markHeld = []
    this.marks = []
  }

  rollback(): void {
    this.transaction?.rollback()
    this.endTransaction()
  }

  commit(): void {
    const settlement = this.begin().takeSettlement()
    this.space.settle(settlement.txn, settlement.allocated, settlement.dropped)
    this.becomes(settlement.txn)
    this.endTransaction()
  }

  becomes(txn: number): void {
    for (const [page, birth] of this.ownedDropped) {
      this.inUse.delete(page)
      this.dropped.push({ page, birth, death: txn, isSlotPage: false })
    }
    for (const [page, birth] of this.owned) this.inUse.set(page, birth)
    this.space.retain(txn)
    this.space.unretain(this.newest)
    this.newest = txn
    this.givenUp = undefined
  }

  snapshot(): void {
    this.space.retain(this.newest)
    this.snapshots.push(this.newest)
  }

  endSnapshot(choice: number): void {
    if (this.snapshots.length === 0) return
    const [root] = this.snapshots.splice(choice % this.snapshots.length, 1)
    this.space.unretain(root)
  }

  persist(choice: number): void {
    const candidates = [this.newest, ...this.snapshots, ...this.persistent]
    const root = candidates[choice % candidates.length]
    this.space.persist(root)
    this.persistent.push(root)
    if (this.givenUp !== undefined) this.givenUp = { ...this.givenUp, mayTryAgain: false }
  }

  unpersist(choice: number): void {
    if (this.persistent.length === 0) return
    const [root] = this.persistent.splice(choice % this.persistent.length, 1)
    this.space.unpersist(root)
    if (this.givenUp !== undefined) this.givenUp = { ...this.givenUp, mayTryAgain: false }
  }

  /** A transaction that goes back to a persistent root or a snapshot. */
  restore(choice: number): void {
    this.rollback()
    const candidates = [...this.snapshots, ...this.persistent]
    if (candidates.length === 0) return
    const root = candidates[choice % candidates.length]
    for (const newer of this.persistent.filter(other => other > root)) this.space.unpersist(newer)
    this.persistent = this.persistent.filter(other => other <= root)
    const transaction = this.begin()
    this.space.resurrect(root)
    const revived = this.dropped.filter(page => !page.isSlotPage && page.birth <= root && root < page.death)
    this.dropped = this.dropped.filter(page => !revived.includes(page))
    for (const [page, birth] of this.inUse) {
      if (birth <= root) continue
      transaction.drop(page, birth)
      this.ownedDropped.set(page, birth)
    }
    for (const { page, birth } of revived) this.inUse.set(page, birth)
    this.commit()
  }

  /** Writes a checkpoint; `isGivenUp`: its writes fail after all, maybe with a commit of `laterPages` meanwhile. */
  checkpoint(isGivenUp = false, laterPages = 0): void {
    if (this.transaction !== undefined) this.commit()
    const txn = this.nextTxn++
    this.space.settle(txn, new Runs(), new Runs())
    this.becomes(txn)
    const checkpoint = unlessFull(() => this.space.prepareCheckpoint(txn))
    if (checkpoint === undefined) return
    if (isGivenUp) this.giveUp(checkpoint, laterPages)
    else this.complete(checkpoint)
  }

  /** Tries the checkpoint again that was given up, if its state is the newest still. A transaction may be running. */
  tryAgain(isGivenUp: boolean): void {
    if (this.givenUp === undefined || !this.givenUp.mayTryAgain) return
    const before = this.givenUp.checkpoint
    const checkpoint = this.space.prepareCheckpoint(before.txn)
    expect(checkpoint.ref).toEqual(before.ref)
    for (const { pageId, bytes } of checkpoint.writes) {
      const isSame = Buffer.compare(bytes, this.disk.images.get(pageId) ?? Buffer.alloc(0)) === 0
      expect(isSame, `page ${pageId} is written again as it was`).toBe(true)
    }
    this.givenUp = undefined
    if (isGivenUp) this.giveUp(checkpoint, 0)
    else this.complete(checkpoint)
  }

  checkWrites(checkpoint: SpaceCheckpoint): void {
    const protectedPages = new Set(this.slots.flatMap(slot => [...slot.durable]))
    for (const { pageId } of checkpoint.writes) {
      expect(protectedPages.has(pageId), `page ${pageId} of a header slot is overwritten`).toBe(false)
      this.handedOut.add(pageId)
    }
  }

  giveUp(checkpoint: SpaceCheckpoint, laterPages: number): void {
    this.checkWrites(checkpoint)
    // Some of it reached the disk.
    this.disk.write(checkpoint)
    if (laterPages > 0) {
      this.allocate(laterPages)
      this.commit()
    }
    this.space.abandonCheckpoint()
    if (laterPages === 0) this.givenUp = { checkpoint, mayTryAgain: true }
  }

  complete(checkpoint: SpaceCheckpoint): void {
    const { txn } = checkpoint
    const mapPagesBefore = this.mapPages
    this.checkWrites(checkpoint)
    this.disk.write(checkpoint)
    this.mapPages = new Map(this.space.mapPages().map(page => [page, mapPagesBefore.get(page) ?? txn]))
    for (const [page, birth] of mapPagesBefore) {
      if (!this.mapPages.has(page)) this.dropped.push({ page, birth, death: txn, isSlotPage: true })
    }
    this.space.completeCheckpoint()
    this.slots.push({
      image: { ref: checkpoint.ref, pageCount: checkpoint.pageCount, txn },
      inUse: new Map(this.inUse),
      durable: this.expectedDurable(),
      persistent: [...this.persistent],
      dropped: [...this.dropped],
      mapPages: this.mapPages,
    })
    if (this.slots.length > 2) this.slots.shift()
  }

  /** The process dies; the file is opened again. */
  restart(): void {
    this.endTransaction()
    this.givenUp = undefined
    const newest = this.slots[this.slots.length - 1]
    const older = this.slots.length > 1 ? this.slots[0] : undefined
    this.space = SpaceMap.load(this.options, newest.image, this.disk.read)
    expect(this.space.mapPages().sort()).toEqual([...newest.mapPages.keys()].sort())
    this.inUse = new Map(newest.inUse)
    this.mapPages = new Map(newest.mapPages)
    this.newest = newest.image.txn
    this.snapshots = []
    this.persistent = [...newest.persistent]
    this.dropped = []
    if (older !== undefined) {
      this.space.adoptOlder(older.image, this.disk.read)
      // Its savepoints are not known any more as roots; what they need of it is kept for the slot as a whole.
      this.slots[0] = { ...older, persistent: [] }
      const birth = older.image.txn
      for (const page of older.durable) {
        if (!newest.durable.has(page)) {
          this.dropped.push({ page, birth, death: birth + 1, isSlotPage: true })
        }
      }
    }
    const roots = [...new Set(this.persistent)].sort((one, other) => other - one)
    const held = new Set<number>()
    for (const root of roots) {
      const runs = new Runs()
      for (const page of newest.dropped) {
        const isNeeded = page.birth <= root && root < page.death && !page.isSlotPage
        if (!isNeeded || held.has(page.page)) continue
        held.add(page.page)
        runs.push(page.page, 1, page.birth)
        // When it was dropped is not on disk: the older slot may need it, unless a savepoint in between did not.
        const mayOlderNeedIt =
          older !== undefined &&
          older.image.txn > root &&
          !roots.some(other => other > root && other <= older.image.txn)
        const death = mayOlderNeedIt ? older.image.txn + 1 : root + 1
        this.dropped.push({ page: page.page, birth: page.birth, death, isSlotPage: false })
      }
      this.space.adoptHeld(root, runs)
      for (const other of this.persistent.slice(this.persistent.indexOf(root) + 1)) {
        if (other === root) this.space.persist(root)
      }
    }
    this.space.retain(this.newest)
    this.nextTxn = this.newest + 1
    this.handedOut = new Set(this.expectedAllocated())
  }

  truncate(): void {
    const count = this.space.truncateTail()
    expect(count).toBe(Math.max(...this.expectedAllocated()) + 1)
    expect(this.space.trailingFree).toBe(0)
  }

  expectedAllocated(): Set<number> {
    const expected = new Set([
      0,
      1,
      2,
      3,
      ...this.owned.keys(),
      ...this.inUse.keys(),
      ...this.mapPages.keys(),
    ])
    const roots = this.liveRoots()
    for (const { page, birth, death } of this.dropped) {
      if (roots.some(root => birth <= root && root < death)) expected.add(page)
    }
    for (const { page } of this.markHeld) expected.add(page)
    for (const { pageId } of this.givenUp?.checkpoint.writes ?? []) expected.add(pageId)
    return expected
  }

  expectedDurable(): Set<number> {
    const expected = new Set([0, 1, 2, 3, ...this.inUse.keys(), ...this.mapPages.keys()])
    for (const { page, birth, death, isSlotPage } of this.dropped) {
      if (!isSlotPage && this.persistent.some(root => birth <= root && root < death)) expected.add(page)
    }
    return expected
  }

  forgetUnneeded(): void {
    const roots = this.liveRoots()
    this.dropped = this.dropped.filter(({ birth, death }) =>
      roots.some(root => birth <= root && root < death),
    )
  }

  check(): void {
    const expected = this.expectedAllocated()
    const ascending = (pages: Iterable<number>) => [...pages].sort((one, other) => one - other)
    expect(allocatedPages(this.space), 'allocated').toEqual(ascending(expected))
    expect(durablePages(this.space), 'durable').toEqual(ascending(this.expectedDurable()))
    expect(ascending(this.handedOut), 'given out and not reported free').toEqual(ascending(expected))
    expect(this.space.freePages).toBe(this.space.pageCount - expected.size)
    expect(this.space.unsettledPages).toBe(this.owned.size + this.markHeld.length)
    const roots = [...new Set(this.liveRoots())]
    for (const root of roots) {
      const others = roots.filter(other => other !== root)
      const own = this.dropped.filter(
        ({ birth, death }) =>
          birth <= root && root < death && !others.some(other => birth <= other && other < death),
      )
      expect(this.space.retainedPages(root), `pages held by ${root}`).toBe(own.length)
    }
    const readers = [this.newest, ...this.snapshots, ...this.persistent]
    for (const { page, birth, death } of this.dropped) {
      const isRead = readers.some(root => birth <= root && root < death)
      if (isRead) expect(this.unread, `page ${page} is still read`).not.toContain(page)
    }
    this.unread = []
    this.space.verify()
    this.forgetUnneeded()
  }
}

/** What `action` returns, or undefined when the file is full. */
function unlessFull<Result>(action: () => Result): Result | undefined {
  try {
    return action()
  } catch (error) {
    if (isCoppiceError(error, 'DATABASE_FULL')) return undefined
    throw error
  }
}

const choice = fc.nat({ max: 1000 })

function command<Name extends string>(name: Name) {
  return fc.record({ name: fc.constant(name) })
}

function commandWithChoice<Name extends string>(name: Name) {
  return fc.record({ name: fc.constant(name), choice })
}

/** What may happen, and how often. Runs have up to `runPages` pages. */
function commands(weights: { tree: number; nested: number; root: number; file: number }, runPages: number) {
  const count = fc.integer({ min: 1, max: 6 })
  const largeCount = fc.integer({ min: 7, max: runPages })
  const { tree, nested, root, file } = weights
  return fc.oneof(
    { weight: tree * 4, arbitrary: fc.record({ name: fc.constant('allocate' as const), count }) },
    { weight: tree, arbitrary: fc.record({ name: fc.constant('allocate' as const), count: largeCount }) },
    { weight: tree * 2, arbitrary: fc.record({ name: fc.constant('drop' as const), choice, count }) },
    {
      weight: tree * 3,
      arbitrary: fc.record({ name: fc.constant('drop' as const), choice, count: largeCount }),
    },
    { weight: tree, arbitrary: command('rollback') },
    { weight: tree * 3, arbitrary: command('commit') },
    { weight: nested * 2, arbitrary: command('mark') },
    { weight: nested * 2, arbitrary: commandWithChoice('rollbackTo') },
    { weight: nested, arbitrary: commandWithChoice('releaseMark') },
    { weight: root * 3, arbitrary: command('snapshot') },
    { weight: root * 3, arbitrary: commandWithChoice('endSnapshot') },
    { weight: root * 2, arbitrary: commandWithChoice('persist') },
    { weight: root, arbitrary: commandWithChoice('unpersist') },
    { weight: root, arbitrary: commandWithChoice('restore') },
    { weight: file * 4, arbitrary: command('checkpoint') },
    {
      weight: file,
      arbitrary: fc.record({
        name: fc.constant('giveUpCheckpoint' as const),
        count: fc.constantFrom(0, 0, 0, 1, 3),
      }),
    },
    {
      weight: file * 2,
      arbitrary: fc.record({ name: fc.constant('tryAgain' as const), isGivenUp: fc.boolean() }),
    },
    { weight: file, arbitrary: command('truncate') },
    { weight: file * 2, arbitrary: command('restart') },
  )
}

type Command = ReturnType<typeof commands> extends fc.Arbitrary<infer Step> ? Step : never

const actions: { [Name in Command['name']]: (world: World, step: Extract<Command, { name: Name }>) => void } =
  {
    allocate: (world, step) => world.allocate(step.count),
    drop: (world, step) => world.drop(step.choice, step.count),
    mark: world => world.mark(),
    rollbackTo: (world, step) => world.rollbackTo(step.choice),
    releaseMark: (world, step) => world.releaseMark(step.choice),
    rollback: world => world.rollback(),
    commit: world => world.commit(),
    snapshot: world => world.snapshot(),
    endSnapshot: (world, step) => world.endSnapshot(step.choice),
    persist: (world, step) => world.persist(step.choice),
    unpersist: (world, step) => world.unpersist(step.choice),
    restore: (world, step) => world.restore(step.choice),
    checkpoint: world => world.checkpoint(),
    giveUpCheckpoint: (world, step) => world.checkpoint(true, step.count),
    tryAgain: (world, step) => world.tryAgain(step.isGivenUp),
    truncate: world => world.truncate(),
    restart: world => world.restart(),
  }

function take(world: World, step: Command): void {
  const action = actions[step.name] as (world: World, step: Command) => void
  action(world, step)
}

/** Pages of 128 bytes: 512 bits a leaf, 5 children a branch, so that small files have high trees. */
const TINY_PAGE_BYTES = 128

function expectLawIn(history: fc.Arbitrary<Command[]>, quickCount: number, maxPageCount = 1_000_000): void {
  fc.assert(
    fc.property(history, steps => {
      const world = new World(TINY_PAGE_BYTES, maxPageCount)
      world.check()
      for (const step of steps) {
        take(world, step)
        world.check()
      }
    }),
    { numRuns: runs(quickCount) },
  )
}

describe('the space map obeys the interval rule', () => {
  test('in histories of transactions with nested savepoints', () => {
    const step = commands({ tree: 3, nested: 4, root: 1, file: 1 }, 40)
    expectLawIn(fc.array(step, { minLength: 1, maxLength: 60 }), 1000)
  })

  test('in histories of snapshots, persistent savepoints, checkpoints and restarts', () => {
    const step = commands({ tree: 2, nested: 0, root: 2, file: 2 }, 20)
    expectLawIn(fc.array(step, { minLength: 10, maxLength: 80 }), 2000)
  })

  test('in files that grow and shrink by levels of the map', () => {
    const step = commands({ tree: 2, nested: 1, root: 1, file: 2 }, 3000)
    expectLawIn(fc.array(step, { minLength: 5, maxLength: 30 }), 200)
  })

  test('in files that are always nearly full', () => {
    const step = commands({ tree: 2, nested: 1, root: 1, file: 2 }, 12)
    expectLawIn(fc.array(step, { minLength: 5, maxLength: 60 }), 1000, 30)
  })
})
