/** `\if`, `\elif`, `\else`, `\endif`. */

import { splitArguments } from '../script/arguments.ts'
import { readCondition } from '../script/conditions.ts'
import type { CommandCall, Commands } from './command.ts'

/** Arguments are looked at only where the condition matters: in what is left out they may mean nothing. */
function testOf({ shell, name, text }: CommandCall): () => boolean {
  return () => readCondition(name, splitArguments(text, one => shell.variables.get(one)).join(' '))
}

export const CONDITION_COMMANDS: Commands = {
  if: {
    group: 'Conditions',
    arguments: 'TRUE|FALSE',
    help: 'what follows runs when this is true; also on and off, yes and no, 1 and 0',
    isCondition: true,
    run: call => call.conditions.if(call.splitter, call.line, testOf(call)),
  },
  elif: {
    group: 'Conditions',
    arguments: 'TRUE|FALSE',
    help: 'what follows runs when this is true and nothing before was',
    isCondition: true,
    run: call => call.conditions.elif(call.splitter, testOf(call)),
  },
  else: {
    group: 'Conditions',
    help: 'what follows runs when nothing before was true',
    isCondition: true,
    run: call => call.conditions.else(call.splitter),
  },
  endif: {
    group: 'Conditions',
    help: 'the end of a condition',
    isCondition: true,
    run: call => call.conditions.endif(call.splitter),
  },
}
