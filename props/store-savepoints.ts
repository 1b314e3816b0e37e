/** Savepoints of a store: made, deleted and gone back to at random, in the order that the history knows. */

import type { Content, Version } from './store-history.ts'
import type { RunningStore } from './store-running.ts'

const SAVEPOINTS_MAX = 3

export class Savepoints {
  readonly #life: RunningStore

  constructor(life: RunningStore) {
    this.#life = life
  }

  async use(): Promise<void> {
    const { tip } = this.#life.history
    const names = [...tip.savepoints.keys()]
    const choice = this.#life.random.next()
    if (names.length === 0 || (choice < 0.45 && names.length < SAVEPOINTS_MAX)) {
      await this.#create(`s${this.#life.random.below(6)}`)
    } else if (choice < 0.7) await this.#delete(this.#life.random.pick(names))
    else await this.#restore(this.#life.random.pick(names))
  }

  async #create(name: string): Promise<void> {
    const { tip } = this.#life.history
    if (tip.savepoints.has(name)) return
    await this.#alter(
      `create savepoint ${name}`,
      () => this.#life.opened.savepoints.create(name),
      tip.content,
      [...tip.savepoints, [name, tip.content]],
    )
  }

  async #delete(name: string): Promise<void> {
    const { tip } = this.#life.history
    const rest = [...tip.savepoints].filter(([other]) => other !== name)
    await this.#alter(
      `delete savepoint ${name}`,
      () => this.#life.opened.savepoints.delete(name),
      tip.content,
      rest,
    )
  }

  async #restore(name: string): Promise<void> {
    const { tip } = this.#life.history
    const entries = [...tip.savepoints]
    // They are in the order of their making; later ones go.
    const at = entries.findIndex(([other]) => other === name)
    const kept = entries.slice(0, at + 1)
    await this.#alter(
      `restore savepoint ${name}`,
      () => this.#life.opened.savepoints.restore(name),
      entries[at][1],
      kept,
    )
  }

  async #alter(
    what: string,
    action: () => void,
    content: Content,
    savepoints: [string, Content][],
  ): Promise<void> {
    this.#life.log.push(what)
    let version: Version | undefined
    try {
      version = this.#life.history.submit(content, new Map(savepoints), false)
      action()
      this.#life.history.acknowledge(version)
    } catch (error) {
      this.#life.failedAtOnce(error, version)
    }
  }
}
