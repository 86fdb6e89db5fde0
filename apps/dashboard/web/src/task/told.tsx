import { Moment } from '../moment.tsx';

const instant = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A number stays on the line of its unit. */
const amount = /(\d) (ms|s|min|h|d|%|×)(?!\w)/g;

/** A sentence of the API; its instants become times of the person who reads it. */
export function Told({ sentence }: { sentence: string }) {
  return sentence.split(instant).map((part, index) => {
    // Every second part is an instant.
    if (index % 2 === 0) return part.replace(amount, '$1\u00a0$2');
    // biome-ignore lint/suspicious/noArrayIndexKey: a sentence that changes is another one.
    return <Moment key={index} at={part} isAbsolute />;
  });
}
