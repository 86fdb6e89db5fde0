/**
 * The expressions of templates (`${today - 30d}`) and conditions (`extract.count > 0`). They only look and compute:
 * no code, no clock, nothing that an object inherits; length, depth and work of each are bounded.
 *
 *     12  1.5                a number
 *     'text'  "text"         a text; in it \\ \' \" \n \t
 *     true  false  null
 *     10s 15m 2h 30d 1w      a duration. In JSON its seconds. There are no months and years: they have no fixed length
 *     now  fire.at           an instant. In JSON `2026-11-26T09:00:00.000Z`
 *     today                  a date. In JSON `2026-11-26`
 *     a.b.0.c  a["b c"]      a path: keys of objects, items of lists from 0. null where there is nothing
 *     a.length               of a list or a text; the same as length(a)
 *     default(x, y)          x; y where x is null
 *     date(x)                of a text `2026-11-26`; of an instant its date in UTC
 *     instant(x)             of a text `2026-11-26T10:00:00+01:00`
 *     format(x, 'YYYYMMDD')  of a date or an instant (in UTC): YYYY MM DD HH mm ss are replaced
 *
 * Operators, those that bind tightest first:
 *
 *     (x)  ${x}              `${extract.count} > 0` is `extract.count > 0`
 *     -x  !x                 a number or a duration with the other sign; not
 *     *  /  %                numbers; durations and numbers; duration / duration
 *     +  -                   numbers, durations, texts (+); instant ± duration, date ± whole days, what lies between two
 *     ==  !=                 values of different kinds are never equal
 *     <  <=  >  >=           two numbers, texts, instants, dates or durations. Comparisons do not follow each other
 *     in                     a value in a list, a text in a text, a key in an object. Binds as tightly as a comparison
 *     not x
 *     and  &&                true and false only; the right side is looked at where it decides
 *     or  ||                 the same
 *
 * In a template `$${` stands for a plain `${`.
 */
export { type Condition, evaluateCondition, parseCondition } from './condition.ts';
export { ExpressionError } from './expression-error.ts';
export { checkTemplate, namesIn, resolveTemplate } from './template.ts';
export { dateAt, type ExpressionScope, instantAt, type ScopeValue, type TimeValue, timeScope } from './time-value.ts';
