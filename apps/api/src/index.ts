export { type ApiOptions, createApi } from './app.ts';
export { refuseUnreadable } from './unreadable.ts';
