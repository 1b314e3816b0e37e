/**
 * Recorded arrays: stand-ins for typed arrays whose plain accesses the explorer sees.
 *
 * A typed array cannot be watched, and a Proxy is slow and is not accepted by `Atomics`. A stand-in is an
 * ordinary object with one accessor an index (shared by all stand-ins, on their prototype), so that
 * production code which says `words[i]` works unchanged when a field that held an Int32Array holds this. The
 * explorer's `Atomics` know it too. Outside of logical threads it passes everything through.
 *
 * It covers indexing, `length`, `fill` and `set`, for arrays of up to a few thousand elements; whatever else
 * a typed array can do throws, because it is not there.
 */

export type RecordableArray = Int32Array | Uint32Array | Uint16Array | Uint8Array

/** Performs a plain access by the thread that is running, or returns undefined when none is. */
export interface PlainAccesses {
  isRunning(): boolean
  readElement(array: RecordableArray, index: number): number
  writeElement(array: RecordableArray, index: number, value: number): void
}

const ELEMENTS_MAX = 4096
/** Indices below it have accessors. */
let accessorCount = 0

class RecordedArray {
  readonly array: RecordableArray
  private readonly accesses: PlainAccesses

  constructor(array: RecordableArray, accesses: PlainAccesses) {
    this.array = array
    this.accesses = accesses
  }

  get length(): number {
    return this.array.length
  }

  get(index: number): number {
    if (index >= this.array.length || !this.accesses.isRunning()) return this.array[index]
    return this.accesses.readElement(this.array, index)
  }

  put(index: number, value: number): void {
    if (index >= this.array.length || !this.accesses.isRunning()) this.array[index] = value
    else this.accesses.writeElement(this.array, index, value)
  }

  fill(value: number, start = 0, end = this.array.length): this {
    for (let index = start; index < end; index++) this.put(index, value)
    return this
  }

  set(values: ArrayLike<number>, offset = 0): void {
    for (let i = 0; i < values.length; i++) this.put(offset + i, values[i])
  }
}

/** A stand-in for `array`; it says that it has its type. */
export function recordedArray<T extends RecordableArray>(array: T, accesses: PlainAccesses): T {
  if (array.length > ELEMENTS_MAX) throw new RangeError(`at most ${ELEMENTS_MAX} elements are recorded`)
  while (accessorCount < array.length) defineAccessor(accessorCount++)
  return new RecordedArray(array, accesses) as unknown as T
}

export function isRecordedArray(value: unknown): boolean {
  return value instanceof RecordedArray
}

/** The real array behind a stand-in; any other array is itself. */
export function realArray<T>(array: T): T {
  return array instanceof RecordedArray ? (array.array as T) : array
}

function defineAccessor(index: number): void {
  Object.defineProperty(RecordedArray.prototype, index, {
    get(this: RecordedArray) {
      return this.get(index)
    },
    set(this: RecordedArray, value: number) {
      this.put(index, value)
    },
  })
}
