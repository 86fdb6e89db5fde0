/** A Dockerfile, read as far as ours goes: stages of instructions, with their lines joined. */
export type Instruction = { word: string; rest: string };
export type ImageStage = { name: string; from: string; instructions: Instruction[] };

export function readDockerfile(text: string): ImageStage[] {
  const stages: ImageStage[] = [];
  for (const { word, rest } of instructionsOf(text)) {
    const from = /^(\S+)\s+AS\s+(\S+)$/i.exec(rest);
    if (word === 'FROM') stages.push({ from: from?.[1] ?? rest, name: from?.[2] ?? rest, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const joined = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return joined.map((line) => {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line.trim()) ?? [];
    return { word: word.toUpperCase(), rest: rest.trim() };
  });
}

/** A stage's instructions after those of the stages that it is built on. */
export function wholeStage(stages: ImageStage[], name: string): Instruction[] {
  const stage = stages.find((candidate) => candidate.name === name);
  return stage === undefined ? [] : [...wholeStage(stages, stage.from), ...stage.instructions];
}

/** The last instruction of its kind counts. */
export function lastOf(instructions: Instruction[], word: string): string | undefined {
  return instructions.findLast((instruction) => instruction.word === word)?.rest;
}

/** `CMD ["node", "main.js"]` and the like. @throws Error when it is not in exec form: a shell would swallow signals. */
export function execForm(rest: string | undefined): string[] {
  const list = /(\[.*\])$/s.exec(rest ?? '')?.[1];
  if (list === undefined) throw new Error(`not in exec form: ${rest}`);
  return JSON.parse(list) as string[];
}

/** `ENV A=1 B=2` of all instructions, the last one of a name. */
export function environmentOf(instructions: Instruction[]): Record<string, string> {
  const pairs = instructions
    .filter(({ word }) => word === 'ENV')
    .flatMap(({ rest }) => [...rest.matchAll(/(\w+)=("[^"]*"|\S+)/g)]);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replaceAll('"', '')]));
}
