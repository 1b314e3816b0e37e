/**
 * A Map that is made when something is put into it. What lasts for one transaction has a dozen of them, most of which stay
 * empty: each Map takes 200 bytes from its beginning, and a call into the runtime.
 */

/** Nothing is ever put into it. */
const NOTHING = new Map<never, never>()

export class LateMap<Key, Value> {
  private map: Map<Key, Value> | undefined = undefined

  private get entered(): ReadonlyMap<Key, Value> {
    return this.map ?? (NOTHING as ReadonlyMap<never, never> as ReadonlyMap<Key, Value>)
  }

  get size(): number {
    return this.map === undefined ? 0 : this.map.size
  }

  get(key: Key): Value | undefined {
    return this.map === undefined ? undefined : this.map.get(key)
  }

  has(key: Key): boolean {
    return this.map?.has(key) === true
  }

  set(key: Key, value: Value): this {
    this.map ??= new Map()
    this.map.set(key, value)
    return this
  }

  delete(key: Key): boolean {
    return this.map?.delete(key) === true
  }

  clear(): void {
    if (this.map !== undefined) this.map.clear()
  }

  keys(): IterableIterator<Key> {
    return this.entered.keys()
  }

  values(): IterableIterator<Value> {
    return this.entered.values()
  }

  entries(): IterableIterator<[Key, Value]> {
    return this.entered.entries()
  }

  [Symbol.iterator](): IterableIterator<[Key, Value]> {
    return this.entered.entries()
  }
}
