import type { Model } from '@drover/core';
import { httpModel } from './http/http-request.ts';
import { probe } from './probe.ts';

export { httpModel, probe };

/** Every model that a worker offers by itself. */
export const models: readonly Model[] = [httpModel, probe];
