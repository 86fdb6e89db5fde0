import { expect, test } from 'vitest';
import { layOut } from './layout.ts';
import type { GraphTask } from './shape.ts';

const tasks: GraphTask[] = [
  { key: 'extract', dependsOn: [], isTall: false },
  { key: 'check', dependsOn: [{ key: 'extract', onFailure: 'continue' }], isTall: true },
  { key: 'load', dependsOn: [{ key: 'extract', onFailure: 'cancel' }], isTall: false },
  {
    key: 'report',
    dependsOn: [
      { key: 'check', onFailure: 'cancel' },
      { key: 'load', onFailure: 'cancel' },
    ],
    isTall: false,
  },
];

test.each(['right', 'down'] as const)('what waits stands further %s than what it waits for, and apart', (direction) => {
  const { nodes, edges, width, height } = layOut(tasks, direction);
  for (const { from, to } of edges) {
    const [a, b] = [nodes[from], nodes[to]];
    if (a === undefined || b === undefined) throw new Error('a task has no place');
    if (direction === 'right') expect(b.x).toBeGreaterThan(a.x + a.width);
    else expect(b.y).toBeGreaterThan(a.y + a.height);
  }
  const places = Object.values(nodes);
  for (const [index, a] of places.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.x + a.width).toBeLessThanOrEqual(width);
    expect(a.y + a.height).toBeLessThanOrEqual(height);
    for (const b of places.slice(index + 1)) {
      const isBeside = a.x + a.width <= b.x || b.x + b.width <= a.x;
      const isAbove = a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(isBeside || isAbove).toBe(true);
    }
  }
});

test('every edge has its policy and a way', () => {
  const { edges } = layOut(tasks, 'right');
  expect(edges.map(({ from, to, onFailure }) => `${from} ${to} ${onFailure}`)).toEqual([
    'extract check continue',
    'extract load cancel',
    'check report cancel',
    'load report cancel',
  ]);
  expect(edges.every(({ points }) => points.length >= 2)).toBe(true);
});

test('an edge to a task that is not of the flow is left out', () => {
  const outside: GraphTask = { key: 'late', dependsOn: [{ key: 'elsewhere', onFailure: 'cancel' }], isTall: false };
  expect(layOut([outside], 'down').edges).toEqual([]);
});
