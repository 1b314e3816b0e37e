/**
 * Typed views over the memory that holds all page images of one database.
 *
 * One set of views per database, never one per page: making a view costs more than a lookup.
 * A page image is named by the byte offset of its frame; offsets are multiples of the page size.
 */

/** The views. `u16` is indexed by byte offset >>> 1, `u32` by byte offset >>> 2. */
export class PageMemory {
  readonly pageSize: number
  readonly buffer: ArrayBufferLike
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
  /** The same bytes as a Buffer, for its fast string and compare methods. */
  readonly bytes: Buffer

  /** `byteLength`, a multiple of 4: as much of the buffer as is looked at. */
  constructor(buffer: ArrayBufferLike, pageSize: number, byteLength: number = buffer.byteLength) {
    this.pageSize = pageSize
    this.buffer = buffer
    this.u8 = new Uint8Array(buffer, 0, byteLength)
    this.u16 = new Uint16Array(buffer, 0, byteLength >>> 1)
    this.u32 = new Uint32Array(buffer, 0, byteLength >>> 2)
    this.bytes = Buffer.from(buffer as ArrayBuffer, 0, byteLength)
  }
}
