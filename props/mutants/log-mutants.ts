/** Mistakes in the log: what is written, what is synced, what is believed when it is read again. */

import type { Mutant } from './mutant.ts'

const LOG = 'src/wal/log.ts'
const LOG_FILE = 'src/wal/log-file.ts'
const RECOVERY = 'src/wal/recovery.ts'
const LOG_WRITER = 'src/store/log-writer.ts'
const CORE = 'src/store/core.ts'

export const LOG_MUTANTS: readonly Mutant[] = [
  {
    name: 'commit-not-synced',
    law: 'a commit is synced before it counts as durable',
    edits: [
      {
        file: LOG,
        text: 'this.#syncFile(this.#current)\n    this.#durableLsn = target',
        replacement: 'this.#durableLsn = target',
      },
    ],
  },
  {
    name: 'group-not-synced',
    law: 'a group of commits is synced before it counts as durable',
    edits: [{ file: LOG, text: 'await this.#current.syncAsync()', replacement: 'await undefined' }],
  },
  {
    name: 'log-header-not-synced',
    law: 'L1: the header of a log file is durable before a database header names it',
    edits: [
      {
        file: LOG,
        text: 'this.#syncFile(file)\n    try {\n      file.syncName()',
        replacement: 'try {\n      file.syncName()',
      },
    ],
  },
  {
    name: 'log-name-not-synced',
    law: 'L1: the name of a log file is durable before a database header names it',
    edits: [
      {
        file: LOG_FILE,
        text: 'this.#storage.syncDirectory(this.#storage.directoryOf(this.path))',
        replacement: '',
      },
    ],
  },
  {
    name: 'epoch-left-unsynced',
    law: 'L2: all of an epoch is durable before the first batch of the next one',
    edits: [
      {
        file: LOG,
        text: "'epochs follow each other')\n    this.sync()",
        replacement: "'epochs follow each other')",
      },
      {
        file: LOG_WRITER,
        text: 'if (log === undefined) return false\n    this.sync()',
        replacement: 'if (log === undefined) return false\n    this.append()',
      },
      {
        file: 'src/store/checkpointer.ts',
        text: 'this.#log.sync()\n      core.publish(core.tip)',
        replacement: 'core.publish(core.tip)',
      },
    ],
  },
  {
    name: 'durable-lsn-too-high',
    law: 'L3: the durable LSN of a batch was durable',
    edits: [
      {
        file: LOG,
        text: 'header.durableLsn = this.#durableLsn',
        replacement: 'header.durableLsn = firstLsn - 1',
      },
    ],
  },
  {
    name: 'durable-lsn-too-low',
    law: 'a batch vouches for all that was durable before it',
    edits: [
      { file: LOG, text: 'header.durableLsn = this.#durableLsn', replacement: 'header.durableLsn = 0' },
    ],
  },
  {
    name: 'log-recycled-early',
    law: 'L5: a log file is used again only when a durable header does not need it',
    edits: [
      {
        file: LOG,
        text: 'this.#otherState = OtherFile.retained\n    this.#epoch = epoch',
        replacement: 'this.#otherState = OtherFile.free\n    this.#epoch = epoch',
      },
      {
        file: LOG,
        text: 'assert(this.#otherState === OtherFile.retained && epoch',
        replacement: 'assert(epoch',
      },
    ],
  },
  {
    name: 'failed-sync-forgotten',
    law: 'after a failed write or sync nothing is written any more',
    edits: [
      { file: LOG, text: 'this.#isPoisoned = true', replacement: '' },
      {
        file: CORE,
        text: 'this.#isPoisoned = true\n      this.#failure = error',
        replacement: 'this.#failure = error',
      },
    ],
  },
  {
    name: 'sync-retried',
    law: 'no sync is tried again after a failed one',
    edits: [
      {
        file: LOG_FILE,
        text: 'this.#open().sync()',
        replacement: 'try {\n      this.#open().sync()\n    } catch {\n      this.#open().sync()\n    }',
      },
    ],
  },
  {
    name: 'full-disk-swallowed-by-log',
    law: 'space in the log is taken, or the transaction fails',
    edits: [
      {
        file: LOG_FILE,
        text: "if (isCoppiceError(error, 'NO_SPACE')) this.#undoFill(file)\n      throw error\n    }\n    this.#allocatedBytes = endBytes",
        replacement:
          "if (!isCoppiceError(error, 'NO_SPACE')) throw error\n    }\n    this.#allocatedBytes = endBytes",
      },
    ],
  },
  {
    name: 'first-bad-batch-is-the-end',
    law: 'a bad batch that had been acknowledged is damage, not the end of the log',
    edits: [
      {
        file: RECOVERY,
        text: 'if (durableLsn >= missingLsn) {',
        replacement: 'if (durableLsn < 0) {',
      },
    ],
  },
  {
    name: 'payload-not-checked',
    law: 'the checksum of a batch covers its payload',
    edits: [
      {
        file: RECOVERY,
        text: 'return crc32(reader.bytes.subarray(offset, offset + payloadBytes)) === payloadCrc',
        replacement: 'return offset >= 0 && payloadCrc >= 0',
      },
    ],
  },
  {
    name: 'log-of-another-salt-accepted',
    law: 'a log file belongs to the state whose header names its salt',
    edits: [
      {
        file: RECOVERY,
        text: 'return saltLowOf(a) === saltLowOf(b) && saltHighOf(a) === saltHighOf(b)',
        replacement: 'return saltLowOf(a) >= 0 && saltHighOf(b) >= 0',
      },
      {
        file: RECOVERY,
        text: '(salt === undefined || (batch.saltLow === saltLowOf(salt) && batch.saltHigh === saltHighOf(salt))) &&',
        replacement: 'salt !== null &&',
      },
    ],
  },
  {
    name: 'stale-batches-accepted',
    law: 'a batch is of this epoch and salt, and follows the one before',
    edits: [
      { file: RECOVERY, text: 'batch.epoch === epoch &&', replacement: 'epoch > 0 &&' },
      {
        file: RECOVERY,
        text: '(salt === undefined || (batch.saltLow === saltLowOf(salt) && batch.saltHigh === saltHighOf(salt))) &&',
        replacement: 'salt !== null &&',
      },
      { file: RECOVERY, text: 'batch.chain === chain &&', replacement: 'chain >= 0 &&' },
      {
        file: RECOVERY,
        text: '(batch.firstLsn === expectedLsn || (isFirst && this.#mayStartAt(batch.firstLsn, header.epoch))) &&',
        replacement: 'expectedLsn > 0 &&',
      },
    ],
  },
  {
    name: 'next-epoch-not-read',
    law: 'recovery goes on with the epoch after the one that the header names',
    edits: [
      {
        file: RECOVERY,
        text: '=> recovery.readNextEpoch(reader))\n  return recovery.result()\n}\n\n/**\n * Whether',
        replacement: '=> void reader)\n  return recovery.result()\n}\n\n/**\n * Whether',
      },
    ],
  },
  {
    name: 'gap-between-epochs-accepted',
    law: 'L2: an epoch whose base LSN was not reached shows that something durable is missing',
    edits: [
      {
        file: RECOVERY,
        text: 'if (header.baseLsn > this.#lastLsn + 1) {',
        replacement: 'if (header.baseLsn < 0) {',
      },
    ],
  },
  {
    name: 'replay-starts-one-late',
    law: 'replay starts with the first transaction that the data file does not hold',
    edits: [
      { file: RECOVERY, text: 'if (lsn >= this.#nextLsn) {', replacement: 'if (lsn > this.#nextLsn) {' },
    ],
  },
]
