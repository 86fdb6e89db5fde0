import type { ModelInfo } from '@drover/core';
import { EmptyState, Stack, TextInput } from '@mantine/core';
import { IconSearch, IconServerOff, IconZoomExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { modelsQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { MethodList } from './method-list.tsx';
import { searchModels } from './method-search.ts';

const route = getRouteApi('/inside/run');

/** Everything that live workers offer, to choose from. */
export function RunPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const models = useQuery(modelsQuery);
  const search = (text: string) => void navigate({ search: text === '' ? {} : { q: text }, replace: true });
  return (
    <Page
      title="Run"
      heading="Run a method"
      subtitle="What live workers offer. Choose one, fill in its form, watch it run."
    >
      <Stack gap="lg">
        <TextInput
          type="search"
          aria-label="Search methods"
          placeholder="Search by name, description or tag"
          leftSection={<IconSearch size={16} aria-hidden />}
          maw="30rem"
          value={q}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <QueryPart query={models}>{(data) => <Found models={data} q={q} />}</QueryPart>
      </Stack>
    </Page>
  );
}

function Found({ models, q }: { models: ModelInfo[]; q: string }) {
  if (models.length === 0) {
    return (
      <EmptyState
        p="xl"
        icon={<IconServerOff aria-hidden />}
        title="No methods"
        description="No live worker offers any. Start a worker, and its methods appear here."
      />
    );
  }
  const found = searchModels(models, q);
  if (found.length === 0) {
    return (
      <EmptyState
        p="xl"
        icon={<IconZoomExclamation aria-hidden />}
        title={`Nothing matches “${q}”`}
        description="Try a part of a model’s or method’s name."
      />
    );
  }
  return <MethodList models={found} />;
}
