import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';

const schemes = {
  auto: { next: 'light', name: 'as the system has it', icon: IconDeviceDesktop },
  light: { next: 'dark', name: 'light', icon: IconSun },
  dark: { next: 'auto', name: 'dark', icon: IconMoon },
} as const satisfies Record<MantineColorScheme, unknown>;

/** As the system has it, light, dark, and round again. */
export function ColorSchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, name, icon: Icon } = schemes[colorScheme];
  const label = `Colours: ${name}. Change to ${schemes[next].name}`;
  return (
    <Tooltip label={`Colours: ${name}`}>
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => setColorScheme(next)} aria-label={label}>
        <Icon size={19} />
      </ActionIcon>
    </Tooltip>
  );
}
