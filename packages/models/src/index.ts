import type { Model } from '@drover/core';
import { dataExtractor, dataLoader, dataTransformer } from './data/data-models.ts';
import { emailMessage } from './email/email-message.ts';
import { accountInvoice } from './erp/account-invoice.ts';
import { report } from './erp/report.ts';
import { saleOrder } from './erp/sale-order.ts';
import { httpModel } from './http/http-request.ts';
import { probe } from './probe.ts';

export { type SystemParts, systemModels } from './system/system-models.ts';

export {
  accountInvoice,
  dataExtractor,
  dataLoader,
  dataTransformer,
  emailMessage,
  httpModel,
  probe,
  report,
  saleOrder,
};

/**
 * Every model that a worker offers by itself. `probe` is not one: whoever may enqueue could end workers with it. It is
 * loaded where MODULES names `@drover/models/probe`, as `npm start` does.
 */
export const models: readonly Model[] = [
  httpModel,
  emailMessage,
  dataExtractor,
  dataTransformer,
  dataLoader,
  accountInvoice,
  saleOrder,
  report,
];
