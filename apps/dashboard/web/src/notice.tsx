import { Alert } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

type Props = {
  tone: 'red' | 'amber';
  /** `alert` interrupts screen readers, `status` waits for its turn. */
  role: 'alert' | 'status' | 'note';
  icon: TablerIcon;
  title?: string;
  children: ReactNode;
};

/** Something that people should know before they go on. */
export function Notice({ tone, role, icon: Icon, title, children }: Props) {
  return (
    <Alert
      role={role}
      data-tone={tone}
      classNames={{ root: classes.notice ?? '', title: classes.title ?? '', icon: classes.icon ?? '' }}
      icon={<Icon aria-hidden />}
      title={title}
    >
      {children}
    </Alert>
  );
}
