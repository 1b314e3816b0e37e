/** The explorer itself: that it explores all that it says, and what it asks of the code under test. */

import { describe, expect, it } from 'vitest'
import {
  type Cell,
  explore,
  findFailure,
  type Model,
  type Thread,
  type World,
} from '../support/interleavings/explore.ts'

interface Words {
  readonly words: Int32Array
}

function words(world: World): Words {
  return { words: world.named(new Int32Array(new SharedArrayBuffer(16)), 'word') }
}

/** Threads that make so many accesses each. */
function adders(...accessCounts: number[]): Model<Words> {
  return {
    setup: words,
    threads: accessCounts.map((count, index) => ({
      name: `adder ${index}`,
      run: (_thread, { words }) => {
        for (let i = 0; i < count; i++) Atomics.add(words, 0, 1)
      },
    })),
  }
}

function scheduleCount(model: Model<Words>, preemptionsMax: number): number {
  return explore(model, { preemptionsMax }).schedules
}

/** A model of one thread. */
function alone<State>(
  setup: (world: World) => State,
  run: (thread: Thread, state: State) => unknown,
): Model<State> {
  return { setup, threads: [{ name: 'one', run }] }
}

describe('the schedules', () => {
  it('are all there are, when preemptions are not bounded', () => {
    // 6! / (3! 3!), and 6! / (2! 2! 2!).
    expect(scheduleCount(adders(3, 3), 100)).toBe(20)
    expect(scheduleCount(adders(2, 2, 2), 100)).toBe(90)
  })

  it('without preemptions are the orders of the threads', () => {
    expect(scheduleCount(adders(5, 5, 5), 0)).toBe(6)
  })

  it('with one preemption stop one thread at one place', () => {
    // Either thread first, and stopped nowhere or after its first or second access.
    expect(scheduleCount(adders(3, 3), 1)).toBe(2 * 3)
  })

  it('are different', () => {
    const seen = new Set<string>()
    const order: string[] = []
    const { threads, ...rest } = adders(3, 3)
    const { schedules } = explore(
      {
        ...rest,
        threads: threads.map(({ name }) => ({
          name,
          run: (thread, { words }) => {
            for (let i = 0; i < 3; i++) {
              Atomics.add(words, 0, 1)
              thread.mark(() => order.push(name))
            }
          },
        })),
        finally: () => {
          seen.add(order.join())
          order.length = 0
        },
      },
      { preemptionsMax: 100 },
    )
    expect(seen.size).toBe(schedules)
  })

  it('beyond the bound are tried at random', () => {
    // The threads take turns all along, which needs four preemptions.
    const model: Model<Words> = {
      setup: words,
      threads: [1, 2].map(self => ({
        name: `thread ${self}`,
        run: (_thread, { words }) => {
          for (let i = 0; i < 3; i++) {
            if (Atomics.exchange(words, 0, self) === self) Atomics.store(words, 1, 1)
          }
        },
      })),
      finally: ({ words }) => expect(words[1], 'nobody came twice in a row').toBe(1),
    }
    expect(explore(model, { preemptionsMax: 3 }).randomSchedules).toBe(0)
    const failure = findFailure(model, { preemptionsMax: 1, random: { schedules: 20_000, seed: 1 } })
    expect(failure.fault).toContain('nobody came twice in a row')
    expect(findFailure(model, { schedule: failure.schedule }).fault).toBe(failure.fault)
  })

  it('are counted, and too many are refused', () => {
    expect(() => explore(adders(9, 9), { schedulesMax: 10 })).toThrow('the model is too large')
  })
})

describe('a failure', () => {
  const failing: Model<Words> = {
    ...adders(2, 2),
    always: ({ words }) => {
      if (words[0] === 3) throw new Error('three')
    },
  }

  it('is found at the access that brings it about', () => {
    expect(findFailure(failing).events.length).toBe(3)
  })

  it('is found again by its schedule', () => {
    const { schedule, events } = findFailure(failing)
    expect(findFailure(failing, { schedule }).events).toEqual(events)
  })

  it('has the thrown error as its cause', () => {
    const thrown = new TypeError('broken')
    const failure = findFailure(
      alone(words, () => {
        throw thrown
      }),
    )
    expect([failure.fault, failure.cause]).toEqual(['one threw broken', thrown])
  })

  it('is an error when it is expected and does not come', () => {
    expect(() => findFailure(adders(1))).toThrow('no failure in 1 schedules')
  })

  it('is not made of a schedule that does not fit', () => {
    expect(() => explore(adders(1), { schedule: 'a b' })).not.toThrow()
    expect(() => explore(adders(1, 1), { schedule: 'c' })).toThrow('the schedule does not fit')
  })
})

describe('the code under test', () => {
  it('finds the real Atomics again afterwards, also after a failure', () => {
    const real = globalThis.Atomics
    explore(adders(2, 2))
    findFailure(alone(words, () => expect.fail()))
    expect(globalThis.Atomics).toBe(real)
  })

  it('may have finally blocks, whose accesses do nothing when the thread is only stopped', () => {
    const model: Model<Words> = {
      setup: words,
      threads: ['a', 'b'].map(name => ({
        name,
        run: (_thread, { words }) => {
          Atomics.add(words, 0, 1)
          try {
            Atomics.add(words, 1, 1)
          } finally {
            Atomics.sub(words, 0, 1)
          }
        },
      })),
      finally: ({ words }) => expect([words[0], words[1]]).toEqual([0, 2]),
    }
    expect(explore(model, { preemptionsMax: 100 }).schedules).toBe(20)
  })

  it('may not swallow what stops it and go on for ever', () => {
    const failure = findFailure({
      setup: words,
      threads: ['a', 'b'].map(name => ({
        name,
        run: (_thread, { words }) => {
          for (let i = 0; i < 2000; i++) {
            try {
              if (Atomics.add(words, 0, 1) < 0) return
            } catch {}
          }
        },
      })),
    })
    expect(failure.fault).toContain('swallowed what stops it')
  })

  it('may not depend on what it was in the run before', () => {
    let runs = 0
    const model: Model<Words> = {
      setup: words,
      threads: ['a', 'b'].map(name => ({
        name,
        run: (_thread, { words }) => {
          Atomics.load(words, runs++ % 4)
          Atomics.load(words, 0)
        },
      })),
    }
    expect(() => explore(model)).toThrow('is not deterministic')
  })

  it('works on copies of its own objects, which each run finds as they were', () => {
    interface Private extends Words {
      readonly log: { entries: number[]; view: Uint8Array; words: Int32Array; seen: Set<number> }
    }
    explore<Private>({
      setup: world => {
        const shared = words(world)
        return {
          ...shared,
          log: { entries: [7], view: new Uint8Array(2), words: shared.words, seen: new Set() },
        }
      },
      threads: ['a', 'b'].map(name => ({
        name,
        run: (thread, { log }) => {
          const own = thread.own(log)
          for (let i = 0; i < 3; i++) {
            own.entries.push(Atomics.add(own.words, 0, 1))
            own.view[1]++
            own.seen.add(i)
          }
          return [own.entries.length, own.view[1], own.seen.size]
        },
      })),
      finally: ({ words, log }, results) => {
        expect(results).toEqual({ a: [4, 3, 3], b: [4, 3, 3] })
        expect([words[0], log.entries.length]).toEqual([6, 1])
      },
    })
  })

  it('is seen in its plain accesses through recorded arrays', () => {
    const model = (publish: (flag: Int32Array) => void): Model<Words & { flag: Int32Array }> => ({
      setup: world => {
        const { words: flag } = words(world)
        return { flag, words: world.recorded(new Int32Array(new SharedArrayBuffer(8)), 'plain') }
      },
      threads: [
        {
          name: 'writer',
          run: (_thread, { words, flag }) => {
            words[1] = 5
            publish(flag)
          },
        },
        { name: 'reader', run: (_thread, { words, flag }) => Atomics.load(flag, 0) === 1 && words[1] },
      ],
      finally: (_state, { reader }) => expect(reader === false || reader === 5).toBe(true),
    })
    explore(model(flag => Atomics.store(flag, 0, 1)))
    const failure = findFailure({
      ...model(flag => Atomics.store(flag, 0, 1)),
      threads: [
        ...model(flag => Atomics.store(flag, 0, 1)).threads,
        { name: 'hasty', run: (_thread, { words }) => words[1] },
      ],
    })
    expect(failure.fault).toBe('data race: hasty and writer access plain[1] in no order')
  })

  it('may reach one word both plainly and atomically only in order', () => {
    const failure = findFailure({
      setup: world => ({ words: world.recorded(new Int32Array(new SharedArrayBuffer(4)), 'word') }),
      threads: [
        { name: 'plain', run: (_thread, { words }: Words) => words[0] },
        { name: 'atomic', run: (_thread, { words }: Words) => Atomics.store(words, 0, 1) },
      ],
    })
    expect(failure.fault).toBe('data race: atomic and plain access word[0] in no order')
  })
})

describe('the order of accesses', () => {
  const FLAG = 0
  interface Message extends Words {
    readonly message: Cell
  }
  function passing(
    send: (words: Int32Array) => void,
    receive: (words: Int32Array) => boolean,
  ): Model<Message> {
    return {
      setup: world => ({ ...words(world), message: world.cell('message', 0) }),
      threads: [
        {
          name: 'sender',
          run: (thread, { words, message }) => {
            thread.write(message, 1)
            send(words)
          },
        },
        { name: 'receiver', run: (thread, { words, message }) => receive(words) && thread.read(message) },
      ],
      finally: (_state, { receiver }) => expect([false, 1]).toContain(receiver),
    }
  }
  const isSet = (words: Int32Array) => Atomics.load(words, FLAG) === 1

  it('is made by a load that reads from a store', () => {
    explore(passing(words => Atomics.store(words, FLAG, 1), isSet))
  })

  it('is made by a failed compare-and-exchange', () => {
    explore(
      passing(
        words => Atomics.store(words, FLAG, 1),
        words => Atomics.compareExchange(words, FLAG, 0, 0) === 1,
      ),
    )
  })

  it('is not made by two accesses of different words', () => {
    expect(
      findFailure(
        passing(
          words => Atomics.store(words, 1, 1),
          words => !isSet(words),
        ),
      ).fault,
    ).toContain('data race')
  })

  it('is not made by two stores', () => {
    const failure = findFailure(
      passing(
        words => Atomics.store(words, FLAG, 1),
        words => Atomics.store(words, FLAG, 1) === 1,
      ),
    )
    expect(failure.fault).toContain('data race')
  })

  it('is made by waking', () => {
    const model = passing(
      words => {
        Atomics.store(words, FLAG, 1)
        Atomics.notify(words, FLAG)
      },
      words => Atomics.wait(words, FLAG, 0) !== 'timed-out',
    )
    explore(model)
  })

  it('is made by learning that a thread has ended', () => {
    const { threads, ...rest } = passing(
      () => {},
      () => true,
    )
    explore({
      ...rest,
      threads: [
        threads[0],
        {
          name: 'receiver',
          run: (thread, { message }) => thread.awaitEnding('sender') === 'ended' && thread.read(message),
        },
      ],
    })
  })
})

describe('a timed wait', () => {
  const waiter: Model<Words> = {
    setup: words,
    threads: [
      { name: 'waiter', run: (_thread, { words }) => Atomics.wait(words, 0, 0, 1) },
      {
        name: 'waker',
        run: (_thread, { words }) => {
          Atomics.store(words, 0, 1)
          Atomics.notify(words, 0)
        },
      },
    ],
  }

  it('ends in each way that it can', () => {
    const outcomes = new Set<unknown>()
    explore({ ...waiter, finally: (_state, results) => void outcomes.add(results.waiter) })
    expect(outcomes).toEqual(new Set(['ok', 'not-equal', 'timed-out']))
  })

  it('does not end early when that is not wanted', () => {
    const outcomes = new Set<unknown>()
    explore(
      { ...waiter, finally: (_state, results) => void outcomes.add(results.waiter) },
      { earlyTimeoutsMax: 0 },
    )
    expect(outcomes).toEqual(new Set(['ok', 'not-equal']))
  })

  it('is not woken when others have waited for longer, and only so many are to be woken', () => {
    const sleep = (_thread: Thread, { words }: Words) => Atomics.wait(words, 0, 0)
    const failure = findFailure({
      setup: words,
      threads: [
        { name: 'first', run: sleep },
        { name: 'second', run: sleep },
        { name: 'waker', run: (_thread, { words }) => Atomics.notify(words, 0, 1) },
      ],
    })
    expect([failure.fault, failure.schedule]).toEqual(['deadlock: second waits for word[0]', 'a b c a'])
  })
})

describe('racing reads, when they are allowed,', () => {
  interface Plain {
    readonly x: Cell
    readonly y: Cell
  }
  const plain = (world: World): Plain => ({ x: world.cell('x', 0), y: world.cell('y', 0) })

  /** All pairs of results of two threads. */
  function outcomesOf(
    first: (thread: Thread, state: Plain) => unknown,
    second: (thread: Thread, state: Plain) => unknown,
  ) {
    const outcomes = new Set<string>()
    explore(
      {
        setup: plain,
        threads: [
          { name: 'first', run: first },
          { name: 'second', run: second },
        ],
        finally: (_state, { first, second }) => void outcomes.add(`${first} ${second}`),
      },
      { allowRaces: true },
    )
    return [...outcomes].sort()
  }

  it('may both miss the other thread’s write (store buffering)', () => {
    const outcomes = outcomesOf(
      (thread, { x, y }) => {
        thread.write(x, 1)
        return thread.read(y)
      },
      (thread, { x, y }) => {
        thread.write(y, 1)
        return thread.read(x)
      },
    )
    expect(outcomes).toEqual(['0 0', '0 1', '1 0', '1 1'])
  })

  it('may see a later write and miss the one before (message passing)', () => {
    const outcomes = outcomesOf(
      (thread, { x, y }) => {
        thread.write(x, 1)
        thread.write(y, 1)
      },
      (thread, { x, y }) => `${thread.read(y)}${thread.read(x)}`,
    )
    expect(outcomes).toEqual(['undefined 00', 'undefined 01', 'undefined 10', 'undefined 11'])
  })

  it('may both see what is written only afterwards (load buffering)', () => {
    const outcomes = outcomesOf(
      (thread, { x, y }) => {
        const seen = thread.read(x)
        thread.write(y, 1)
        return seen
      },
      (thread, { x, y }) => {
        const seen = thread.read(y)
        thread.write(x, 1)
        return seen
      },
    )
    expect(outcomes).toEqual(['0 0', '0 1', '1 0', '1 1'])
  })

  it('do not see values out of thin air', () => {
    const copy = (from: 'x' | 'y', to: 'x' | 'y') => (thread: Thread, state: Plain) => {
      const seen = thread.read(state[from])
      thread.write(state[to], seen)
      return seen
    }
    expect(outcomesOf(copy('x', 'y'), copy('y', 'x'))).toEqual(['0 0'])
  })

  it('do not see what their own thread has overwritten', () => {
    const outcomes = outcomesOf(
      (thread, { x }) => {
        thread.write(x, 1)
        thread.write(x, 2)
        return thread.read(x)
      },
      () => 'nothing',
    )
    expect(outcomes).toEqual(['2 nothing'])
  })
})
