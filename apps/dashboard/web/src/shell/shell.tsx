import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { Live } from '../live/live.tsx';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Identity } from './identity.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { Offline } from './offline.tsx';
import classes from './shell.module.css';

/** The frame of all pages: at the side on wide screens, on top with a drawer on narrow ones. */
export function Shell() {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <aside className={classes.bar} aria-label="Menu">
        <div className={classes.top}>
          <Burger opened={isOpen} onClick={open} size="sm" aria-label="Open the menu" aria-expanded={isOpen} />
          <Logo />
          <ColorSchemeToggle />
        </div>
        <div className={classes.side}>
          <div className={classes.brand}>
            <Logo />
            <ColorSchemeToggle />
          </div>
          <Navigation />
          <Identity />
        </div>
      </aside>
      <Drawer
        opened={isOpen}
        onClose={close}
        title={<Logo />}
        size="17rem"
        closeButtonProps={{ 'aria-label': 'Close the menu' }}
      >
        <div className={classes.drawer}>
          <Navigation onNavigate={close} />
          <Identity />
        </div>
      </Drawer>
      <main id="content" tabIndex={-1} className={classes.content}>
        <Offline />
        <Live />
        <Outlet />
      </main>
    </div>
  );
}
