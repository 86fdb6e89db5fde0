import { formatDuration } from '../../duration.ts';
import { useNow } from '../../moment.tsx';

/** How long something took, or takes already: `to` is its end, where it has one. */
export function Took({ from, to }: { from: string; to: string | undefined }) {
  const now = useNow();
  const endMs = to === undefined ? now : Date.parse(to);
  return (
    <span className="numbers">
      {to === undefined ? 'for ' : ''}
      {formatDuration(Math.max(0, endMs - Date.parse(from)) / 1_000)}
    </span>
  );
}
