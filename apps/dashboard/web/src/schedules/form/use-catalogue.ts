import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../../cluster.ts';

/** What live workers offer, asked for once: a form does not change while somebody types into it. */
export function useCatalogue() {
  return useQuery({ ...modelsQuery, refetchInterval: false, refetchOnWindowFocus: false });
}
