import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBraces } from '@tabler/icons-react';
import type { Expression } from './expressions.ts';
import classes from './form.module.css';

type Props = {
  expressions: readonly Expression[];
  /** The label of the field where it would go. Empty: none was chosen yet. */
  target: string;
  onInsert: (written: string) => void;
};

const clickFirst = 'First click into the text where it shall go.';

function explain(): void {
  notifications.show({ message: clickFirst });
}

/** What a line may use, with what it stands for; a chosen one goes where the caret was last. */
export function InsertMenu({ expressions, target, onInsert }: Props) {
  return (
    <Menu position="bottom-end" width="min(24rem, 92vw)" returnFocus={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconBraces size={15} aria-hidden />}>
          Insert …
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.expressions}>
        <Menu.Label>{target === '' ? clickFirst : `Filled in when the line starts. Into: ${target}`}</Menu.Label>
        {expressions.map(({ written, means, value }) => (
          <Menu.Item key={written} onClick={() => (target === '' ? explain() : onInsert(written))}>
            <span className="mono">{written}</span>
            <Text size="xs" component="span" display="block">
              {means}
              {value !== undefined && <>. Now: {value}</>}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
