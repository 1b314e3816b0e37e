/** The simulated disk: handles, and what fails around files or after it has happened. */

import { expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import type { Fault } from './simulated-faults.ts'

const PATH = '/disk/file'

function diskFailing(fault: Fault): SimulatedDisk {
  const disk = new SimulatedDisk({ seed: 1 })
  disk.open(PATH, 'create').close()
  disk.fail(fault)
  return disk
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'done'
}

test('opening, asking for the size and closing can fail', () => {
  const opening = diskFailing({ operation: 'open', kind: 'ioError' })
  expect(codeOf(() => opening.open(PATH, 'write'))).toBe('IO_ERROR')
  const asking = diskFailing({ operation: 'size', kind: 'ioError' })
  expect(codeOf(() => asking.open(PATH, 'read').size())).toBe('IO_ERROR')
  const closing = diskFailing({ operation: 'close', kind: 'ioError' })
  const file = closing.open(PATH, 'read')
  expect(codeOf(() => file.close())).toBe('IO_ERROR')
})

test('a handle that could not be closed is closed, and a second call does nothing', () => {
  const disk = diskFailing({ operation: 'close', kind: 'ioError', times: 2 })
  const file = disk.open(PATH, 'read')
  expect(disk.openHandleCount).toBe(1)
  expect(codeOf(() => file.close())).toBe('IO_ERROR')
  expect(disk.openHandleCount).toBe(0)
  expect(codeOf(() => file.close())).toBe('done')
  expect(disk.openHandleCount).toBe(0)
})

test('the handles of a dead process are none', () => {
  const disk = new SimulatedDisk({ seed: 1 })
  disk.open(PATH, 'create')
  disk.killProcess()
  expect(disk.openHandleCount).toBe(0)
})

test('what fails afterwards has happened', () => {
  const disk = diskFailing({ operation: 'rename', kind: 'ioErrorAfterwards' })
  expect(codeOf(() => disk.rename(PATH, '/disk/other'))).toBe('IO_ERROR')
  expect(disk.paths()).toEqual(['/disk/other'])
  const writing = diskFailing({ operation: 'write', kind: 'ioErrorAfterwards' })
  const file = writing.open(PATH, 'write')
  expect(codeOf(() => file.write(Buffer.from('abc'), 0, 3, 0))).toBe('IO_ERROR')
  expect(writing.contents(PATH).toString()).toBe('abc')
  writing.fail({ operation: 'sync', kind: 'ioErrorAfterwards' })
  expect(codeOf(() => file.sync())).toBe('IO_ERROR')
  expect(writing.contents(PATH, 'cached').length).toBe(3)
  expect(writing.pendingParts).toBe(1)
})

test('what fails has not happened', () => {
  const disk = diskFailing({ operation: 'rename', kind: 'ioError' })
  expect(codeOf(() => disk.rename(PATH, '/disk/other'))).toBe('IO_ERROR')
  expect(disk.paths()).toEqual([PATH])
})

test('only writes from some place on can be lost', () => {
  const disk = diskFailing({
    operation: 'write',
    kind: 'lost',
    fromByte: 512,
    times: Number.POSITIVE_INFINITY,
  })
  const file = disk.open(PATH, 'write')
  for (const at of [0, 512, 1024]) file.write(Buffer.alloc(512, 'x'), 0, 512, at)
  file.sync()
  disk.forgetClean()
  expect(disk.contents(PATH).toString('latin1').replaceAll('\0', '')).toBe('x'.repeat(512))
})
