import { exportFile, importFile } from './files.ts';
import type { SchedulesClient } from './schedules.ts';
import type { Transport } from './transport.ts';

const path = '/v1/schedules';

export function createScheduleFiles(transport: Transport): Pick<SchedulesClient, 'export' | 'import'> {
  return {
    export: (format, search = {}, call) => exportFile(transport, path, { ...search, format }, call),
    import: (format, text, { signal, ...options } = {}) =>
      importFile(transport, path, { format, ...options }, text, signal),
  };
}
