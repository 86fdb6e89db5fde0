import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { flowQuery } from './flow-queries.ts';

type Props = { id: string; className: string | undefined };

/** A flow by its name, which leads to it. One that is not kept any more has its id only. */
export function FlowName({ id, className }: Props) {
  const { data } = useQuery({ ...flowQuery(id), refetchInterval: false, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Link to="/flows/$id" params={{ id }} className={className}>
      {data?.name ?? id}
    </Link>
  );
}
