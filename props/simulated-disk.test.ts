/**
 * The simulated disk must be trusted before what it says of a database is. Laws: what was synced is there after
 * anything; what was not may be there, in any part; nothing else is ever there, unless a fault put it there.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import type { StorageFile } from '../src/io/storage.ts'
import { runs } from './scale.ts'
import { type Fault, SimulatedCrash, SimulatedDisk, type SimulatedDiskOptions } from './simulated-disk.ts'

const PATH = '/disk/file'

/** A file whose name is durable. */
function openDisk(options: SimulatedDiskOptions): { disk: SimulatedDisk; file: StorageFile } {
  const disk = new SimulatedDisk(options)
  const file = disk.open(PATH, 'create')
  disk.syncDirectory('/disk')
  return { disk, file }
}

function write(file: StorageFile, position: number, length: number, fill: number): void {
  file.write(Buffer.alloc(length, fill), 0, length, position)
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

/** All outcomes of one situation over many seeds. */
function outcomes(seeds: number, run: (seed: number) => string): Set<string> {
  const found = new Set<string>()
  for (let seed = 0; seed < seeds; seed++) found.add(run(seed))
  return found
}

/** One letter for each sector of the file. */
function sectors(disk: SimulatedDisk, letters: Record<number, string>): string {
  const bytes = disk.contents(PATH)
  let text = ''
  for (let at = 0; at < bytes.length; at += 512) text += letters[bytes[at]] ?? '?'
  return text
}

describe('power loss', () => {
  test('takes nothing that was synced', () => {
    const found = outcomes(100, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 1024, 1)
      file.sync()
      disk.losePower()
      return sectors(disk, { 1: 'a' })
    })
    expect([...found]).toEqual(['aa'])
  })

  test('leaves any subset of the sectors under way, and any of the sizes', () => {
    const found = outcomes(400, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 1024, 1)
      file.sync()
      write(file, 512, 1024, 2)
      disk.losePower()
      return sectors(disk, { 0: '.', 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['aa', 'aa.', 'aab', 'ab', 'ab.', 'abb'])
  })

  test('leaves any of several versions of one sector', () => {
    const found = outcomes(400, seed => {
      const { disk, file } = openDisk({ seed })
      for (const version of [1, 2, 3]) {
        write(file, 0, 512, version)
        if (version === 1) file.sync()
      }
      disk.losePower()
      return sectors(disk, { 1: 'a', 2: 'b', 3: 'c' })
    })
    expect([...found].sort()).toEqual(['a', 'b', 'c'])
  })

  test('may undo a truncation, and may let it pass what was written before', () => {
    const found = outcomes(400, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 1024, 1)
      file.sync()
      file.truncate(512)
      disk.losePower()
      return sectors(disk, { 0: '.', 1: 'a' })
    })
    expect([...found].sort()).toEqual(['a', 'a.', 'aa'])
  })

  test('writes 4 KiB whole or not at all on a disk of such sectors', () => {
    const found = outcomes(100, seed => {
      const { disk, file } = openDisk({ seed, sectorBytes: 4096 })
      write(file, 0, 8192, 1)
      file.sync()
      write(file, 0, 8192, 2)
      disk.losePower()
      return sectors(disk, { 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(
      ['aaaaaaaabbbbbbbb', 'aaaaaaaaaaaaaaaa', 'bbbbbbbbaaaaaaaa', 'bbbbbbbbbbbbbbbb'].sort(),
    )
  })

  test('leaves garbage in sectors under way on a disk that tears them, and nowhere else', () => {
    const found = outcomes(600, seed => {
      const { disk, file } = openDisk({ seed, tearsSectors: true })
      write(file, 0, 1024, 1)
      file.sync()
      write(file, 512, 512, 2)
      disk.losePower()
      return sectors(disk, { 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['a?', 'aa', 'ab'])
  })

  test('may leave a file that grew with zeros, garbage or old bytes where data did not arrive', () => {
    const grown = (exposesGarbage: boolean) =>
      outcomes(400, seed => {
        const { disk, file } = openDisk({ seed, exposesGarbage })
        write(file, 0, 1024, 1)
        file.sync()
        disk.unlink(PATH)
        const next = disk.open(PATH, 'create')
        disk.syncDirectory('/disk')
        write(next, 0, 1024, 2)
        disk.losePower()
        return sectors(disk, { 0: '.', 1: 'a', 2: 'b' })
      })
    expect([...grown(false)].sort()).toEqual(['', '..', '.b', 'b.', 'bb'])
    const withGarbage = grown(true)
    for (const outcome of ['', 'aa', 'ab', 'ba', 'bb', 'b?']) expect(withGarbage).toContain(outcome)
    expect(withGarbage).not.toContain('..')
  })

  test('ends every handle of the dead process', () => {
    const { disk, file } = openDisk({ seed: 1 })
    disk.losePower()
    expect(() => file.read(Buffer.alloc(1), 0, 1, 0)).toThrow(SimulatedCrash)
    expect(() => file.sync()).toThrow(SimulatedCrash)
    file.close()
  })
})

describe('names', () => {
  test('are durable only after a sync of their directory', () => {
    const found = outcomes(100, seed => {
      const disk = new SimulatedDisk({ seed })
      const file = disk.open(PATH, 'create')
      write(file, 0, 512, 1)
      file.sync()
      disk.losePower()
      return disk.exists(PATH) ? sectors(disk, { 1: 'a' }) : 'none'
    })
    expect([...found].sort()).toEqual(['a', 'none'])
  })

  test('change whole: after a rename there is the old file or the new one', () => {
    const found = outcomes(200, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 512, 1)
      file.sync()
      const next = disk.open('/disk/next', 'create')
      write(next, 0, 512, 2)
      next.sync()
      disk.rename('/disk/next', PATH)
      disk.losePower()
      return sectors(disk, { 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['a', 'b'])
  })

  test('that were removed may come back until the directory is synced', () => {
    const afterUnlink = (sync: boolean) =>
      outcomes(100, seed => {
        const { disk } = openDisk({ seed })
        disk.unlink(PATH)
        if (sync) disk.syncDirectory('/disk')
        disk.losePower()
        return `${disk.exists(PATH)}`
      })
    expect([...afterUnlink(false)].sort()).toEqual(['false', 'true'])
    expect([...afterUnlink(true)]).toEqual(['false'])
  })

  test('of other directories are not made durable', () => {
    const found = outcomes(100, seed => {
      const disk = new SimulatedDisk({ seed })
      disk.open(PATH, 'create')
      disk.syncDirectory('/elsewhere')
      disk.losePower()
      return `${disk.exists(PATH)}`
    })
    expect(found.size).toBe(2)
  })

  test('may go while the file is open', () => {
    const { disk, file } = openDisk({ seed: 1 })
    write(file, 0, 10, 7)
    disk.unlink(PATH)
    const target = Buffer.alloc(10)
    expect([disk.exists(PATH), file.read(target, 0, 10, 0), target[9]]).toEqual([false, 10, 7])
  })
})

describe('death of the process', () => {
  test('loses nothing that was written, and makes nothing durable', () => {
    const found = outcomes(200, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 512, 1)
      disk.killProcess()
      const before = sectors(disk, { 1: 'a' })
      disk.losePower()
      return `${before} ${sectors(disk, { 0: '.', 1: 'a' })}`
    })
    expect([...found].sort()).toEqual(['a ', 'a .', 'a a'])
  })

  test('frees the locks, and no sooner', () => {
    const { disk, file } = openDisk({ seed: 1 })
    disk.lock(file, 'exclusive')
    const second = disk.open(PATH, 'write')
    expect(codeOf(() => disk.lock(second, 'exclusive'))).toBe('LOCKED')
    expect(codeOf(() => disk.lock(second, 'shared'))).toBe('LOCKED')
    disk.killProcess()
    disk.lock(disk.open(PATH, 'write'), 'exclusive')
  })

  test('comes where it was planned, and nothing happens afterwards', () => {
    const seen: string[] = []
    for (const moment of ['before', 'after'] as const) {
      const { disk, file } = openDisk({ seed: 1 })
      disk.crashAt(2, moment)
      write(file, 0, 512, 1)
      expect(() => write(file, 512, 512, 2)).toThrow(SimulatedCrash)
      expect(() => write(file, 1024, 512, 3)).toThrow(SimulatedCrash)
      expect(() => disk.open(PATH, 'write')).toThrow(SimulatedCrash)
      disk.killProcess()
      seen.push(sectors(disk, { 1: 'a', 2: 'b', 3: 'c' }))
    }
    expect(seen).toEqual(['a', 'ab'])
  })

  test('in the middle of a write leaves a part of it', () => {
    const found = outcomes(100, seed => {
      const { disk, file } = openDisk({ seed })
      disk.crashAt(1, 'within')
      expect(() => write(file, 0, 2048, 1)).toThrow(SimulatedCrash)
      disk.killProcess()
      return `${disk.contents(PATH).length > 0} ${disk.contents(PATH).length < 2048}`
    })
    expect(found).toContain('true true')
  })

  test('in the middle of a sync may leave any part durable, and the rest under way', () => {
    const { disk, file } = openDisk({ seed: 5 })
    write(file, 0, 2048, 1)
    disk.crashAt(1, 'within')
    expect(() => file.sync()).toThrow(SimulatedCrash)
    disk.killProcess()
    disk.open(PATH, 'write').sync()
    expect(disk.contents(PATH, 'durable').equals(disk.contents(PATH))).toBe(true)
  })

  test('can strike any kind of operation', () => {
    const actions: ((disk: SimulatedDisk, file: StorageFile) => void)[] = [
      (_, file) => write(file, 0, 1, 1),
      (_, file) => file.truncate(7),
      (_, file) => file.sync(),
      disk => disk.open('/disk/other', 'create'),
      disk => disk.open(PATH, 'create'),
      disk => disk.rename(PATH, '/disk/other'),
      disk => disk.unlink(PATH),
      disk => disk.syncDirectory('/disk'),
    ]
    for (const action of actions) {
      for (const moment of ['before', 'within', 'after'] as const) {
        const { disk, file } = openDisk({ seed: 1 })
        disk.crashAt(1, moment)
        expect(() => action(disk, file)).toThrow(SimulatedCrash)
        expect(disk.isCrashed).toBe(true)
      }
    }
  })
})

describe('a failed sync', () => {
  test('makes some of it durable and forgets the rest, while the cache shows all', () => {
    const found = outcomes(400, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 1024, 1)
      file.sync()
      write(file, 0, 1024, 2)
      disk.fail({ operation: 'sync', kind: 'ioError' })
      expect(codeOf(() => file.sync())).toBe('IO_ERROR')
      const shown = sectors(disk, { 1: 'a', 2: 'b' })
      file.sync()
      disk.losePower()
      return `${shown} ${sectors(disk, { 1: 'a', 2: 'b' })}`
    })
    expect([...found].sort()).toEqual(['bb aa', 'bb ab', 'bb ba', 'bb bb'])
  })

  test('is told to every handle that was open, once, and to none that is opened later', () => {
    const { disk, file } = openDisk({ seed: 1 })
    const other = disk.open(PATH, 'write')
    write(file, 0, 512, 1)
    disk.fail({ operation: 'sync', kind: 'ioError' })
    expect(codeOf(() => file.sync())).toBe('IO_ERROR')
    const later = disk.open(PATH, 'write')
    expect(codeOf(() => file.sync())).toBe('nothing thrown')
    expect(codeOf(() => other.sync())).toBe('IO_ERROR')
    expect(codeOf(() => other.sync())).toBe('nothing thrown')
    expect(codeOf(() => later.sync())).toBe('nothing thrown')
  })

  test('may be reported by the next one only, which comes too late', () => {
    const found = outcomes(400, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 512, 1)
      disk.fail({ operation: 'sync', kind: 'late' })
      const first = codeOf(() => file.sync())
      const second = codeOf(() => file.sync())
      disk.losePower()
      return `${first}, ${second} ${sectors(disk, { 0: '.', 1: 'a' })}`
    })
    const told = 'nothing thrown, IO_ERROR'
    expect([...found].sort()).toEqual([`${told} `, `${told} .`, `${told} a`])
  })

  test('shows what it lost when the cache forgets', () => {
    const found = outcomes(100, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 512, 1)
      disk.fail({ operation: 'sync', kind: 'ioError' })
      expect(codeOf(() => file.sync())).toBe('IO_ERROR')
      write(file, 512, 512, 2)
      disk.forgetClean()
      return sectors(disk, { 0: '.', 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['.b', 'ab'])
  })

  test('of a directory forgets names', () => {
    const found = outcomes(100, seed => {
      const disk = new SimulatedDisk({ seed })
      disk.open(PATH, 'create')
      disk.fail({ operation: 'syncDirectory', kind: 'ioError' })
      expect(codeOf(() => disk.syncDirectory('/disk'))).toBe('IO_ERROR')
      disk.syncDirectory('/disk')
      disk.losePower()
      return `${disk.exists(PATH)}`
    })
    expect([...found].sort()).toEqual(['false', 'true'])
  })
})

describe('a background sync', () => {
  test('covers what was written before the call, not after', async () => {
    const { disk, file } = openDisk({ seed: 3 })
    write(file, 0, 512, 1)
    const synced = file.syncAsync()
    write(file, 512, 512, 2)
    await synced
    expect(disk.contents(PATH, 'durable').length).toBe(512)
  })

  test('does not end after the process died', async () => {
    const { disk, file } = openDisk({ seed: 3 })
    write(file, 0, 512, 1)
    const synced = file.syncAsync()
    disk.killProcess()
    await expect(synced).rejects.toThrow(SimulatedCrash)
    expect(disk.contents(PATH, 'durable').length).toBe(0)
  })
})

describe('a fault', () => {
  test('strikes once, some times, or until it is cleared', () => {
    const strikes = (fault: Partial<Fault>) => {
      const { disk, file } = openDisk({ seed: 1 })
      disk.fail({ operation: 'write', kind: 'noSpace', ...fault })
      let text = ''
      for (let i = 0; i < 6; i++) text += codeOf(() => write(file, 0, 1, 1)) === 'NO_SPACE' ? 'x' : '.'
      disk.clearFaults()
      return text + (codeOf(() => write(file, 0, 1, 1)) === 'NO_SPACE' ? 'x' : '.')
    }
    expect(strikes({})).toBe('x......')
    expect(strikes({ skip: 2 })).toBe('..x....')
    expect(strikes({ skip: 1, times: 3 })).toBe('.xxx...')
    expect(strikes({ times: Number.POSITIVE_INFINITY })).toBe('xxxxxx.')
    expect(strikes({ pathPart: 'other' })).toBe('.......')
  })

  test('of a read is an error or a short read', () => {
    const { disk, file } = openDisk({ seed: 9 })
    write(file, 0, 1000, 1)
    disk.fail({ operation: 'read', kind: 'ioError' })
    expect(codeOf(() => file.read(Buffer.alloc(10), 0, 10, 0))).toBe('IO_ERROR')
    disk.fail({ operation: 'read', kind: 'short' })
    expect(file.read(Buffer.alloc(1000), 0, 1000, 0)).toBeLessThan(1000)
    expect(file.read(Buffer.alloc(1000), 0, 1000, 0)).toBe(1000)
  })

  test('of a read may bring the bytes of another place', () => {
    const found = outcomes(60, seed => {
      const { disk, file } = openDisk({ seed })
      for (const sector of [0, 1, 2]) write(file, sector * 512, 512, sector + 1)
      disk.fail({ operation: 'read', kind: 'misdirected' })
      const target = Buffer.alloc(512)
      expect(file.read(target, 0, 512, 0)).toBe(512)
      return `${target[0]}${target[511]}`
    })
    expect([...found].sort()).toEqual(['11', '22', '33'])
  })

  test('loses a write that the cache goes on showing', () => {
    const { disk, file } = openDisk({ seed: 1 })
    write(file, 0, 1024, 1)
    file.sync()
    expect(disk.isSettled).toBe(true)
    disk.fail({ operation: 'write', kind: 'lost' })
    write(file, 0, 512, 2)
    expect(disk.isSettled).toBe(false)
    file.sync()
    expect(disk.pendingParts).toBe(0)
    expect(disk.isSettled).toBe(false)
    expect(sectors(disk, { 1: 'a', 2: 'b' })).toBe('ba')
    disk.forgetClean()
    expect(disk.isSettled).toBe(true)
    expect(sectors(disk, { 1: 'a', 2: 'b' })).toBe('aa')
  })

  test('misdirects a write', () => {
    const found = outcomes(50, seed => {
      const { disk, file } = openDisk({ seed })
      write(file, 0, 1536, 1)
      file.sync()
      disk.fail({ operation: 'write', kind: 'misdirected' })
      write(file, 0, 512, 2)
      file.sync()
      disk.losePower()
      return sectors(disk, { 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['aab', 'aba', 'baa'])
  })

  test('flips a bit for good', () => {
    const { disk, file } = openDisk({ seed: 1 })
    write(file, 0, 512, 1)
    file.sync()
    disk.flipBit(PATH, 100, 3)
    disk.losePower()
    expect([disk.contents(PATH)[100], disk.contents(PATH)[101]]).toEqual([9, 1])
  })
})

describe('time', () => {
  test('passes only when it is told to, and tasks run in order when they are due', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const ran: string[] = []
    disk.scheduler.delay(20, () => ran.push('after 20'))
    disk.scheduler.delay(10, () => {
      ran.push('after 10')
      disk.scheduler.defer(() => ran.push('deferred by it'))
    })
    disk.scheduler.defer(() => ran.push('at once'))
    disk.scheduler.defer(() => ran.push('never'))()
    await Promise.resolve()
    expect(ran).toEqual([])
    const before = disk.clock.monotonicMs()
    await disk.settle()
    await disk.advance(10)
    expect(ran).toEqual(['at once', 'after 10', 'deferred by it'])
    await disk.advance(15)
    expect(ran.at(-1)).toBe('after 20')
    expect(disk.clock.monotonicMs() - before).toBe(25)
  })

  test('ends for the tasks of a dead process', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    let ran = false
    disk.scheduler.defer(() => {
      ran = true
    })
    disk.killProcess()
    await disk.settle()
    expect(ran).toBe(false)
  })
})

describe('an observer', () => {
  test('sees each write that reached the cache', () => {
    const { disk, file } = openDisk({ seed: 1 })
    const seen: string[] = []
    disk.observe = (path, source, offset, length, position) => {
      seen.push(`${path} ${source[offset]} ${length} at ${position}`)
    }
    write(file, 512, 100, 7)
    disk.fail({ operation: 'write', kind: 'ioError' })
    expect(codeOf(() => write(file, 0, 100, 8))).toBe('IO_ERROR')
    expect(seen).toEqual([`${PATH} 7 100 at 512`])
  })
})

describe('a fork', () => {
  test('has its own future', () => {
    const { disk, file } = openDisk({ seed: 1 })
    write(file, 0, 1024, 1)
    file.sync()
    write(file, 0, 1024, 2)
    const found = outcomes(60, seed => {
      const copy = disk.fork(seed)
      copy.losePower()
      return sectors(copy, { 1: 'a', 2: 'b' })
    })
    expect([...found].sort()).toEqual(['aa', 'ab', 'ba', 'bb'])
    expect(sectors(disk, { 1: 'a', 2: 'b' })).toBe('bb')
  })
})

const action = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    position: fc.nat(20_000),
    length: fc.nat(9_000),
    fill: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('truncate' as const), size: fc.nat(25_000) }),
  fc.record({ kind: fc.constant('sync' as const) }),
)

describe('laws', () => {
  test('the cache is one array of bytes, and a sync makes the platter equal to it', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), fc.nat(), (actions, seed) => {
        const { disk, file } = openDisk({ seed })
        let model = Buffer.alloc(0)
        for (const step of actions) {
          if (step.kind === 'write') {
            write(file, step.position, step.length, step.fill)
            const end = step.length === 0 ? 0 : step.position + step.length
            if (end > model.length) model = Buffer.concat([model], end)
            model.fill(step.fill, step.position, end)
          } else if (step.kind === 'truncate') {
            file.truncate(step.size)
            model = Buffer.concat([model], step.size)
          } else {
            file.sync()
            expect(disk.contents(PATH, 'durable').equals(model)).toBe(true)
          }
          expect(disk.contents(PATH).equals(model)).toBe(true)
        }
        file.sync()
        disk.losePower()
        expect(disk.contents(PATH).equals(model)).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })

  test('the fingerprint of what a loss of power would leave is that of the disk that is left, and of no other one', () => {
    const contentsOf = (disk: SimulatedDisk) =>
      disk.paths().map(path => `${path} ${disk.contents(path).toString('latin1')}`)
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 12 }),
        fc.array(fc.infiniteStream(fc.boolean()), { minLength: 2, maxLength: 6 }),
        fc.constantFrom(512, 4096),
        (actions, choices, sectorBytes) => {
          const { disk, file } = openDisk({ seed: 1, sectorBytes })
          const other = disk.open(`${PATH}2`, 'create')
          for (const [i, step] of actions.entries()) {
            const target = i % 3 === 0 ? other : file
            if (step.kind === 'write') write(target, step.position, step.length, step.fill)
            else if (step.kind === 'truncate') target.truncate(step.size)
            else target.sync()
          }
          const found = new Map<string, string>()
          for (const choice of choices) {
            const chosen = [...choice.take(disk.pendingParts)]
            const isKept = (part: number) => chosen[part]
            const fingerprint = disk.fingerprintKeeping(isKept)
            const copy = disk.fork(1)
            copy.losePowerKeeping(isKept)
            expect(copy.fingerprint()).toBe(fingerprint)
            const contents = contentsOf(copy).join()
            expect(found.get(contents) ?? fingerprint).toBe(fingerprint)
            found.set(contents, fingerprint)
          }
          expect(new Set(found.values()).size).toBe(found.size)
        },
      ),
      { numRuns: runs(300) },
    )
  })

  test('one seed, one history', () => {
    const history = (seed: number) => {
      const { disk, file } = openDisk({ seed, tearsSectors: true })
      for (let i = 0; i < 10; i++) write(file, i * 700, 3_000, i + 1)
      disk.losePower()
      return `${disk.contents(PATH).toString('latin1')} ${Buffer.from(disk.randomBytes(8)).toString('hex')}`
    }
    fc.assert(
      fc.property(fc.nat(), seed => {
        expect(history(seed)).toBe(history(seed))
      }),
      { numRuns: runs(50) },
    )
  })
})
