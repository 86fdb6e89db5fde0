/** Cron as it is written down, read naively. */
export type Pattern = {
  /** A wildcard or a step in the field of the hours: the rule follows elapsed time. */
  followsElapsedTime: boolean;
  /** The seconds of a minute at which it may fire at all. */
  seconds: number[];
  /** Whether it names a wall time. */
  names(wall: number): boolean;
};

const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekdays = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const nicknames: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

export function patternOf(cron: string): Pattern {
  const written = (nicknames[cron.toLowerCase()] ?? cron).toUpperCase().split(' ');
  const fields = written.length === 5 ? ['0', ...written] : written;
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const [seconds, minutes, hours] = [valuesOf(second, 0, 59), valuesOf(minute, 0, 59), valuesOf(hour, 0, 23)];
  const inMonths = valuesOf(month, 1, 12, months);
  const isDay = (date: Date) => day.split(',').some((item) => namesDay(item, date));
  const isWeekday = (date: Date) => weekday.split(',').some((item) => namesWeekday(item, date));
  return {
    followsElapsedTime: hour.startsWith('*'),
    seconds,
    names(wall) {
      const second = Math.floor(wall / 1_000);
      if (!seconds.includes(second % 60) || !minutes.includes(Math.floor(second / 60) % 60)) return false;
      const date = new Date(wall);
      if (!hours.includes(date.getUTCHours()) || !inMonths.includes(date.getUTCMonth() + 1)) return false;
      // Both restricted mean either.
      if (day !== '*' && weekday !== '*') return isDay(date) || isWeekday(date);
      return isDay(date) && isWeekday(date);
    },
  };
}

function namesDay(item: string, date: Date): boolean {
  const day = date.getUTCDate();
  if (item === 'L') return day === lastDay(date);
  if (!item.endsWith('W')) return valuesOf(item, 1, 31).includes(day);
  // The working day nearest to the day, in the same month.
  const wanted = Number(item.slice(0, -1));
  const on = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay();
  if (on === 6) return day === (wanted === 1 ? 3 : wanted - 1);
  if (on === 0) return day === (wanted === lastDay(date) ? wanted - 2 : wanted + 1);
  return day === wanted;
}

function namesWeekday(item: string, date: Date): boolean {
  const day = date.getUTCDate();
  const [name = '', nth] = item.replace(/L$/, '').split('#');
  // Sunday is 0 and 7.
  const isNamed = valuesOf(name, 0, 7, weekdays).some((value) => value % 7 === date.getUTCDay());
  if (item.endsWith('L')) return isNamed && day > lastDay(date) - 7;
  return isNamed && (nth === undefined || Math.ceil(day / 7) === Number(nth));
}

/** What a field of numbers, names, ranges and steps names. */
function valuesOf(field: string, first: number, last: number, words: string[] = []): number[] {
  const numberOf = (text: string) => (words.includes(text) ? words.indexOf(text) + first : Number(text));
  return field.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/');
    const [low = '', high = low] = range === '*' ? [String(first), String(last)] : range.split('-');
    const values: number[] = [];
    for (let value = numberOf(low); value <= numberOf(high); value += Number(step)) values.push(value);
    return values;
  });
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
