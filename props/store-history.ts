/**
 * What a store should hold: every state that was submitted to it, in order, and what is known of each one's fate.
 *
 * The law that it judges by: after a recovery the store holds exactly one of these states, not older than the
 * last one that was acknowledged as durable, and not one that was reported as rolled back. What a
 * recovery has shown counts as acknowledged.
 *
 * Knows nothing of disks and stores.
 */

import { Broken } from './law.ts'
import { stampOf } from './store-content.ts'

/** Keys and values are byte strings, one character a byte, so that they compare and sort as bytes do. */
export type TreeContent = ReadonlyMap<string, string>
export type Content = ReadonlyMap<number, TreeContent>
/** Persistent savepoints: name to the state that each keeps. */
export type Savepoints = ReadonlyMap<string, Content>

export interface Version {
  readonly index: number
  readonly content: Content
  readonly savepoints: Savepoints
  /** Committed without waiting for the disk: it may be seen before it is durable. */
  readonly isUnsynced: boolean
  /** The store said that it did not happen. */
  isRolledBack: boolean
}

export class History {
  #versions: Version[] = []
  /** What later ones replaced for good. */
  #older: Version[] = []
  #durable: Version

  constructor(content: Content) {
    this.#durable = {
      index: 0,
      content,
      savepoints: new Map(),
      isUnsynced: false,
      isRolledBack: false,
    }
    this.#versions.push(this.#durable)
  }

  /** The newest version that was not rolled back. */
  get tip(): Version {
    return this.#versions.findLast(version => !version.isRolledBack)!
  }

  /** The newest version that must survive anything. */
  get durable(): Version {
    return this.#durable
  }

  /** A new version on top of the tip. */
  submit(content: Content, savepoints: Savepoints, isUnsynced: boolean): Version {
    const index = this.#versions.at(-1)!.index + 1
    const version: Version = { index, content, savepoints, isUnsynced, isRolledBack: false }
    this.#versions.push(version)
    return version
  }

  /** From now on nothing older than `version` may be found. */
  acknowledge(version: Version): void {
    if (version.index <= this.#durable.index) return
    this.#durable = version
    this.#older.push(...this.#versions.filter(({ index }) => index < version.index))
    this.#versions = this.#versions.filter(({ index }) => index >= version.index)
  }

  /**
   * A reader saw `version`. Only commits that did not ask for a sync are seen before they are durable, and none of them
   * on top of one that did ask: so the newest one below that did ask must stay.
   */
  see(version: Version): void {
    const synced = this.candidates().find(({ index, isUnsynced }) => index <= version.index && !isUnsynced)
    if (synced !== undefined) this.acknowledge(synced)
  }

  /** `version` is what there is: what came after it never happened. */
  settleOn(version: Version): void {
    this.acknowledge(version)
    this.#durable = version
    this.#versions = [version]
  }

  /** Somebody put an old file back: what came after `version` is of another time. */
  goBackTo(version: Version): void {
    this.#older = this.#older.filter(({ index }) => index < version.index)
    this.#durable = version
    this.#versions = [version]
  }

  /** The versions that a recovery may find, the newest first. */
  candidates(): Version[] {
    return this.#versions.filter(version => !version.isRolledBack).reverse()
  }

  /** The one of them that a recovery has found. @throws Broken when it has found anything else */
  find(content: Content, savepointNames: readonly string[]): Version {
    const names = [...savepointNames].sort().join()
    let reason = 'there is no candidate'
    for (const version of this.candidates()) {
      const wrong = difference(version.content, content)
      if (wrong !== undefined) {
        if (stampOf(version.content) === stampOf(content)) reason = wrong
      } else if ([...version.savepoints.keys()].sort().join() !== names) reason = `savepoints ${names}`
      else return version
    }
    const stamps = `${stampOf(this.#durable.content)} to ${stampOf(this.tip.content)}`
    throw new Broken(
      `a recovery finds a state from the last durable to the last submitted one (${stamps}), ` +
        `not ${stampOf(content)}: ${reason}`,
    )
  }

  /** The same with those that were acknowledged and replaced, from `oldest` on; undefined: from the first one on. */
  since(oldest: Version | undefined): Version[] {
    const first = oldest?.index ?? 0
    return [...this.#older, ...this.#versions]
      .filter(({ isRolledBack, index }) => !isRolledBack && index >= first)
      .reverse()
  }
}

/** The first difference between two states in words, or undefined when there is none. */
export function difference(expected: Content, actual: Content): string | undefined {
  for (const treeId of new Set([...expected.keys(), ...actual.keys()])) {
    const wanted = expected.get(treeId)
    const found = actual.get(treeId)
    if (wanted === undefined) return `tree ${treeId} should not be there`
    if (found === undefined) return `tree ${treeId} is missing`
    if (wanted.size !== found.size) return `tree ${treeId} has ${found.size} entries, not ${wanted.size}`
    for (const [key, value] of wanted) {
      const given = found.get(key)
      if (given === value) continue
      const what = given === undefined ? 'missing' : `${given.length} bytes, not ${value.length} other ones`
      return `tree ${treeId}: the value of ${JSON.stringify(key)} is ${what}`
    }
  }
  return undefined
}
