/** Drover's own methods: their names are said here, they are offered by `packages/models`. */
export const systemQueue = 'system';

export const systemMethods = {
  act: { model: 'system.tasks', method: 'act' },
  prune: { model: 'system.ledger', method: 'prune' },
  verify: { model: 'system.ledger', method: 'verify' },
} as const;
