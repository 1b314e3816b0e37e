/**
 * Files that do not belong together: somebody copied the database and its logs one after the other while they were
 * written, or put an old copy of the database beside the logs of what had come after it. Law: what is then found is one
 * state that the database had, of its own past and not of another one, or a clear error.
 */

import { SeededRandom } from './seeded-random.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import type { Version } from './store-history.ts'
import { DATABASE, type Life } from './store-life.ts'

/** All files of a database at one moment: path to bytes. */
type Files = ReadonlyMap<string, Buffer>

const isLog = (path: string) => path.startsWith(`${DATABASE}-wal`)

function filesOf(disk: SimulatedDisk): Files {
  const paths = disk.paths().filter(path => path === DATABASE || isLog(path))
  return new Map(paths.map(path => [path, disk.contents(path)]))
}

/** The database file of `database`, the logs of `logs`, and no other file. No process runs. */
function putTogether(disk: SimulatedDisk, database: Files, logs: Files): void {
  for (const path of filesOf(disk).keys()) disk.unlink(path)
  for (const [path, bytes] of [...withoutLogs(database), ...logs]) {
    const file = disk.open(path, 'create')
    if (bytes.length > 0) file.write(bytes, 0, bytes.length, 0)
    file.sync()
    file.close()
  }
  disk.syncDirectory(disk.directoryOf(DATABASE))
}

/** A life whose files are of two moments in the end. Returns what may be found. */
export async function mixMoments(life: Life, seed: number): Promise<readonly Version[]> {
  const random = new SeededRandom(seed ^ 0x713e)
  await live(life, random)
  const earlier = filesOf(life.disk)
  await live(life, random)
  await life.die()
  const later = filesOf(life.disk)
  if (random.chance(0.5)) putTogether(life.disk, earlier, withoutDatabase(later))
  else putTogether(life.disk, later, withoutDatabase(earlier))
  return life.history.since(undefined)
}

/** Two lives that begin with the same file; in the end the file is of one and the logs are of the other. */
export async function mixPasts(life: Life, seed: number): Promise<readonly Version[]> {
  const random = new SeededRandom(seed ^ 0xa57)
  await live(life, random)
  await life.closeAndOpen()
  await life.die()
  const common = filesOf(life.disk)
  const version = life.history.tip
  await life.open()
  await live(life, random)
  await life.die()
  const logs = withoutDatabase(filesOf(life.disk))
  putTogether(life.disk, common, new Map())
  life.history.goBackTo(version)
  await life.open()
  await live(life, random)
  await life.die()
  putTogether(life.disk, filesOf(life.disk), logs)
  return life.history.since(undefined)
}

async function live(life: Life, random: SeededRandom): Promise<void> {
  for (let steps = random.below(random.pick([4, 12])); steps > 0; steps--) await life.step()
}

function withoutLogs(files: Files): Files {
  return new Map([...files].filter(([path]) => !isLog(path)))
}

function withoutDatabase(files: Files): Files {
  return new Map([...files].filter(([path]) => isLog(path)))
}
