import { change, conflict, type EditParts, edited, goingOn, type StepMaker } from './change.ts';
import type { Schedules } from './contract.ts';
import { driftOf } from './drift.ts';
import { isOtherRule } from './record.ts';

/** What is decided where a person's edit and the code disagree. */
export function driftDecisions(parts: EditParts): Pick<Schedules, 'reset' | 'adopt'> {
  return {
    reset: (id, access, { version } = {}) => {
      const make: StepMaker = ({ definition, situation }, now) => {
        const { declared } = definition;
        if (declared === undefined || driftOf(definition) === undefined) throw conflict('there is no drift');
        const to = edited(definition, { request: declared, isAdopted: undefined }, access, now);
        return { definition: to, situation: goingOn(situation, isOtherRule(declared, definition.request), now) };
      };
      return change(parts, id, access, make, version);
    },

    adopt: (id, access, { version } = {}) => {
      const make: StepMaker = ({ definition, situation }, now) => {
        if (driftOf(definition) === undefined) throw conflict('there is no drift');
        return { definition: edited(definition, { isAdopted: true }, access, now), situation };
      };
      return change(parts, id, access, make, version);
    },
  };
}
