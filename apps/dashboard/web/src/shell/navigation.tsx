import {
  IconActivity,
  IconCalendarRepeat,
  IconChartBar,
  IconExternalLink,
  IconHandStop,
  IconHistory,
  IconLayoutDashboard,
  IconListDetails,
  IconListNumbers,
  IconPlayerPlay,
  IconServer2,
  IconSitemap,
  IconStack2,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMay } from '../session/session.ts';
import { AttentionCount } from './attention-count.tsx';
import classes from './shell.module.css';

const pages = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/tasks', label: 'Tasks', icon: IconListDetails },
  { to: '/executions', label: 'Executions', icon: IconActivity },
  { to: '/schedules', label: 'Schedules', icon: IconCalendarRepeat },
  { to: '/flows', label: 'Flows', icon: IconSitemap },
  { to: '/jobs', label: 'Jobs', icon: IconListNumbers },
  { to: '/attention', label: 'Attention', icon: IconHandStop },
  { to: '/statistics', label: 'Statistics', icon: IconChartBar },
  { to: '/run', label: 'Run', icon: IconPlayerPlay },
  { to: '/cluster/queues', label: 'Queues', icon: IconStack2 },
  { to: '/workers', label: 'Workers', icon: IconServer2 },
  { to: '/audit', label: 'Audit', icon: IconHistory },
] as const;

export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const canRun = useMay('enqueue');
  const isAdmin = useMay('admin');
  return (
    <nav aria-label="Pages" className={classes.navigation}>
      <ul>
        {pages
          .filter(({ to }) => (to !== '/run' || canRun) && (to !== '/audit' || isAdmin))
          .map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/' }} className={classes.link} onClick={onNavigate}>
                <Icon size={19} aria-hidden />
                {label}
                {to === '/attention' && <AttentionCount />}
              </Link>
            </li>
          ))}
        <li className={classes.apart}>
          <a href="/queues" className={classes.link}>
            <IconExternalLink size={19} aria-hidden />
            Bull Board
          </a>
        </li>
      </ul>
    </nav>
  );
}
