import { Alert } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

/** Says that what is shown grows old. */
export function Offline() {
  const isOnline = useSyncExternalStore(onlineManager.subscribe.bind(onlineManager), () => onlineManager.isOnline());
  if (isOnline) return null;
  return (
    <Alert role="status" color="yellow" icon={<IconCloudOff aria-hidden />} title="You are offline" mb="md">
      What you see is as it was. It goes on by itself when the network is back.
    </Alert>
  );
}
