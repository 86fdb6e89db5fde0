import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './fact-list.module.css';

export type Fact = [name: string, value: ReactNode];

/** What is known of something, a line each; what it has not is left out. @param labelWidth of the longest name, rem */
export function FactList({ facts, labelWidth }: { facts: Fact[]; labelWidth: number }) {
  return (
    <DataList labelWidth={`${labelWidth}rem`} gap={6} className={classes.facts}>
      {facts.map(([name, value]) =>
        value === undefined || value === '' || value === false ? null : (
          <DataList.Item key={name}>
            <DataList.ItemLabel c="dimmed">{name}</DataList.ItemLabel>
            <DataList.ItemValue className="numbers">{value}</DataList.ItemValue>
          </DataList.Item>
        ),
      )}
    </DataList>
  );
}
