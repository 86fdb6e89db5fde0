import { stringify } from 'yaml';
import { z } from 'zod';
import { dataHeaders } from './answer.ts';
import type { AnswerDoc, Call } from './route.ts';
import { breakOff, writeOut } from './write-out.ts';

/** A list as a file that an import takes, `{drover: 1, jobs: […]}`: page by page, so that one page is held, however many there are. */

export const FileFormat = z.enum(['json', 'yaml']).optional().describe('Default `json`.');
type Format = NonNullable<z.infer<typeof FileFormat>>;

const mediaTypes = { json: 'application/json', yaml: 'application/yaml' } as const;

/** @param name of the list */
export function fileDoc(name: string, schema: z.ZodType): AnswerDoc {
  return {
    description: 'The file.',
    schema,
    content: { [mediaTypes.yaml]: schema },
    headers: {
      'content-disposition': {
        description: 'A name for the file.',
        example: `attachment; filename="${name}-20261126T080000Z.json"`,
      },
    },
  };
}

type Exported = {
  /** Of the list. */
  name: string;
  format: Format | undefined;
  page(cursor: string | undefined): Promise<{ items: object[]; nextCursor: string | null }>;
};

/** @throws ClusterError what the first page meets */
export async function sendFile(
  { request, response, stopping }: Pick<Call, 'request' | 'response' | 'stopping'>,
  { name, format = 'json', page }: Exported,
): Promise<void> {
  let { items, nextCursor } = await page(undefined);
  response.writeHead(200, headersOf(name, format, new Date()));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const write = format === 'json' ? jsonWriter(name) : yamlWriter(name);
  try {
    for (;;) {
      await writeOut(response, write(items), stopping);
      if (response.destroyed) return;
      if (nextCursor === null) break;
      if (stopping.aborted) return breakOff(response);
      ({ items, nextCursor } = await page(nextCursor));
    }
  } catch (error) {
    breakOff(response);
    throw error;
  }
  response.end(write(undefined));
}

function headersOf(name: string, format: Format, now: Date): Record<string, string> {
  const at = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    ...dataHeaders,
    'content-type': mediaTypes[format],
    'content-disposition': `attachment; filename="${name}-${at}.${format}"`,
  };
}

/** Text of the next items; of none: the end. */
type Writer = (items: object[] | undefined) => string;

/** One a line: readable enough, and easy to compare. */
function jsonWriter(name: string): Writer {
  let before = `{"drover":1,${JSON.stringify(name)}:[\n`;
  let isFirst = true;
  return (items) => {
    const lines = (items ?? []).map((item) => {
      const comma = isFirst ? '' : ',\n';
      isFirst = false;
      return comma + JSON.stringify(item);
    });
    const text = `${before}${lines.join('')}${items === undefined ? '\n]}\n' : ''}`;
    before = '';
    return text;
  };
}

function yamlWriter(name: string): Writer {
  let before = `drover: 1\n${name}:`;
  let isEmpty = true;
  return (items) => {
    if (items === undefined) return isEmpty ? `${before} []\n` : '';
    if (items.length === 0) return '';
    const text = `${isEmpty ? `${before}\n` : ''}${stringify(items, yamlStyle)}`;
    isEmpty = false;
    before = '';
    return text;
  };
}

/** Readers of YAML 1.1 would take `08:30` for a number and `no` for a statement: such texts are quoted. */
const yamlStyle = { aliasDuplicateObjects: false, compat: 'yaml-1.1', lineWidth: 0 } as const;
