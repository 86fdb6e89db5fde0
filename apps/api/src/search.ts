import { limits, TaskFilter } from '@drover/core';
import { z } from 'zod';
import { Cursor, Limit } from './page.ts';

/** What is asked of a search: all the fields of a filter, and which page. */
export const SearchQuery = z.strictObject({ ...TaskFilter.shape, limit: Limit, cursor: Cursor });

/** What every search says of its filter and its pages in the document. */
export const searchWords =
  "Any filters together: all of them must fit. A key bound to a company finds what is its company's, and nothing else, whatever it asks for. " +
  "In an address, write the `+` of an instant's zone as `%2B`, or the instant in UTC.\n\n" +
  'A page may be short and still have a next one: go on until `nextCursor` is null. A cursor names a place, not a number: what comes, goes or changes meanwhile shifts nothing, and nothing is shown twice. ' +
  'What is newer than the first page is on a new first page. Keep the filter as it is while you turn pages.';

export const wordsOfQ =
  `With \`q\`, a page is what ${limits.searchTasks} tasks at most have to offer, newest first, so it may even be empty and have a next one: \`searched\` tells how many were looked through, \`more\` whether there are older ones. ` +
  'Other filters beside it make the search shorter.';
