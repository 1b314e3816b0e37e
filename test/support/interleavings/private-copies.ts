/**
 * Private copies: what a logical thread has of its own, as it was when the threads started.
 *
 * A thread is run from its start again and again, so it may keep nothing from the run before. Objects that
 * only look at shared memory when they are made can be made in its function. Those that also *initialize* it
 * (`new Frames` empties the pool) are made once, in `setup`; the thread works on a copy of them. Shared
 * memory, and views of it, are not copied: that is what the threads share.
 *
 * The copies are made once for a thread, and put back as they were before each of its runs: the run before
 * was unwound, so nobody holds them any more, and to make them anew would be most of the explorer's work.
 */

import { Cell } from './places.ts'
import { isRecordedArray } from './recorded.ts'

type Properties = Record<string, unknown>

const Nature = { shared: 0, buffer: 1, view: 2, map: 3, set: 4, array: 5, object: 6 } as const

/** What the instances of a class are, by its constructor. */
const natures = new Map<unknown, number>()

export class PrivateCopies {
  private readonly copies = new Map<object, object>()
  /** One for each copy that can change. */
  private readonly restores: (() => void)[] = []

  /** The copy of the value and of all that it refers to. */
  of<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value
    return (this.copies.get(value) ?? this.make(value)) as T
  }

  /** Makes all copies what they were at first. */
  restore(): void {
    for (const restore of this.restores) restore()
  }

  private make(original: object): object {
    const nature = natureOf(original)
    if (nature === Nature.shared) return original
    if (nature === Nature.view) return this.copyView(original as ArrayBufferView)
    if (nature === Nature.buffer) return this.copyBuffer(original as ArrayBuffer)
    if (nature === Nature.map) return this.copyMap(original as Map<unknown, unknown>)
    if (nature === Nature.set) return this.copySet(original as Set<unknown>)
    return this.copyProperties(original, nature)
  }

  private copyProperties(original: object, nature: number): object {
    const copy = (nature === Nature.array ? [] : Object.create(Object.getPrototypeOf(original))) as Properties
    this.copies.set(original, copy)
    const keys = Object.keys(original)
    const values = keys.map(key => this.of((original as Properties)[key]))
    const restore = () => {
      for (let i = 0; i < keys.length; i++) copy[keys[i]] = values[i]
      if (Array.isArray(copy)) copy.length = values.length
      if (Object.keys(copy).length === keys.length) return
      for (const key of Object.keys(copy)) if (!keys.includes(key)) delete copy[key]
    }
    restore()
    this.restores.push(restore)
    return copy
  }

  private copyView(view: ArrayBufferView): object {
    if (view.buffer instanceof SharedArrayBuffer) return view
    const Constructor = view.constructor as new (buffer: unknown, offset: number, length: number) => object
    const length = view instanceof DataView ? view.byteLength : (view as Uint8Array).length
    const buffer = this.of(view.buffer) as ArrayBuffer
    const isBuffer = view instanceof Buffer
    const copy = isBuffer
      ? Buffer.from(buffer, view.byteOffset, length)
      : new Constructor(buffer, view.byteOffset, length)
    this.copies.set(view, copy)
    return copy
  }

  private copyBuffer(original: ArrayBuffer): object {
    const copy = original.slice(0)
    this.copies.set(original, copy)
    const source = new Uint8Array(original)
    const target = new Uint8Array(copy)
    this.restores.push(() => target.set(source))
    return copy
  }

  private copyMap(original: Map<unknown, unknown>): object {
    const copy = new Map<unknown, unknown>()
    this.copies.set(original, copy)
    const entries = [...original].map(([key, value]) => [this.of(key), this.of(value)])
    const restore = () => {
      copy.clear()
      for (const [key, value] of entries) copy.set(key, value)
    }
    restore()
    this.restores.push(restore)
    return copy
  }

  private copySet(original: Set<unknown>): object {
    const copy = new Set<unknown>()
    this.copies.set(original, copy)
    const items = [...original].map(item => this.of(item))
    const restore = () => {
      copy.clear()
      for (const item of items) copy.add(item)
    }
    restore()
    this.restores.push(restore)
    return copy
  }
}

function natureOf(object: object): number {
  let nature = natures.get(object.constructor)
  if (nature === undefined) {
    nature = findNature(object)
    natures.set(object.constructor, nature)
  }
  return nature
}

function findNature(object: object): number {
  const isWasmMemory = Object.prototype.toString.call(object) === '[object WebAssembly.Memory]'
  const isShared = object instanceof SharedArrayBuffer || object instanceof Cell || isRecordedArray(object)
  if (isWasmMemory || isShared) return Nature.shared
  if (object instanceof ArrayBuffer) return Nature.buffer
  if (ArrayBuffer.isView(object)) return Nature.view
  if (object instanceof Map) return Nature.map
  if (object instanceof Set) return Nature.set
  return Array.isArray(object) ? Nature.array : Nature.object
}
