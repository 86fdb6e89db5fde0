import { Copy } from './copy.tsx';

/** An id in full, with a button that copies it. */
export function TaskId({ id }: { id: string }) {
  return (
    <span>
      <span className="mono" style={{ overflowWrap: 'anywhere' }}>
        {id}
      </span>{' '}
      <Copy text={id} what="the id" />
    </span>
  );
}
