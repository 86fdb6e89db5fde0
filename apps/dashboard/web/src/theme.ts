import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The colour of Drover: the green of a meadow in the morning. */
const meadow: MantineColorsTuple = [
  '#eef8f3',
  '#dbeee5',
  '#b4decb',
  '#8accae',
  '#68bc96',
  '#43a57d',
  '#2c8d67',
  '#1f7556',
  '#195f47',
  '#124838',
];

/** Greys with a little warmth on paper, and with a little green at night. Each text shade reads at 4.5:1 or better. */
const gray: MantineColorsTuple = [
  '#f8f7f3',
  '#f2f0ea',
  '#e7e4db',
  '#d8d4c8',
  '#bfbaac',
  '#8c8678',
  '#68635a',
  '#504c45',
  '#383530',
  '#23211d',
];

const dark: MantineColorsTuple = [
  '#dfe5e2',
  '#c5cdc9',
  '#9ca7a2',
  '#7b8782',
  '#38423e',
  '#2d3633',
  '#212927',
  '#161c1a',
  '#111615',
  '#0b0f0e',
];

export const theme = createTheme({
  primaryColor: 'meadow',
  primaryShade: 7,
  colors: { meadow, gray, dark },
  black: '#23211d',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' }, h2: { fontSize: '1.0625rem' } },
  },
  components: {
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    // What people type is never changed behind their back: a number out of range is a fault that is shown.
    NumberInput: { defaultProps: { clampBehavior: 'none' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Paper: { defaultProps: { withBorder: true, radius: 'lg' } },
  },
});

/** What Mantine derives from its own greys, said in ours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f8f7f3',
    '--mantine-color-text': '#23211d',
    '--mantine-color-dimmed': '#68635a',
    '--mantine-color-placeholder': '#7a7568',
    '--mantine-color-error': '#a52a23',
  },
  dark: {
    '--mantine-color-placeholder': '#8b9691',
    '--mantine-color-error': '#f5a29b',
  },
});
