/** Which trial (props/campaign.ts) finds each mutant soonest, as `npm run mutants -- --first ''` has shown: it is tried first. */

export const FOUND_BY: Readonly<Record<string, string>> = {}
