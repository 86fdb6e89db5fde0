export { type Execute, type ExecuteParts, executor } from './execute.ts';
export { type Careful, careful } from './guards/careful.ts';
export { loadModels, ModuleError } from './load-models.ts';
export { type ContextParts, taskContext } from './task-context.ts';
