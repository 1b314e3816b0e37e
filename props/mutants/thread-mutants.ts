/**
 * Mistakes in what threads share. The campaign, which has one thread, cannot find them: the explorer of interleavings does
 * (`npm run mutants:threads`).
 */

import type { Mutant } from './mutant.ts'

export interface ThreadMutant extends Mutant {
  /** The file of `test/concurrency` that finds it. */
  readonly foundBy: 'epochs' | 'loads' | 'deaths' | 'sharing'
}

const EPOCHS = 'src/pool/epochs.ts'
const FRAMES = 'src/pool/frames.ts'
const SWIP = 'src/pool/swip.ts'
const PAGE_CACHE = 'src/pool/page-cache.ts'
const REGISTRY = 'src/store/sharing/registry.ts'
const SHARING = 'src/store/sharing/sharing.ts'
const ATTACHED = 'src/store/sharing/attached-store.ts'

function mutant(
  foundBy: ThreadMutant['foundBy'],
  name: string,
  law: string,
  file: string,
  text: string,
  replacement: string,
): ThreadMutant {
  return { foundBy, name, law, edits: [{ file, text, replacement }] }
}

export const THREAD_MUTANTS: readonly ThreadMutant[] = [
  mutant(
    'epochs',
    'limbo-stamped-early',
    'A frame in limbo waits for all readers of the epoch in which its page went',
    FRAMES,
    'this.limboEpochs[at] = this.epochs.current()',
    'this.limboEpochs[at] = this.epochs.current() - 2',
  ),
  mutant(
    'epochs',
    'no-limbo',
    'A frame that others may be reading is not free at once',
    FRAMES,
    'if (this.isShared && !this.isUnseen(frame)) this.putInLimbo(frame)',
    'if (this.isShared && this.isUnseen(frame)) this.putInLimbo(frame)',
  ),
  mutant(
    'epochs',
    'reader-enters-nothing',
    'A reader says which epoch it is in before it looks at a swip',
    EPOCHS,
    'Atomics.store(this.words, this.word, epoch)',
    'void epoch',
  ),
  mutant(
    'epochs',
    'oldest-reader-overlooked',
    'The oldest epoch of all threads counts, not that of the last one looked at',
    EPOCHS,
    'if (entered !== OUTSIDE && isOlderEpoch(entered, oldest)) oldest = entered',
    'if (entered !== OUTSIDE) oldest = isOlderEpoch(oldest, entered) ? oldest : this.current()',
  ),
  mutant(
    'epochs',
    'odd-version',
    'A page that is on its way out has no version',
    PAGE_CACHE,
    'if ((version & 1) === 0) return version',
    'if (version !== 0) return version',
  ),
  mutant(
    'epochs',
    'published-before-labelled',
    'A frame says what it holds before a swip names it',
    FRAMES,
    'this.label(frame, pageId)\n    this.swips.finishLoading(pageId, this.slot, swipOf(frame, state))',
    'this.swips.finishLoading(pageId, this.slot, swipOf(frame, state))\n    this.label(frame, pageId)',
  ),
  mutant(
    'loads',
    'nobody-woken',
    'Whoever waits for a page is woken when it is there',
    SWIP,
    'Atomics.notify(this.words, pageId)',
    'void pageId',
  ),
  mutant(
    'loads',
    'not-awaited',
    'Who waits says so, before it sleeps',
    SWIP,
    'const awaited = word | AWAITED',
    'const awaited = word',
  ),
  mutant(
    'loads',
    'two-claim',
    'A public frame is claimed by one thread',
    FRAMES,
    'if (Atomics.compareExchange(this.pageIds, frame, PUBLIC, ownedBy(this.slot)) !== PUBLIC) return false',
    'Atomics.store(this.pageIds, frame, ownedBy(this.slot))',
  ),
  mutant(
    'loads',
    'loaded-outside-of-an-epoch',
    'A loader is in an epoch before others see the page, and may evict it',
    PAGE_CACHE,
    '// Before others see the page, and may evict it.\n    this.enter()',
    '',
  ),
  mutant(
    'deaths',
    'frame-not-in-hand',
    'What frame is to change hands is said before',
    FRAMES,
    'if (this.isShared) Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.frameInHand), frame + 1)',
    'void frame',
  ),
  mutant(
    'deaths',
    'page-not-in-hand',
    'What page is to be loaded is said before',
    FRAMES,
    'Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.pageInHand), pageId + 1)',
    'void pageId',
  ),
  mutant(
    'deaths',
    'in-hand-too-late',
    'What frame is to change hands is said before, not after',
    FRAMES,
    'this.holdFrame(frame)\n    const isMine = this.swips.move(pageId, word, SWIP_COLD)',
    'const isMine = this.swips.move(pageId, word, SWIP_COLD)\n    this.holdFrame(frame)',
  ),
  mutant(
    'deaths',
    'frames-of-the-dead',
    'The frames of a thread that has ended are found',
    FRAMES,
    'if (label !== owned) continue',
    'if (label !== owned + slot) continue',
  ),
  mutant(
    'deaths',
    'left-LOADING',
    'A page that an ended thread was loading is COLD again',
    FRAMES,
    'this.swips.finishLoading(page, slot, SWIP_COLD)\n      this.putInLimbo(frame)',
    'this.putInLimbo(frame)',
  ),
  {
    foundBy: 'deaths',
    name: 'doubtful-while-loading',
    law: 'A frame that is being loaded into is not taken for one that was left half way',
    edits: [
      {
        file: FRAMES,
        text: 'if (pageId < 0 || this.isLoadingOrNamed(frame, pageId) || ',
        replacement: 'if (pageId < 0 || this.isNamed(frame, pageId) || ',
      },
      {
        file: FRAMES,
        text: 'if (this.pageIn(frame) !== pageId || this.isLoadingOrNamed(frame, pageId)) return false',
        replacement: 'if (this.pageIn(frame) !== pageId) return false',
      },
    ],
  },
  mutant(
    'deaths',
    'doubtful-in-other-hands',
    'A frame that a living thread has in hand is not taken from it',
    FRAMES,
    ' || this.isInOtherHands(frame)) return false',
    ') return false',
  ),
  mutant(
    'deaths',
    'doubtful-forgotten',
    'A frame from which an ended thread has taken the page is found',
    FRAMES,
    'else if (frame >= 0) this.doubtful.add(frame)',
    '',
  ),
  mutant(
    'deaths',
    'latch-left-open',
    'A frame that is taken from the dead is locked',
    FRAMES,
    'if (!this.latches.isLocked(frame)) this.latches.lock(frame)',
    '',
  ),
  mutant(
    'sharing',
    'registered-without-a-second-look',
    'A reader looks again whether its state is the newest after it has registered',
    REGISTRY,
    'if (this.newest !== number) continue',
    '',
  ),
  mutant(
    'sharing',
    'descriptor-torn',
    'A descriptor that was overwritten meanwhile is not used',
    REGISTRY,
    'return isWhole && Atomics.load(words, at) === number ? state : undefined',
    'return isWhole ? state : undefined',
  ),
  mutant(
    'sharing',
    'descriptor-number-kept',
    'A descriptor has no number while it is written',
    REGISTRY,
    'Atomics.store(words, at, 0)\n',
    '\n',
  ),
  mutant(
    'sharing',
    'shared-without-a-look',
    'Who registers for a shared state looks whether it is shared still',
    REGISTRY,
    'if (this.isRegistered(original)) return { index, maker, number }',
    'if (original.maker !== 0) return { index, maker, number }',
  ),
  mutant(
    'sharing',
    'shared-ABA',
    'A registration is known by who made it',
    REGISTRY,
    'Atomics.load(this.words, word) === maker',
    '(Atomics.load(this.words, word) & SLOT_MASK) !== 0',
  ),
  mutant(
    'sharing',
    'looked-before-publication',
    'The writer publishes first, and looks at the registrations then',
    SHARING,
    'this.#registry.publish(this.#newest, state)\n    this.sync()',
    'this.sync()\n    this.#registry.publish(this.#newest, state)',
  ),
  mutant(
    'sharing',
    'ended-without-waiting',
    'What was ended is kept until its reader has moved on',
    SHARING,
    'this.#ended.filter(({ slot, stamp }) => !pool.hasMovedOn(slot, stamp))',
    'this.#ended.filter(({ slot, stamp }) => pool.hasMovedOn(slot, stamp) && slot < 0)',
  ),
  mutant(
    'sharing',
    'ended-while-loading',
    'A reader that loads a page, outside of any epoch, has not moved on',
    PAGE_CACHE,
    ' && !this.frames.isLoading(slot)',
    '',
  ),
  mutant(
    'sharing',
    'looked-before-the-epoch',
    'A reader enters its epoch first, and looks then whether it was ended',
    ATTACHED,
    'pool.begin()\n    pool.guard = this.#check\n    this.assertStillReadable()',
    'this.assertStillReadable()\n    pool.begin()\n    pool.guard = this.#check',
  ),
  mutant(
    'sharing',
    'no-look-before-loading',
    'A reader looks whether it was ended after it has said that it loads a page',
    PAGE_CACHE,
    'try {\n      this.guard?.()\n',
    'try {\n',
  ),
  mutant(
    'sharing',
    'no-look-after-loading',
    'A reader looks whether it was ended after it has entered an epoch again',
    PAGE_CACHE,
    'this.guard?.()\n      return base',
    'return base',
  ),
  mutant(
    'sharing',
    'stamped-before-ended',
    'The epoch that is waited for is noted after the registration was ended',
    SHARING,
    'this.#registry.end(registration)\n    this.#ended.push({ number: registration.number, slot, stamp: this.#sharer.pool.stamp() })',
    'this.#ended.push({ number: registration.number, slot, stamp: this.#sharer.pool.stamp() })\n    this.#registry.end(registration)',
  ),
  mutant(
    'sharing',
    'counted-before-ended',
    'An ending is counted after it has happened',
    REGISTRY,
    'Atomics.store(this.words, wordOf(index) + ENDED, maker)\n    Atomics.add(this.words, ENDINGS_WORD, 1)',
    'Atomics.add(this.words, ENDINGS_WORD, 1)\n    Atomics.store(this.words, wordOf(index) + ENDED, maker)',
  ),
  mutant(
    'sharing',
    'counted-after-the-look',
    'What was counted is asked before the look, not after it',
    ATTACHED,
    'this.#endingsSeen = endings',
    'this.#endingsSeen = store.registry.endings',
  ),
  mutant(
    'sharing',
    'closed-without-waiting',
    'Closing waits for operations that are under way',
    SHARING,
    'looks < CLOSING_LOOKS && !pool.hasMovedOn(slot, stamp)',
    'looks < 0 && !pool.hasMovedOn(slot, stamp)',
  ),
  mutant(
    'sharing',
    'registrations-of-the-dead',
    'The registrations of a thread that has ended are taken',
    SHARING,
    'this.#registry.clear(slot)\n',
    '\n',
  ),
]
