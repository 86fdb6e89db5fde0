import type { BulkAction } from '@drover/core';
import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMayKill } from '../session/session.ts';
import { actionWords, bulkActions } from './action-words.ts';

/** What can be done to all that match the filter. Without one, all would be everything: that is not offered. */
export function MatchingMenu({ isFiltered, onAct }: { isFiltered: boolean; onAct: (action: BulkAction) => void }) {
  const mayKill = useMayKill();
  const offered = bulkActions.filter((action) => action !== 'kill' || mayKill);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          All that match
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {!isFiltered && (
          <Text size="xs" c="dimmed" px="sm" py={6} maw="16rem">
            Choose a state or a filter first: then something can be done to all that match.
          </Text>
        )}
        {offered.map((action) => {
          const { verb, icon: Icon } = actionWords[action];
          return (
            <Menu.Item
              key={action}
              leftSection={<Icon size={15} aria-hidden />}
              disabled={!isFiltered}
              onClick={() => onAct(action)}
            >
              {verb} …
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
