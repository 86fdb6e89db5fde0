import { IconCloudOff } from '@tabler/icons-react';
import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { Notice } from '../notice.tsx';

/** Says that what is shown grows old. */
export function Offline() {
  const isOnline = useSyncExternalStore(onlineManager.subscribe.bind(onlineManager), () => onlineManager.isOnline());
  if (isOnline) return null;
  return (
    <Notice role="status" tone="amber" icon={IconCloudOff} title="You are offline">
      What you see is as it was. It goes on by itself when the network is back.
    </Notice>
  );
}
