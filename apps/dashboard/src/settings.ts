import { Settings } from '@drover/runtime';
import { z } from 'zod';

const secret = 'at least 32 visible ASCII characters';
const address = 'an address such as http://127.0.0.1:3000 (http: or https:)';

/** What the dashboard reads from the environment. */
export const DashboardSettings = Settings.pick({
  REDIS_URL: true,
  API_PORT: true,
  DASHBOARD_PORT: true,
  LISTEN_HOST: true,
  TRUSTED_PROXIES: true,
  DATA_DIR: true,
  KEY_PREFIX: true,
  LOG_LEVEL: true,
  SHUTDOWN_GRACE_SECONDS: true,
}).extend({
  REDIS_URL: Settings.shape.REDIS_URL.unwrap(),
  /** Where the API is. Default: on this machine, at `API_PORT`. */
  API_URL: z
    .string()
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), { error: address })
    .optional(),
  /** Seals the session cookies. Dashboards that share it share their sessions. Default: a key file in `DATA_DIR`. */
  SESSION_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, { error: secret })
    .optional(),
});
export type DashboardSettings = z.infer<typeof DashboardSettings>;
