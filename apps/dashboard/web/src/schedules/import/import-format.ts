import type { ImportFormat } from '@drover/client';

type FormatWords = {
  label: string;
  /** What is read of it. */
  means: string;
  /** What the time zone is for. */
  zone: string;
  example: string;
};

const zoneOfOwn = 'For schedules that name none.';
const zoneOfRows = 'In which days, weeks and months are counted. The date_run is in UTC all the same.';
const ownMeans = 'What an export of Drover writes. A schedule of the same name is replaced.';
const rowsMeans =
  'Rows of an old system’s table: name, model, method, args, kwargs, date_run, repeat, repeat_interval, priority and so on. Arguments are JSON or Python literals. What was not active there is unscheduled here.';

export const formatWords: Record<ImportFormat, FormatWords> = {
  json: {
    label: 'Drover JSON',
    means: ownMeans,
    zone: zoneOfOwn,
    example: `{
  "drover": 1,
  "schedules": [
    {
      "name": "Morning report",
      "timing": "schedule",
      "frequency": { "every": "daily", "at": "08:30" },
      "timeZone": "Europe/Paris",
      "task": { "model": "report", "method": "send" }
    }
  ]
}`,
  },
  yaml: {
    label: 'Drover YAML',
    means: ownMeans,
    zone: zoneOfOwn,
    example: `drover: 1
schedules:
  - name: Morning report
    timing: schedule
    frequency:
      every: daily
      at: "08:30"
    timeZone: Europe/Paris
    task:
      model: report
      method: send`,
  },
  crontab: {
    label: 'Crontab',
    means:
      'Each line becomes a schedule, called like the comment above it. A line runs a method, or is a shell command for the method that you name below.',
    zone: 'In which the times are meant, up to a line that sets CRON_TZ or TZ.',
    example: `CRON_TZ=Europe/Paris

# Morning report
30 8 * * MON-FRI  report.send daily to=ops@example.com

# Nightly clean-up
0 3 * * *  account.invoice.archive {"olderThanDays": 90}`,
  },
  'bg-task-csv': {
    label: 'bg.task rows, CSV',
    means: rowsMeans,
    zone: zoneOfRows,
    example: `name,model,method,args,kwargs,date_run,repeat,repeat_interval,priority
Remind debtors,account.invoice,remind,"[30, 'urgent']",{},2026-12-01 06:00:00,weekly,2,50`,
  },
  'bg-task-json': {
    label: 'bg.task rows, JSON',
    means: rowsMeans,
    zone: zoneOfRows,
    example: `[
  {
    "name": "Remind debtors",
    "model": "account.invoice",
    "method": "remind",
    "args": "[30, 'urgent']",
    "date_run": "2026-12-01 06:00:00",
    "repeat": "weekly",
    "repeat_interval": 2
  }
]`,
  },
};

export const formats = Object.keys(formatWords) as ImportFormat[];

/** What a file holds, by its name and, where that may be two things, by what stands in it. */
export function formatOfFile(name: string, text: string): ImportFormat {
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  if (/\.(csv|tsv)$/i.test(name)) return 'bg-task-csv';
  if (!/\.json$/i.test(name)) return 'crontab';
  const isOwn =
    /"drover"\s*:/.test(text) || !/"(date_run|nextcall|repeat|repeat_interval|interval_type)"\s*:/.test(text);
  return isOwn ? 'json' : 'bg-task-json';
}
