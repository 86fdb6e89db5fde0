import { expect, test } from 'vitest';
import { basedOn } from './if-match.ts';

const atThree = async () => 3;
const notAsked = async () => {
  throw new Error('nobody needs to know the version');
};

test('without a condition, and with a star, whatever there is may be changed', async () => {
  expect(await basedOn(undefined, notAsked)).toEqual({});
  expect(await basedOn('*', notAsked)).toEqual({});
  expect(await basedOn(' * ', notAsked)).toEqual({});
});

test('one tag is the version that the change is based on', async () => {
  expect(await basedOn('"3"', notAsked)).toEqual({ version: 3 });
  expect(await basedOn('"0"', notAsked)).toEqual({ version: 0 });
  expect(await basedOn(' "12" , ', notAsked)).toEqual({ version: 12 });
  expect(await basedOn('"4", W/"3", "04", "x,y"', notAsked)).toEqual({ version: 4 });
});

test('of several tags, one must be that of now', async () => {
  expect(await basedOn('"2", "3","5"', atThree)).toEqual({ version: 3 });
  await expect(basedOn('"2", "5"', atThree)).rejects.toMatchObject({ code: 'precondition_failed' });
});

test.for(['W/"3"', '"03"', '"3."', '"abc"', '""', '"1e0"', '"-3"', '"99999999999999999999"'])(
  'a tag that is not one of ours, or a weak one, matches nothing: %s',
  async (header) => {
    await expect(basedOn(header, atThree)).rejects.toMatchObject({ code: 'precondition_failed' });
  },
);

test('of what is not there, that is said', async () => {
  const gone = async () => Promise.reject(new Error('gone'));
  await expect(basedOn('W/"3"', gone)).rejects.toThrow('gone');
});

test.for(['', ' ', '3', '"3', '3"', '"3" "4"', '"3";"4"', 'w/"3"', '*, "3"', '"3", *', '"a b"', "'3'", '"3"x', ',,'])(
  'what is no list of tags is refused: %j',
  async (header) => {
    await expect(basedOn(header, atThree)).rejects.toMatchObject({
      code: 'request_invalid',
      faults: [{ pointer: 'header:if-match' }],
    });
  },
);

test('a long header is looked through in no time', async () => {
  const started = performance.now();
  await basedOn(`"3"${', '.repeat(8_000)}x`, atThree).catch(() => undefined);
  await basedOn(`"3"${' '.repeat(16_000)}x`, atThree).catch(() => undefined);
  expect(performance.now() - started).toBeLessThan(500);
});
