/** A disk that is really full: file systems of a few megabytes, mounted where only the process sees them. */

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { compilePrograms } from '../support/compiled-program.ts'
import { Account, runChild } from './child.ts'

interface FileSystem {
  readonly name: string
  /** Commands of a shell that mount it at $MOUNT; $IMAGE is a file of their own. */
  readonly mount: string
}

const fileSystems: readonly FileSystem[] = [
  { name: 'tmpfs', mount: 'mount -t tmpfs -o size=6m tmpfs "$MOUNT"' },
  {
    name: 'ext4',
    mount:
      'truncate -s 12M "$IMAGE" && mkfs.ext4 -q -F -m 0 "$IMAGE" && mount -t ext4 -o loop "$IMAGE" "$MOUNT"',
  },
]

/** A name space of its own: what is mounted in it goes with the process, however that ends. */
const unshare = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]

/** A command that mounts, and then runs `script` with the arguments behind it. */
function commandOn(fileSystem: FileSystem, place: string, script: string, args: readonly string[]): string[] {
  const variables = [`MOUNT=${place}`, `IMAGE=${place}.image`]
  return ['env', ...variables, ...unshare, 'sh', '-c', `${fileSystem.mount} && ${script}`, 'sh', ...args]
}

function whyNot(fileSystem: FileSystem): string | undefined {
  if (process.platform !== 'linux') return 'mounting is for Linux'
  const directory = temporaryDirectory()
  try {
    const place = directory.file('mount')
    mkdirSync(place)
    const [file, ...parts] = commandOn(fileSystem, place, 'true', [])
    const { status, stderr, error } = spawnSync(file, parts, { encoding: 'utf8', timeout: 20_000 })
    return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1))
  } finally {
    directory.remove()
  }
}

describe('a disk that is full', () => {
  let directory: TemporaryDirectory
  let program: string

  beforeAll(() => {
    directory = temporaryDirectory()
    program = compilePrograms(directory.file('compiled'), ['test/kernel-faults/full-disk.ts'])[0]
  }, 60_000)
  afterAll(() => directory.remove())

  for (const fileSystem of fileSystems) {
    const whySkipped = whyNot(fileSystem)
    const note = whySkipped === undefined ? '' : ` (skipped, it cannot be mounted here: ${whySkipped})`
    it.skipIf(whySkipped !== undefined)(
      `fails transactions and nothing else, and loses nothing: ${fileSystem.name}${note}`,
      async () => {
        const place = directory.file(fileSystem.name)
        mkdirSync(place)
        const script = '"$@" fill && "$@" reopen'
        const command = [process.execPath, program, place]
        const { lines } = await runChild(commandOn(fileSystem, place, script, command))

        const account = new Account(0)
        account.hear(lines)
        expect(lines.filter(line => line === 'end').length).toBe(2)
        expect(lines).toContain('told NO_SPACE write')
        expect(account.acknowledged).toBeGreaterThan(200)
      },
      120_000,
    )
  }
})
