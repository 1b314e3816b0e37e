/** A module that imports another one, which is not there. */

// @ts-expect-error: it is not there
import './nowhere.ts'
