/**
 * The explorer on protocols whose faults are known: it finds each fault, and finds none in the repaired ones.
 */

import { describe, expect, it } from 'vitest'
import {
  type Cell,
  describeReport,
  explore,
  findFailure,
  type Model,
  type Thread,
  type ThreadModel,
  type World,
} from '../support/interleavings/explore.ts'

function words(world: World, ...names: string[]): Int32Array {
  const array = new Int32Array(new SharedArrayBuffer(4 * names.length))
  return world.named(array, index => names[index])
}

interface Shared {
  readonly words: Int32Array
  readonly data: Cell
}

function shared(...names: string[]): (world: World) => Shared {
  return world => ({ words: words(world, ...names), data: world.cell('data', 0) })
}

/** The same function in two threads. */
function twice<State>(run: ThreadModel<State>['run']): ThreadModel<State>[] {
  return [
    { name: 'first', run },
    { name: 'second', run },
  ]
}

/** No failure; and how much that says. */
function holds<State>(model: Model<State>, options = {}): number {
  const report = explore(model, options)
  console.info(`    ${expect.getState().currentTestName?.split(' > ').pop()}: ${describeReport(report)}`)
  return report.schedules
}

describe('a counter', () => {
  function counter(increment: (counter: Int32Array) => void): Model<Shared> {
    return {
      setup: shared('counter'),
      threads: twice((_thread, { words }) => increment(words)),
      finally: ({ words }) => expect(words[0]).toBe(2),
    }
  }

  it('loses an update by load and store', () => {
    const failure = findFailure(counter(words => Atomics.store(words, 0, Atomics.load(words, 0) + 1)))
    expect(failure.fault).toContain('expected 1 to be 2')
    expect(failure.schedule).toBe('a b2 a')
    expect(failure.message).toContain(
      [
        '   1  first   load             counter = 0',
        '   2  second  load             counter = 0',
        '   3  second  store            counter = 1',
        '   4  first   store            counter = 1',
      ].join('\n'),
    )
  })

  it('loses none by add', () => {
    expect(holds(counter(words => Atomics.add(words, 0, 1)))).toBe(2)
  })

  it('loses none by compare-and-exchange', () => {
    holds(
      counter(words => {
        for (;;) {
          const seen = Atomics.load(words, 0)
          if (Atomics.compareExchange(words, 0, seen, seen + 1) === seen) return
        }
      }),
    )
  })
})

/** Two threads that add to plain data inside of a critical section. */
function exclusion(
  lock: (words: Int32Array, self: number) => void,
  unlock: (words: Int32Array, self: number) => void,
) {
  const run =
    (self: number) =>
    (thread: Thread, { words, data }: Shared) => {
      lock(words, self)
      thread.write(data, thread.read(data) + 1)
      unlock(words, self)
    }
  return {
    setup: shared('word 0', 'word 1', 'word 2'),
    threads: [
      { name: 'first', run: run(0) },
      { name: 'second', run: run(1) },
    ],
    finally: ({ data }: Shared) => expect(data.value).toBe(2),
  }
}

describe('a spinlock', () => {
  const release = (words: Int32Array) => void Atomics.store(words, 0, 0)

  it('that looks before it takes lets two in', () => {
    const failure = findFailure(
      exclusion(words => {
        while (Atomics.load(words, 0) !== 0);
        Atomics.store(words, 0, 1)
      }, release),
    )
    expect(failure.fault).toBe('data race: first and second access data in no order')
  })

  it('that exchanges lets one in', () => {
    holds(
      exclusion(words => {
        while (Atomics.exchange(words, 0, 1) !== 0);
      }, release),
    )
  })

  it('that is not released is a livelock', () => {
    const failure = findFailure(
      exclusion(
        words => {
          while (Atomics.exchange(words, 0, 1) !== 0);
        },
        () => {},
      ),
    )
    expect(failure.fault).toContain('livelock')
  })
})

describe("Peterson's lock", () => {
  const FLAG = 0
  const TURN = 2
  const unlock = (words: Int32Array, self: number) => void Atomics.store(words, FLAG + self, 0)
  const wait = (words: Int32Array, self: number) => {
    while (Atomics.load(words, FLAG + 1 - self) === 1 && Atomics.load(words, TURN) === 1 - self);
  }

  it('lets one in', () => {
    holds(
      exclusion((words, self) => {
        Atomics.store(words, FLAG + self, 1)
        Atomics.store(words, TURN, 1 - self)
        wait(words, self)
      }, unlock),
    )
  })

  it('lets two in when it gives way before it raises its flag', () => {
    const failure = findFailure(
      exclusion((words, self) => {
        Atomics.store(words, TURN, 1 - self)
        Atomics.store(words, FLAG + self, 1)
        wait(words, self)
      }, unlock),
    )
    expect(failure.fault).toContain('data race')
  })

  /** As on hardware without fences: flags and turn are plain, and a read may miss a write of the other. */
  function plainPeterson(): Model<{ flags: Cell[]; turn: Cell; inside: { count: number } }> {
    const run =
      (self: number) =>
      (thread: Thread, { flags, turn, inside }: { flags: Cell[]; turn: Cell; inside: { count: number } }) => {
        thread.write(flags[self], 1)
        thread.write(turn, 1 - self)
        if (thread.read(flags[1 - self]) === 1 && thread.read(turn) === 1 - self) return
        thread.mark(() => inside.count++)
        thread.read(turn)
        thread.write(flags[self], 0)
        thread.mark(() => inside.count--)
      }
    return {
      setup: world => ({
        flags: world.cells('flag', 2, 0),
        turn: world.cell('turn', 0),
        inside: { count: 0 },
      }),
      threads: [
        { name: 'first', run: run(0) },
        { name: 'second', run: run(1) },
      ],
      always: ({ inside }) => expect(inside.count).toBeLessThan(2),
    }
  }

  it('is a data race without atomics', () => {
    expect(findFailure(plainPeterson()).fault).toContain('data race')
  })

  it('lets two in without sequential consistency', () => {
    const failure = findFailure(plainPeterson(), { allowRaces: true })
    expect(failure.fault).toContain('expected 2 to be less than 2')
  })
})

describe('a stack without locks', () => {
  /** Nodes are 1 to 3, `next` of node n is in word n, the top in word 0: at first 1 -> 2 -> 3. */
  interface Stack {
    readonly words: Int32Array
    readonly owners: number[]
  }
  const TAG = 1 << 8

  function stack(tag: number): Model<Stack> {
    const pop = (words: Int32Array): number => {
      for (;;) {
        const top = Atomics.load(words, 0)
        const node = top % TAG
        if (node === 0) return 0
        const next = Atomics.load(words, node)
        if (Atomics.compareExchange(words, 0, top, top - node + next + tag) === top) return node
      }
    }
    const push = (words: Int32Array, node: number): void => {
      for (;;) {
        const top = Atomics.load(words, 0)
        Atomics.store(words, node, top % TAG)
        if (Atomics.compareExchange(words, 0, top, top - (top % TAG) + node + tag) === top) return
      }
    }
    const take = (thread: Thread, { words, owners }: Stack): number => {
      const node = pop(words)
      thread.mark(() => owners[node]++)
      return node
    }
    return {
      setup: world => {
        const array = words(world, 'top', 'next of 1', 'next of 2', 'next of 3')
        array.set([1, 2, 3, 0])
        return { words: array, owners: [0, 0, 0, 0] }
      },
      threads: [
        { name: 'popper', run: take },
        {
          name: 'juggler',
          run: (thread, state) => {
            const first = take(thread, state)
            const second = take(thread, state)
            thread.mark(() => state.owners[first]--)
            if (first !== 0) push(state.words, first)
            take(thread, state)
            return second
          },
        },
      ],
      // The node 0 is none, and everybody may have that.
      finally: ({ owners }) => expect(Math.max(...owners.slice(1))).toBe(1),
    }
  }

  it('gives one node to two threads (ABA)', () => {
    const failure = findFailure(stack(0))
    expect(failure.fault).toContain('expected 2 to be 1')
    expect(failure.message).toContain('popper   compareExchange  top from 1 to 2: done')
  })

  it('does not when its top counts', () => {
    holds(stack(TAG))
  })
})

describe('a seqlock over plain reads', () => {
  interface Sequenced {
    readonly words: Int32Array
    readonly left: Cell
    readonly right: Cell
  }

  /** The two cells are always changed together. Returns what the reader saw, when the version said that it is good. */
  function seqlock(read: (thread: Thread, state: Sequenced) => number[] | undefined): Model<Sequenced> {
    return {
      setup: world => ({
        words: words(world, 'version'),
        left: world.cell('left', 0),
        right: world.cell('right', 0),
      }),
      threads: [
        {
          name: 'writer',
          run: (thread, { words, left, right }) => {
            Atomics.add(words, 0, 1)
            thread.write(left, 7)
            thread.write(right, 7)
            Atomics.add(words, 0, 1)
          },
        },
        {
          name: 'reader',
          run: (thread, state) => {
            const seen = read(thread, state)
            if (seen !== undefined) expect(seen[0], 'torn').toBe(seen[1])
          },
        },
      ],
    }
  }
  const optimistic = seqlock((thread, { words, left, right }) => {
    const before = Atomics.load(words, 0)
    if (before % 2 === 1) return undefined
    const seen = [thread.read(left), thread.read(right)]
    return Atomics.load(words, 0) === before ? seen : undefined
  })

  it('is a data race', () => {
    expect(findFailure(optimistic).fault).toBe('data race: writer and reader access left in no order')
  })

  it('returns torn data when its reads take effect after the second look at the version', () => {
    const failure = findFailure(optimistic, { allowRaces: true })
    expect(failure.fault).toContain('torn')
    // The read returned what the writer wrote only afterwards.
    expect(failure.schedule).toContain('^a:7')
  })

  it('is run again by its schedule, with a value that is written later', () => {
    const { schedule, fault } = findFailure(optimistic, { allowRaces: true })
    expect(findFailure(optimistic, { allowRaces: true, schedule }).fault).toBe(fault)
  })

  it('is sound when readers lock', () => {
    const lock = (words: Int32Array) => {
      while (Atomics.compareExchange(words, 0, 0, 1) !== 0);
    }
    holds({
      setup: optimistic.setup,
      threads: [
        {
          name: 'writer',
          run: (thread, { words, left, right }) => {
            lock(words)
            thread.write(left, 7)
            thread.write(right, 7)
            Atomics.store(words, 0, 0)
          },
        },
        {
          name: 'reader',
          run: (thread, { words, left, right }) => {
            lock(words)
            expect(thread.read(left)).toBe(thread.read(right))
            Atomics.store(words, 0, 0)
          },
        },
      ],
    })
  })
})

describe('locks that sleep', () => {
  const lock = (words: Int32Array, index: number) => {
    while (Atomics.compareExchange(words, index, 0, 1) !== 0) Atomics.wait(words, index, 1)
  }
  const unlock = (words: Int32Array, index: number) => {
    Atomics.store(words, index, 0)
    Atomics.notify(words, index, 1)
  }

  function diners(orders: readonly (readonly number[])[]): Model<Shared> {
    return {
      setup: shared('fork 0', 'fork 1', 'fork 2'),
      threads: orders.map(([left, right], index) => ({
        name: `philosopher ${index}`,
        run: (_thread, { words }) => {
          lock(words, left)
          lock(words, right)
          unlock(words, right)
          unlock(words, left)
        },
      })),
    }
  }

  it('deadlock when each diner takes the left fork first', () => {
    const failure = findFailure(
      diners([
        [0, 1],
        [1, 2],
        [2, 0],
      ]),
    )
    expect(failure.fault).toBe(
      'deadlock: philosopher 0 waits for fork 1, philosopher 1 waits for fork 2, philosopher 2 waits for fork 0',
    )
  })

  it('do not when the forks have an order', () => {
    holds(
      diners([
        [0, 1],
        [1, 2],
        [0, 2],
      ]),
    )
  })

  it('are a deadlock when the owner forgets to wake', () => {
    const model = exclusion(lock_(), words => void Atomics.store(words, 0, 0))
    expect(findFailure(model).fault).toBe('deadlock: second waits for word 0')
  })

  it('hide a forgotten wake behind a timeout, unless they must be woken', () => {
    const model = exclusion(lock_(1), words => void Atomics.store(words, 0, 0))
    holds(model)
    expect(findFailure(model, { mustBeWoken: true }).fault).toContain('deadlock')
  })

  it('are let go by an owner that wakes', () => {
    holds(
      exclusion(lock_(1), words => unlock(words, 0)),
      { mustBeWoken: true },
    )
  })

  function lock_(timeoutMs?: number) {
    return (words: Int32Array) => {
      while (Atomics.compareExchange(words, 0, 0, 1) !== 0) Atomics.wait(words, 0, 1, timeoutMs)
    }
  }
})

describe('a thread that may die', () => {
  const take = (words: Int32Array) => {
    while (Atomics.compareExchange(words, 0, 0, 1) !== 0) Atomics.wait(words, 0, 1)
  }
  const release = (words: Int32Array) => {
    Atomics.store(words, 0, 0)
    Atomics.notify(words, 0)
  }
  const critical = (thread: Thread, { words, data }: Shared) => {
    take(words)
    thread.write(data, thread.read(data) + 1)
    release(words)
  }

  it('leaves its lock taken', () => {
    const failure = findFailure({
      setup: shared('lock'),
      threads: [
        { name: 'mortal', mayDie: true, run: critical },
        { name: 'other', run: critical },
      ],
    })
    expect(failure.fault).toBe('deadlock: other waits for lock')
    expect(failure.message).toContain('mortal  dies')
  })

  /** The lock says who has it: 1 the mortal, 2 the other, 3 who comes after the mortal and works on. */
  function owned(cleanUp: (words: Int32Array) => void, worksOn = true): Model<Shared> {
    const run =
      (self: number) =>
      (thread: Thread, { words, data }: Shared) => {
        for (;;) {
          const owner = Atomics.compareExchange(words, 0, 0, self)
          if (owner === 0) break
          Atomics.wait(words, 0, owner)
        }
        thread.write(data, thread.read(data) + 1)
        release(words)
      }
    return {
      setup: shared('lock'),
      threads: [
        {
          name: 'mortal',
          mayDie: true,
          run: run(1),
          onDeath: (thread, state) => {
            cleanUp(state.words)
            if (worksOn) run(3)(thread, state)
          },
        },
        { name: 'other', run: run(2) },
      ],
      finally: ({ words }) => expect(words[0]).toBe(0),
    }
  }

  it('is cleaned up after by whoever is told', () => {
    holds(
      owned(words => {
        Atomics.compareExchange(words, 0, 1, 0)
        Atomics.notify(words, 0)
      }),
    )
  })

  it('is not when the cleaning forgets that the dead had let go and not woken', () => {
    const failure = findFailure(
      owned(words => {
        if (Atomics.compareExchange(words, 0, 1, 0) === 1) Atomics.notify(words, 0)
      }, false),
    )
    expect(failure.fault).toBe('deadlock: other waits for lock')
  })

  it('is not when the cleaning takes the lock from the living', () => {
    expect(findFailure(owned(release)).fault).toContain('data race')
  })

  it('can be waited for by a thread that then cleans up with what it has', () => {
    holds({
      setup: shared('lock'),
      threads: [
        { name: 'mortal', mayDie: true, run: (_thread, { words }) => take(words) },
        {
          name: 'main',
          run: (thread, { words }) => {
            const ending = thread.awaitEnding('mortal')
            if (Atomics.load(words, 0) === 1) release(words)
            return ending
          },
        },
      ],
      finally: ({ words }, { main }) => {
        expect(words[0]).toBe(0)
        expect(main).toMatch(/died|ended/)
      },
    })
  })
})
