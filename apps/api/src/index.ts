export { type ApiOptions, createApi } from './app.ts';
