import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { jobQuery } from './job-queries.ts';

type Props = { id: string; className: string | undefined };

/** A job by its name, which leads to it. One that is deleted has its id only. */
export function JobName({ id, className }: Props) {
  const { data } = useQuery({ ...jobQuery(id), refetchInterval: false, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Link to="/jobs/$id" params={{ id }} className={className}>
      {data?.name ?? id}
    </Link>
  );
}
