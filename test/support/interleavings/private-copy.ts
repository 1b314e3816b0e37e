/**
 * Private copies: what a logical thread has of its own, as it was when the threads started.
 *
 * A thread is run from its start again and again, so it may keep nothing from the run before. Objects that
 * only read shared memory when they are made can be made in its function. Those that also *initialize* it
 * (`new Frames` empties the pool) are made once, in `setup`; the thread works on a copy of them. Shared
 * memory, and views of it, are not copied: that is what the threads share.
 */

import { Cell } from './places.ts'
import { isRecordedArray } from './recorded.ts'

type Copies = Map<object, object>

/** A copy of the object and all that it refers to; `copies` holds what was copied already. */
export function privateCopy<T>(value: T, copies: Copies): T {
  if (typeof value !== 'object' || value === null) return value
  return copyObject(value, copies) as T
}

function copyObject(original: object, copies: Copies): object {
  const known = copies.get(original)
  if (known !== undefined) return known
  if (isShared(original)) return original
  if (original instanceof ArrayBuffer) return remember(original, original.slice(0), copies)
  if (ArrayBuffer.isView(original)) return copyView(original, copies)
  if (original instanceof Map || original instanceof Set) return copyCollection(original, copies)
  const copy = remember(
    original,
    Array.isArray(original) ? [] : Object.create(Object.getPrototypeOf(original)),
    copies,
  )
  for (const key of Reflect.ownKeys(original)) {
    const property = Object.getOwnPropertyDescriptor(original, key)!
    if ('value' in property) property.value = privateCopy(property.value, copies)
    Object.defineProperty(copy, key, property)
  }
  return copy
}

function copyView(view: ArrayBufferView, copies: Copies): object {
  if (!(view.buffer instanceof ArrayBuffer)) return view
  const Constructor = view.constructor as new (buffer: object, offset: number, length: number) => object
  const length = view instanceof DataView ? view.byteLength : (view as Uint8Array).length
  const buffer = copyObject(view.buffer, copies)
  if (view instanceof Buffer)
    return remember(view, Buffer.from(buffer as ArrayBuffer, view.byteOffset, length), copies)
  return remember(view, new Constructor(buffer, view.byteOffset, length), copies)
}

function copyCollection(original: Map<unknown, unknown> | Set<unknown>, copies: Copies): object {
  if (original instanceof Map) {
    const copy = remember(original, new Map<unknown, unknown>(), copies)
    for (const [key, value] of original) copy.set(privateCopy(key, copies), privateCopy(value, copies))
    return copy
  }
  const copy = remember(original, new Set<unknown>(), copies)
  for (const value of original) copy.add(privateCopy(value, copies))
  return copy
}

function isShared(object: object): boolean {
  return (
    object instanceof SharedArrayBuffer ||
    object instanceof Cell ||
    isRecordedArray(object) ||
    Object.prototype.toString.call(object) === '[object WebAssembly.Memory]' ||
    (ArrayBuffer.isView(object) && object.buffer instanceof SharedArrayBuffer)
  )
}

function remember<T extends object>(original: object, copy: T, copies: Copies): T {
  copies.set(original, copy)
  return copy
}
