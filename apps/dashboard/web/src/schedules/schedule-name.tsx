import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { scheduleQuery } from './schedule-queries.ts';

type Props = { id: string; className: string | undefined };

/** A schedule by its name, which leads to it. One that is deleted has its id only. */
export function ScheduleName({ id, className }: Props) {
  const { data } = useQuery({ ...scheduleQuery(id), refetchInterval: false, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Link to="/schedules/$id" params={{ id }} className={className}>
      {data?.name ?? id}
    </Link>
  );
}
