import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';

type Native = Omit<ComponentProps<'a'>, keyof AnchorProps | keyof ButtonProps>;

/** A link to a page of ours. */
export const PageLink = createLink((props: AnchorProps & Native) => <Anchor {...props} />);

/** The same, looking like a button. */
export const ButtonLink = createLink((props: ButtonProps & Native) => <Button component="a" {...props} />);

/** The same, from a page that has nothing to show to one that has. */
export const BackLink = createLink(({ children, ...props }: AnchorProps & Native & { children?: ReactNode }) => (
  <Anchor display="inline-flex" style={{ alignItems: 'center', gap: 6 }} {...props}>
    <IconArrowLeft size={16} aria-hidden /> {children}
  </Anchor>
));
